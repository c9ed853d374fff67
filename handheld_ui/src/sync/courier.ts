/**
 * Intents out in the order of `seq`, replies back in the order of `seq`, whatever gets lost between.
 *
 * Up to `WINDOW` intents travel at once. When one is not answered in time it and all after it are sent again: the server knows an
 * `op_id` for ever, so a second copy changes nothing.
 */

import type { Pace } from "./pace";
import type { Intent, Reply } from "./wire";

/** One intent to the server; the answer, or null when none came in time. */
export type Carry = (intent: Intent, timeout_ms: number) => Promise<Reply | null>;

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
  /** Whether an answer is overdue. */
  overdue(late: boolean): void;
}

export const WINDOW = 64;

interface Trip {
  intent: Intent;
  /** Which sending counts: a deadline of an earlier one is nobody's concern. */
  attempt: number;
  sent: boolean;
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
    for (const trip of this.trips.slice(0, WINDOW)) {
      if (trip.sent || trip.reply !== null) continue;
      trip.sent = true;
      void this.travel(trip);
    }
  }

  private async travel(trip: Trip): Promise<void> {
    const { attempt } = trip;
    const began = this.now();
    const reply = await this.carry(trip.intent, this.pace.timeout_ms());
    if (reply !== null) {
      if (attempt === trip.attempt) this.pace.took(this.now() - began);
      this.arrive(trip, reply);
    } else if (attempt === trip.attempt && trip.reply === null) {
      this.pace.missed();
      this.ears.overdue(true);
      this.recall(this.trips.indexOf(trip));
      this.pump();
    }
  }

  private arrive(trip: Trip, reply: Reply): void {
    trip.reply ??= reply;
    const answers = answeredHead(this.trips);
    if (answers.length > 0) {
      this.ears.overdue(false);
      this.ears.settled(answers);
    }
    this.pump();
  }

  /** Send from here on again. */
  private recall(from: number): void {
    for (const trip of this.trips.slice(from)) {
      trip.sent = false;
      trip.attempt += 1;
    }
  }
}
