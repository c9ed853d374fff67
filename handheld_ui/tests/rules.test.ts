/** The rules answer as the server's do: the same vectors, hand-written and generated. */

import { describe, expect, test } from "vitest";
import { splitGlued } from "../src/rules/glued";
import { key, parse } from "../src/rules/gs1";
import * as rules from "./rules_vectors";
import type { GluedVector, ParseVector, Said, StepVector } from "./rules_vectors";

const snaked = (name: string): string => name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
const isEmpty = (value: unknown): boolean =>
  value === null ||
  value === "" ||
  value === 0 ||
  (typeof value === "object" && Object.keys(value as object).length === 0 && !Array.isArray(value));

const told = (said: Said): Said => Object.fromEntries(Object.entries(said).filter(([, value]) => !isEmpty(value)));

describe("reading labels", () => {
  test("every label is read, and keyed, as the server reads it", () => {
    const read = rules.vectors<ParseVector[]>("parse.json");
    expect(read.length).toBeGreaterThan(300);
    for (const { label, key: stored, scan } of read) {
      const seen = Object.entries(parse(label)).map(([name, value]) => [snaked(name), value] as const);
      const said = seen.filter(([, value]) => !isEmpty(value) && !(Array.isArray(value) && value.length === 0));
      const expected = Object.fromEntries(Object.entries(scan).filter(([, value]) => !isEmpty(value)));
      expect.soft({ label, ...Object.fromEntries(said) }).toEqual({ label, ...expected });
      expect.soft(key(label ?? ""), String(label)).toBe(stored);
    }
  });

  test("two labels glued into one come apart only when there is one way", () => {
    for (const { text, known, parts } of rules.vectors<GluedVector[]>("glued.json")) {
      expect.soft(splitGlued(text, (label) => known.includes(label)), text).toEqual(parts);
    }
  });
});

describe("the scan cases", () => {
  test.each(rules.cases())("$case: $name", (one) => {
    const outcomes = rules.run(one);
    expect(outcomes.length).toBe(one.expect.length);
    outcomes.forEach(({ before, outcome }, place) => {
      const said = rules.flat(outcome);
      for (const [name, value] of Object.entries(one.expect[place] ?? {})) {
        if (name === "stay") expect(said.task).toEqual(rules.plain(before));
        else if (name === "args") expect(said["args"]).toMatchObject(value as Said);
        else expect([name, rules.at(said, name)]).toEqual([name, value]);
      }
    });
  });
});

describe("the generated steps", () => {
  const steps = rules.vectors<StepVector[]>("steps.json");

  test("every one is answered as the server answers it", () => {
    expect(steps.length).toBeGreaterThan(900);
    for (const { kind, task, scan, expect: expected } of steps) {
      const before = rules.taskOf(kind, task);
      const { task: after, ...said } = rules.flat(rules.step(kind, before, scan));
      const { task: changed, ...wanted } = expected;
      expect.soft({ task, scan, ...told(said) }).toEqual({ task, scan, ...wanted });
      expect.soft(after).toEqual({ ...rules.plain(before), ...changed });
    }
  });
});
