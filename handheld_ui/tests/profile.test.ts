import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

import { PLAIN } from "../src/input/collector";
import { settingIn } from "../src/input/profile";
import { tableOf } from "./word_tables";

interface Vectors {
  labels: { text: string; profile: object }[];
  refused: { text: string; fault: string; what: string }[];
}

/** What `gangway profile` prints, and what it never would: the server's tests read the same file. */
const vectors = JSON.parse(readFileSync("../tests/vectors/wedge.json", "utf-8")) as Vectors;

test.each(vectors.labels)("$text sets a profile", ({ text, profile }) => {
  expect(settingIn(text)).toEqual({ profile });
});

test.each(vectors.refused)("$text is refused for its $fault", ({ text, fault, what }) => {
  expect(settingIn(text)).toEqual({ fault, what });
  expect(tableOf("en")[`p_scanner_${fault}`]).toBeDefined();
});

describe("the label that sets a profile", () => {
  test("is known behind a prefix and an identifier that no profile has named yet, and before any suffix", () => {
    expect(settingIn("~]Q1GANGWAY-SCANNER?prefix=~;\t")).toEqual({ profile: { ...PLAIN, prefix: "~" } });
  });

  test("may have lost its case on the way", () => {
    expect(settingIn("gangway-scanner?SUFFIX=TAB&AIM=YES;")).toEqual({ profile: { ...PLAIN, suffix: "Tab", aim: true } });
  });

  test("is none of the house's other labels", () => {
    expect(settingIn("A-05-1")).toBeNull();
    expect(settingIn("GANGWAY-SCANNER")).toBeNull();
  });
});
