import { expect, test } from "vitest";

import { type BoardBatch, type BoardPerson, EMPTY_FEED, fromSnapshot, LONGEST_TRAIL, MOST_REFUSALS, withDelta } from "../src/sync/board_feed";

const person = (badge: string, own: Partial<BoardPerson> = {}): BoardPerson => ({
  badge, name: badge, role: "picker", device: "d", task: "T1", state: "location", batch: "B1", order: "", cart: "C", location: "A-1", x: 1, y: 1, ...own,
});
const batch = (id: string, own: Partial<BoardBatch> = {}): BoardBatch => ({
  id, state: "picking", badge: "", lines: 10, lines_done: 0, lines_cut_off: 0, units: 10, units_done: 0, length_m: 1, lower_bound_m: 1, optimal: true, first_location_m: 1, name_order_m: 1, s_shape_m: 1, priority: 0, due_at: "", ...own,
});
const board = () => fromSnapshot(EMPTY_FEED, { revision: 5, board: { people: [person("a"), person("b")], batches: [batch("B1")], counts: { waiting: 3 }, refusals: [], closures: [], carriers: [] } });

test("a delta changes what it names, adds what is new and leaves the rest", () => {
  const next = withDelta(board(), { revision: 6, since: 5, people: [person("b", { state: "item" }), person("c")], batches: [] });
  expect(next?.people.map(({ badge, state }) => [badge, state])).toEqual([["a", "location"], ["b", "item"], ["c", "location"]]);
  expect(next?.counts).toEqual({ waiting: 3 });
});

test("who has gone leaves the board, and the trail with them", () => {
  const next = withDelta(board(), { revision: 6, since: 5, people: [{ badge: "a", gone: true } as BoardPerson], batches: [{ id: "B1", gone: true } as BoardBatch] });
  expect(next?.people.map(({ badge }) => badge)).toEqual(["b"]);
  expect(next?.batches).toEqual([]);
  expect(Object.keys(next?.trails ?? {})).toEqual(["b"]);
});

test("a delta made for another revision is not taken", () => {
  expect(withDelta(board(), { revision: 9, since: 8 })).toBeNull();
  expect(withDelta(EMPTY_FEED, { revision: 1, since: 0 })).toBeNull();
});

test("a log-in is no event: a delta may keep the revision", () => {
  expect(withDelta(board(), { revision: 5, since: 5, people: [person("c")] })?.people).toHaveLength(3);
});

test("new refusals stand before the old, and the oldest leave", () => {
  const refusal = (id: number) => ({ id, at: "", badge: "a", name: "", device: "", task: "", code: "wrong_item", tone: "bad", label: "" });
  let feed = board();
  for (let id = 6; id < 40; id += 1) feed = withDelta(feed, { revision: id, since: id - 1, refusals: [refusal(id)] }) ?? feed;
  expect(feed.refusals.map(({ id }) => id).slice(0, 2)).toEqual([39, 38]);
  expect(feed.refusals).toHaveLength(MOST_REFUSALS);
});

test("a trail has each place once in a row, survives a fresh snapshot, and has an end", () => {
  let feed = board();
  for (let y = 1; y < 30; y += 1) feed = withDelta(feed, { revision: 5, since: 5, people: [person("a", { y: Math.ceil(y / 2) })] }) ?? feed;
  expect(feed.trails["a"]).toHaveLength(LONGEST_TRAIL);
  expect(feed.trails["a"]?.at(-1)).toEqual([1, 15]);
  const again = fromSnapshot(feed, { revision: 5, board: feed });
  expect(again.trails["a"]).toEqual(feed.trails["a"]);
});

test("somebody who has no place yet has no trail", () => {
  const feed = fromSnapshot(EMPTY_FEED, { revision: 1, board: { people: [person("a", { x: null, y: null })], batches: [], counts: {}, refusals: [], closures: [], carriers: [] } });
  expect(feed.trails["a"]).toEqual([]);
});

test("what is closed comes whole, and only when it has changed", () => {
  const closure = { id: 3, place: "A-05", reason: "spill", badge: "S-1", name: "Sue", closed_at: "", to_node: "", segments: [] };
  const shut = withDelta(board(), { revision: 6, since: 5, closures: [closure] });
  expect(shut?.closures).toEqual([closure]);
  expect(withDelta(shut ?? EMPTY_FEED, { revision: 7, since: 6 })?.closures).toEqual([closure]);
  expect(withDelta(shut ?? EMPTY_FEED, { revision: 7, since: 6, closures: [] })?.closures).toEqual([]);
});

test("carriers come whole, and only when one of them has changed", () => {
  const carrier = { carrier: "DHL", name: "DHL", state: "down" } as const;
  const down = withDelta(board(), { revision: 6, since: 5, carriers: [carrier] });
  expect(down?.carriers).toEqual([carrier]);
  expect(withDelta(down ?? EMPTY_FEED, { revision: 7, since: 6 })?.carriers).toEqual([carrier]);
});
