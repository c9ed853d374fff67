/**
 * The keeper of a pick task in the page: what a label belongs to, as far as this device can know, and what a step does to the task it shows.
 *
 * The server's keeper (server/floor/picking.py) asks the database; this one has the batch. What only the server can know is not
 * guessed at: it is sent, and the server's answer is shown when it comes.
 */

import {
  key,
  type Outcome,
  type PickLine as RuleLine,
  type PickTask as RuleTask,
  parse,
  pickLine,
  pickTask,
  type PickState,
  type Scan,
  splitGlued,
  stepPick,
  type Thing,
  thing,
} from "../rules";
import type { Rules, Stepped } from "./floor";
import { blankPick } from "./merge";
import type { Intent, PickLine, PickTask, Slot } from "./wire";

/** The line as the rules read it. */
function ruleLine(line: PickLine): RuleLine {
  return pickLine({
    lineId: line.id,
    locationCode: line.location,
    checkDigits: line.check_digits,
    sku: line.sku,
    name: line.name,
    lot: line.lot,
    qtyEach: line.qty,
    pickedEach: line.picked,
    slot: line.slot,
    tote: line.tote,
    orderRef: line.order,
    countEachUpTo: line.each_up_to,
    tracks: line.tracks,
    expiry: line.expiry,
    lotsHere: line.lots_here,
    serials: line.serials ?? [],
    lotsHereExpiry: line.lots_here_expiry ?? [],
    lotsGone: line.lots_gone ?? [],
    minExpiry: line.min_expiry ?? "",
    serialsHere: line.serials_here ?? [],
    zeroCheck: line.zero_check ?? false,
  });
}

const lineInWork = (task: PickTask): PickLine | undefined => task.lines.find(({ id }) => id === task.line);

/** The task as the rules see it: the line in work, and the first open one beside it. */
function ruleTask(task: PickTask): RuleTask {
  const line = lineInWork(task);
  const following = task.lines.find(({ id, state }) => state === "open" && id !== task.line);
  return pickTask({
    taskId: task.id,
    version: task.version,
    state: task.state as PickState,
    cart: task.cart,
    atLocation: task.at_location,
    inHandEach: task.in_hand,
    line: line === undefined ? null : ruleLine(line),
    following: following === undefined ? null : ruleLine(following),
    asked: task.asked,
    last: task.last ?? null,
    station: task.station ?? "",
  });
}

type Known = [string, Thing][];

/** What stands on this line's labels; `listed` while a line of this SKU is to be picked. */
function thingsOfLine(line: PickLine, listed: boolean): Known {
  const state = listed ? "listed" : "other";
  return [
    [key(line.location), thing({ kind: "location", ref: line.location, state: "open" })],
    ...line.labels.map((label): [string, Thing] => [
      label.key,
      thing({ kind: "item", ref: line.sku, qtyEach: label.qty, uom: label.uom, state }),
    ]),
    ...line.lots_here.map((lot): [string, Thing] => [key(lot), thing({ kind: "lot", ref: lot, lot, sku: line.sku })]),
    ...(line.serials_here ?? []).map((serial): [string, Thing] => [
      key(serial),
      thing({ kind: "serial", ref: serial, sku: line.sku, state: "here" }),
    ]),
  ];
}

/** A scan changes one line: to read the labels of all the others anew would cost more than the rest of it. */
function rememberingLines(): typeof thingsOfLine {
  const known = new WeakMap<PickLine, { listed: boolean; things: Known }>();
  return (line, listed) => {
    const found = known.get(line);
    if (found?.listed === listed) return found.things;
    const things = thingsOfLine(line, listed);
    known.set(line, { listed, things });
    return things;
  };
}

/** The loads where the line in work is picked; one that was taken does not stand there whole any more. */
const loadsHere = ({ sku, loads_here: loads }: PickLine, taken: string[]): Known =>
  (loads ?? []).map(({ sscc, qty, lot }) => [
    sscc,
    thing({ kind: "load", ref: sscc, qtyEach: taken.includes(sscc) ? 0 : qty, lot, sku }),
  ]);

