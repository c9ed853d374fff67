/**
 * What the page shows: the task as the server confirmed it, with the intents it has not answered stepped upon it.
 *
 * An intent is stepped here, shown, stored, and then sent; its verdict never waits for the network. When the answer comes the server's
 * task wins and what is still pending is stepped again.
 */

import { type ReadonlySignal, type Signal, batch, signal } from "@preact/signals";

import { type Courier, courier } from "./courier";
import { type Caller, connect, type Link, type Refusal, type Wire } from "./link";
import { LOGIN_ENDED } from "./login";
import { agrees, isWhole, keeping, merge, settled } from "./merge";
import { type Kept, openOutbox, type Outbox, uuid } from "./outbox";
import { pace } from "./pace";
import { isNewRoute } from "./set_out";
import { shelf, type Shelf } from "./shelf";
import { type Act, type Args, type Intent, isWrong, type Page, type Person, type Reply, type Session, type Snapshot, type Task, type Tone } from "./wire";

/** What the last intent was answered, by this page at once or by the server later. */
export interface Verdict {
  op_id: string;
  code: string;
  tone: Tone;
  scanned: string;
  wanted: string;
  action: string;
  args: Args;
}

export interface Stepped<T extends Task> {
  task: T;
  reply: Pick<Verdict, "code" | "tone" | "scanned" | "wanted" | "action" | "args">;
}

/** The rules of a page: pure, the same as the server's. */
export interface Rules<T extends Task> {
  blank(): T;
  step(task: T, intent: Intent): Stepped<T>;
}

/** What a person did, before it has an id. */
export interface Deed {
  label?: string;
  act?: Act;
  qty?: number;
  reason?: string;
}

export interface Floor<T extends Task> {
  task: ReadonlySignal<T>;
  verdict: Signal<Verdict | null>;
  wire: ReadonlySignal<Wire>;
  late: ReadonlySignal<boolean>;
  queued: ReadonlySignal<number>;
  person: ReadonlySignal<Person | null>;
  /** This device can no longer keep what is scanned. */
  broken: ReadonlySignal<boolean>;
  refusal: ReadonlySignal<Refusal | null>;
  device: string;
  token: string;
  /** Whose scans are queued here, null when none are. Another badge must not send them. */
  owner(): Person | null;
  act(deed: Deed): Verdict | null;
  /** Something the page itself has to say; `code` is a key of the words. */
  say(code: string, tone: Tone, scanned?: string): void;
  logIn(session: Session): Promise<void>;
  /** False, and nothing done, while scans are queued. */
  logOut(): Promise<boolean>;
  stop(): void;
}

/** So many deadlines in a row, each twice the last, and the connection is tried anew. */
const HALF_DEAD_AFTER = 4;

export async function openFloor<T extends Task>(page: Page, rules: Rules<T>, alarm: (tone: Tone) => void): Promise<Floor<T>> {
  const outbox = await openOutbox(page);
  const stored = await outbox.load();
  const floor = new Standing(page, rules, alarm, outbox, stored.kept, stored.pending);
  floor.resume();
  return floor;
}

/** An intent that has no answer yet, the task as this page sees it after it, and what this page said. */
interface Pending<T extends Task> {
  intent: Intent;
  after: T;
  code: string;
}

class Standing<T extends Task> implements Floor<T> {
  readonly task: Signal<T>;
  readonly verdict = signal<Verdict | null>(null);
  readonly wire = signal<Wire>("offline");
  readonly late = signal(false);
  readonly queued = signal(0);
  readonly person = signal<Person | null>(null);
  readonly broken = signal(false);
  readonly refusal = signal<Refusal | null>(null);
  private confirmed: T;
  private link: Link | null = null;
  private misses = 0;
  private hushed?: string; // the undo whose own new route was kept quiet: the next one is news
  private readonly courier: Courier;
  private readonly shelf: Shelf;
  private pending: Pending<T>[];

