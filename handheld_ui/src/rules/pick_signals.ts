/** What an intent means for a pick task: the twin of server/core/flow/pick_signals.py. */

import { choose, commandOf } from "./choose";
import { found, question, type Found } from "./found";
import { handOver } from "./pick_breaks";
import { askedLot, askedSerial, itemSignal, leftOf, loadSignal, lotSignal, serialSignal } from "./pick_items";
import { tapSignal } from "./pick_taps";
import type { Intent, PickLine, PickState, PickTask, Scan, Thing, ThingKind } from "./terms";

const EXPECTED: Partial<Record<PickState, ThingKind>> = {
  cart: "cart",
  location: "location",
  item: "item",
  quantity: "item",
  tote: "tote",
  station: "station",
};

export function pickSignal(task: PickTask, intent: Intent, scan: Scan, things: readonly Thing[]): Found {
  const { state, line } = task;
  const act = intent.act ?? "scan";
  if (act === "hand_over" && state !== "done") return handOver(task, scan, things);
  if (act !== "scan" && act !== "typed") return tapSignal(task, intent);
  if (scan.fault && !(things.length && scan.fault === "read_error")) {
    return found(state === "done" && scan.fault !== "empty" ? "finished" : scan.fault);
  }
  if (state === "waiting") {
    return found(things.some((one) => one.kind === "cart" && one.ref === task.cart) ? "cart_again" : "early");
  }
  if (state === "done") return found("finished");
  if (act === "typed" && state === "location" && line) {
    const typed = typedDigits(line, scan, things);
    if (typed) return typed;
  }
  const thing = choose(EXPECTED[state], wantedRef(task), things);
  return thing ? AT[state](task, scan, thing, things) : unknown(task, intent, scan);
}

function wantedRef(task: PickTask): string {
  const { line } = task;
  if (!line) return task.station;
  if (task.state === "location") return line.locationCode;
  return task.state === "tote" ? line.tote : line.sku;
}

function unknown(task: PickTask, intent: Intent, scan: Scan): Found {
  const act = commandOf(scan.text);
  if (act) return tapSignal(task, intent, act);
  const answer = task.line && (askedLot(task, task.line, scan) ?? askedSerial(task, task.line, scan));
  return answer ?? found("unknown", { ref: scan.text });
}

function typedDigits(line: PickLine, scan: Scan, things: readonly Thing[]): Found | null {
  const ref = line.locationCode;
  if (!line.checkDigits) return null;
  if (scan.text === line.checkDigits) return found("right_location", { ref });
  if (things.some((one) => one.kind === "location" && one.ref === ref)) return found("digits_wanted", { ref });
  const digits = /^[0-9]+$/.test(scan.text) && scan.text.length <= line.checkDigits.length;
  return !things.length && digits ? found("wrong_digits", { ref }) : null;
}

const other = (thing: Thing): Found => found(`is_${thing.kind}`, { ref: thing.ref });

function atCart(_task: PickTask, _scan: Scan, thing: Thing): Found {
  if (thing.kind !== "cart") return other(thing);
  return found(thing.state === "busy" ? "cart_busy" : "cart_free", { ref: thing.ref });
}

function atLocation(task: PickTask, _scan: Scan, thing: Thing): Found {
  const { line } = task;
  const { ref } = thing;
  if (!line) return other(thing);
  if (thing.kind === "location") {
    if (thing.state === "foreign") return found("location_not_allowed", { ref });
    if (ref !== line.locationCode) return found("wrong_location", { ref });
    if (thing.state === "blocked") return found("blocked_location", { qtyEach: leftOf(task, line), ref });
    return found("right_location", { ref });
  }
  return thing.kind === "item" && ref === line.sku ? found("location_first", { ref }) : other(thing);
}

function atItem(task: PickTask, scan: Scan, thing: Thing, things: readonly Thing[]): Found {
  if (thing.kind === "location") {
    return found(thing.ref === task.atLocation ? "location_again" : "wrong_location", { ref: thing.ref });
  }
  if (thing.kind === "tote" && task.inHandEach === 0) return other(thing);
  return atShelf(task, scan, thing, things);
}

function atShelf(task: PickTask, scan: Scan, thing: Thing, things: readonly Thing[]): Found {
  const { line } = task;
  if (!line) return other(thing);
  const answer = thing.kind === "item" ? null : askedLot(task, line, scan);
  if (answer) return answer;
  if (thing.kind === "item") {
    const seen = itemSignal(task, line, scan, thing);
    const fitsLocation = things.some((one) => one.kind === "location" && one.ref === task.atLocation);
    const counts = seen.signal === "item" || seen.signal === "item_many" || seen.signal === "item_done";
    return fitsLocation && counts ? { ...seen, signal: "both" } : seen;
  }
  return SHELF_THINGS[thing.kind]?.(task, line, scan, thing) ?? other(thing);
}

function tote(task: PickTask, line: PickLine, _scan: Scan, thing: Thing): Found {
  const { ref, state } = thing;
  if (state === "busy" || state === "full") return found(`tote_${state}`, { ref });
  if (state === "staged" || state === "missing" || state === "packing") return found("tote_staged", { ref });
  if (task.inHandEach === 0) return other(thing);
  if (ref !== line.tote && (line.tote || state !== "free")) return found("wrong_tote", { ref });
  const signal = leftOf(task, line) > 0 ? "put_part" : line.zeroCheck ? "put_zero" : "put";
  return found(signal, { qtyEach: task.inHandEach, ref, lot: line.lot });
}

function atStation(task: PickTask, _scan: Scan, thing: Thing): Found {
  const { ref } = thing;
  if (thing.kind !== "station") return other(thing);
  if (thing.state === "forbidden") return found("station_forbidden", { ref });
  const asked = question(task);
  const fits = task.station === "" || task.station === ref || (asked.kind === "station" && asked.ref === ref);
  return found(fits ? "station_open" : "station_other", { ref });
}

const SHELF_THINGS: Partial<Record<ThingKind, (task: PickTask, line: PickLine, scan: Scan, thing: Thing) => Found>> = {
  tote,
  lot: lotSignal,
  serial: serialSignal,
  load: loadSignal,
};

const AT: Record<
  Exclude<PickState, "waiting" | "done">,
  (task: PickTask, scan: Scan, thing: Thing, things: readonly Thing[]) => Found
> = {
  cart: atCart,
  location: atLocation,
  item: atItem,
  quantity: atItem,
  tote: atShelf,
  station: atStation,
};
