/** The keeper of a packing task in the page. Which order a tote opens only the server knows; the rest is decided here at once. */

import { key, type PackLine as RuleLine, type PackTask as RuleTask, packLine, packTask, type PackState, stepPack, type Thing, thing } from "../rules";
import type { Rules, Stepped } from "./floor";
import { blankPack } from "./merge";
import { lookUpIn, readLabel, sentOn } from "./pick_keeper";
import type { Intent, PackLine, PackTask } from "./wire";

function ruleLine(line: PackLine): RuleLine {
  return packLine({
    lineId: line.id,
    sku: line.sku,
    name: line.name,
    qtyEach: line.qty,
    packedEach: line.packed,
    countEachUpTo: line.each_up_to,
  });
}

/** The task as the rules see it, with the line of the item scanned, or the one that a question is open about. */
function ruleTask(task: PackTask, things: readonly Thing[]): RuleTask {
  const sku = things.find(({ kind }) => kind === "item")?.ref;
  const line = task.lines.find((candidate) => (sku === undefined ? candidate.id === task.line : candidate.sku === sku));
  const sum = (of: (one: PackLine) => number): number => task.lines.reduce((total, one) => total + of(one), 0);
  return packTask({
    taskId: task.id,
    version: task.version,
    state: task.state as PackState,
    orderRef: task.order,
    totes: task.totes,
    carton: task.carton,
    line: line === undefined ? null : ruleLine(line),
    missingEach: sum(({ qty, packed }) => qty - packed),
    packedEach: sum(({ packed }) => packed),
    asked: task.asked,
    last: task.last ?? null,
    carrier: task.carrier ?? "",
    carrierDown: task.carrier_down ?? false,
    shippedRef: task.shipped ?? "",
  });
}

function knownThings(task: PackTask): [string, Thing][] {
  return [
    ...task.lines.flatMap((line) =>
      line.labels.map((label): [string, Thing] => [label.key, thing({ kind: "item", ref: line.sku, qtyEach: label.qty, uom: label.uom, state: "listed" })]),
    ),
    ...task.totes.map((tote): [string, Thing] => [key(tote), thing({ kind: "tote", ref: tote, state: "staged", orderRef: task.order })]),
    ...task.cartons.map(({ label, refused = false }): [string, Thing] => [
      key(label),
      thing({ kind: "carton", ref: label, state: refused ? "refused" : "allowed" }),
    ]),
  ];
}

function taskAfter(task: PackTask, after: RuleTask): PackTask {
  const { line } = after;
  return {
    ...task,
    state: after.state,
    carton: after.carton,
    asked: after.asked,
    line: line?.lineId ?? null,
    last: after.last,
    lines: task.lines.map((one) => (one.id === line?.lineId ? { ...one, packed: line.packedEach } : one)),
  };
}

const wantsLabel = ({ act, label }: Intent): boolean => act === "label" || key(label) === "LABEL";

function asksServer(task: PackTask, intent: Intent): boolean {
  if (intent.act === "weigh" && task.state === "close") return true; // what it should weigh
  if (task.id === "") return true;
  if (task.state === "tote") return !(task.shipped && wantsLabel(intent));
  if (task.state === "done") return !wantsLabel(intent); // closed by this page alone, perhaps: it may be held for its weight
  return intent.act === "undo" && (task.last ?? null) === null;
}

function step(task: PackTask, intent: Intent): Stepped<PackTask> {
  // what is sent at the empty bench may open an order, whose label is another
  if (asksServer(task, intent)) return sentOn(task.state === "tote" ? { ...task, shipped: "" } : task, intent);
  const [read] = readLabel(intent.label, lookUpIn(knownThings(task)), () => []);
  if (read === undefined) return sentOn(task, intent);
  const outcome = stepPack(ruleTask(task, read.things), intent, read.scan, read.things);
  return { task: taskAfter(task, outcome.task), reply: outcome.reply };
}

export const packRules: Rules<PackTask> = { blank: blankPack, step };
