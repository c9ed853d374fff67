import { expect, test } from "vitest";

import { arrivals, labelOf } from "../src/input/camera";

test("a code that stays in the picture is read once, and again when it has been away", () => {
  let now = 0;
  const arrived = arrivals(() => now);
  const look = (at: number, ...texts: string[]): string[] => {
    now = at;
    return arrived(texts);
  };
  expect(look(0, "A-05-1")).toEqual(["A-05-1"]);
  for (let at = 100; at < 3000; at += 100) expect(look(at, "A-05-1")).toEqual([]);
  expect(look(3500)).toEqual([]);
  expect(look(4000, "A-05-1")).toEqual(["A-05-1"]);
});

test("another code is read at once, beside the one that stays", () => {
  const arrived = arrivals(() => 0);
  arrived(["A"]);
  expect(arrived(["A", "B"])).toEqual(["B"]);
});

test("a GS1 symbol keeps its identifier, other symbols have none to keep", () => {
  expect(labelOf({ text: "010501234567890010L2", aim: "]C1" })).toBe("]C1010501234567890010L2");
  expect(labelOf({ text: "]C10105", aim: "]C1" })).toBe("]C10105");
  expect(labelOf({ text: "A-05-1", aim: "]C0" })).toBe("A-05-1");
  expect(labelOf({ text: "A-05-1" })).toBe("A-05-1");
});
