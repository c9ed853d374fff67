import { readFileSync } from "node:fs";

import { describe, expect, test } from "vitest";

const css = readFileSync("src/style.css", "utf-8");

/** The tokens of each `:root` rule, by its selector; the dark ones stand twice, for the device's wish and for the person's. */
const looks = [...css.matchAll(/:root(\[[^{]*\])? \{([^}]*)\}/g)].map(([, which = "light", body = ""]) => ({
  which,
  tokens: Object.fromEntries([...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map(([, name, hex]) => [name, hex])) as Record<string, string>,
}));

function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** WCAG 2's contrast ratio. */
function contrast(one: string, other: string): number {
  const [dark = 0, light = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT_ON = [
  ["ink", "ground"], ["ink", "surface"], ["ink", "sunken"], ["ink", "accent-soft"],
  ["soft", "ground"], ["soft", "surface"], ["soft", "sunken"],
  ["on-accent", "accent"], ["on-ok", "ok"], ["on-bad", "bad"], ["on-warn", "warn"],
] as const;

test("there are four looks: light, dark by wish, dark by the device, strong contrast", () => {
  expect(looks.map(({ which }) => which)).toEqual(["light", '[data-look="dark"]', '[data-look="auto"]', '[data-look="contrast"]']);
  expect(looks[1]?.tokens).toEqual(looks[2]?.tokens);
});

describe.each(looks)("$which", ({ tokens }) => {
  test.each(TEXT_ON)("%s on %s stands at 7:1 or more", (ink, ground) => {
    expect(contrast(tokens[ink] ?? "#000000", tokens[ground] ?? "#000000")).toBeGreaterThanOrEqual(7);
  });

  test("good, bad, a warning and what is wanted now have each a colour of their own", () => {
    expect(new Set(["ok", "bad", "warn", "accent"].map((tone) => tokens[tone])).size).toBe(4);
  });

  test("good, bad and the accent stand out from the ground by themselves", () => {
    for (const tone of ["ok", "accent"]) expect(contrast(tokens[tone] ?? "", tokens["surface"] ?? "")).toBeGreaterThanOrEqual(4.5);
  });
});

test("sizes are in logical properties, so that the page can be read from right to left", () => {
  const sheets = ["style.css", "pages/work.css", "pages/pick.css", "pages/pack.css", "pages/board.css", "pages/enrol.css"];
  for (const sheet of sheets) {
    const rules = readFileSync(`src/${sheet}`, "utf-8");
    expect(rules, sheet).not.toMatch(/^\s*(left|right|margin-left|margin-right|padding-left|padding-right|text-align:\s*(left|right))\b/m);
  }
});
