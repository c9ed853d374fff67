/** Sentences by key, in the person's language. One table a language, fetched alone; English names the keys. */

import { signal } from "@preact/signals";

import de from "./de.json?url";
import type english from "./en.json";
import en from "./en.json?url";
import es from "./es.json?url";
import pl from "./pl.json?url";
import zhHans from "./zh-Hans.json?url";

export type Words = typeof english;
export type Key = keyof Words;

export const LANGUAGES = { en: "English", "zh-Hans": "简体中文", de: "Deutsch", es: "Español", pl: "Polski" } as const;
export type Language = keyof typeof LANGUAGES;

const TABLES: Record<Language, string> = { en, "zh-Hans": zhHans, de, es, pl };
/** To be kept on the device: in a dead spot a language that is chosen there, and then a reload, would leave a page without words. */
export const WORD_FILES: readonly string[] = Object.values(TABLES);
const RIGHT_TO_LEFT = /^(ar|fa|he|ur)\b/;

const table = signal<Partial<Words>>({});
export const language = signal<Language>("en");

/** The first of `wanted` (BCP 47 tags) that there is a table for. */
export function pickLanguage(wanted: readonly string[]): Language {
  for (const tag of wanted) {
    if (tag.startsWith("zh")) return "zh-Hans";
    const base = tag.split("-")[0] ?? "";
    if (base in TABLES) return base as Language;
  }
  return "en";
}

/** Speak `words` from now on. */
export function adopt(next: Language, words: Words): void {
  table.value = words;
  language.value = next;
  document.documentElement.lang = next;
  document.documentElement.dir = RIGHT_TO_LEFT.test(next) ? "rtl" : "ltr";
}

/** Fetch and speak `next`. A language that cannot be fetched now (offline, never used before) leaves the last one. */
export async function speak(next: Language): Promise<void> {
  try {
    const answer = await fetch(TABLES[next]);
    if (answer.ok) adopt(next, (await answer.json()) as Words);
  } catch {
    // offline
  }
}

export type Values = Record<string, string | number>;

/** `{name}` replaced by its value; without one by nothing, or left as it stands. */
export function fill(sentence: string, values: Values, leave = false): string {
  return sentence.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? (leave ? whole : "")));
}

/** The sentence of `key`; whoever reads it renders again when the language changes. */
export function t(key: Key, values: Values = {}): string {
  return fill(table.value[key] ?? "", values);
}

/** The sentence of a key made at run time (a reply's code, a task's state); `otherwise` when there is none. */
export function tFor(key: string, values: Values = {}, otherwise = "", leave = false): string {
  const sentence = (table.value as Record<string, string>)[key];
  return sentence === undefined ? otherwise : fill(sentence, values, leave);
}
