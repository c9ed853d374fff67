/** Whether a picker has set out on a tour, and what is news to one who has. */

import type { PickTask, Task } from "./wire";

/** Whether a stop was reached. */
const begun = ({ at_location, lines }: PickTask): boolean => at_location !== "" || lines.some(({ state }) => state !== "open" && state !== "cut_off");

/** Milliseconds until the tour is to begin; 0 once it may, or has begun. */
export function untilStart(task: PickTask): number {
  return task.state !== "location" || begun(task) ? 0 : Math.max(0, Date.parse(task.start_at ?? "") - Date.now() || 0);
}

/**
 * Whether a task that the server sent is a new route to a picker who walks. Before the first stop was reached that is another first stop,
 * or any route when the picker has reported the way as blocked and `waits` for one.
 */
export function isNewRoute(before: Task, now: Task, waits: boolean): boolean {
  if (before.kind !== "pick" || now.id !== before.id || now.version <= before.version) return false;
  return waits || begun(before) || (before.line !== null && before.line !== now.line && untilStart(before) === 0);
}
