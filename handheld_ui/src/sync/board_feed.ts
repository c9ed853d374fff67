/** The board as docs/protocol.md sends it: a snapshot, then deltas that only fit the revision they were made for. */

import type { Role } from "./wire";

export interface BoardPerson {
  badge: string;
  name: string;
  role: Role;
  device: string;
  /** What an enrolled device is called. */
  device_name?: string;
  task: string;
  state: string;
  batch: string;
  order: string;
  cart: string;
  location: string;
  /** On a break. */
  paused?: boolean;
  /** Since when, "" otherwise. */
  paused_at?: string;
  /** The task by which they put goods back, before their pick task goes on. */
  put_back?: string;
  x: number | null;
  y: number | null;
  gone?: boolean;
}

export interface BoardBatch {
  id: string;
  state: string;
  badge: string;
  lines: number;
  lines_done: number;
  lines_cut_off: number;
  units: number;
  units_done: number;
  length_m: number;
  lower_bound_m: number;
  optimal: boolean;
  first_location_m: number;
  name_order_m: number;
  s_shape_m: number;
  priority: number;
  due_at: string;
  gone?: boolean;
}

export interface BoardRefusal {
  id: number;
  at: string;
  badge: string;
  name: string;
  device: string;
  task: string;
  code: string;
  tone: string;
  label: string;
}

/** A place that is closed: an aisle, an edge, or ("") a report whose place nobody could make out. Metres on the plan. */
export interface BoardClosure {
  id: number;
  place: string;
  reason: string;
  badge: string;
  name: string;
  closed_at: string;
  to_node: string;
  segments: [number, number, number, number][];
}

/** Down: nothing is booked with it. */
export interface BoardCarrier {
  carrier: string;
  name: string;
  state: "open" | "down";
}

export type Counts = Record<string, number>;

export interface Board {
  people: BoardPerson[];
  batches: BoardBatch[];
  counts: Counts;
  refusals: BoardRefusal[];
  closures: BoardClosure[];
  carriers: BoardCarrier[];
}

export interface BoardDelta {
  revision: number;
  since: number;
  people?: BoardPerson[];
  batches?: BoardBatch[];
  counts?: Counts;
  refusals?: BoardRefusal[];
  closures?: BoardClosure[];
  carriers?: BoardCarrier[];
}

export type Spot = [number, number];

/** What the board page shows. `trails` are where each person was last seen, oldest first; they live on this page only. */
export interface Feed extends Board {
  revision: number;
  trails: Record<string, Spot[]>;
}

export const MOST_REFUSALS = 20;
export const LONGEST_TRAIL = 6;
export const EMPTY_FEED: Feed = { revision: -1, people: [], batches: [], counts: {}, refusals: [], closures: [], carriers: [], trails: {} };

/** `known` with `changed` put in by key: in place where known, behind the others where new, out where gone. */
function patched<T extends { gone?: boolean }>(known: T[], changed: T[], key: (one: T) => string): T[] {
  const news = new Map(changed.map((one) => [key(one), one]));
  const kept = known.map((one) => news.get(key(one)) ?? one);
  const names = new Set(known.map(key));
  return [...kept, ...changed.filter((one) => !names.has(key(one)))].filter((one) => one.gone !== true);
}

function trailsOf(trails: Feed["trails"], people: BoardPerson[]): Feed["trails"] {
  const next: Feed["trails"] = {};
  for (const { badge, x, y } of people) {
    const trail = trails[badge] ?? [];
    const last = trail[trail.length - 1];
    const moved = x !== null && y !== null && (last === undefined || last[0] !== x || last[1] !== y);
    next[badge] = moved ? [...trail, [x, y] as Spot].slice(-LONGEST_TRAIL) : trail;
  }
  return next;
}

export function fromSnapshot(before: Feed, snapshot: { revision: number; board: Board }): Feed {
  const { revision, board } = snapshot;
  return { revision, ...board, trails: trailsOf(before.trails, board.people) };
}

/** The board after `delta`; null when it does not fit what is shown, and a snapshot must be asked for. */
export function withDelta(feed: Feed, delta: BoardDelta): Feed | null {
  if (delta.since !== feed.revision) return null;
  const people = patched(feed.people, delta.people ?? [], ({ badge }) => badge);
  return {
    revision: delta.revision,
    people,
    batches: patched(feed.batches, delta.batches ?? [], ({ id }) => id),
    counts: delta.counts ?? feed.counts,
    refusals: [...(delta.refusals ?? []), ...feed.refusals].slice(0, MOST_REFUSALS),
    closures: delta.closures ?? feed.closures,
    carriers: delta.carriers ?? feed.carriers,
    trails: trailsOf(feed.trails, people),
  };
}
