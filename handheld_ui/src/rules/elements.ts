/** GS1 element strings: the twin of server/core/gs1_elements.py; the identifiers' formats come from the server. */

import { ais } from "./flow.json";

type Pair = readonly [ai: string, value: string];

export interface Elements {
  values: Map<string, string>;
  unknownAis: string[];
  expiry: string;
  weightG: number | null;
}

const LINK_STARTS = new Set(["00", "01", "414", "8006"]);
const DATES = ["11", "12", "13", "15", "16", "17"];
const ASCII = /^[\x1d\x20-\x7e]*$/;
const GS = "\x1d";
/** Identifiers whose length is fixed by their first two digits; behind all others FNC1 ends the field (GS1 Gen. Specs 7.8.4). */
const FIXED = /^(0[0-4]|1[1-9]|20|3[1-6]|41)/;

const patternOf = new Map(
  Object.entries(ais).flatMap(([pattern, runs]) => runs.split(" ").flatMap(run).map((ai): [string, string] => [ai, pattern])),
);
const compiled = new Map<string, RegExp>();

/** The elements of a message as scanned, FNC1 as \x1d; null when it cannot be right. */
export function elementMessage(text: string): Elements | null {
  if (!ASCII.test(text)) return null;
  const pairs: Pair[] = [];
  const unknown: string[] = [];
  let rest = text;
  while (rest) {
    if (rest[0] === GS) {
      rest = rest.slice(1);
      continue;
    }
    const ai = identifier(rest);
    if (ai === null) {
      const [chunk, after] = partition(rest, GS);
      unknown.push(chunk.slice(0, 2));
      rest = after;
      continue;
    }
    const value = valueOf(ai, rest.slice(ai.length));
    if (value === null) return null;
    pairs.push([ai, value]);
    rest = rest.slice(ai.length + value.length);
    if (rest && rest[0] !== GS && !FIXED.test(ai)) return null;
  }
  return gathered(pairs, unknown);
}

/** The elements of pairs that are already apart; null when one of them breaks its format. */
export function elementPairs(pairs: readonly Pair[]): Elements | null {
  const known: Pair[] = [];
  const unknown: string[] = [];
  for (const [ai, value] of pairs) {
    if (!patternOf.has(ai)) unknown.push(ai.slice(0, 2));
    else if (!ASCII.test(value) || valueOf(ai, value) !== value) return null;
    else known.push([ai, value]);
  }
  return gathered(known, unknown);
}

/** The pairs of a text with its identifiers in brackets, as printed under a bar code; [] when it is none. */
export function writtenOut(text: string): Pair[] {
  const parts = text.split(/\(([0-9]{2,4})\)/);
  return parts[0] ? [] : pairsOf(parts.slice(1));
}

/** The pairs of a GS1 Digital Link URI; [] when the address is not one. */
export function linkPairs(text: string): Pair[] {
  const [address, query] = partition(partition(text, "#")[0], "?");
  const path = partition(address, "//")[1].split("/").slice(1);
  const start = path.findIndex((part) => LINK_STARTS.has(part));
  if (start < 0) return [];
  const parts = path.slice(start);
  if (/%(?![0-7][0-9A-Fa-f])/.test(text) || parts.length % 2) return [["01", ""]];
  return [...pairsOf(parts), ...query.split("&").map((part): Pair => partition(part, "="))]
    .filter(([ai]) => /^[0-9]+$/.test(ai))
    .map(([ai, value]) => decoded(ai, value));
}

/** "3100-3105" is six identifiers, all as long as the first. */
function run(written: string): string[] {
  const [first = "", last = first] = written.split("-");
  const names: string[] = [];
  for (let ai = Number(first); ai <= Number(last); ai += 1) names.push(String(ai).padStart(first.length, "0"));
  return names;
}

function decoded(ai: string, value: string): Pair {
  const plain = value.replace(/%([0-7][0-9A-Fa-f])/g, (_, hex: string) => String.fromCharCode(parseInt(hex, 16)));
  return [ai, ai === "01" ? plain.padStart(14, "0") : plain];
}

function pairsOf(parts: readonly string[]): Pair[] {
  const pairs: Pair[] = [];
  for (let place = 0; place + 1 < parts.length; place += 2) pairs.push([parts[place] ?? "", parts[place + 1] ?? ""]);
  return pairs;
}

function partition(text: string, at: string): [string, string] {
  const place = text.indexOf(at);
  return place < 0 ? [text, ""] : [text.slice(0, place), text.slice(place + at.length)];
}

function identifier(text: string): string | null {
  for (let size = 2; size <= 4; size += 1) {
    const ai = text.slice(0, size);
    if (patternOf.has(ai)) return ai;
  }
  return null;
}

function valueOf(ai: string, text: string): string | null {
  const pattern = patternOf.get(ai) ?? "";
  let format = compiled.get(pattern);
  if (!format) compiled.set(pattern, (format = new RegExp("^" + pattern)));
  const found = format.exec(partition(text, GS)[0]);
  return found && found.slice(1).filter((group) => group !== undefined).join("");
}

/** All pairs together; null when one identifier comes with two values or a date does not exist. */
function gathered(pairs: readonly Pair[], unknownAis: string[]): Elements | null {
  const values = new Map<string, string>();
  for (const [ai, value] of pairs) {
    if ((values.get(ai) ?? value) !== value) return null;
    values.set(ai, value);
  }
  const dates = new Map(DATES.flatMap((ai) => (values.has(ai) ? [[ai, isoDate(values.get(ai) ?? "")] as const] : [])));
  if ([...dates.values()].includes(null)) return null;
  return { values, unknownAis, expiry: dates.get("17") || dates.get("15") || "", weightG: weightG(values) };
}

/** YYMMDD of 20YY as an ISO date, day 00 the last of its month; "" for 000000; null for a day that does not exist. */
function isoDate(text: string): string | null {
  if (text === "000000") return "";
  const [year, month, day] = [2000 + Number(text.slice(0, 2)), Number(text.slice(2, 4)), Number(text.slice(4))];
  if (month < 1 || month > 12) return null;
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (day > days) return null;
  return `${year}-${String(month).padStart(2, "0")}-${String(day || days).padStart(2, "0")}`;
}

/** Net weight in whole grams, rounded half up: AI 310n in kilograms, 320n in pounds of 453.59237 g. */
function weightG(values: Map<string, string>): number | null {
  for (const [ai, value] of values) {
    if (ai.startsWith("310")) return rounded(Number(value) * 1000, 10 ** Number(ai[3]));
    if (ai.startsWith("320")) return rounded(Number(value) * 45359237, 10 ** (Number(ai[3]) + 5));
  }
  return null;
}

const rounded = (numerator: number, denominator: number): number =>
  Math.floor((2 * numerator + denominator) / (2 * denominator));
