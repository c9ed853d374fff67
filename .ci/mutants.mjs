/*
 * Break the handheld's signal functions one expression at a time, and count the breaks that no shared vector notices.
 *
 * node .ci/mutants.mjs [NAME …]    modules of handheld_ui/src/rules; all signal modules when none is named
 *
 * The same as mutants.py does with the server's rules, against the same vectors. Stryker would run the whole of vitest
 * for each mutant; here the modules are read anew, one of them changed, and the vectors are run in this process.
 */

import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const UI = resolve(dirname(fileURLToPath(import.meta.url)), "../handheld_ui");
const { transformWithOxc } = await import(pathToFileURL(createRequire(join(UI, "package.json")).resolve("vite")).href);

const SIGNALS = ["choose", "found", "pack_signals", "pack_taps", "pick_breaks", "pick_items", "pick_signals", "pick_taps", "put_back"];
const CHECK = `
import * as rules from "./rules_vectors.mjs";
const snaked = (name) => name.replace(/[A-Z]/g, (letter) => "_" + letter.toLowerCase());
const empty = (value) => value === null || value === "" || value === 0 || (typeof value === "object" && !Array.isArray(value) && Object.keys(value).length === 0);
const told = (said) => Object.fromEntries(Object.entries(said).filter(([, value]) => !empty(value)));
const canon = (value) => JSON.stringify(value, (_, part) => part && typeof part === "object" && !Array.isArray(part) ? Object.fromEntries(Object.entries(part).sort()) : part);
const same = (a, b) => canon(a) === canon(b);
const wrongCase = (one) => rules.run(one).some(({ before, outcome }, place) => {
  const said = rules.flat(outcome);
  return Object.entries(one.expect[place] ?? {}).some(([name, value]) =>
    name === "stay" ? !same(said.task, rules.plain(before))
    : name === "args" ? !Object.entries(value).every(([key, each]) => same(said.args[key], each))
    : !same(rules.at(said, name), value));
});
const wrongStep = ({ kind, task, scan, expect }) => {
  const before = rules.taskOf(kind, task);
  const { task: after, ...said } = rules.flat(rules.step(kind, before, scan));
  const { task: moved, ...wanted } = expect;
  return !same(told(said), wanted) || !same(after, { ...rules.plain(before), ...moved });
};
export const notices = () => rules.cases().some(wrongCase) || rules.vectors("steps.json").some(wrongStep);
`;

