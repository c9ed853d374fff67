import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import flow from "../src/rules/flow.json";
import later from "../src/rules/flow_put_back.json";
import { fill, LANGUAGES, pickLanguage } from "../src/words";
import { tableOf } from "./word_tables";

const english = tableOf("en");
const others = Object.keys(LANGUAGES).filter((language) => language !== "en");
const holes = (sentence: string): string[] => [...sentence.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? "").sort();

test.each(others)("the enrolment page speaks %s as fully as English", (language) => {
  const [ours, theirs] = [tableOf("enrol/en"), tableOf(`enrol/${language}`)];
  expect(Object.keys(theirs).sort()).toEqual(Object.keys(ours).sort());
  for (const [key, sentence] of Object.entries(ours)) {
    expect(theirs[key]?.trim(), key).not.toBe("");
    expect(holes(theirs[key] ?? ""), key).toEqual(holes(sentence));
  }
});

test.each(others)("%s has every sentence that English has, and no other", (language) => {
  expect(Object.keys(tableOf(language)).sort()).toEqual(Object.keys(english).sort());
});

test.each(others)("%s fills the same values into each sentence as English", (language) => {
  const table = tableOf(language);
  for (const [key, sentence] of Object.entries(english)) {
    expect(holes(table[key] ?? ""), `${language} ${key}`).toEqual(holes(sentence));
  }
});

test.each(Object.keys(LANGUAGES))("no sentence of %s is empty", (language) => {
  for (const [key, sentence] of Object.entries(tableOf(language))) expect(sentence.trim(), key).not.toBe("");
});

test("every reply code of the rules has a sentence, which asks for no value that the reply does not carry", () => {
  for (const [code, written] of Object.entries<string>({ ...flow.pickCodes, ...flow.packCodes, ...later.putBackCodes })) {
    const sentence = english[`r_${code}`];
    expect(sentence, code).toBeDefined();
    for (const name of holes(sentence ?? "")) expect(written.split(" "), `${code} {${name}}`).toContain(name);
  }
});

test("every reply code of the server has a sentence, those that only its keepers give included", () => {
  const source = readFileSync("../server/core/flow/replies.py", "utf-8");
  const codes = [...source.matchAll(/^ {4}"(\w+)": (?:_ok|_bad|_warn|_quiet|Code)\(/gm)].map(([, code]) => code ?? "");
  expect(codes.length).toBeGreaterThan(100);
  for (const code of codes) expect(english[`r_${code}`], code).toBeDefined();
});

test("every question that the rules can leave open has a sentence", () => {
  for (const asked of Object.keys(flow.askedIn)) {
    expect(english[`ask_${asked}`] ?? english[`do_${asked}`], asked).toBeDefined();
  }
});

test("every step of the rules has its next action in words", () => {
  for (const state of Object.keys(flow.pick)) expect(english[`do_${state}`], state).toBeDefined();
  for (const state of Object.keys(later.putBack)) expect(english[`do_put_back_${state}`], state).toBeDefined();
  for (const state of Object.keys(flow.pack)) expect(english[`do_pack_${state}`], state).toBeDefined();
});

test("a value is put in as it is, and a missing one leaves nothing behind", () => {
  expect(fill("{n} of {of}", { n: 2, of: "<b>5</b>" })).toBe("2 of <b>5</b>");
  expect(fill("scan {what}", {})).toBe("scan ");
});

test("a language is chosen by the first wish that can be met", () => {
  expect(pickLanguage(["fr-FR", "pl-PL", "de"])).toBe("pl");
  expect(pickLanguage(["zh-TW"])).toBe("zh-Hans");
  expect(pickLanguage(["fr"])).toBe("en");
});
