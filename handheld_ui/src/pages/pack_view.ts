/** A packing task as the page speaks of it. */

import type { PackLine, PackTask } from "../sync/wire";

export const PACK_STEPS = ["tote", "carton", "item", "quantity", "close", "done"] as const;
export type PackStep = (typeof PACK_STEPS)[number];

export interface PackView {
  step: PackStep;
  /** What kind of question waits: the part of "kind:qty:ref" before the first colon. */
  asked: string;
  line: PackLine | null;
  left_each: number;
  all_each: number;
  /** A parcel has left whose label can be printed again. */
  shipped: boolean;
}

export function packViewOf(task: PackTask): PackView {
  const all = task.lines.reduce((sum, { qty }) => sum + qty, 0);
  const packed = task.lines.reduce((sum, line) => sum + line.packed, 0);
  return {
    step: PACK_STEPS.find((step) => step === task.state) ?? "tote",
    asked: task.asked.split(":")[0] ?? "",
    line: task.lines.find(({ id }) => id === task.line) ?? null,
    left_each: all - packed,
    all_each: all,
    shipped: (task.shipped ?? "") !== "",
  };
}
