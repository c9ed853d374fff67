import { expect, test } from "vitest";

import { courier, WINDOW } from "../src/sync/courier";
import { LONGEST_MS, pace, SHORTEST_MS } from "../src/sync/pace";
import type { Intent, Reply } from "../src/sync/wire";

const intent = (seq: number): Intent => ({ op_id: `op-${seq}`, device: "hh", seq, task: "T1", version: 1, label: "A", at: "" });
const intents = (count: number): Intent[] => Array.from({ length: count }, (_, at) => intent(at + 1));
const replyTo = ({ op_id }: Intent): Reply => ({ op_id, code: "ok", tone: "ok", scanned: "", wanted: "", action: "", args: {}, task: null, replay: false });

/** A wire whose answers come when the test says so. */
function slowWire() {
  const sent: { intent: Intent; answer(reply: Reply | null): void }[] = [];
  const settled: number[] = [];
  const overdue: boolean[] = [];
  const out = courier(
    (one) => new Promise((answer) => sent.push({ intent: one, answer })),
    pace(),
    { settled: (answers) => settled.push(...answers.map((answer) => answer.intent.seq)), overdue: (late) => overdue.push(late) },
    () => 0,
  );
  const answer = async (seq: number, lost = false): Promise<void> => {
    const found = sent.find((one) => one.intent.seq === seq);
    if (found === undefined) throw new Error(`${seq} was not sent`);
    sent.splice(sent.indexOf(found), 1);
    found.answer(lost ? null : replyTo(found.intent));
    await Promise.resolve();
    await Promise.resolve();
  };
  return { out, sent, settled, overdue, answer, travelling: () => sent.map((one) => one.intent.seq) };
}

test("nothing is sent before there is a connection, and then everything in order", () => {
  const { out, travelling } = slowWire();
  out.add(intents(3));
  expect(travelling()).toEqual([]);
  out.up(true);
  expect(travelling()).toEqual([1, 2, 3]);
});

test("many travel at once, but never more than the window", async () => {
  const { out, travelling, answer } = slowWire();
  out.up(true);
  out.add(intents(WINDOW + 5));
  expect(travelling()).toHaveLength(WINDOW);
  await answer(1);
  expect(travelling()).toContain(WINDOW + 1);
});

test("an answer waits for those before it, so that the task moves on in the order of the scans", async () => {
  const { out, settled, answer } = slowWire();
  out.up(true);
  out.add(intents(3));
  await answer(2);
  await answer(3);
  expect(settled).toEqual([]);
  await answer(1);
  expect(settled).toEqual([1, 2, 3]);
});

test("a lost answer sends its scan and all after it again, each once", async () => {
  const { out, answer, travelling, overdue } = slowWire();
  out.up(true);
  out.add(intents(3));
  await answer(1, true);
  expect(travelling()).toEqual([2, 3, 1, 2, 3]);
  expect(overdue).toEqual([true]);
  await answer(2, true); // the deadline of the first sending: the second is on its way
  expect(travelling()).toEqual([3, 1, 2, 3]);
});

test("an answer to the first sending of a scan counts, though it was sent again", async () => {
  const { out, answer, settled } = slowWire();
  out.up(true);
  out.add(intents(2));
  await answer(1, true);
  await answer(2);
  await answer(1);
  expect(settled).toEqual([1, 2]);
});

test("a new connection sends all that was not answered, from the first on", async () => {
  const { out, answer, sent, travelling } = slowWire();
  out.up(true);
  out.add(intents(3));
  await answer(1);
  out.up(false);
  sent.length = 0;
  out.up(true);
  expect(travelling()).toEqual([2, 3]);
  expect(out.waiting()).toBe(2);
});

test("patience follows what answers take, doubles with every miss, and has its bounds", () => {
  const network = pace();
  expect(network.timeout_ms()).toBeGreaterThanOrEqual(SHORTEST_MS);
  for (let times = 0; times < 20; times += 1) network.took(20);
  expect(network.timeout_ms()).toBe(SHORTEST_MS);
  network.missed();
  expect(network.timeout_ms()).toBe(2 * SHORTEST_MS);
  for (let times = 0; times < 9; times += 1) network.missed();
  expect(network.timeout_ms()).toBeLessThanOrEqual(LONGEST_MS);
  for (let times = 0; times < 20; times += 1) network.took(3000);
  expect(network.timeout_ms()).toBeGreaterThan(2900);
});
