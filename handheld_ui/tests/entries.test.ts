import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";

const here = (path: string) => join(import.meta.dirname, "..", path);

describe.each(["index.html", "pack.html", "board.html", "enrol.html"])("%s", (page) => {
  const text = readFileSync(here(page), "utf8");
  const named = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");

  test("has the element that the page draws into", () => {
    expect(text).toContain('<div id="page">');
  });

  test("names only files of its own, by addresses that do not depend on where it is served", () => {
    expect(named.length).toBeGreaterThan(1);
    for (const address of named) {
      expect(address).toMatch(/^\/[^/]/);
      expect([here(address.slice(1)), here(`public${address}`)].some(existsSync)).toBe(true);
    }
  });
});
