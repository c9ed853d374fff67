/** Goods that are put back: the twin of server/core/flow/put_back_signals.py and put_back_step.py. */

import { choose, commandOf } from "./choose";
import { putBack as written, putBackActions, putBackCodes } from "./flow_put_back.json";
import { found, question, type Found } from "./found";
import { fold, strip } from "./gs1";
import { look, NOISE, replyFor, scannedText, tableOf, type Row, type Table } from "./table";
import { done, type Act, type Intent, type Outcome, type PutBackState, type PutBackTask, type Scan, type Thing, type ThingKind } from "./terms";

const stateActions: Record<string, string> = putBackActions;
export const PUT_BACK_TABLE = /* @__PURE__ */ tableOf(written);

const EXPECTED: Partial<Record<PutBackState, ThingKind>> = { tote: "tote", item: "item", quantity: "item", location: "location" };

/** Decide one intent of who puts goods back. */
export const stepPutBack = (task: PutBackTask, intent: Intent, scan: Scan, things: readonly Thing[]): Outcome<PutBackTask> =>
  putBackOutcome(PUT_BACK_TABLE, task, intent, scan, things);

export function putBackOutcome(table: Table, task: PutBackTask, intent: Intent, scan: Scan, things: readonly Thing[]): Outcome<PutBackTask> {
  const seen = putBackSignal(task, intent, scan, things);
  const row = look(table, task.state, seen.signal);
  const after: PutBackTask = { ...task, ...changed(task, seen, row), state: stateAfter(task, row), asked: askedAfter(task, seen, row) };
  const idle = row.effect === "nothing";
  return {
    signal: seen.signal,
    task: after,
    effect: seen.qtyEach || row.effect !== "count" ? row.effect : "nothing",
    reply: replyFor(putBackCodes, row, scannedText(intent, scan), wanted(after), after.asked, stateActions[after.state] ?? "", (name) =>
      argOf(name, task, after, seen, intent),
    ),
    qtyEach: idle ? 0 : seen.qtyEach,
    ref: idle ? "" : seen.ref,
    lot: idle ? "" : seen.lot,
    serial: idle ? "" : seen.serial,
    weightG: null,
    also: row.also,
  };
}

function askedAfter(task: PutBackTask, { signal, qtyEach, ref }: Found, { asks }: Row): string {
  if (asks) return `${asks}:${qtyEach}:${ref}`;
  return NOISE.has(signal) ? task.asked : "";
}

function stateAfter(task: PutBackTask, { next }: Row): PutBackState {
  if (next === "stay") return task.state;
  return (next === "back" ? (task.last?.state ?? task.state) : next) as PutBackState;
}

function changed(task: PutBackTask, { qtyEach, ref, lot, serial }: Found, { effect, next }: Row): Partial<PutBackTask> {
  const { state } = task;
  switch (effect) {
    case "nothing":
      return {};
    case "open_tote":
      return { last: done({ effect, ref, state }) };
    case "short":
      return { qtyEach: task.qtyEach - qtyEach, last: next === "back" ? null : done({ effect, qtyEach, ref, lot, state }) };
    case "count": {
      const last = next === "back" ? null : done({ effect, qtyEach, ref, lot, serial, state });
      return { inHandEach: task.inHandEach + qtyEach, last: qtyEach ? last : task.last };
    }
    default:
      return { last: null };
  }
}

function wanted({ state, tote, locationCode, sku }: PutBackTask): string {
  if (state === "tote") return tote;
  if (state === "location") return locationCode;
  return state === "done" ? "" : sku;
}

function argOf(name: string, before: PutBackTask, after: PutBackTask, seen: Found, intent: Intent): string | number {
  switch (name) {
    case "n":
      return seen.qtyEach;
    case "have":
      return after.inHandEach;
    case "left":
      return before.qtyEach - before.inHandEach;
    case "of":
      return before.qtyEach;
    case "sku":
      return before.sku;
    case "tote":
      return before.tote;
    case "location":
      return before.locationCode;
    case "lot":
      return seen.lot;
    case "line_lot":
      return before.lot;
    case "ref":
      return seen.ref;
    case "typed":
      return intent.qty ?? 0;
    default:
      return seen.note;
  }
}

function putBackSignal(task: PutBackTask, intent: Intent, scan: Scan, things: readonly Thing[]): Found {
  const act = intent.act ?? "scan";
  const scanned = act === "scan" || act === "typed";
  if (task.state === "done") return found(scanned && scan.fault === "empty" ? "empty" : "finished");
  if (!scanned) return tap(task, intent, act);
  if (scan.fault && !(things.length && scan.fault === "read_error")) return found(scan.fault);
  if (act === "typed" && task.state === "location" && task.checkDigits) {
    const typed = typedDigits(task, scan, things);
    if (typed) return typed;
  }
  const thing = choose(EXPECTED[task.state], wanted(task), things);
  if (!thing) {
    const command = commandOf(scan.text);
    return command ? tap(task, intent, command) : found("unknown", { ref: scan.text });
  }
  return AT[task.state]?.[thing.kind]?.(task, scan, thing) ?? found(`is_${thing.kind}`, { ref: thing.ref });
}

