/** A pick task as the page speaks of it: which line is in work, what comes after, how far the tour is. */

import type { PickLine, PickTask } from "../sync/wire";

export interface PickView {
  line: PickLine | null;
  /** The next stop after this line, in walking order. */
  next: PickLine | null;
  done_lines: number;
  all_lines: number;
  /** Stops that no open way leads to now. */
  cut_off: number;
  /** Units of the line taken so far, in totes and in hand. */
  taken: number;
}

/** The step whose panel is lit; an unknown state counts as waiting. */
export const STEPS = ["cart", "waiting", "location", "item", "quantity", "tote", "station", "done"] as const;
export type Step = (typeof STEPS)[number];

export function stepOf(task: PickTask): Step {
  return STEPS.find((step) => step === task.state) ?? "waiting";
}

export function viewOf(task: PickTask): PickView {
  const line = task.lines.find((candidate) => candidate.id === task.line) ?? null;
  const open = task.lines.filter((candidate) => candidate.state === "open" && candidate.id !== task.line);
  const at = line === null ? -1 : task.lines.indexOf(line);
  const next = open.find((candidate) => task.lines.indexOf(candidate) > at) ?? open[0] ?? null;
  return {
    line,
    next,
    done_lines: task.lines.filter(({ state }) => state !== "open" && state !== "cut_off").length,
    all_lines: task.lines.length,
    cut_off: new Set(task.lines.filter(({ state }) => state === "cut_off").map(({ location }) => location)).size,
    taken: line === null ? 0 : line.picked + task.in_hand,
  };
}
