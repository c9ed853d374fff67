/** A pick step: the twin of server/core/flow/pick_step.py. */

import { pick, pickActions, pickCodes } from "./flow.json";
import type { Found } from "./found";
import { awake } from "./pick_breaks";
import { leftOf } from "./pick_items";
import { pickSignal } from "./pick_signals";
import { look, NOISE, replyFor, scannedText, tableOf, type Row, type Table } from "./table";
import { done, type Effect, type Intent, type Outcome, type PickLine, type PickState, type PickTask } from "./terms";
import type { Scan, Thing } from "./terms";

type Change = (task: PickTask, found: Found, row: Row) => PickTask;

const stateActions: Record<string, string> = pickActions;
export const PICK_TABLE = /* @__PURE__ */ tableOf(pick);

/** Decide one intent of a picker: what it means, the task after it, its effect and its reply. */
export const stepPick = (task: PickTask, intent: Intent, scan: Scan, things: readonly Thing[]): Outcome<PickTask> =>
  pickOutcome(PICK_TABLE, task, intent, scan, things);

/** A step by a given table: the mutation tests hand in broken ones. */
export function pickOutcome(
  table: Table,
  standing: PickTask,
  intent: Intent,
  scan: Scan,
  things: readonly Thing[],
): Outcome<PickTask> {
  const task = awake(standing, intent);
  const found = pickSignal(task, intent, scan, things);
  const row = look(table, task.state, found.signal);
  const after: PickTask = { ...afterEffect(task, found, row), asked: askedAfter(task, found, row) };
  const idle = row.effect === "nothing";
  return {
    signal: found.signal,
    task: after,
    effect: found.qtyEach || row.effect !== "count" ? row.effect : "nothing",
    reply: replyFor(pickCodes, row, scannedText(intent, scan), wanted(after), after.asked, stateActions[after.state] ?? "", (name) =>
      argOf(name, task, after, found, intent),
    ),
    qtyEach: idle ? 0 : found.qtyEach,
    ref: idle ? "" : found.ref,
    lot: idle ? "" : found.lot,
    serial: idle ? "" : found.serial,
    weightG: idle ? null : scan.weightG,
    also: row.also,
  };
}

function askedAfter(task: PickTask, found: Found, row: Row): string {
  if (row.effect === "resume" && !row.asks) return found.ref;
  if (!row.asks) return task.asked && NOISE.has(found.signal) ? task.asked : "";
  const ref = row.asks === "zero" && task.line ? task.line.locationCode : found.lot || found.ref;
  return `${row.asks}:${found.qtyEach}:${ref}`;
}

const afterEffect: Change = (task, found, row) => {
  const change = CHANGES[row.effect];
  return change ? change(task, found, row) : { ...task, state: stateAfter(task, row) };
};

function stateAfter(task: PickTask, row: Row): PickState {
  if (row.next === "stay") return task.state;
  if (row.next === "back") return (task.last?.state ?? task.state) as PickState;
  return row.next as PickState;
}

function count(task: PickTask, found: Found, row: Row): PickTask {
  const { qtyEach, ref, lot, serial } = found;
  const last = row.next === "back" ? null : done({ effect: "count", qtyEach, ref, lot, serial, state: task.state });
  return {
    ...task,
    state: stateAfter(task, row),
    inHandEach: task.inHandEach + qtyEach,
    line: serial && task.line ? withSerial(task.line, serial, qtyEach > 0) : task.line,
    last: qtyEach ? last : task.last,
  };
}

function withSerial(line: PickLine, serial: string, added: boolean): PickLine {
  const others = line.serials.filter((one) => one !== serial);
  return { ...line, serials: added ? [...others, serial] : others };
}

function put(task: PickTask, found: Found, row: Row): PickTask {
  const { line } = task;
  const { qtyEach, ref, lot } = found;
  if (!line) return task;
  const last = done({ effect: "put", qtyEach, ref, lot, state: task.state, line });
  const following = bound(task.following, line.slot, ref);
  if (row.next === "next_line") return { ...nextLine(task, following), last };
  const rest = { ...line, pickedEach: line.pickedEach + qtyEach, tote: ref };
  return { ...task, state: stateAfter(task, row), inHandEach: 0, line: rest, following, last };
}

const bound = (line: PickLine | null, slot: number, tote: string): PickLine | null =>
  line?.slot === slot ? { ...line, tote } : line;

function nextLine(task: PickTask, following: PickLine | null): PickTask {
  const here = following?.locationCode === task.atLocation;
  return {
    ...task,
    state: following ? (here ? "item" : "location") : "station",
    atLocation: here ? task.atLocation : "",
    inHandEach: 0,
    line: following,
    following: null,
    last: null,
  };
}

