/** What a tap or a typed number means for a pick task: the twin of server/core/flow/pick_taps.py. */

import { found, question, type Found } from "./found";
import { strip } from "./gs1";
import { isPaused, pause, resume } from "./pick_breaks";
import { confirmedLot, countedAgain, leftOf } from "./pick_items";
import type { Act, Effect, Intent, PickLine, PickState, PickTask } from "./terms";

type Tap = (task: PickTask, intent: Intent) => Found;

const SHELF: ReadonlySet<PickState> = new Set(["item", "quantity", "tote"]);
const AT_LINE: ReadonlySet<PickState> = new Set(["location", "item", "quantity", "tote"]);
const LINE_ENDS: ReadonlySet<PickState> = new Set(["location", "item", "station"]);
const UNDONE = new Map<Effect, readonly [string, ReadonlySet<PickState>]>([
  ["count", ["undo_count", SHELF]],
  ["change_lot", ["undo_lot", SHELF]],
  ["put", ["undo_put", LINE_ENDS]],
  ["short", ["undo_short", new Set(LINE_ENDS).add("tote")]],
  ["full_tote", ["undo_full", AT_LINE]],
  ["arrive", ["undo_arrive", new Set<PickState>(["item"])]],
  ["take_cart", ["undo_cart", new Set<PickState>(["waiting"])]],
]);

export function tapSignal(task: PickTask, intent: Intent, act?: Act): Found {
  if (task.state === "done") return found("finished");
  const deed = act ?? intent.act ?? "scan";
  const reader = TAPS.get(deed);
  return reader ? reader(task, intent) : found("not_now", { note: deed });
}

const notNow = (intent: Intent): Found => found("not_now", { note: intent.act ?? "scan" });

const lineAt = (task: PickTask, states: ReadonlySet<PickState>): PickLine | null =>
  states.has(task.state) ? task.line : null;

function quantity(task: PickTask, intent: Intent): Found {
  const line = lineAt(task, SHELF);
  if (!line) return notNow(intent);
  const typed = intent.qty ?? null;
  if (line.tracks === "serial") return found("serials_by_scanning", { ref: line.sku });
  if (typed === null) return found("quantity_text");
  if (typed < 1) return found(typed < 0 ? "quantity_negative" : "quantity_zero");
  if (line.pickedEach + typed > line.qtyEach) return found("quantity_over");
  return inHand(task, line, typed);
}

function complete(task: PickTask, intent: Intent): Found {
  const line = lineAt(task, SHELF);
  if (!line) return notNow(intent);
  if (line.tracks === "serial") return found("serials_by_scanning", { ref: line.sku });
  return inHand(task, line, line.qtyEach - line.pickedEach);
}

/** A number counts only behind a scan of the item, and only above the SKU's limit for counting by scans. */
function inHand(task: PickTask, line: PickLine, typed: number): Found {
  if (task.inHandEach === 0) return found("item_first", { ref: line.sku });
  if (line.qtyEach <= line.countEachUpTo) return found("count_by_scanning", { ref: line.sku });
  const signal = line.pickedEach + typed === line.qtyEach ? "quantity_done" : "quantity";
  return found(signal, { qtyEach: typed - task.inHandEach, ref: line.sku, lot: line.lot });
}

function short(task: PickTask, intent: Intent): Found {
  const line = lineAt(task, AT_LINE);
  if (!line) return notNow(intent);
  const left = leftOf(task, line);
  const reason = intent.reason ?? "";
  if (!strip(reason)) return found("short_why");
  let signal: string;
  if (task.state === "location") signal = reason === "blocked" ? "short" : "short_early";
  else if (left < 1) signal = "nothing_missing";
  else signal = task.inHandEach ? "short_kept" : "short";
  return found(signal, { qtyEach: left, ref: line.locationCode, lot: line.lot, note: reason });
}

function wayBlocked(task: PickTask, intent: Intent): Found {
  if (!task.line && task.state !== "station") return notNow(intent);
  return found("way_blocked", { ref: task.line ? task.line.locationCode : task.station });
}

function fullTote(task: PickTask, intent: Intent): Found {
  const line = lineAt(task, AT_LINE);
  if (!line) return notNow(intent);
  return line.tote ? found("full_tote", { ref: line.tote }) : found("no_tote_yet");
}

function confirm(task: PickTask): Found {
  const { kind, qtyEach, ref } = question(task);
  const { line } = task;
  if (kind === "pause") return resume(task);
  if (kind === "station") return found("station_open", { ref });
  if (!line) return found("nothing_asked");
  if (kind === "other_lot" || kind === "strange_lot") return confirmedLot(task, line);
  if (kind === "both") return countedAgain(task, line);
  if (kind === "blocked") return found("short", { qtyEach, ref: line.locationCode, lot: line.lot });
  return found("nothing_asked");
}

const cancel = (task: PickTask): Found => (isPaused(task) ? resume(task) : found(question(task).kind ? "kept" : "nothing_asked"));

function zero(task: PickTask, intent: Intent): Found {
  const { kind, ref } = question(task);
  if (kind !== "zero") return found("nothing_asked");
  return found(intent.qty === 1 ? "zero_yes" : intent.qty === 0 ? "zero_no" : "zero_unclear", { ref });
}

function undo(task: PickTask): Found {
  const { last } = task;
  const known = last && UNDONE.get(last.effect);
  if (!last || !known?.[1].has(task.state)) return found("undo_none");
  const { ref, lot, serial } = last;
  return found(known[0], { qtyEach: -last.qtyEach || 0, ref, lot, serial, note: last.effect });
}

function putBack(task: PickTask, intent: Intent): Found {
  if (task.state !== "cart" && task.state !== "waiting") return notNow(intent);
  return found(task.putBacks ? "put_back" : "no_put_back");
}

const TAPS = new Map<Act, Tap>([
  ["quantity", quantity],
  ["complete", complete],
  ["short", short],
  ["full_tote", fullTote],
  ["way_blocked", wayBlocked],
  ["confirm", confirm],
  ["cancel", cancel],
  ["zero", zero],
  ["undo", undo],
  ["pause", pause],
  ["resume", resume],
  ["put_back", putBack],
]);
