/** What an intent means for a packing task: the twin of server/core/flow/pack_signals.py. */

import { choose, commandOf } from "./choose";
import { found, question, type Found } from "./found";
import { packTapSignal } from "./pack_taps";
import type { Intent, PackState, PackTask, Scan, Thing, ThingKind } from "./terms";

const EXPECTED: Partial<Record<PackState, ThingKind>> = {
  tote: "tote",
  carton: "carton",
  item: "item",
  quantity: "item",
  close: "item",
};

export function packSignal(task: PackTask, intent: Intent, scan: Scan, things: readonly Thing[]): Found {
  const { state } = task;
  const act = intent.act ?? "scan";
  if (act !== "scan" && act !== "typed") return packTapSignal(task, intent);
  if (state === "done") return afterDone(task, intent, scan, things);
  if (scan.fault && !(things.length && scan.fault === "read_error")) return found(scan.fault);
  const thing = choose(EXPECTED[state], task.line?.sku ?? "", things);
  if (!thing) {
    const command = commandOf(scan.text);
    return command ? packTapSignal(task, intent, command) : found("unknown", { ref: scan.text });
  }
  return READERS[thing.kind]?.(task, scan, thing) ?? found(`is_${thing.kind}`, { ref: thing.ref });
}

/** Nothing more belongs to a closed order but its label, printed again. */
function afterDone(task: PackTask, intent: Intent, scan: Scan, things: readonly Thing[]): Found {
  if (scan.fault === "empty") return found("empty");
  const reprint = !things.length && commandOf(scan.text) === "label";
  return reprint ? packTapSignal(task, intent, "label") : found("finished");
}

function tote(task: PackTask, _scan: Scan, thing: Thing): Found {
  const { ref, state } = thing;
  if (task.state !== "tote") return found(task.totes.includes(ref) ? "tote_again" : "other_tote", { ref });
  if (state === "staged") return found("tote_ready", { ref: thing.orderRef, note: ref });
  if (state === "missing") return found("tote_unfinished", { qtyEach: thing.qtyEach, ref });
  return found(state === "free" ? "tote_empty" : "tote_not_here", { ref });
}

function carton(task: PackTask, _scan: Scan, thing: Thing): Found {
  const { ref } = thing;
  if (task.state === "tote") return found("is_carton", { ref });
  if (thing.state === "refused") return found("carton_refused", { ref });
  if (task.state === "carton") return found("carton", { ref });
  if (ref === task.carton) return found("carton_again", { ref });
  const held = question(task);
  if (held.kind === "weight") return found("weight_held", { qtyEach: held.qtyEach, ref: held.ref });
  return found(task.asked === `carton:0:${ref}` ? "next_carton" : "other_carton", { ref });
}

function item(task: PackTask, scan: Scan, thing: Thing): Found {
  const { line } = task;
  const { ref } = thing;
  if (task.state === "tote") return found("is_item", { ref });
  if (ref !== line?.sku) return found("not_in_order", { ref });
  if (task.state === "carton") return found("carton_first", { ref });
  if (thing.qtyEach < 1) return found("unknown_pack", { ref });
  const qtyEach = scan.count === null ? thing.qtyEach : thing.qtyEach * scan.count;
  const left = task.state === "close" ? 0 : line.qtyEach - line.packedEach;
  if (qtyEach > left) return found(left > 0 ? "pack_too_big" : "one_too_many", { qtyEach, ref });
  const many = qtyEach === 1 && left > line.countEachUpTo;
  const signal = qtyEach >= task.missingEach ? "item_last" : many ? "item_many" : "item";
  return found(signal, { qtyEach, ref, lot: scan.lot, serial: scan.serial });
}

const READERS: Partial<Record<ThingKind, (task: PackTask, scan: Scan, thing: Thing) => Found>> = { tote, carton, item };
