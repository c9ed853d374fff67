import { describe, expect, test } from "vitest";

import { keeping } from "../src/sync/merge";

const known = { id: "T1", lines: [{ id: 1, labels: ["a"] }, { id: 2, labels: [] }], line: null, at: { x: 1 } };
const copy = (): typeof known => JSON.parse(JSON.stringify(known)) as typeof known;

describe("what is told again", () => {
  test("is what was known, when nothing in it is new", () => {
    expect(keeping(known, copy())).toBe(known);
  });

  test("keeps every part beside the one that is new", () => {
    const now = keeping(known, { ...copy(), lines: [known.lines[0], { id: 2, labels: ["b"] }] });
    expect(now).toEqual({ ...known, lines: [{ id: 1, labels: ["a"] }, { id: 2, labels: ["b"] }] });
    expect([now.lines[0] === known.lines[0], now.at === known.at]).toEqual([true, true]);
  });

  test.each<[string, unknown]>([
    ["a longer list", { ...copy(), lines: [...copy().lines, { id: 3, labels: [] }] }],
    ["a shorter list", { ...copy(), lines: copy().lines.slice(0, 1) }],
    ["a part less", { id: "T1", lines: copy().lines, line: null }],
    ["a part more", { ...copy(), asked: "" }],
    ["a list in the place of a part", { ...copy(), at: [1] }],
    ["nothing in the place of a part", { ...copy(), at: null }],
    ["a part in the place of nothing", { ...copy(), line: { id: 1 } }],
    ["a naught in the place of nothing", { ...copy(), line: 0 }],
    ["an undefined part more", { ...copy(), asked: undefined }],
  ])("is itself with %s", (_, fresh) => {
    const now = keeping(known, fresh);
    expect(now).not.toBe(known);
    expect(now).toStrictEqual(fresh);
  });
});
