/** The keeper of goods to put back in the page: which tote, item and shelves the server named. Any other shelf only the server knows. */

import { key, type PutBackState, putBackTask, type Thing, thing } from "../rules";
import { stepPutBack } from "../rules/put_back";
import type { Rules, Stepped } from "./floor";
import { blankPick } from "./merge";
import { lookUpIn, readLabel, sentOn } from "./pick_keeper";
import type { Intent, PutBackTask, Task } from "./wire";

const ruleTask = (task: PutBackTask) =>
  putBackTask({
    taskId: task.id,
    version: task.version,
    state: task.state as PutBackState,
    sku: task.sku,
    qtyEach: task.qty,
    tote: task.tote,
    lot: task.lot,
    locationCode: task.location,
    locations: task.locations,
    checkDigits: task.check_digits,
    countEachUpTo: task.each_up_to,
    inHandEach: task.in_hand,
    asked: task.asked,
    last: task.last ?? null,
  });

function knownThings(task: PutBackTask): [string, Thing][] {
  const places = [task.location, ...task.locations].filter((place) => place !== "");
  return [
    ...task.labels.map((label): [string, Thing] => [label.key, thing({ kind: "item", ref: task.sku, qtyEach: label.qty, uom: label.uom })]),
    ...places.map((place): [string, Thing] => [key(place), thing({ kind: "location", ref: place, state: "open" })]),
    ...(task.tote === "" ? [] : [[key(task.tote), thing({ kind: "tote", ref: task.tote })] as [string, Thing]]),
  ];
}

/** What only the server can answer: a label that this task does not name, and an undo of what this page no longer remembers. */
const asksServer = (task: PutBackTask, intent: Intent, known: boolean): boolean =>
  (intent.label !== "" && task.state === "location" && !known) || (intent.act === "undo" && (task.last ?? null) === null);

export function stepOne(task: PutBackTask, intent: Intent): Stepped<PutBackTask> {
  const [read] = readLabel(intent.label, lookUpIn(knownThings(task)), () => []);
  const digits = intent.act === "typed" && intent.label === task.check_digits;
  if (read === undefined || asksServer(task, intent, read.things.length > 0 || read.scan.fault !== "" || digits)) return sentOn(task, intent);
  const { task: after, reply } = stepPutBack(ruleTask(task), intent, read.scan, read.things);
  return { task: { ...task, state: after.state, qty: after.qtyEach, in_hand: after.inHandEach, asked: after.asked, last: after.last }, reply };
}

export const putBackRules: Rules<Task> = {
  blank: blankPick,
  step: (task, intent) => (task.kind === "put_back" ? stepOne(task, intent) : sentOn(task, intent)),
};
