/** What a signal function has found out, and the question that waits: the twin of server/core/flow/found.py. */

import { askedIn } from "./flow.json";
import type { PackTask, PickTask, PutBackTask } from "./terms";

export interface Found {
  signal: string;
  qtyEach: number;
  ref: string;
  lot: string;
  serial: string;
  note: string;
}

export const found = (signal: string, own: Partial<Found> = {}): Found => ({
  signal,
  qtyEach: 0,
  ref: "",
  lot: "",
  serial: "",
  note: "",
  ...own,
});

export interface Question {
  kind: string;
  qtyEach: number;
  ref: string;
}

const NO_QUESTION: Question = { kind: "", qtyEach: 0, ref: "" };
const states: Record<string, string> = askedIn;

/** The question that waits on a task; one that does not fit the task's state is none. */
export function question(task: PickTask | PackTask | PutBackTask): Question {
  if (!task.asked) return NO_QUESTION;
  const [kind = "", qty = "", ...ref] = task.asked.split(":");
  if (!states[kind]?.split(" ").includes(task.state)) return NO_QUESTION;
  return { kind, qtyEach: Number(qty), ref: ref.join(":") };
}