/** Everything this device knows by its label. A label is one thing of a kind, however many lines name it. */
function knownThings(task: PickTask, ofLine: typeof thingsOfLine): Known {
  const inWork = lineInWork(task);
  const listed = new Set(task.lines.filter(({ id, state }) => state === "open" || id === task.line).map(({ sku }) => sku));
  return [
    ...task.lines.flatMap((line) => ofLine(line, listed.has(line.sku))),
    ...(inWork === undefined ? [] : loadsHere(inWork, task.taken ?? [])),
    ...task.totes
      .filter(({ tote }) => tote !== "")
      .map(({ tote, slot, order }): Known[number] => [
        key(tote),
        thing({ kind: "tote", ref: tote, state: "here", slot, orderRef: order }),
      ]),
    ...task.stations.map((station): [string, Thing] => [key(station), thing({ kind: "station", ref: station, state: "open" })]),
    ...(task.cart === "" ? [] : [[key(task.cart), thing({ kind: "cart", ref: task.cart, state: "free" })] as [string, Thing]]),
  ];
}

export type LookUp = (keys: readonly string[]) => Thing[];

/** Labels to things; of equal things the first. */
export function lookUpIn(known: Known): LookUp {
  const byKey = new Map<string, Thing[]>();
  for (const [label, found] of known) {
    const things = byKey.get(label);
    if (things === undefined) byKey.set(label, [found]);
    else if (!things.some(({ kind, ref }) => kind === found.kind && ref === found.ref)) things.push(found);
  }
  return (keys) => keys.flatMap((label) => byKey.get(label) ?? []);
}

const shape = (label: string): string => label.replace(/\d/g, "9");

/**
 * A tote that this batch has not met yet: an empty slot wants one, and the label looks like the totes on the cart (any plain label while
 * there are none). The server may still refuse it; a picker in a dead spot must not be stopped by what only the server knows.
 */
function unmetTote(task: PickTask, scan: Scan): Thing[] {
  const line = lineInWork(task);
  if (task.state !== "tote" || line === undefined || line.tote !== "") return [];
  if (scan.fault !== "" || scan.gtin !== "" || scan.sscc !== "") return [];
  const label = scan.text.toUpperCase();
  const met = task.totes.filter(({ tote }) => tote !== "").map(({ tote }) => shape(tote));
  if (met.length > 0 && !met.includes(shape(label))) return [];
  return [thing({ kind: "tote", ref: label, state: "free" })];
}

/** The scans in one label, each with what it belongs to: two when a lost terminator glued two known labels together. */
export function readLabel(label: string, lookUp: LookUp, unmet: (scan: Scan) => Thing[]): { scan: Scan; things: Thing[] }[] {
  const scan = parse(label);
  const things = lookUp(scan.keys);
  if (things.length > 0 || (scan.fault !== "" && scan.fault !== "read_error")) return [{ scan, things }];
  const parts = splitGlued(scan.text, (part) => lookUp([key(part)]).length > 0);
  if (parts === null) return [{ scan, things: unmet(scan) }];
  return parts.map((part) => {
    const read = parse(part);
    return { scan: read, things: lookUp(read.keys) };
  });
}

function fromRules(line: PickLine, after: RuleLine): PickLine {
  const { qtyEach: qty, pickedEach: picked, tote, lot, expiry, serials } = after;
  const same = qty === line.qty && picked === line.picked && tote === line.tote && lot === line.lot && line.state === "open";
  if (same && serials.length === (line.serials?.length ?? 0)) return line;
  return { ...line, qty, picked, tote, lot, expiry, serials: [...serials], state: "open" };
}

/** The line after a step: closed when the task went on to another. */
function lineAfter(line: PickLine, outcome: Outcome<RuleTask>, before: RuleLine | null): PickLine {
  const { task, effect, qtyEach, ref } = outcome;
  if (task.line?.lineId === line.id) {
    return effect === "nothing" || effect === "arrive" ? line : fromRules(line, task.line);
  }
  if (before?.lineId !== line.id) return line;
  if (effect === "put") return { ...line, picked: line.picked + qtyEach, tote: ref, state: "done" };
  return effect === "short" && qtyEach > 0 ? { ...line, state: "short" } : line;
}

/** The same list while nothing in it has changed: whoever looks things up by it need not look again. */
function linesAfter(lines: PickLine[], after: (line: PickLine) => PickLine): PickLine[] {
  const next = lines.map(after);
  return next.every((line, at) => line === lines[at]) ? lines : next;
}

