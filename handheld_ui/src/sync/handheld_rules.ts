/** The rules of the handheld: a pick's stand in the page; those for goods to put back are fetched with their screen. */

import type { Rules } from "./floor";
import { pickRules, sentOn } from "./pick_keeper";
import type { PickTask, PutBackTask, Task } from "./wire";

export type HandheldTask = PickTask | PutBackTask;

let others: Rules<Task> | null = null;

/** From now on goods are put back by these rules; before that every scan of theirs is the server's to answer. */
export function know(rules: Rules<Task>): void {
  others = rules;
}

export const handheldRules: Rules<HandheldTask> = {
  blank: pickRules.blank,
  step(task, intent) {
    if (task.kind === "pick") return pickRules.step(task, intent);
    return others === null ? sentOn(task, intent) : (others.step(task, intent) as ReturnType<Rules<HandheldTask>["step"]>);
  },
};
