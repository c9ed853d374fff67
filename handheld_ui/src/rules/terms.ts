/**
 * The words of the floor as the rules use them: the twin of server/core/terms, camelCase for its snake_case
 * (in_hand_each → inHandEach). The wire's names are shorter; wire.md of this table (docs/protocol.md → here):
 * TASK id→taskId, in_hand→inHandEach, at_location→atLocation; line id→lineId, location→locationCode, qty→qtyEach,
 * picked→pickedEach (pack: packed→packedEach), order→orderRef, each_up_to→countEachUpTo; labels[].qty→Thing.qtyEach.
 */

export type Act =
  | "scan"
  | "typed"
  | "quantity"
  | "complete"
  | "short"
  | "full_tote"
  | "way_blocked"
  | "confirm"
  | "cancel"
  | "undo"
  | "close"
  | "label"
  | "zero"
  | "weigh"
  | "pause"
  | "resume"
  | "hand_over"
  | "put_back";

export type Tone = "ok" | "bad" | "warn" | "done" | "quiet";

export type PickState = "cart" | "waiting" | "location" | "item" | "quantity" | "tote" | "station" | "done";
export type PutBackState = "tote" | "item" | "quantity" | "location" | "done";
export type PackState = "tote" | "carton" | "item" | "quantity" | "close" | "done";

export type Effect =
  | "nothing"
  | "take_cart"
  | "arrive"
  | "count"
  | "put"
  | "short"
  | "full_tote"
  | "block"
  | "change_lot"
  | "finish"
  | "open_order"
  | "take_carton"
  | "pack"
  | "ship"
  | "ship_partial"
  | "print"
  | "undo"
  | "count_task"
  | "empty"
  | "weigh"
  | "pause"
  | "resume"
  | "put_back"
  | "open_tote"
  | "stow"
  | "leave"
  | "hand_over";

/** What the rules read of an intent; the envelope (op_id, device, seq, …) is not theirs. */
export interface Intent {
  label: string;
  act?: Act;
  qty?: number | null;
  reason?: string;
}

export type Fault = "" | "empty" | "garbage" | "read_error";

/** A label as read: `text` as shown to people, `keys` to look it up by. */
export interface Scan {
  text: string;
  keys: readonly string[];
  fault: Fault;
  gtin: string;
  sscc: string;
  lot: string;
  expiry: string;
  serial: string;
  count: number | null;
  weightG: number | null;
  unknownAis: readonly string[];
  baseGtin: string;
}

export type ThingKind =
  | "location"
  | "aisle"
  | "item"
  | "tote"
  | "cart"
  | "station"
  | "carton"
  | "person"
  | "lot"
  | "serial"
  | "load";

/** What a label belongs to; `state` by kind as server/core/terms: Thing says. */
export interface Thing {
  kind: ThingKind;
  ref: string;
  qtyEach: number;
  uom: string;
  state: string;
  slot: number;
  orderRef: string;
  lot: string;
  sku: string;
  name: string;
}

export interface PickLine {
  lineId: number;
  locationCode: string;
  checkDigits: string;
  sku: string;
  name: string;
  lot: string;
  qtyEach: number;
  pickedEach: number;
  slot: number;
  tote: string;
  orderRef: string;
  countEachUpTo: number;
  tracks: string;
  expiry: string;
  lotsHere: readonly string[];
  serials: readonly string[];
  lotsHereExpiry: readonly string[];
  lotsGone: readonly string[];
  minExpiry: string;
  serialsHere: readonly string[];
  zeroCheck: boolean;
}

/** The last step that had an effect, so that undo can reverse it; `line`, of a put, as it stood before. */
export interface Done {
  effect: Effect;
  qtyEach: number;
  ref: string;
  lot: string;
  serial: string;
  state: string;
  line: PickLine | null;
}

/** The page refills `following` whenever it has become null and more lines are open. */
export interface PickTask {
  taskId: string;
  version: number;
  state: PickState;
  cart: string;
  atLocation: string;
  inHandEach: number;
  line: PickLine | null;
  following: PickLine | null;
  asked: string;
  last: Done | null;
  station: string;
  putBacks: number;
}