/** What is written otherwise, token by token; types and comments are left alone. */
const SWAPS = [
  [/===/g, "!=="], [/!==/g, "==="], [/&&/g, "||"], [/\|\|/g, "&&"],
  [/ <= /g, " < "], [/ < /g, " <= "], [/ >= /g, " > "], [/ > /g, " >= "],
  [/ \+ /g, " - "], [/ - /g, " + "], [/\btrue\b/g, "false"], [/\bfalse\b/g, "true"], [/(?<=[( !&|])!(?=[\w(])/g, ""],
  [/"([a-z_]+)"/g, '"$1x"'], [/(?<![\w"])0(?![\w".])/g, "1"], [/(?<![\w"])1(?![\w".])/g, "2"],
];

/** Changes that change nothing, with the reason: module, the beginning of what is written otherwise. */
const EQUIVALENT = [
  ["pack_taps", 'scan -> scanx: const deed', "a tap always says which; the word is there for the compiler"],
  ["pick_taps", 'scan -> scanx: const deed', "a tap always says which; the word is there for the compiler"],
  ["pick_breaks", 'pause -> pausex: const ABOUT', "a second break begins with the question that waited behind the first"],
  ["pick_signals", 'waiting -> waitingx: Exclude', "a type, which is gone when the page runs"],
  ["pick_signals", 'done -> donex: Exclude', "a type, which is gone when the page runs"],
  ["put_back", "0 -> 1: return intent.qty", "it is told only of a number, which has been typed; the 0 is there for the compiler"],
];
const isEquivalent = (name, what) => EQUIVALENT.some(([module, begins]) => module === name && what.replaceAll('"', "").startsWith(begins));

function* mutants(source) {
  const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, (text) => text.replace(/[^\n]/g, " "));
  for (const [pattern, other] of SWAPS) {
    for (const found of code.matchAll(pattern)) {
      const line = code.slice(0, found.index).split("\n").length;
      const whole = code.split("\n")[line - 1];
      if (/^\s*(import|export (type|interface)|type|interface|\| ")/.test(whole) || /from "/.test(whole)) continue;
      const changed = other.replace("$1", found[1] ?? "");
      yield { line, what: `${found[0]} -> ${changed}: ${whole.trim()}`, body: source.slice(0, found.index) + changed + source.slice(found.index + found[0].length) };
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), "gangway-mutants-"));
const RULES = readdirSync(join(UI, "src/rules")).filter((name) => name.endsWith(".ts")).map((name) => join(UI, "src/rules", name));
const VECTORS = join(UI, "tests/rules_vectors.ts");

/** A module as Node reads it. */
async function plain(file, source) {
  const { code } = await transformWithOxc(source, file);
  return code
    .replace(/from "(\.[^"]*\/)([\w.]+?)(\.json)?"/g, (_, folder, name) => `from "./${name}.mjs"`)
    .replaceAll("import.meta.dirname", JSON.stringify(join(UI, "tests")));
}

/** A JSON file as a module: whole, and each of its parts by name. */
function asModule(name) {
  const whole = JSON.parse(readFileSync(join(UI, "src/rules", name), "utf-8"));
  return [`export default ${JSON.stringify(whole)};`, ...Object.keys(whole).map((part) => `export const ${part} = ${JSON.stringify(whole[part])};`)].join("\n");
}

const texts = new Map([["check.mjs", CHECK]]);
for (const name of ["flow", "flow_put_back"]) texts.set(`${name}.mjs`, asModule(`${name}.json`));
for (const file of [...RULES, VECTORS]) texts.set(basename(file, ".ts") + ".mjs", await plain(file, readFileSync(file, "utf-8")));
let number = 0;

/** Whether a vector fails, or anything throws, with one module's text in place of its own. */
const notices = (file, body) => fails(file, body).catch(() => true);

async function fails(file, body) {
  const mutant = join(folder, String((number += 1)));
  mkdirSync(mutant);
  try {
    for (const [name, text] of texts) writeFileSync(join(mutant, name), text);
    if (file !== "") writeFileSync(join(mutant, basename(file, ".ts") + ".mjs"), await plain(file, body));
    return (await import(pathToFileURL(join(mutant, "check.mjs")).href)).notices();
  } finally {
    rmSync(mutant, { recursive: true });
  }
}

if (await fails("", "")) throw new Error("the vectors fail before anything is broken");
let total = 0;
const alive = [];
for (const name of process.argv.length > 2 ? process.argv.slice(2) : SIGNALS) {
  const file = join(UI, "src/rules", `${name}.ts`);
  let killed = 0;
  let count = 0;
  for (const { line, what, body } of mutants(readFileSync(file, "utf-8"))) {
    if (isEquivalent(name, what)) continue;
    count += 1;
    if (await notices(file, body)) killed += 1;
    else {
      alive.push(`src/rules/${name}.ts:${line}: ${what}`);
      console.log(`  lives: ${alive.at(-1)}`);
    }
  }
  total += count;
  console.log(`${name.padEnd(20)}${String(killed).padStart(5)} of ${String(count).padStart(4)} killed`);
}
console.log(`${"all".padEnd(20)}${String(total - alive.length).padStart(5)} of ${String(total).padStart(4)} killed, ${(100 * (1 - alive.length / total)).toFixed(1)}%`);
rmSync(folder, { recursive: true });
