/** When a label belongs to several things: which one is meant is decided by what is expected now (case 13). */

import type { Act, Thing, ThingKind } from "./terms";

/** Labels on a bench's command card: a scan in place of a tap. */
const COMMANDS = new Map<string, Act>(
  (["close", "confirm", "cancel", "undo", "complete", "label"] as const).map((act) => [act.toUpperCase(), act]),
);

export const commandOf = (text: string): Act | undefined => COMMANDS.get(text);

/** The thing of this kind that is wanted; else one of the kind; else the first. */
export function choose(kind: ThingKind | undefined, wanted: string, things: readonly Thing[]): Thing | undefined {
  if (things.length < 2) return things[0];
  const ofKind = things.filter((one) => one.kind === kind);
  return ofKind.find((one) => one.ref === wanted) ?? ofKind[0] ?? things[0];
}
