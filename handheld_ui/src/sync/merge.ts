/** A task as the server confirmed it, moved on by a reply's cursor. The server's task always wins. */

import type { Stepped } from "./floor";
import type { Cursor, Intent, PackTask, PickTask, PutBackTask, Reply, Task } from "./wire";

/** A picker without a cart: where every day begins. */
export function blankPick(): PickTask {
  return {
    id: "",
    kind: "pick",
    version: 0,
    state: "cart",
    cart: "",
    at_location: "",
    in_hand: 0,
    asked: "",
    line: null,
    batch: "",
    length_m: 0,
    lower_bound_m: 0,
    optimal: false,
    lines: [],
    totes: [],
    stations: [],
    path: [],
  };
}

/** A packer without an order. */
export function blankPack(): PackTask {
  return { id: "", kind: "pack", version: 0, state: "tote", order: "", totes: [], carton: "", asked: "", line: null, lines: [], cartons: [] };
}

function mergePick(task: PickTask, reply: Reply, cursor: Cursor): PickTask {
  const about = task.lines.find((line) => line.id === reply.about);
  const tote = cursor.tote ?? "";
  const lines = task.lines.map((line) => {
    if (line !== about) return line;
    const picked = cursor.picked ?? line.picked;
    return { ...line, picked, tote, state: picked >= line.qty && line.state === "open" ? "done" : line.state };
  });
  return {
    ...task,
    lines,
    version: cursor.version,
    state: cursor.state,
    line: cursor.line,
    in_hand: cursor.in_hand ?? 0,
    at_location: cursor.at_location ?? task.at_location,
    asked: cursor.asked ?? "",
  };
}

function mergePack(task: PackTask, reply: Reply, cursor: Cursor): PackTask {
  const lines = task.lines.map((line) => (line.id === reply.about ? { ...line, packed: cursor.picked ?? line.packed } : line));
  return { ...task, lines, version: cursor.version, state: cursor.state, line: cursor.line, asked: cursor.asked ?? "" };
}

function mergePutBack(task: PutBackTask, cursor: Cursor): PutBackTask {
  const { version, state, in_hand = 0, asked = "", qty = task.qty } = cursor;
  return { ...task, version, state, in_hand, asked, qty };
}

/** Whether a reply's cursor says just what this page foresaw. */
export function agrees(foreseen: Task, { task: cursor, about }: Reply): boolean {
  if (cursor === null || cursor.id !== foreseen.id || cursor.version !== foreseen.version) return false;
  if (cursor.state !== foreseen.state || cursor.line !== foreseen.line || (cursor.asked ?? "") !== foreseen.asked) return false;
  if (foreseen.kind === "put_back") return cursor.in_hand === foreseen.in_hand && cursor.qty === foreseen.qty;
  if (foreseen.kind === "pack") return foreseen.lines.every(({ id, packed }) => id !== about || packed === cursor.picked);
  const line = foreseen.lines.find(({ id }) => id === about);
  const same = line === undefined || (line.picked === cursor.picked && line.tote === (cursor.tote ?? ""));
  return same && cursor.in_hand === foreseen.in_hand && cursor.at_location === foreseen.at_location;
}

/**
 * The confirmed task after `intent` was answered. Where these rules give the server's own answer, their whole step is taken; the cursor
 * then has the last word. A cursor of another task, or of a version that was replaced since, says nothing about this one.
 */
export function merge<T extends Task>(task: T, intent: Intent, reply: Reply, step: (task: T, intent: Intent) => Stepped<T>): T {
  const cursor = reply.task;
  if (cursor === null || cursor.id !== task.id || cursor.version < task.version) return task;
  const here = step(task, intent);
  const base = here.reply.code === reply.code ? here.task : task;
  if (base.kind === "put_back") return mergePutBack(base, cursor) as T;
  return (base.kind === "pick" ? mergePick(base, reply, cursor) : mergePack(base, reply, cursor)) as T;
}

const AT_A_LINE = new Set(["location", "item", "quantity", "tote"]);

/**
 * A task as it came, with its line in work named: a batch just given, or re-routed past a closed line, names none yet. Then it is the
 * first open one, and the picker stands at its shelf or has to go there (as in server/floor/picking.py).
 */
export function settled<T extends Task>(task: T): T {
  if (task.kind !== "pick" || !AT_A_LINE.has(task.state)) return task;
  if (task.lines.some(({ id, state }) => id === task.line && state === "open")) return task;
  const line = task.lines.find(({ state }) => state === "open");
  if (line === undefined) return { ...task, line: null };
  const here = line.location === task.at_location;
  return { ...task, line: line.id, state: here ? "item" : "location" };
}

const isRecord = (it: unknown): it is Record<string, unknown> => typeof it === "object" && it !== null && !Array.isArray(it);

/**
 * `fresh`, with every part that says what `known` says already being that part itself: whatever was looked up or drawn by it still holds.
 * A page is told its whole task again whenever it becomes visible, and seldom anything new.
 */
export function keeping<T>(known: unknown, fresh: T): T {
  if (Array.isArray(known) && Array.isArray(fresh)) {
    const parts = fresh.map((part, at) => keeping<unknown>(known[at], part));
    return (parts.length === known.length && parts.every((part, at) => part === known[at]) ? known : parts) as T;
  }
  if (!isRecord(known) || !isRecord(fresh)) return fresh;
  const parts = Object.entries(fresh).map(([name, part]) => [name, keeping(known[name], part)] as const);
  const same = parts.length === Object.keys(known).length && parts.every(([name, part]) => name in known && part === known[name]);
  return (same ? known : Object.fromEntries(parts)) as T;
}

/** Whether the task holds what its cursor speaks of; if not, the whole task must be asked for. */
export function isWhole(task: Task): boolean {
  if (task.kind !== "pick") return true;
  const open = task.lines.filter((line) => line.state === "open");
  if (task.line === null) return task.state !== "station" || open.length === 0;
  return open.some((line) => line.id === task.line);
}
