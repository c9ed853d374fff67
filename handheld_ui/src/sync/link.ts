/** The page's line to the server: a snapshot on every connect, `sync` whenever the page becomes visible. */

import type { Carry } from "./courier";
import { openSocket, type Refusal, type Socket } from "./socket";
import type { Page, Reply } from "./wire";

export type { Refusal };

export type Wire = "connecting" | "connected" | "offline";

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
  /** Drop the connection and try at once: it may be half dead. */
  again(): void;
  /** Tell the server that the person leaves; waits a moment for its nod. */
  leave(): Promise<void>;
  stop(): void;
}

export interface Caller {
  token: string;
  device: string;
  page: Page;
}

const SNAPSHOT_MS = 5000;
const LEAVE_MS = 2000;

/** Sync when the page is looked at again, connect at once when the network is back, and believe the device that it is gone. */
function wake(link: Link, socket: Socket, ears: LinkEars): () => void {
  const seen = (): void => {
    if (document.visibilityState !== "visible") return;
    if (socket.isOpen()) link.sync();
    else link.again();
  };
  const gone = (): void => ears.wire("offline");
  document.addEventListener("visibilitychange", seen);
  addEventListener("online", link.again);
  addEventListener("offline", gone);
  return () => {
    document.removeEventListener("visibilitychange", seen);
    removeEventListener("online", link.again);
    removeEventListener("offline", gone);
  };
}

export function connect(caller: Caller, ears: LinkEars): Link {
  const socket = openSocket(
    { ...caller, v: 1 },
    {
      opening: () => ears.wire("connecting"),
      open: () => ears.wire("connected"),
      closed: () => ears.wire("offline"),
      refused: ears.refused,
      event(name, body) {
        if (name === "snapshot") ears.snapshot(body);
        else ears.told(name, body);
      },
    },
  );
  const link: Link = {
    carry: async (intents, timeout_ms) => (await socket.ask("scan", timeout_ms, intents)) as (Reply | null)[] | null,
    sync() {
      void socket.ask("sync", SNAPSHOT_MS).then((snapshot) => {
        if (snapshot !== null) ears.snapshot(snapshot);
      });
    },
    again: () => socket.again(),
    leave: async () => void (await socket.ask("logout", LEAVE_MS)),
    stop() {
      asleep();
      socket.stop();
    },
  };
  const asleep = wake(link, socket, ears);
  return link;
}