  constructor(
    private readonly page: Page,
    private readonly rules: Rules<T>,
    private readonly alarm: (tone: Tone) => void,
    outbox: Outbox,
    private kept: Kept,
    stored: Intent[],
  ) {
    this.confirmed = (kept.task as T | null) ?? rules.blank();
    this.task = signal(this.confirmed);
    this.courier = courier((intents, timeout_ms) => this.carry(intents, timeout_ms), pace(), {
      settled: (answers) => this.settled(answers),
      heard: (slow) => this.heard(slow),
      overdue: () => this.overdue(),
    });
    this.shelf = shelf(outbox, {
      stored: (intents) => this.courier.add(intents),
      broken: () => {
        this.broken.value = true;
      },
    });
    this.pending = stored.map((intent) => ({ intent, after: this.confirmed, code: "" }));
    this.courier.add(stored);
    this.restep();
  }

  get device(): string {
    return this.kept.device;
  }

  get token(): string {
    return this.kept.session?.token ?? "";
  }

  resume(): void {
    if (this.kept.session !== null) this.dial(this.kept.session);
  }

  act(deed: Deed): Verdict | null {
    if (this.broken.value) {
      this.alarm("bad");
      return null;
    }
    const intent = this.intent(deed);
    const { task, reply } = this.rules.step(this.task.value, intent);
    this.pending.push({ intent, after: task, code: reply.code });
    this.kept = { ...this.kept, seq: intent.seq };
    const verdict = { ...reply, op_id: intent.op_id };
    batch(() => {
      this.task.value = task;
      this.verdict.value = verdict;
      this.queued.value = this.pending.length;
    });
    this.alarm(reply.tone);
    this.shelf.add(intent);
    return verdict;
  }

  say(code: string, tone: Tone, scanned = ""): void {
    this.verdict.value = { op_id: uuid(), code, tone, scanned, wanted: "", action: "", args: {} };
    this.alarm(tone);
  }

  owner(): Person | null {
    return this.pending.length === 0 ? null : (this.kept.session?.person ?? null);
  }

  async logIn(session: Session): Promise<void> {
    this.confirmed = this.kept.session?.person.badge === session.person.badge ? this.confirmed : this.rules.blank();
    this.kept = { ...this.kept, session, task: this.confirmed };
    this.shelf.settle([], this.kept);
    await this.shelf.flush();
    this.refusal.value = null;
    this.restep();
    this.dial(session);
  }

  async logOut(): Promise<boolean> {
    if (this.pending.length > 0) return false;
    await this.link?.leave();
    this.hangUp();
    this.confirmed = this.rules.blank();
    this.kept = { ...this.kept, session: null, task: null };
    this.shelf.settle([], this.kept);
    await this.shelf.flush();
    batch(() => {
      this.person.value = null;
      this.verdict.value = null;
      this.restep();
    });
    return true;
  }

  stop(): void {
    this.hangUp();
    this.shelf.close();
  }

  private intent(deed: Deed): Intent {
    const { id, version, line } = this.task.value;
    const intent: Intent = {
      op_id: uuid(), device: this.kept.device, seq: this.kept.seq + 1, task: id, version, label: deed.label ?? "",
      at: new Date().toISOString(),
    };
    if (deed.act !== undefined && deed.act !== "scan") intent.act = deed.act;
    if (deed.qty !== undefined) intent.qty = deed.qty;
    if (deed.reason !== undefined) intent.reason = deed.reason;
    if (line !== null) intent.line = line;
    return intent;
  }

  private carry(intents: Intent[], timeout_ms: number): Promise<(Reply | null)[] | null> {
    return this.link === null ? Promise.resolve(null) : this.link.carry(intents, timeout_ms);
  }

  /** A network that answers, but late, is shown as slow and relied on for nothing. */
  private heard(slow: boolean): void {
    this.late.value = slow;
    this.misses = 0;
  }

  /** A line that answers nothing at all is likelier half dead than slow. */
  private overdue(): void {
    this.late.value = true;
    this.misses += 1;
    if (this.misses % HALF_DEAD_AFTER === 0) this.link?.again();
  }

  private settled(answers: { intent: Intent; reply: Reply }[]): void {
    const before = this.confirmed.id;
    const news = answers.map(({ intent, reply }) => this.settle(intent, reply));
    batch(() => {
      if (news.some(({ moved }) => moved)) this.restep();
      this.queued.value = this.pending.length;
      for (const { reply, code } of news) this.hear(reply, code);
    });
    this.keep(answers.map(({ intent }) => intent));
    const last = answers[answers.length - 1]?.reply.task;
    const elsewhere = last !== null && last !== undefined && last.id !== before;
    if (elsewhere || !isWhole(this.confirmed)) this.link?.sync();
  }

