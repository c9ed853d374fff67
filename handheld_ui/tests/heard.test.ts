/** What the page foresees offline is what the server answered: tests/vectors/heard.json, as the cases were played on a real floor. */

import { expect, test } from "vitest";
import type { Stepped } from "../src/sync/floor";
import { agrees, settled } from "../src/sync/merge";
import { packRules } from "../src/sync/pack_keeper";
import { pickRules } from "../src/sync/pick_keeper";
import type { Intent, PackTask, PickTask, Reply } from "../src/sync/wire";
import { vectors } from "./rules_vectors";

interface Heard {
  case: number | string;
  name: string;
  task: PickTask | PackTask;
  sent: (Partial<Intent> & { label: string })[];
  answers: Reply[];
}

interface Foreseen {
  heard: Heard;
  code: string;
  answer: Reply;
  stands: boolean;
}

/** Where only the server can know: what is blocked, whose label it is, and what a tote was before it came onto this cart. */
const SERVER_KNOWS = [
  "9: The wanted location is blocked: another way is offered, and taken when confirmed",
  "9: A blocked location that is declined stays wanted",
  "13: A label of this location and of the wanted item is asked about over the tote too, when the plan has grown",
  "13: Of two locations, totes, items or stations with one label, the wanted one is meant",
  "9: A blocked location is asked about for what the line still wants",
  "42: A strange lot that is the last unit goes to the tote",
  "66: A full tote is set aside and the next free one is the order's second",
  "75: Units wait for a carton",
  "77: An item that is not in the order does not go into its box",
  "34: Two known labels glued together are both stepped",
];

const step = (task: PickTask | PackTask, intent: Intent): Stepped<PickTask | PackTask> =>
  task.kind === "pack" ? packRules.step(task, intent) : pickRules.step(task, intent);

/** Each scan stepped upon the last, as a page without a network does it, until it leaves one to the server or stands elsewhere. */
function foresee(heard: Heard): Foreseen[] {
  const seen: Foreseen[] = [];
  let now = settled(heard.task);
  for (const [at, answer] of heard.answers.entries()) {
    const intent: Intent = { op_id: "op", device: "hh", seq: at + 1, task: now.id, version: now.version, at: "", label: "", ...heard.sent[at] };
    const stepped = step(now, intent);
    if (stepped.reply.code === "p_sent") break;
    now = stepped.task;
    seen.push({ heard, code: stepped.reply.code, answer, stands: agrees(now, answer) });
    if (!agrees(now, answer)) break;
  }
  return seen;
}

const foreseen = vectors<Heard[]>("heard.json").flatMap(foresee);

test("a page without a network stands where the server will say, but for what only the server knows", () => {
  expect(foreseen.length).toBeGreaterThan(350);
  const elsewhere = foreseen.filter(({ stands }) => !stands).map(({ heard }) => `${heard.case}: ${heard.name}`);
  expect(elsewhere).toEqual(SERVER_KNOWS);
});

test("it answers with the server's own words, or does not know the label", () => {
  const otherwise = foreseen.filter(({ code, answer, stands }) => stands && code !== answer.code);
  expect(new Set(otherwise.map(({ code }) => code))).toEqual(new Set(["unknown_code", "unknown_tote"]));
  expect(otherwise.filter(({ answer }) => answer.tone === "ok" || answer.tone === "done")).toEqual([]);
});
