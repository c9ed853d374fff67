/** A break and a hand-over: the twin of server/core/flow/pick_breaks.py. */

import { found, question, type Found } from "./found";
import type { Act, Intent, PickTask, Scan, Thing } from "./terms";

const ABOUT_THE_BREAK = new Set<Act | undefined>(["pause", "resume", "confirm", "cancel"]);
const NO_TAKER: Record<string, string> = { self: "hand_over_self", busy: "person_busy", other: "person_no_picker" };

export const isPaused = (task: PickTask): boolean => question(task).kind === "pause";

export const awake = (task: PickTask, intent: Intent): PickTask =>
  ABOUT_THE_BREAK.has(intent.act) || !isPaused(task) ? task : { ...task, asked: question(task).ref };

export const pause = (task: PickTask): Found => found("pause", { ref: isPaused(task) ? question(task).ref : task.asked });

export const resume = (task: PickTask): Found =>
  isPaused(task) ? found("resume", { ref: question(task).ref }) : found("nothing_asked");

export function handOver(task: PickTask, scan: Scan, things: readonly Thing[]): Found {
  if (scan.fault) return found(scan.fault);
  if (!task.line && task.state !== "station") return found("not_now", { note: "hand_over" });
  const taker = things.find(({ kind }) => kind === "person");
  if (!taker) return found("not_a_badge", { ref: scan.text });
  if (task.inHandEach) return found("empty_hand_first");
  return found(NO_TAKER[taker.state] ?? "hand_over", { ref: taker.ref, note: taker.name });
}
