/** Sentences by key, in the person's language. One table a language, loaded alone. */

import { signal } from "@preact/signals";

import type { Key, Words } from "./en";

export const LANGUAGES = { en: "English", "zh-Hans": "简体中文", de: "Deutsch", es: "Español", pl: "Polski" } as const;
export type Language = keyof typeof LANGUAGES;

type Table = () => Promise<Words>;
const TABLES: Record<Language, Table> = {
  en: async () => (await import("./en")).en,
  "zh-Hans": async () => (await import("./zh-Hans")).zhHans,
  de: async () => (await import("./de")).de,
  es: async () => (await import("./es")).es,
  pl: async () => (await import("./pl")).pl,
};
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

/** Speak `next` from now on. */
export async function speak(next: Language): Promise<void> {
  table.value = await TABLES[next]();
  language.value = next;
  document.documentElement.lang = next;
  document.documentElement.dir = RIGHT_TO_LEFT.test(next) ? "rtl" : "ltr";
}

export type Values = Record<string, string | number>;

/** `{name}` replaced by its value. */
export function fill(sentence: string, values: Values): string {
  return sentence.replace(/\{(\w+)\}/g, (_whole, name: string) => String(values[name] ?? ""));
}

/** The sentence of `key`; it re-renders whoever reads it when the language changes. */
export function t(key: Key, values: Values = {}): string {
  return fill(table.value[key] ?? "", values);
}

/** The sentence of a key made at run time (a reply's code, a task's state); `otherwise` when there is none. */
export function tFor(key: string, values: Values = {}, otherwise = ""): string {
  const sentence = (table.value as Record<string, string>)[key];
  return sentence === undefined ? otherwise : fill(sentence, values);
}
