/**
 * Intents out in the order of `seq`, replies back in the order of `seq`, whatever gets lost between.
 *
 * What waits shares frames, and several frames travel at once. When one is not answered in time it and all after it are sent again: the
 * server knows an `op_id` for ever, so a second copy changes nothing.
 */

import type { Pace } from "./pace";
import type { Intent, Reply } from "./wire";

/** Intents to the server in one frame; their answers in the same order, or null when none came in time. */
export type Carry = (intents: Intent[], timeout_ms: number) => Promise<(Reply | null)[] | null>;

export interface Courier {
  /** Take stored intents along. */
  add(intents: Intent[]): void;
  /** The wire is up (send everything unanswered, from the first on) or down (wait). */
  up(connected: boolean): void;
  /** How many intents have no answer yet. */
  waiting(): number;
}

export interface CourierEars {
  /** The answers that became known, in the order of `seq`. */
  settled(answers: { intent: Intent; reply: Reply }[]): void;
  /** An answer came; `slow` when answers keep taking long. */
  heard(slow: boolean): void;
  /** An answer did not come in time. */
  overdue(): void;
}

/** So many intents travel at once, and share a frame: the server works on one while the next are on their way. */
export const WINDOW = 192;
export const MOST_A_FRAME = 64;
/** The server takes 64 kB a frame; of an intent only its label may be long. */
const MOST_CHARACTERS = 16_000;
/** A server that others keep busy takes this long an intent: a queue that is sent again for impatience only grows. */
const EACH_MS = 20;

interface Trip {
  intent: Intent;
  /** Which sending counts: a deadline of an earlier one is nobody's concern. */
  attempt: number;
  sent: boolean;
  /** Whether it went out with others that waited. */
  queued?: boolean;
  reply: Reply | null;
}

/** The answers at the head of the queue, taken off it: an answer waits for those before it. */
function answeredHead(trips: Trip[]): { intent: Intent; reply: Reply }[] {
  const answers: { intent: Intent; reply: Reply }[] = [];
  for (let head = trips[0]; head !== undefined && head.reply !== null; head = trips[0]) {
    answers.push({ intent: head.intent, reply: head.reply });
    trips.shift();
  }
  return answers;
}

/** The next frame, taken off the head of what waits. */
function frameOf(waiting: Trip[]): Trip[] {
  let characters = 0;
  const beyond = waiting.findIndex(({ intent }, at) => {
    characters += intent.label.length;
    return at > 0 && (at === MOST_A_FRAME || characters > MOST_CHARACTERS);
  });
  return waiting.splice(0, beyond < 0 ? waiting.length : beyond);
}

export function courier(carry: Carry, pace: Pace, ears: CourierEars, now: () => number = () => performance.now()): Courier {
  return new Round(carry, pace, ears, now);
}

/** The trips that are not over, in the order of `seq`. */
class Round implements Courier {
  private readonly trips: Trip[] = [];
  private connected = false;

  constructor(
    private readonly carry: Carry,
    private readonly pace: Pace,
    private readonly ears: CourierEars,
    private readonly now: () => number,
  ) {}

  add(intents: Intent[]): void {
    this.trips.push(...intents.map((intent) => ({ intent, attempt: 0, sent: false, reply: null })));
    this.pump();
  }

  up(connected: boolean): void {
    this.connected = connected;
    this.recall(0);
    this.pump();
  }

  waiting(): number {
    return this.trips.length;
  }

  private pump(): void {
    if (!this.connected) return;
    const waiting = this.trips.slice(0, WINDOW).filter((trip) => !trip.sent && trip.reply === null);
    if (waiting.length > 1) for (const trip of waiting) trip.queued = true;
    while (waiting.length > 0) void this.travel(frameOf(waiting));
  }

  private async travel(frame: Trip[]): Promise<void> {
    const attempts = frame.map(({ attempt }) => attempt);
    const began = this.now();
    const queued = this.trips.some((trip) => trip.queued);
    for (const trip of frame) trip.sent = true;
    const replies = await this.carry(
      frame.map(({ intent }) => intent),
      this.pace.timeout_ms() + EACH_MS * this.trips.filter((trip) => trip.sent && trip.reply === null).length,
    );
    const current = (at: number): boolean => attempts[at] === frame[at]?.attempt;
    if (replies !== null && current(0)) this.pace.took(this.now() - began, queued);
    frame.forEach((trip, at) => {
      trip.reply ??= replies?.[at] ?? null;
    });
    const lost = frame.find((trip, at) => trip.reply === null && current(at));
    this.arrived();
    if (lost !== undefined) this.miss(lost);
    this.pump();
  }

  private arrived(): void {
    const answers = answeredHead(this.trips);
    if (answers.length === 0) return;
    this.ears.heard(this.pace.slow());
    this.ears.settled(answers);
  }

  private miss(trip: Trip): void {
    this.pace.missed();
    this.ears.overdue();
    this.recall(this.trips.indexOf(trip));
  }

  /** Send from here on again. */
  private recall(from: number): void {
    for (const trip of this.trips.slice(from)) {
      trip.sent = false;
      trip.attempt += 1;
    }
  }
}