function short(task: PickTask, found: Found, row: Row): PickTask {
  if (row.next === "back") return undo(task, found, row);
  const { line } = task;
  const { qtyEach, ref, lot } = found;
  const last = done({ effect: "short", qtyEach, ref, lot, state: task.state, line });
  if (!line || row.next === "next_line") return { ...nextLine(task, task.following), last };
  const kept = { ...line, qtyEach: line.pickedEach + task.inHandEach };
  return { ...task, state: stateAfter(task, row), line: kept, last };
}

function fullTote(task: PickTask, { ref }: Found, row: Row): PickTask {
  const { line } = task;
  if (!line) return task;
  const last = done({ effect: "full_tote", ref, state: task.state, line });
  return { ...withTote(task, line.slot, ""), state: stateAfter(task, row), last };
}

/** The task, its lines of this slot going into that tote. */
const withTote = (task: PickTask, slot: number, tote: string): PickTask => ({
  ...task,
  line: bound(task.line, slot, tote),
  following: bound(task.following, slot, tote),
});

function changeLot(task: PickTask, found: Found, row: Row): PickTask {
  const { line } = task;
  const { qtyEach, ref, lot } = found;
  if (!line) return task;
  const back = row.next === "back";
  return {
    ...task,
    state: stateAfter(task, row),
    inHandEach: task.inHandEach + qtyEach,
    line: { ...line, lot, expiry: line.lotsHereExpiry[line.lotsHere.lastIndexOf(lot)] ?? "" },
    last: back ? null : done({ effect: "change_lot", qtyEach, ref, lot: line.lot, state: task.state }),
  };
}

function undo(task: PickTask, _found: Found, row: Row): PickTask {
  const { last } = task;
  if (!last) return task;
  const { line } = last;
  const state = stateAfter(task, row);
  if (!line) return { ...task, state, cart: last.effect === "take_cart" ? "" : task.cart, atLocation: "", last: null };
  if (last.effect === "full_tote") return { ...withTote(task, line.slot, last.ref), state, last: null };
  return {
    ...task,
    state,
    atLocation: state === "location" ? "" : line.locationCode,
    inHandEach: last.effect === "short" ? line.qtyEach - line.pickedEach - last.qtyEach : last.qtyEach,
    line,
    following: task.line?.lineId === line.lineId ? task.following : task.line,
    last: null,
  };
}

const ended: Change = (task, _found, row) => ({ ...task, state: stateAfter(task, row), last: null });

const CHANGES: Partial<Record<Effect, Change>> = {
  take_cart: (task, { ref }, row) => ({
    ...task,
    state: stateAfter(task, row),
    cart: ref,
    last: done({ effect: "take_cart", ref, state: task.state }),
  }),
  arrive: (task, { ref }, row) => ({
    ...task,
    state: stateAfter(task, row),
    atLocation: ref,
    last: done({ effect: "arrive", ref, state: task.state }),
  }),
  count,
  put,
  short,
  full_tote: fullTote,
  change_lot: changeLot,
  finish: ended,
  hand_over: ended,
  undo,
};

function wanted(task: PickTask): string {
  const { line, state } = task;
  if (!line) return state === "station" ? task.station : "";
  if (state === "location") return line.locationCode;
  if (state === "tote") return line.tote;
  return state === "item" || state === "quantity" ? line.sku : "";
}

function argOf(name: string, before: PickTask, after: PickTask, found: Found, intent: Intent): string | number {
  const { line } = before;
  switch (name) {
    case "n":
      return found.qtyEach;
    case "have":
      return after.inHandEach + (line?.pickedEach ?? 0);
    case "left":
      return line ? leftOf(before, line) : 0;
    case "of":
      return line?.qtyEach ?? "";
    case "sku":
      return line?.sku ?? "";
    case "location":
      return line?.locationCode ?? "";
    case "slot":
      return line?.slot ?? "";
    case "tote":
      return line?.tote ?? "";
    case "line_lot":
      return line?.lot ?? "";
    case "lots":
      return line?.lotsHere.join(", ") ?? "";
    case "lot":
      return found.lot;
    case "serial":
      return found.serial;
    case "typed":
      return intent.qty ?? 0;
    case "station":
      return before.station;
    case "enrol":
      return /^[A-Z]{1,8}-?[0-9]{1,8}$/.test(found.ref) ? 1 : 0;
    case "ref":
      return found.ref;
    default:
      return found.note;
  }
}