/** A slot has one tote: what a step binds or takes away for one line holds for all lines of that slot. */
function withSlot(lines: PickLine[], slot: number, tote: string): PickLine[] {
  return linesAfter(lines, (line) => (line.slot === slot && line.state === "open" && line.tote !== tote ? { ...line, tote } : line));
}

function withTote(totes: Slot[], { slot, tote }: { slot: number; tote: string }): Slot[] {
  const same = totes.every((one) => one.slot !== slot || one.tote === tote);
  return same ? totes : totes.map((one) => (one.slot === slot ? { ...one, tote } : one));
}

/** The tote that a step put into a slot, or took out of it; null when it did neither. */
function slotAfter(outcome: Outcome<RuleTask>, before: RuleLine | null): { slot: number; tote: string } | null {
  const { effect, ref, task } = outcome;
  if (effect === "put" && before !== null) return { slot: before.slot, tote: ref };
  return task.line !== null && (effect === "full_tote" || effect === "undo") ? task.line : null;
}

/** The loads that were taken, after a step: a count of one names it, and so does its undo. */
function takenAfter(taken: string[] | undefined, { effect, qtyEach, ref }: Outcome<RuleTask>, before: RuleLine | null): string[] | undefined {
  if (effect !== "count" || ref === before?.sku) return taken;
  return qtyEach > 0 ? [...(taken ?? []), ref] : taken?.filter((sscc) => sscc !== ref);
}

/** The task on the page after a step. */
export function taskAfter(task: PickTask, before: RuleTask, outcome: Outcome<RuleTask>): PickTask {
  const after = outcome.task;
  const lines = linesAfter(task.lines, (line) => lineAfter(line, outcome, before.line));
  const bound = slotAfter(outcome, before.line);
  return {
    ...task,
    state: after.state,
    cart: after.cart,
    at_location: after.atLocation,
    in_hand: after.inHandEach,
    asked: after.asked,
    line: after.line?.lineId ?? null,
    last: after.last,
    taken: takenAfter(task.taken, outcome, before.line),
    lines: bound === null ? lines : withSlot(lines, bound.slot, bound.tote),
    totes: bound === null ? task.totes : withTote(task.totes, bound),
  };
}

/** What only the server can answer: carts, and an undo of what this page no longer remembers. */
function asksServer(task: PickTask, intent: Intent): boolean {
  if (intent.act === "hand_over") return true; // whose badge it is, and whether they may take it
  if (task.id !== "" && (intent.act === "pause" || intent.act === "resume")) return false;
  if (task.id === "" || task.state === "cart" || task.state === "waiting") return true;
  return intent.act === "undo" && (task.last ?? null) === null;
}

/** An intent that this page sends without an answer of its own. */
export function sentOn<T>(task: T, intent: Intent): { task: T; reply: Stepped<never>["reply"] } {
  return { task, reply: { code: "p_sent", tone: "quiet", scanned: intent.label, wanted: "", action: "", args: {} } };
}

function step(task: PickTask, intent: Intent, lookUp: LookUp): Stepped<PickTask> {
  if (asksServer(task, intent)) return sentOn(task, intent);
  let now: Stepped<PickTask> = sentOn(task, intent);
  for (const { scan, things } of readLabel(intent.label, lookUp, (read) => unmetTote(task, read))) {
    const before = ruleTask(now.task);
    const outcome = stepPick(before, intent, scan, things);
    now = { task: taskAfter(now.task, before, outcome), reply: outcome.reply };
    if (outcome.reply.tone !== "ok" && outcome.reply.tone !== "done") break;
  }
  return now;
}

const TOLD_BY = ["lines", "totes", "cart", "line", "taken"] as const;

/** The labels of a tour, kept until one of these changes: most scans of a day change none. */
function rememberingLabels(): (task: PickTask) => LookUp {
  let known: PickTask | null = null;
  let lookUp: LookUp = () => [];
  const ofLine = rememberingLines();
  return (task) => {
    if (TOLD_BY.some((name) => known?.[name] !== task[name])) {
      known = task;
      lookUp = lookUpIn(knownThings(task, ofLine));
    }
    return lookUp;
  };
}

const labelsOf = rememberingLabels();

export const pickRules: Rules<PickTask> = { blank: blankPick, step: (task, intent) => step(task, intent, labelsOf(task)) };
