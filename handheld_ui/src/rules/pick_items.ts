/** Items, lots, serials and loads at the shelf: the twin of server/core/flow/pick_items.py. */

import { found, question, type Found } from "./found";
import { fold } from "./gs1";
import type { PickLine, PickTask, Scan, Thing } from "./terms";

const REFUSED = new Set(["one_too_many", "pack_too_big"]);
const LOT_QUESTIONS = new Set(["lot", "other_lot", "strange_lot"]);

export const leftOf = (task: PickTask, line: PickLine): number => line.qtyEach - line.pickedEach - task.inHandEach;

export function itemSignal(task: PickTask, line: PickLine, scan: Scan, thing: Thing): Found {
  if (thing.ref !== line.sku) return found(thing.state === "listed" ? "listed_item" : "other_item", { ref: thing.ref });
  if (thing.qtyEach < 1) return found("unknown_pack", { ref: thing.ref });
  const units = scan.count === null ? thing.qtyEach : thing.qtyEach * scan.count;
  if (line.tracks === "serial") return serial(task, line, units, scan.serial);
  if (scan.lot || line.tracks === "lot") return lotOf(task, line, units, scan.lot, scan.expiry);
  return counted(task, line, units, line.lot);
}

export function lotSignal(task: PickTask, line: PickLine, _scan: Scan, thing: Thing): Found {
  const asked = question(task);
  if (LOT_QUESTIONS.has(asked.kind) && thing.sku === line.sku) {
    return lotOf(task, line, asked.qtyEach, fold(thing.ref), "");
  }
  return found(line.tracks === "lot" && thing.sku === line.sku ? "item_before_lot" : "is_lot", { ref: thing.ref });
}

export function serialSignal(task: PickTask, line: PickLine, _scan: Scan, thing: Thing): Found {
  const { ref } = thing;
  if (line.tracks !== "serial" || thing.sku !== line.sku) return found("is_serial", { ref });
  if (thing.state === "order") return found("serial_of_order", { ref, serial: ref, note: thing.orderRef });
  if (thing.state === "gone") return found("serial_unknown", { ref, serial: ref });
  return serial(task, line, 1, ref);
}

export function loadSignal(task: PickTask, line: PickLine, _scan: Scan, thing: Thing): Found {
  const left = leftOf(task, line);
  const exact = thing.sku === line.sku && left > 0 && thing.qtyEach === left && (thing.lot === "" || thing.lot === line.lot);
  if (!exact || line.tracks === "serial") return found("load_differs", { ref: thing.ref });
  const late = expired(line, line.expiry);
  return found(late ? "lot_expired" : "item_done", { qtyEach: left, ref: thing.ref, lot: line.lot, note: late });
}

export function askedSerial(task: PickTask, line: PickLine, scan: Scan): Found | null {
  const [text] = scan.keys;
  if (question(task).kind !== "serial" || scan.gtin || text === undefined) return null;
  return serial(task, line, 1, scan.serial || text);
}

export function askedLot(task: PickTask, line: PickLine, scan: Scan): Found | null {
  const asked = question(task);
  const [text] = scan.keys;
  if (!LOT_QUESTIONS.has(asked.kind) || scan.gtin || text === undefined) return null;
  const lot = scan.lot || text;
  const fits = scan.lot || lot === fold(asked.ref) || [line.lot, ...line.lotsHere].some((here) => fold(here) === lot);
  return fits ? lotOf(task, line, asked.qtyEach, lot, scan.expiry) : null;
}

export function confirmedLot(task: PickTask, line: PickLine): Found {
  const asked = question(task);
  const seen = counted(task, line, asked.qtyEach, asked.ref);
  if (REFUSED.has(seen.signal)) return seen;
  const also = asked.kind === "strange_lot" ? "_counted" : "";
  return { ...seen, signal: `lot_changed${also}${seen.signal === "item_done" ? "_done" : ""}` };
}

export const countedAgain = (task: PickTask, line: PickLine): Found =>
  counted(task, line, question(task).qtyEach, line.lot);

function counted(task: PickTask, line: PickLine, units: number, lot: string, serialNo = ""): Found {
  const left = leftOf(task, line);
  let signal: string;
  if (units > left) signal = left > 0 ? "pack_too_big" : "one_too_many";
  else if (units === left) signal = "item_done";
  else signal = units === 1 && left > line.countEachUpTo && !serialNo ? "item_many" : "item";
  return found(signal, { qtyEach: units, ref: line.sku, lot, serial: serialNo });
}

function serial(task: PickTask, line: PickLine, units: number, serialNo: string): Found {
  const seen = counted(task, line, units, line.lot, serialNo);
  if (units > 1) return { ...seen, signal: "serials_by_scanning" };
  if (serialNo && line.serials.includes(serialNo)) return { ...seen, signal: "serial_again" };
  if (REFUSED.has(seen.signal)) return seen;
  if (!serialNo) return { ...seen, signal: "serial_wanted" };
  const unknown = line.serialsHere.length > 0 && !line.serialsHere.includes(serialNo);
  return unknown ? { ...seen, signal: "serial_unknown" } : seen;
}

function lotOf(task: PickTask, line: PickLine, units: number, lot: string, expiry: string): Found {
  const seen = counted(task, line, units, lot);
  if (REFUSED.has(seen.signal)) return seen;
  if (!lot) return lotUnsaid(seen, line);
  if (lot === fold(line.lot) || !line.lot) {
    const late = expired(line, expiry || line.expiry);
    return late ? { ...seen, signal: "lot_expired", note: late } : { ...seen, lot: line.lot || lot };
  }
  return lotOther(task, seen, line, expiry);
}

function lotUnsaid(seen: Found, line: PickLine): Found {
  if (line.lotsHere.length === 1) return { ...seen, lot: line.lot };
  return { ...seen, signal: line.lotsHere.length ? "several_lots" : "lot_wanted", lot: "" };
}

function lotOther(task: PickTask, seen: Found, line: PickLine, expiry: string): Found {
  const known = line.lotsHere.findIndex((here) => fold(here) === seen.lot);
  const date = expiry || (line.lotsHereExpiry[known] ?? "");
  const asked = question(task);
  if (line.lotsGone.some((gone) => fold(gone) === seen.lot)) return { ...seen, signal: "lot_gone" };
  if (expired(line, date)) return { ...seen, signal: "lot_expired", note: date };
  if (task.inHandEach || line.pickedEach) return { ...seen, signal: "lot_begun" };
  if (asked.kind === "other_lot") {
    return seen.lot === fold(asked.ref) ? confirmedLot(task, line) : { ...seen, signal: "lot_differs" };
  }
  const spelled = line.lotsHere[known];
  if (spelled === undefined) return { ...seen, signal: "strange_lot" };
  const newer = date !== "" && line.expiry !== "" && date > line.expiry;
  return { ...seen, signal: newer ? "newer_lot" : "other_lot", lot: spelled };
}

const expired = (line: PickLine, date: string): string => (date && line.minExpiry && date < line.minExpiry ? date : "");
