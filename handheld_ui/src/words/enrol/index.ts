/** The sentences of the enrolment page: all languages at once, since a device reads them once in its life. */

import { signal } from "@preact/signals";

import { fill, type Language, type Values } from "..";
import de from "./de.json";
import en from "./en.json";
import es from "./es.json";
import pl from "./pl.json";
import zhHans from "./zh-Hans.json";

export type EnrolKey = keyof typeof en;

const TABLES: Record<Language, Record<EnrolKey, string>> = { en, "zh-Hans": zhHans, de, es, pl };

export const spoken = signal<Language>("en");

/** The sentence of `key`; whoever reads it renders again when the language changes. */
export function say(key: EnrolKey, values: Values = {}): string {
  return fill(TABLES[spoken.value][key], values);
}

/** The sentence of a refusal by its code; `otherwise` when there is none. */
export function sayFault(code: string, otherwise: string): string {
  const table: Record<string, string> = TABLES[spoken.value];
  return table[`fault_${code}`] ?? otherwise;
}
