/**
 * Socket.IO 5 on Engine.IO 4, as far as docs/protocol.md uses it: one websocket, one namespace, text frames, acks.
 *
 * Written out because the whole client is a third of what a handheld may load, and because its buffer lives in memory: what must not be
 * lost stands in the outbox. The connection is given up when it is silent for longer than the server's pings allow, and tried again.
 */

/** A refused connection, as the server said it. */
export interface Refusal {
  code: string;
  message: string;
}

export interface SocketEars {
  opening(): void;
  open(): void;
  closed(): void;
  event(name: string, body: unknown): void;
  /** The server will not have this caller; nothing is tried again before `again`. */
  refused(refusal: Refusal): void;
}

export interface Socket {
  isOpen(): boolean;
  /** Send an event and wait for its ack; null when none came in time or the connection went. */
  ask(event: string, timeout_ms: number, ...body: unknown[]): Promise<unknown>;
  /** Drop the connection, which may be half dead, and try anew at once. */
  again(): void;
  stop(): void;
}

interface Waiting {
  resolve(answer: unknown): void;
  timer: ReturnType<typeof setTimeout>;
}

const PATH = "/socket.io/?EIO=4&transport=websocket";
const OPEN_WITHIN_MS = 6000;
const FIRST_RETRY_MS = 300;
const LAST_RETRY_MS = 3000;

function address(): string {
  return location.origin.replace(/^http/, "ws") + PATH;
}

export function openSocket(auth: object, ears: SocketEars): Socket {
  const socket = new Line(auth, ears);
  socket.again();
  return socket;
}

/** One connection after the other. */
class Line implements Socket {
  private wire: WebSocket | null = null;
  private ready = false;
  private asked = 0;
  private readonly waiting = new Map<number, Waiting>();
  private silence_ms = OPEN_WITHIN_MS;
  private watchdog: ReturnType<typeof setTimeout> | undefined;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private retry_ms = FIRST_RETRY_MS;

  constructor(
    private readonly auth: object,
    private readonly ears: SocketEars,
  ) {}

  isOpen(): boolean {
    return this.ready;
  }

  again(): void {
    this.drop();
    this.ears.opening();
    this.silence_ms = OPEN_WITHIN_MS;
    const wire = new WebSocket(address());
    this.wire = wire;
    wire.onmessage = (message: MessageEvent<string>) => {
      if (wire === this.wire) this.frame(message.data);
    };
    wire.onclose = () => {
      if (wire === this.wire) this.lost();
    };
    this.watch();
  }

  stop(): void {
    this.drop();
  }

  ask(event: string, timeout_ms: number, ...body: unknown[]): Promise<unknown> {
    if (!this.ready) return Promise.resolve(null);
    const id = this.asked++;
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.answer(id, null), timeout_ms);
      this.waiting.set(id, { resolve, timer });
      this.wire?.send(`42${id}${JSON.stringify([event, ...body])}`);
    });
  }

  private answer(id: number, answer: unknown): void {
    const asked = this.waiting.get(id);
    if (asked === undefined) return;
    clearTimeout(asked.timer);
    this.waiting.delete(id);
    asked.resolve(answer);
  }

  private frame(text: string): void {
    this.watch();
    if (text === "2") this.wire?.send("3");
    else if (text.startsWith("0")) this.greet(text.slice(1));
    else if (text.startsWith("42")) this.hear(text.slice(2));
    else if (text.startsWith("43")) this.acked(text.slice(2));
    else if (text.startsWith("40")) this.welcome();
    else if (text.startsWith("44")) this.refuse(text.slice(2));
    else if (text.startsWith("41") || text === "1") this.lost();
  }

  private greet(text: string): void {
    const { pingInterval, pingTimeout } = JSON.parse(text) as { pingInterval: number; pingTimeout: number };
    this.silence_ms = pingInterval + pingTimeout;
    this.wire?.send(`40${JSON.stringify(this.auth)}`);
  }

  private welcome(): void {
    this.ready = true;
    this.retry_ms = FIRST_RETRY_MS;
    this.ears.open();
  }

  private hear(text: string): void {
    const [name, body] = JSON.parse(text.replace(/^\d*/, "")) as [string, unknown];
    this.ears.event(name, body);
  }

  private acked(text: string): void {
    const id = /^\d*/.exec(text)?.[0] ?? "";
    const [answer] = JSON.parse(text.slice(id.length)) as unknown[];
    this.answer(Number(id), answer ?? null);
  }

  private refuse(text: string): void {
    const { message, data } = JSON.parse(text) as { message: string; data?: Refusal };
    this.drop();
    this.ears.closed();
    this.ears.refused(data ?? { code: "refused", message });
  }

  /** Whoever is silent longer than the server's pings allow is gone, whatever the websocket believes. */
  private watch(): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => this.lost(), this.silence_ms);
  }

  private lost(): void {
    this.drop();
    this.ears.closed();
    this.retry = setTimeout(() => this.again(), this.retry_ms * (0.7 + 0.6 * Math.random())); // or a floor of devices comes back at once
    this.retry_ms = Math.min(this.retry_ms * 1.7, LAST_RETRY_MS);
  }

  private drop(): void {
    clearTimeout(this.watchdog);
    clearTimeout(this.retry);
    this.ready = false;
    const { wire } = this;
    this.wire = null;
    wire?.close();
    for (const id of [...this.waiting.keys()]) this.answer(id, null);
  }
}
