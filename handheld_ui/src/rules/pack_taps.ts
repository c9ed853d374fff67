/** What a tap, a typed number or the scale means for a packing task: the twin of server/core/flow/pack_taps.py. */

import { found, question, type Found } from "./found";
import { strip } from "./gs1";
import type { Act, Effect, Intent, PackLine, PackState, PackTask } from "./terms";

type Tap = (task: PackTask, intent: Intent) => Found;

const UNDONE = new Map<Effect, readonly [string, readonly PackState[]]>([
  ["pack", ["undo_pack", ["item", "quantity", "close"]]],
  ["take_carton", ["undo_carton", ["item"]]],
  ["open_order", ["undo_open", ["carton"]]],
]);

export function packTapSignal(task: PackTask, intent: Intent, act?: Act): Found {
  const deed = act ?? intent.act ?? "scan";
  if (task.state === "done") return deed === "label" ? found("print", { ref: task.orderRef }) : found("finished");
  const reader = TAPS.get(deed);
  return reader ? reader(task, intent) : found("not_now", { note: deed });
}

const notNow = (intent: Intent): Found => found("not_now", { note: intent.act ?? "scan" });

const counting = (task: PackTask): boolean => task.state === "item" || task.state === "quantity";

function numberFault(typed: number | null): string {
  if (typed === null) return "quantity_text";
  if (typed > 0) return "";
  return typed < 0 ? "quantity_negative" : "quantity_zero";
}

function quantity(task: PackTask, intent: Intent): Found {
  if (!counting(task)) return notNow(intent);
  const typed = intent.qty ?? null;
  const fault = numberFault(typed);
  if (typed === null || fault) return found(fault);
  if (!task.line) return found("item_first");
  if (typed > task.line.qtyEach) return found("quantity_over", { ref: task.line.sku });
  return packed(task, task.line, typed);
}

function complete(task: PackTask, intent: Intent): Found {
  if (!counting(task)) return notNow(intent);
  return task.line ? packed(task, task.line, task.line.qtyEach) : found("item_first");
}

function packed(task: PackTask, line: PackLine, typed: number): Found {
  const ref = line.sku;
  if (line.packedEach === 0) return found("item_first", { ref });
  if (line.qtyEach <= line.countEachUpTo) return found("count_by_scanning", { ref });
  const qtyEach = typed - line.packedEach;
  if (qtyEach >= task.missingEach) return found("quantity_last", { qtyEach, ref });
  return found(typed === line.qtyEach ? "quantity" : "quantity_part", { qtyEach, ref });
}

function close(task: PackTask, intent: Intent): Found {
  const ref = task.orderRef;
  if (task.state === "close") {
    const { kind, qtyEach } = question(task);
    return kind === "weight" ? found("weight_held", { qtyEach, ref }) : booked(task, "close", { qtyEach, ref });
  }
  if (!counting(task)) return notNow(intent);
  return found(task.packedEach === 0 ? "nothing_packed" : "close_missing", { qtyEach: task.missingEach, ref });
}

/** What the carrier has a part in: while it is down nothing of it is done. */
const booked = (task: PackTask, signal: string, about: Partial<Found>): Found => found(task.carrierDown ? "carrier_down" : signal, about);

function confirm(task: PackTask, intent: Intent): Found {
  const { kind, qtyEach, ref } = question(task);
  if (kind === "partial") {
    const about = { qtyEach: task.missingEach, ref: task.orderRef };
    return strip(intent.reason ?? "") ? booked(task, "partial", about) : found("partial_why", about);
  }
  if (kind === "carton") return found("next_carton", { ref });
  if (kind === "weight") return found("weighed", { qtyEach, ref: task.orderRef });
  return found("nothing_asked");
}

function cancel(task: PackTask): Found {
  const { kind, qtyEach, ref } = question(task);
  if (kind === "weight") return found("weight_held", { qtyEach, ref });
  return found(kind ? "kept" : "nothing_asked");
}

function label(task: PackTask, intent: Intent): Found {
  if (task.state === "close") return booked(task, "print", { ref: task.orderRef });
  if (task.state !== "tote") return found("label_before_verified");
  return task.shippedRef ? found("print", { ref: task.shippedRef }) : notNow(intent);
}

function weigh(task: PackTask, intent: Intent): Found {
  if (task.state !== "close") return notNow(intent);
  const typed = intent.qty ?? null;
  const fault = numberFault(typed);
  if (typed === null || fault) return found(fault);
  const fits = task.expectedG === null || Math.abs(typed - task.expectedG) <= task.toleranceG;
  return found(fits ? "weighed" : "weight_off", { qtyEach: typed, ref: task.orderRef });
}

function undo(task: PackTask): Found {
  const { last } = task;
  const known = last && UNDONE.get(last.effect);
  if (!last || !known?.[1].includes(task.state)) return found("undo_none");
  const { ref, lot, serial } = last;
  return found(known[0], { qtyEach: -last.qtyEach || 0, ref, lot, serial, note: last.effect });
}

const TAPS = new Map<Act, Tap>([
  ["quantity", quantity],
  ["complete", complete],
  ["close", close],
  ["confirm", confirm],
  ["cancel", cancel],
  ["label", label],
  ["weigh", weigh],
  ["undo", undo],
]);
