/** The shapes of docs/protocol.md, as they travel. */

import type { Act, Done, Tone } from "../rules";

export type { Act, Tone };

/** Whether what was said is that something was wrong. */
export const isWrong = (said: { tone: Tone } | null): boolean => said?.tone === "bad" || said?.tone === "warn";

export type Role = "picker" | "packer" | "supervisor" | "admin";

export type Page = "pick" | "pack" | "board";

export interface Person {
  badge: string;
  name: string;
  role: Role;
}

export interface LabelKey {
  key: string;
  uom: string;
  qty: number;
}

export interface PickLine {
  id: number;
  location: string;
  check_digits: string;
  sku: string;
  name: string;
  lot: string;
  expiry: string;
  qty: number;
  picked: number;
  slot: number;
  tote: string;
  order: string;
  each_up_to: number;
  tracks: string;
  lots_here: string[];
  state: string;
  labels: LabelKey[];
  x: number;
  y: number;
  /** Where the item's picture is, when there is one. */
  photo?: string;
  serials?: string[];
  lots_here_expiry?: string[];
  lots_gone?: string[];
  min_expiry?: string;
  serials_here?: string[];
  /** Pallets and the like that stand whole where this line is picked. */
  loads_here?: { sscc: string; qty: number; lot: string }[];
  zero_check?: boolean;
}

export interface Slot {
  slot: number;
  tote: string;
  order: string;
}

export interface PickTask {
  id: string;
  kind: "pick";
  version: number;
  state: string;
  cart: string;
  at_location: string;
  in_hand: number;
  asked: string;
  line: number | null;
  batch: string;
  length_m: number;
  lower_bound_m: number;
  optimal: boolean;
  lines: PickLine[];
  totes: Slot[];
  stations: string[];
  /** The one of them that the cart belongs at; not there: any of them. */
  station?: string;
  path: [number, number][];
  /** When to set out, so that narrow aisles are free; not there where none is narrow. */
  start_at?: string;
  /** How many times goods wait to be put back; told while there is no batch. */
  put_backs?: number;
  /** The last step with an effect, as the rules keep it for an undo; this page's own, never on the wire. */
  last?: Done | null;
  /** Loads that were taken since the task came; this page's own too. */
  taken?: string[] | undefined;
}

export interface PackLine {
  id: number;
  sku: string;
  name: string;
  qty: number;
  packed: number;
  each_up_to: number;
  labels: LabelKey[];
}

export interface Carton {
  label: string;
  name: string;
  /** The order's carrier does not take it. */
  refused?: boolean;
}

export interface PackTask {
  id: string;
  kind: "pack";
  version: number;
  state: string;
  order: string;
  totes: string[];
  carton: string;
  asked: string;
  line: number | null;
  lines: PackLine[];
  cartons: Carton[];
  /** What the order's carrier is called; not there: it names none. */
  carrier?: string;
  /** Nothing is booked with it now. */
  carrier_down?: boolean;
  /** The order that this packer closed last; told while no other is open. */
  shipped?: string;
  last?: Done | null;
}

/** Goods to put back: units of one lot, out of `tote` or ("") the hand, onto a shelf. */
export interface PutBackTask {
  id: string;
  kind: "put_back";
  version: number;
  state: string;
  asked: string;
  line: null;
  sku: string;
  name: string;
  lot: string;
  qty: number;
  in_hand: number;
  tote: string;
  order: string;
  location: string;
  check_digits: string;
  locations: string[];
  each_up_to: number;
  labels: LabelKey[];
  last?: Done | null;
}

export type Task = PickTask | PackTask | PutBackTask;

/** What a person did, not yet confirmed. */
export interface Intent {
  op_id: string;
  device: string;
  seq: number;
  task: string;
  version: number;
  label: string;
  at: string;
  act?: Act;
  qty?: number;
  reason?: string;
  line?: number;
}

/** Where a task stands after an intent; `picked` and `tote` are of the line that the reply is about. */
export interface Cursor {
  id: string;
  version: number;
  state: string;
  line: number | null;
  in_hand?: number;
  at_location?: string;
  picked?: number;
  tote?: string;
  asked?: string;
  qty?: number;
}

export type Args = Record<string, string | number>;

export interface Reply {
  op_id: string;
  code: string;
  tone: Tone;
  scanned: string;
  wanted: string;
  action: string;
  args: Args;
  /** The line the intent was about. */
  about?: number | null;
  task: Cursor | null;
  replay: boolean;
}

export interface Snapshot {
  revision: number;
  person: Person;
  task: Task | null;
}

export interface Session {
  token: string;
  person: Person;
}
