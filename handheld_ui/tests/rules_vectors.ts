/** Reading tests/vectors as the server's tests do (tests/flow_vectors.py): the contract that both languages pass. */

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../src/rules/gs1";
import { meanings } from "../src/rules/lookup";
import { PACK_TABLE, packOutcome } from "../src/rules/pack_step";
import { PICK_TABLE, pickOutcome } from "../src/rules/pick_step";
import { PUT_BACK_TABLE, putBackOutcome } from "../src/rules/put_back";
import type { Table } from "../src/rules/table";
import { done, packLine, packTask, pickLine, pickTask, putBackTask, thing } from "../src/rules/terms";
import type { Act, Done, Intent, Outcome, PackTask, PickTask, PutBackTask, Thing } from "../src/rules/terms";

export type Said = Record<string, unknown>;
export type Task = PickTask | PackTask | PutBackTask;
export type Kind = "pick" | "pack" | "put_back";

export interface Case {
  case: number | string;
  name: string;
  kind: Kind;
  task: Said;
  scans: (string | Said)[];
  expect: Said[];
}

export interface StepVector {
  kind: Kind;
  task: Said;
  scan: Said;
  expect: Said & { task: Said };
}

export interface ParseVector {
  label: string | null;
  key: string;
  scan: Said;
}

export interface GluedVector {
  text: string;
  known: string[];
  parts: [string, string] | null;
}

const folder = join(import.meta.dirname, "../../tests/vectors");

export const vectors = <T>(name: string): T => JSON.parse(readFileSync(join(folder, name), "utf-8")) as T;

export const cases = (): Case[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith("cases_"))
    .flatMap((name) => vectors<{ cases: Case[] }>(name).cases);

export const TABLES: Record<Kind, Table> = { pick: PICK_TABLE, pack: PACK_TABLE, put_back: PUT_BACK_TABLE };

const world = vectors<{
  lines: Record<string, Said>;
  pack_lines: Record<string, Said>;
  things: Record<string, Said[]>;
}>("world.json");

const camel = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const snake = (name: string): string => name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());

/** The same value with its names spelled otherwise, all the way down. */
function renamed(value: unknown, spell: (name: string) => string): unknown {
  if (Array.isArray(value)) return value.map((part) => renamed(part, spell));
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [spell(name), renamed(part, spell)]));
}

const own = <T>(said: Said): T => renamed(said, camel) as T;

const thingOf = (said: Said): Thing => thing(own<Thing>(said));

function lineOf(kind: Kind, said: unknown): unknown {
  if (said === null || said === undefined) return null;
  const lines = kind === "pick" ? world.lines : world.pack_lines;
  const { like = "", ...rest } = typeof said === "string" ? { like: said } : (said as Said);
  const all = { ...lines[String(like)], ...rest };
  return kind === "pick" ? pickLine(own(all)) : packLine(own(all));
}

function parts(kind: Kind, said: Said): Said {
  const made = own<Said>(said);
  if ("line" in said) made["line"] = lineOf(kind, said["line"]);
  if ("following" in said) made["following"] = lineOf(kind, said["following"]);
  const last = said["last"] as Said | undefined;
  if (last) made["last"] = done({ ...own<Done>(last), line: lineOf(kind, last["line"]) as Done["line"] });
  return made;
}

export function taskOf(kind: Kind, said: Said): Task {
  const all = { taskId: "T1", version: 1, ...parts(kind, said) };
  if (kind === "put_back") return putBackTask(all as Partial<PutBackTask>);
  return kind === "pick" ? pickTask(all) : packTask(all as Partial<PackTask>);
}

/** One scan as a vector says it, stepped. */
export function step(kind: Kind, task: Task, said: Said, tables = TABLES): Outcome<Task> {
  const intent: Intent = {
    label: (said["label"] as string | undefined) ?? "",
    ...(said["act"] === undefined ? {} : { act: said["act"] as Act }),
    qty: (said["qty"] as number | null | undefined) ?? null,
    reason: (said["reason"] as string | undefined) ?? "",
  };
  const scan = parse(intent.label);
  const things = said["things"]
    ? (said["things"] as Said[]).map(thingOf)
    : meanings(scan, (key) => (world.things[key] ?? []).map(thingOf));
  if (kind === "put_back") return putBackOutcome(tables.put_back, task as PutBackTask, intent, scan, things);
  return kind === "pick"
    ? pickOutcome(tables.pick, task as PickTask, intent, scan, things)
    : packOutcome(tables.pack, task as PackTask, intent, scan, things);
}

/** The outcome of each scan of a case, with the task it met. */
export function run(one: Case, tables = TABLES): { before: Task; outcome: Outcome<Task> }[] {
  let task = taskOf(one.kind, one.task);
  return one.scans.map((said) => {
    const scan: Said = typeof said === "string" ? { label: said } : said;
    task = { ...task, ...parts(one.kind, (scan["task"] as Said | undefined) ?? {}) } as Task;
    const before = task;
    const outcome = step(one.kind, before, scan, tables);
    task = outcome.task;
    return { before, outcome };
  });
}

/** An outcome as the vectors write it: the reply's fields and the outcome's at the top, the task inside. */
export function flat(outcome: Outcome<Task>): Said & { task: Said } {
  const { reply, ...rest } = renamed(outcome, snake) as Said & { reply: Said; task: Said };
  // The names of a reply's arguments are the wire's own.
  return { ...rest, ...reply, args: outcome.reply.args };
}

export const plain = (task: Task): Said => renamed(task, snake) as Said;

/** The value at a dotted path; null below a null. */
export const at = (said: unknown, path: string): unknown =>
  path.split(".").reduce((value, part) => (value === null ? null : (value as Said)[part]), said);
