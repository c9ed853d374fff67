/** A packing step: the twin of server/core/flow/pack_step.py. */

import { pack, packActions, packCodes } from "./flow.json";
import { question, type Found } from "./found";
import { packSignal } from "./pack_signals";
import { look, NOISE, replyFor, scannedText, tableOf, type Row, type Table } from "./table";
import { done, type Effect, type Intent, type Outcome, type PackState, type PackTask } from "./terms";
import type { Scan, Thing } from "./terms";

type Change = (task: PackTask, found: Found, row: Row) => PackTask;

const stateActions: Record<string, string> = packActions;
export const PACK_TABLE = /* @__PURE__ */ tableOf(pack);

/** Decide one intent of a packer; `task.line` must be the line of the scanned item, when there is one. */
export const stepPack = (task: PackTask, intent: Intent, scan: Scan, things: readonly Thing[]): Outcome<PackTask> =>
  packOutcome(PACK_TABLE, task, intent, scan, things);

/** A step by a given table: the mutation tests hand in broken ones. */
export function packOutcome(
  table: Table,
  task: PackTask,
  intent: Intent,
  scan: Scan,
  things: readonly Thing[],
): Outcome<PackTask> {
  const found = packSignal(task, intent, scan, things);
  const row = look(table, task.state, found.signal);
  const after: PackTask = { ...afterEffect(task, found, row), asked: askedAfter(task, found, row) };
  const idle = row.effect === "nothing";
  return {
    signal: found.signal,
    task: after,
    effect: found.qtyEach || row.effect !== "pack" ? row.effect : "nothing",
    reply: replyFor(packCodes, row, scannedText(intent, scan), wanted(after), after.asked, stateActions[after.state] ?? "", (name) =>
      argOf(name, task, after, found, intent),
    ),
    qtyEach: idle ? 0 : found.qtyEach,
    ref: idle ? "" : found.ref,
    lot: idle ? "" : found.lot,
    serial: idle ? "" : found.serial,
    weightG: null,
    also: row.also,
  };
}

/** A parcel held for its weight stays held whatever else is scanned. */
function askedAfter(task: PackTask, found: Found, row: Row): string {
  if (row.asks) return `${row.asks}:${found.qtyEach}:${found.ref}`;
  const held = question(task).kind === "weight" && row.effect === "nothing";
  return held || NOISE.has(found.signal) ? task.asked : "";
}

const afterEffect: Change = (task, found, row) => {
  const change = CHANGES[row.effect];
  return change ? change(task, found, row) : { ...task, state: stateAfter(task, row) };
};

function stateAfter(task: PackTask, row: Row): PackState {
  if (row.next === "stay") return task.state;
  if (row.next === "back") return (task.last?.state ?? task.state) as PackState;
  return row.next as PackState;
}

function packUnits(task: PackTask, found: Found, row: Row): PackTask {
  const { qtyEach, ref, lot, serial } = found;
  const last = row.next === "back" ? null : done({ effect: "pack", qtyEach, ref, lot, serial, state: task.state });
  return {
    ...task,
    state: stateAfter(task, row),
    line: task.line && { ...task.line, packedEach: task.line.packedEach + qtyEach },
    missingEach: task.missingEach - qtyEach,
    packedEach: task.packedEach === null ? null : task.packedEach + qtyEach,
    last: qtyEach ? last : task.last,
  };
}

function undo(task: PackTask, _found: Found, row: Row): PackTask {
  const back: PackTask = { ...task, state: stateAfter(task, row), carton: "", last: null };
  return task.last?.effect === "open_order" ? { ...back, orderRef: "", totes: [], line: null, missingEach: 0 } : back;
}

const end: Change = (task, _found, row) => ({ ...task, state: stateAfter(task, row), last: null });

const CHANGES: Partial<Record<Effect, Change>> = {
  open_order: (task, { ref, note }, row) => ({
    ...task,
    state: stateAfter(task, row),
    orderRef: ref,
    totes: [note],
    line: null,
    last: done({ effect: "open_order", ref, state: task.state }),
  }),
  take_carton: (task, { ref }, row) => ({
    ...task,
    state: stateAfter(task, row),
    carton: ref,
    last: task.carton ? null : done({ effect: "take_carton", ref, state: task.state }),
  }),
  pack: packUnits,
  ship: end,
  ship_partial: end,
  undo,
};

const wanted = ({ line, state }: PackTask): string => (line && state === "quantity" ? line.sku : "");

function argOf(name: string, before: PackTask, after: PackTask, found: Found, intent: Intent): string | number {
  switch (name) {
    case "n":
    case "grams":
      return found.qtyEach;
    case "have":
      return after.line?.packedEach ?? 0;
    case "of":
      return after.line?.qtyEach ?? 0;
    case "left":
      return before.line ? before.line.qtyEach - before.line.packedEach : 0;
    case "missing":
      return after.missingEach;
    case "sku":
      return found.ref;
    case "ref":
      return found.note || found.ref;
    case "order":
      return after.orderRef || before.orderRef || before.shippedRef;
    case "carton":
      return after.carton;
    case "typed":
      return intent.qty ?? 0;
    case "carrier":
      return before.carrier;
    case "expected":
      return before.expectedG ?? 0;
    default:
      return found.note;
  }
}
