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
  const trips: Trip[] = [];
  let connected = false;

  const resend = (from: number): void => {
    for (const trip of trips.slice(from)) {
      trip.sent = false;
      trip.attempt += 1;
    }
  };
  const travel = async (trip: Trip): Promise<void> => {
    const { attempt } = trip;
    const began = now();
    const reply = await carry(trip.intent, pace.timeout_ms());
    if (reply !== null) {
      if (attempt === trip.attempt) pace.took(now() - began);
      trip.reply ??= reply;
      const answers = answeredHead(trips);
      if (answers.length > 0) {
        ears.overdue(false);
        ears.settled(answers);
      }
      pump();
    } else if (attempt === trip.attempt && trip.reply === null) {
      pace.missed();
      ears.overdue(true);
      resend(trips.indexOf(trip));
      pump();
    }
  };
  const pump = (): void => {
    if (!connected) return;
    for (const trip of trips.slice(0, WINDOW)) {
      if (trip.sent || trip.reply !== null) continue;
      trip.sent = true;
      void travel(trip);
    }
  };
  return {
    add(intents) {
      trips.push(...intents.map((intent) => ({ intent, attempt: 0, sent: false, reply: null })));
      pump();
    },
    up(state) {
      connected = state;
      resend(0);
      pump();
    },
    waiting: () => trips.length,
  };
}