  /** One answer: the confirmed task moves on; `moved` when that is not where this page thought it would stand. */
  private settle(intent: Intent, reply: Reply): { reply: Reply; code: string; moved: boolean } {
    const at = this.pending.findIndex((one) => one.intent.op_id === intent.op_id);
    const [one] = at < 0 ? [] : this.pending.splice(at, 1);
    if (one === undefined) return { reply, code: "", moved: false };
    const foreseen = one.code === reply.code && agrees(one.after, reply);
    this.confirmed = foreseen ? one.after : merge(this.confirmed, intent, reply, this.rules.step);
    return { reply, code: one.code, moved: !foreseen };
  }

  /** The server's word, where it is not what this page has said already. */
  private hear(reply: Reply, known: string): void {
    const said = this.verdict.value;
    const showing = said?.op_id === reply.op_id;
    const news = known !== reply.code;
    if (!showing && !(news && isWrong(reply))) return;
    const { op_id, code, tone, scanned, wanted, action, args } = reply;
    if (showing && !news && JSON.stringify(args) === JSON.stringify(said.args)) return; // drawn once is enough
    this.verdict.value = { op_id, code, tone, scanned, wanted, action, args };
    if (news && (!showing || tone !== said.tone)) this.alarm(tone);
  }

  /** A task the server sent by itself. A new route under a walking picker is worth a word, but not that of a scan that was wrong or undone. */
  private moved(task: T): void {
    const before = this.task.value;
    if (task.id === this.confirmed.id && task.version < this.confirmed.version) return;
    this.told(task);
    const said = this.verdict.value;
    const itsOwn = said?.code === "undone" && said.op_id !== this.hushed;
    if (itsOwn) this.hushed = said.op_id;
    if (!itsOwn && !isWrong(said) && isNewRoute(before, this.task.value, said?.code === "way_blocked_noted")) this.say("p_new_route", "quiet");
  }

  private told(task: T): void {
    const told = keeping(this.confirmed, settled(task));
    if (told === this.confirmed) return;
    this.confirmed = told;
    this.keep([]);
    this.restep();
  }

  private welcome(snapshot: Snapshot): void {
    this.person.value = snapshot.person;
    const task = (snapshot.task as T | null) ?? this.rules.blank();
    const same = task.id === this.confirmed.id && task.version === this.confirmed.version;
    // A snapshot may hold scans whose answers are still on their way here: those answers will bring the rest, each in its order.
    if (!(same && this.pending.length > 0)) this.told(task);
  }

  /** What is pending, stepped again upon what is confirmed. */
  private restep(): void {
    let task = this.confirmed;
    for (const one of this.pending) {
      if (one.intent.task === task.id) {
        const stepped = this.rules.step(task, one.intent);
        task = stepped.task;
        one.code ||= stepped.reply.code;
      }
      one.after = task;
    }
    this.task.value = task;
    this.queued.value = this.pending.length;
  }

  /** Keep what is confirmed, and let go what was answered. */
  private keep(answered: Intent[]): void {
    this.kept = { ...this.kept, task: this.confirmed };
    this.shelf.settle(answered, this.kept);
  }

  private dial(session: Session): void {
    this.hangUp();
    this.person.value = session.person;
    const caller: Caller = { token: session.token, device: this.kept.device, page: this.page };
    this.link = connect(caller, {
      wire: (state) => {
        this.wire.value = state;
        this.courier.up(state === "connected");
      },
      snapshot: (body) => this.welcome(body as Snapshot),
      told: (event, body) => {
        if (event === "task") this.moved(body as T);
        else if (LOGIN_ENDED.has(event)) this.refused(body as Refusal);
      },
      refused: (refusal) => this.refused(refusal),
    });
  }

  private refused(refusal: Refusal): void {
    this.wire.value = "offline";
    this.refusal.value = refusal;
    if (LOGIN_ENDED.has(refusal.code)) this.person.value = null; // the outbox stays: what is queued is sent after the next login
    else setTimeout(() => this.link?.again(), 3000);
  }

  private hangUp(): void {
    this.link?.stop();
    this.link = null;
    this.courier.up(false);
  }
}
