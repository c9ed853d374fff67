import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import { nameOf, wayAt } from "../src/pages/board_ways";
import type { FloorPlan } from "../src/pages/board_floor";
import { adopt, type Words } from "../src/words";

const way = (code: string, line: [number, number, number, number]): FloorPlan["ways"][number] => ({ code, line, cross: false, closed: false });
const plan: FloorPlan = { box: [0, 0, 20, 20], ways: [way("A01", [2, 0, 2, 20]), way("A02", [6, 0, 6, 20]), way("", [8, 0, 8, 20])], racks: [], shelves: [], stations: [] };
const tenfold = (x: number, y: number): [number, number] => [10 * x, 10 * y];

test("a tap on the drawing means the nearest way with a name, and none far from all", () => {
  expect(wayAt(plan, [23, 100], tenfold)).toBe("A01");
  expect(wayAt(plan, [52, 100], tenfold)).toBe("A02");
  expect(wayAt(plan, [40, 100], tenfold)).toBe("");
  expect(wayAt(plan, [80, 100], tenfold)).toBe("");
  expect(wayAt(plan, [60, 230], tenfold)).toBe("");
});

test("an edge is named by its ends, a report without a place by where it led to", () => {
  adopt("en", JSON.parse(readFileSync("src/words/en.json", "utf-8")) as Words);
  const closure = { id: 1, place: "A01/1|A01/2", reason: "", badge: "", name: "", closed_at: "", to_node: "A01/7", segments: [] };
  expect(nameOf(closure)).toBe("A01/1 – A01/2");
  expect(nameOf({ ...closure, place: "" })).toBe("Way to A01/7");
});