function typedDigits(task: PutBackTask, scan: Scan, things: readonly Thing[]): Found | null {
  const { checkDigits, locationCode: ref, inHandEach: qtyEach, lot } = task;
  if (scan.text === checkDigits) return found("place", { qtyEach, ref, lot });
  if (things.some((one) => one.kind === "location" && one.ref === ref)) return found("digits_wanted", { ref });
  return !things.length && /^[0-9]+$/.test(scan.text) && scan.text.length <= checkDigits.length ? found("wrong_digits", { ref }) : null;
}

type Reader = (task: PutBackTask, scan: Scan, thing: Thing) => Found;

const tote: Reader = (task, _scan, { ref }) => found(ref === task.tote ? "tote" : "not_that_tote", { ref });

const item: Reader = (task, scan, thing) => {
  const { sku, lot, qtyEach: all, inHandEach, countEachUpTo } = task;
  if (thing.ref !== sku) return found("other_item", { ref: thing.ref });
  if (thing.qtyEach < 1) return found("unknown_pack", { ref: thing.ref });
  if (scan.lot && lot && fold(scan.lot) !== fold(lot)) return found("other_lot", { ref: thing.ref, lot: scan.lot });
  const qtyEach = thing.qtyEach * (scan.count ?? 1);
  const left = all - inHandEach;
  if (qtyEach > left) return found("pack_too_big", { qtyEach, ref: sku, lot });
  const signal = qtyEach === left ? "item_done" : qtyEach === 1 && left > countEachUpTo ? "item_many" : "item";
  return found(signal, { qtyEach, ref: sku, lot, serial: scan.serial });
};

const itemAgain: Reader = (task, _scan, { ref }) => found(ref === task.sku ? "one_too_many" : "other_item", { ref });

const place: Reader = (task, _scan, { ref, state }) => {
  if (state === "blocked") return found("blocked_location", { ref });
  if (state === "foreign") return found("location_not_allowed", { ref });
  const asked = question(task);
  const known = ref === task.locationCode || task.locations.includes(ref) || (asked.kind === "place" && asked.ref === ref);
  return found(known ? "place" : "other_place", { qtyEach: task.inHandEach, ref, lot: task.lot });
};

const AT: Partial<Record<PutBackState, Partial<Record<ThingKind, Reader>>>> = {
  tote: { tote },
  item: { item },
  quantity: { item },
  location: { location: place, item: itemAgain },
};

type Tap = (task: PutBackTask, intent: Intent) => Found;

const isCounting = ({ state }: PutBackTask): boolean => state === "item" || state === "quantity";
const notNow = (intent: Intent): Found => found("not_now", { note: intent.act ?? "scan" });

function tap(task: PutBackTask, intent: Intent, act: Act): Found {
  const reader = TAPS[act];
  return reader ? reader(task, intent) : found("not_now", { note: act });
}

function inHand(task: PutBackTask, typed: number): Found {
  const { sku, lot, qtyEach, inHandEach } = task;
  if (inHandEach === 0) return found("item_first", { ref: sku });
  if (qtyEach <= task.countEachUpTo) return found("count_by_scanning", { ref: sku });
  return found(typed === qtyEach ? "quantity_done" : "quantity", { qtyEach: typed - inHandEach, ref: sku, lot });
}

const quantity: Tap = (task, intent) => {
  const typed = intent.qty ?? null;
  if (!isCounting(task)) return notNow(intent);
  if (typed === null) return found("quantity_text");
  if (typed < 1) return found(typed < 0 ? "quantity_negative" : "quantity_zero");
  return typed > task.qtyEach ? found("quantity_over") : inHand(task, typed);
};

const complete: Tap = (task, intent) => (isCounting(task) ? inHand(task, task.qtyEach) : notNow(intent));

const short: Tap = (task, intent) => {
  if (!isCounting(task) && task.state !== "tote") return notNow(intent);
  const note = intent.reason ?? "";
  if (!strip(note)) return found("short_why");
  const { sku: ref, lot, inHandEach } = task;
  return found(inHandEach ? "short_kept" : "short", { qtyEach: task.qtyEach - inHandEach, ref, lot, note });
};

const confirm: Tap = (task) => {
  const { kind, ref } = question(task);
  return kind === "place" ? found("place", { qtyEach: task.inHandEach, ref, lot: task.lot }) : found("nothing_asked");
};

const cancel: Tap = (task) => {
  if (question(task).kind) return found("kept");
  return found(task.inHandEach ? "empty_hand_first" : "leave", { ref: task.sku });
};

const undo: Tap = ({ last, state, inHandEach }) => {
  if (last?.effect === "short" && state === "location") {
    return found("undo_short", { qtyEach: -last.qtyEach, ref: last.ref, lot: last.lot, note: last.effect });
  }
  if (last?.effect === "count" && inHandEach && state !== "tote") {
    const { ref, lot, serial } = last;
    return found("undo_count", { qtyEach: -last.qtyEach, ref, lot, serial, note: last.effect });
  }
  if (last?.effect === "open_tote" && state === "item") return found("undo_tote", { ref: last.ref, note: last.effect });
  return found("undo_none");
};

const TAPS: Partial<Record<Act, Tap>> = { quantity, complete, short, confirm, cancel, undo };