/** Units of one lot that belong on a shelf again; they lie in `tote`, or ("") in the hand of whoever has the task. */
export interface PutBackTask {
  taskId: string;
  version: number;
  state: PutBackState;
  sku: string;
  qtyEach: number;
  tote: string;
  lot: string;
  locationCode: string;
  locations: readonly string[];
  checkDigits: string;
  countEachUpTo: number;
  inHandEach: number;
  asked: string;
  last: Done | null;
}

export interface PackLine {
  lineId: number;
  sku: string;
  name: string;
  qtyEach: number;
  packedEach: number;
  countEachUpTo: number;
}

/** `line` must be the line of the scanned item before the step, when the order has one. */
export interface PackTask {
  taskId: string;
  version: number;
  state: PackState;
  orderRef: string;
  totes: readonly string[];
  carton: string;
  line: PackLine | null;
  missingEach: number;
  asked: string;
  last: Done | null;
  packedEach: number | null;
  expectedG: number | null;
  toleranceG: number;
  carrier: string;
  carrierDown: boolean;
  shippedRef: string;
}

export interface Reply {
  code: string;
  tone: Tone;
  scanned: string;
  wanted: string;
  action: string;
  args: Record<string, string | number>;
}

export interface Outcome<Task> {
  signal: string;
  task: Task;
  effect: Effect;
  reply: Reply;
  qtyEach: number;
  ref: string;
  lot: string;
  serial: string;
  weightG: number | null;
  also: Effect;
}

/** A thing with the defaults of server/core/terms. */
export const thing = (own: Pick<Thing, "kind" | "ref"> & Partial<Thing>): Thing => ({
  qtyEach: 1,
  uom: "each",
  state: "",
  slot: 0,
  orderRef: "",
  lot: "",
  sku: "",
  name: "",
  ...own,
});

export const pickLine = (own: Partial<PickLine>): PickLine => ({
  lineId: 0,
  locationCode: "",
  checkDigits: "",
  sku: "",
  name: "",
  lot: "",
  qtyEach: 0,
  pickedEach: 0,
  slot: 0,
  tote: "",
  orderRef: "",
  countEachUpTo: 6,
  tracks: "",
  expiry: "",
  lotsHere: [],
  serials: [],
  lotsHereExpiry: [],
  lotsGone: [],
  minExpiry: "",
  serialsHere: [],
  zeroCheck: false,
  ...own,
});

export const pickTask = (own: Partial<PickTask>): PickTask => ({
  taskId: "",
  version: 0,
  state: "cart",
  cart: "",
  atLocation: "",
  inHandEach: 0,
  line: null,
  following: null,
  asked: "",
  last: null,
  station: "",
  putBacks: 0,
  ...own,
});

export const putBackTask = (own: Partial<PutBackTask>): PutBackTask => ({
  taskId: "",
  version: 0,
  state: "tote",
  sku: "",
  qtyEach: 0,
  tote: "",
  lot: "",
  locationCode: "",
  locations: [],
  checkDigits: "",
  countEachUpTo: 6,
  inHandEach: 0,
  asked: "",
  last: null,
  ...own,
});

export const packLine = (own: Partial<PackLine>): PackLine => ({
  lineId: 0,
  sku: "",
  name: "",
  qtyEach: 0,
  packedEach: 0,
  countEachUpTo: 6,
  ...own,
});

export const packTask = (own: Partial<PackTask>): PackTask => ({
  taskId: "",
  version: 0,
  state: "tote",
  orderRef: "",
  totes: [],
  carton: "",
  line: null,
  missingEach: 0,
  asked: "",
  last: null,
  packedEach: null,
  expectedG: null,
  toleranceG: 0,
  carrier: "",
  carrierDown: false,
  shippedRef: "",
  ...own,
});

export const done = (own: Pick<Done, "effect"> & Partial<Done>): Done => ({
  qtyEach: 0,
  ref: "",
  lot: "",
  serial: "",
  state: "",
  line: null,
  ...own,
});
