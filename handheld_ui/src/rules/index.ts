/**
 * The rules of the floor in the page: the same answers as the server's (server/core/gs1.py, server/core/flow), by the
 * same tables (flow.json, written by `gangway flow export`), held to them by tests/vectors.
 *
 *   const scan = parse(intent.label);
 *   const things = meanings(scan, lookUp);
 *   const { task, reply, effect } = stepPick(task, intent, scan, things);
 */

export { splitGlued } from "./glued";
export { key, parse } from "./gs1";
export { meanings } from "./lookup";
export { stepPack } from "./pack_step";
export { stepPick } from "./pick_step";
export * from "./terms";
