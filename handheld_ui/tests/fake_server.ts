// A server for tests: docs/protocol.md's frames over a WebSocket that exists in memory only.

import type { Intent, Reply, Task } from "../src/sync/wire";

type Answer = (intent: Intent) => Reply | null;

export const PERSON = { badge: "P-1", name: "Ann Bell", role: "picker" } as const;

export function reply(intent: Intent, own: Partial<Reply> = {}): Reply {
  return { op_id: intent.op_id, code: "location_ok", tone: "ok", scanned: intent.label, wanted: "", action: "", args: {}, about: null, task: null, replay: false, ...own };
}

export class FakeServer {
  /** The task of the next snapshot. */
  task: Task | null = null;
  /** Whether a dial is answered at all, and whether the caller is let in. */
  reachable = true;
  refusal: { code: string; message: string } | null = null;
  /** What an intent is answered; null: its frame is not answered, as if the ack were lost. */
  answer: Answer = (intent) => reply(intent);
  readonly received: Intent[] = [];
  readonly events: string[] = [];
  auth: Record<string, unknown> = {};
  dials = 0;
  private wires: FakeWire[] = [];

  /** To be put in the place of the browser's WebSocket. */
  socketClass(): typeof WebSocket {
    const server = this;
    return class extends FakeWire {
      constructor(url: string) {
        super(url, server);
      }
    } as unknown as typeof WebSocket;
  }

  join(wire: FakeWire): void {
    this.dials += 1;
    this.wires.push(wire);
    queueMicrotask(() => {
      if (this.reachable) wire.tell('0{"sid":"s","upgrades":[],"pingInterval":15000,"pingTimeout":10000,"maxPayload":65536}');
      else wire.fail();
    });
  }

  hear(wire: FakeWire, frame: string): void {
    if (frame.startsWith("40")) this.greet(wire, JSON.parse(frame.slice(2)) as Record<string, unknown>);
    const asked = /^42(\d+)(.*)$/s.exec(frame);
    if (asked === null) return;
    const [event, body] = JSON.parse(asked[2] ?? "[]") as [string, Intent[]];
    this.events.push(event);
    const answer = this.answered(event, body);
    if (answer !== null) queueMicrotask(() => wire.tell(`43${asked[1]}${JSON.stringify([answer])}`));
  }

  private answered(event: string, intents: Intent[]): unknown {
    if (event === "sync") return this.snapshot();
    if (event !== "scan") return { ok: true };
    this.received.push(...intents);
    const replies = intents.map((intent) => this.answer(intent));
    return replies.includes(null) ? null : replies;
  }

  private greet(wire: FakeWire, auth: Record<string, unknown>): void {
    this.auth = auth;
    if (this.refusal !== null) return wire.tell(`44${JSON.stringify({ message: this.refusal.message, data: this.refusal })}`);
    wire.tell('40{"sid":"x"}');
    this.push("snapshot", this.snapshot());
  }

  snapshot(): unknown {
    return { revision: 1, person: PERSON, task: this.task };
  }

  push(event: string, body: unknown): void {
    for (const wire of this.wires) wire.tell(`42${JSON.stringify([event, body])}`);
  }

  /** The network goes: every line breaks, and none can be made until it is back. */
  cut(): void {
    this.reachable = false;
    for (const wire of this.wires.splice(0)) wire.fail();
  }

  raw(frame: string): void {
    for (const wire of this.wires) wire.tell(frame);
  }

  /** Frames that were sent by the page and are no JSON: pongs. */
  readonly pongs: string[] = [];
}

class FakeWire {
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  private open = true;

  constructor(
    readonly url: string,
    private readonly server: FakeServer,
  ) {
    server.join(this);
  }

  send(frame: string): void {
    if (!this.open) throw new Error("closed");
    if (frame === "3") this.server.pongs.push(frame);
    this.server.hear(this, frame);
  }

  close(): void {
    this.open = false;
  }

  tell(frame: string): void {
    if (this.open) this.onmessage?.({ data: frame });
  }

  fail(): void {
    this.open = false;
    this.onclose?.();
  }
}
