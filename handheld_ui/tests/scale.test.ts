import { expect, test } from "vitest";

import { benchDeedOf, gramsIn } from "../src/input/scale";
import { packRules } from "../src/sync/pack_keeper";
import { blankPack } from "../src/sync/merge";

test.each([
  ["1.250 kg", 1250],
  ["ST,+ 0,38", 380],
  ["380 g", 380],
  ["+ 12.5kg", 12500],
  ["22465", null],
  ["TOTE-1", null],
  ["", null],
])("what a scale types is grams: %s", (text, grams) => {
  expect(gramsIn(text)).toBe(grams);
});

test("a scale that types at an open carton weighs it, and an item's number there is still an item", () => {
  expect(benchDeedOf("0.380", "close")).toEqual({ act: "weigh", qty: 380 });
  expect(benchDeedOf("22465", "close")).toEqual({ label: "22465" });
  expect(benchDeedOf("0.380", "item")).toEqual({ label: "0.380" });
});

test("what a parcel should weigh only the server knows", () => {
  const task = { ...blankPack(), id: "T1", state: "close", order: "O1" };
  const intent = { op_id: "op", device: "d", seq: 1, task: "T1", version: 1, label: "", at: "", act: "weigh" as const, qty: 380 };
  expect(packRules.step(task, intent).reply.code).toBe("p_sent");
});
