import { expect, test } from "vitest";

import { type Corner, legs, roomAround, touches } from "../src/parts/map_view";

const length = (path: Corner[]): number => path.slice(1).reduce((sum, [x, y], at) => sum + Math.hypot(x - (path[at]?.[0] ?? 0), y - (path[at]?.[1] ?? 0)), 0);
// Up the first aisle, over, down the second, and back to the start.
const PATH: Corner[] = [[0, 0], [0, 20], [4, 20], [4, 0], [0, 0]];

test("the leg walked now leads from where the picker stands to the next stop, along the aisles", () => {
  const { now, later } = legs(PATH, [-1, 15], [5, 10]);
  expect(now).toEqual([[0, 15], [0, 20], [4, 20], [4, 10]]);
  expect(later).toEqual([[4, 10], [4, 0], [0, 0]]);
});

test("what is left of the tour is all that is drawn of it", () => {
  const { now, later } = legs(PATH, [0, 15], [4, 10]);
  expect(length(now) + length(later)).toBeCloseTo(length(PATH) - 15);
});

test("a tour that comes by the same place twice is entered where it comes by first after the last stop", () => {
  const there: Corner[] = [[0, 0], [0, 20], [0, 0]];
  expect(legs(there, [0, 18], [0, 5]).now).toEqual([[0, 18], [0, 20], [0, 5]]);
  expect(legs(there, null, [0, 5]).now).toEqual([[0, 0], [0, 5]]);
});

test("no tour, no legs", () => {
  expect(legs([], null, [1, 1])).toEqual({ now: [], later: [] });
});

test("both ends are in view with room around, and the view keeps its proportions", () => {
  const view = roomAround([[10, 10], [60, 12]], [0, 0, 200, 100]);
  expect(view.x).toBeLessThanOrEqual(5);
  expect(view.x + view.width).toBeGreaterThanOrEqual(65);
  expect(view.width / view.height).toBeCloseTo(1.7);
});

test("a view at the edge of the building is pushed inside it", () => {
  const view = roomAround([[1, 1]], [0, 0, 200, 100]);
  expect([view.x, view.y]).toEqual([0, 0]);
});

test("a building smaller than the view stands in its middle", () => {
  const view = roomAround([[2, 2]], [0, 0, 4, 4]);
  expect(view.x + view.width / 2).toBeCloseTo(2);
});

test("a rack is drawn when any part of it is near the view, even if no corner is in it", () => {
  const view = { x: 0, y: 0, width: 10, height: 10 };
  expect(touches([-50, 4, 50, 4, 50, 5, -50, 5], view)).toBe(true);
  expect(touches([40, 40, 41, 40, 41, 41, 40, 41], view)).toBe(false);
});
