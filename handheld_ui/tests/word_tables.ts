// The words as they lie on disk.

import { readFileSync } from "node:fs";

export const tableOf = (language: string): Record<string, string> =>
  JSON.parse(readFileSync(`src/words/${language}.json`, "utf-8")) as Record<string, string>;
