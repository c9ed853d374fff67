/** The socket: websocket only, a snapshot on every connect, `sync` whenever the page becomes visible. */

import { io, type Socket } from "socket.io-client";

import type { Carry } from "./courier";
import type { Page, Reply } from "./wire";

export type Wire = "connecting" | "connected" | "offline";

/** A refused connection, as the server said it. */
export interface Refusal {
  code: string;
  message: string;
}

export interface LinkEars {
  wire(state: Wire): void;
  snapshot(snapshot: unknown): void;
  /** Anything else the server sends by name: `task`, `delta`. */
  told(event: string, body: unknown): void;
  refused(refusal: Refusal): void;
}

export interface Link {
  carry: Carry;
  /** Ask for a fresh snapshot. */
  sync(): void;
  /** Drop the socket and try at once: it may be half dead. */
  again(): void;
  stop(): void;
}

export interface Caller {
  token: string;
  device: string;
  page: Page;
}

const RETRY = { reconnectionDelay: 300, reconnectionDelayMax: 3000, randomizationFactor: 0.3, timeout: 6000 };
const SNAPSHOT_MS = 5000;

function refusalOf(error: Error): Refusal | null {
  const { data } = error as Error & { data?: Partial<Refusal> };
  return data?.code === undefined ? null : { code: data.code, message: data.message ?? "" };
}

function carrier(socket: Socket): Carry {
  return (intent, timeout_ms) =>
    new Promise((resolve) => {
      if (!socket.connected) return void setTimeout(resolve, 250, null); // its own buffer lives in memory only; the outbox does not
      socket.timeout(timeout_ms).emit("scan", intent, (error: Error | null, reply?: Reply) => {
        resolve(error === null ? (reply ?? null) : null);
      });
    });
}

function wake(link: Link, socket: Socket, ears: LinkEars): () => void {
  const seen = (): void => {
    if (document.visibilityState !== "visible") return;
    if (socket.connected) link.sync();
    else link.again();
  };
  const back = (): void => link.again();
  const gone = (): void => ears.wire("offline");
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", back);
  addEventListener("offline", gone);
  return () => {
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("online", back);
    removeEventListener("offline", gone);
  };
}

export function connect(caller: Caller, ears: LinkEars): Link {
  const socket = io({ transports: ["websocket"], auth: { ...caller, v: 1 }, ...RETRY });
  socket.on("connect", () => ears.wire("connected"));
  socket.on("disconnect", (why) => {
    ears.wire("offline");
    if (why === "io server disconnect") socket.connect(); // the only reason after which it would stay away
  });
  socket.on("connect_error", (error) => {
    const refusal = refusalOf(error);
    if (refusal === null) ears.wire("offline");
    else ears.refused(refusal);
  });
  socket.onAny((event: string, body: unknown) => {
    if (event === "snapshot") ears.snapshot(body);
    else ears.told(event, body);
  });
  const sync = (): void => {
    socket.timeout(SNAPSHOT_MS).emit("sync", (error: Error | null, snapshot?: unknown) => {
      if (error === null && snapshot !== undefined) ears.snapshot(snapshot);
    });
  };
  const link: Link = {
    carry: carrier(socket),
    sync,
    again: () => void socket.disconnect().connect(),
    stop: () => {
      asleep();
      socket.disconnect();
    },
  };
  const asleep = wake(link, socket, ears);
  ears.wire("connecting");
  return link;
}
