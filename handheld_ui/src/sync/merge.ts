/** A task as the server confirmed it, moved on by a reply's cursor. The server's task always wins. */

import type { Cursor, Intent, PackTask, PickTask, Reply, Task } from "./wire";

/** A picker without a cart, and a packer without an order: where every day begins. */
export function blankPick(id = "", version = 0): PickTask {
  return {
    id, kind: "pick", version, state: "cart", cart: "", at_location: "", in_hand: 0, asked: "", line: null, batch: "",
    length_m: 0, lower_bound_m: 0, optimal: false, lines: [], totes: [], stations: [], path: [],
  };
}

export function blankPack(id = "", version = 0): PackTask {
  return { id, kind: "pack", version, state: "tote", order: "", totes: [], carton: "", asked: "", line: null, lines: [], cartons: [] };
}

/** The state of the line an intent was about, where the cursor does not name it. */
function lineState(intent: Intent, reply: Reply, cursor: Cursor, open: boolean): string {
  if (cursor.line_state !== undefined) return cursor.line_state;
  if (!open) return "picked";
  const gaveUp = intent.act === "short" && reply.tone !== "bad" && cursor.line !== cursor.about;
  return gaveUp ? "short" : "open";
}

function mergePick(task: PickTask, intent: Intent, reply: Reply, cursor: Cursor): PickTask {
  const lines = task.lines.map((line) => {
    if (line.id !== cursor.about) return line;
    const picked = cursor.picked ?? line.picked;
    const tote = cursor.tote || line.tote;
    return { ...line, picked, tote, state: lineState(intent, reply, cursor, picked < line.qty) };
  });
  const about = lines.find((line) => line.id === cursor.about);
  const totes = task.totes.map((slot) => (about !== undefined && slot.slot === about.slot && about.tote !== "" ? { ...slot, tote: about.tote } : slot));
  return {
    ...task, lines, totes, version: cursor.version, state: cursor.state, line: cursor.line, in_hand: cursor.in_hand ?? 0,
    at_location: cursor.at_location ?? task.at_location, asked: cursor.asked ?? "",
  };
}

function mergePack(task: PackTask, cursor: Cursor): PackTask {
  const lines = task.lines.map((line) => (line.id === cursor.about ? { ...line, packed: cursor.picked ?? line.packed } : line));
  return {
    ...task, lines, version: cursor.version, state: cursor.state, line: cursor.line,
    carton: cursor.carton ?? task.carton, asked: cursor.asked ?? "",
  };
}

/** The confirmed task after `reply`. A cursor of another task leaves `task` as it is: the whole new one is on its way. */
export function merge<T extends Task>(task: T, intent: Intent, reply: Reply): T {
  const cursor = reply.task;
  if (cursor === null || cursor.id !== task.id) return task;
  return (task.kind === "pick" ? mergePick(task, intent, reply, cursor) : mergePack(task, cursor)) as T;
}
