/** The shapes of docs/protocol.md, as they travel. */

export type Tone = "ok" | "bad" | "warn" | "done" | "quiet";

export type Act =
  | "scan"
  | "typed"
  | "quantity"
  | "complete"
  | "short"
  | "full_tote"
  | "confirm"
  | "cancel"
  | "undo"
  | "close"
  | "label"
  | "zero";

export type Page = "pick" | "pack" | "board";

export interface Person {
  badge: string;
  name: string;
  role: string;
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
  path: [number, number][];
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
}

export type Task = PickTask | PackTask;

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

/** Where a task stands after an intent; `picked`, `tote` and `line_state` are of the line `about`. */
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
  about?: number | null;
  line_state?: string;
  carton?: string;
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
