import { expect, test } from "vitest";

import { courier, MOST_A_FRAME, WINDOW } from "../src/sync/courier";
import { LONGEST_MS, pace, SHORTEST_MS } from "../src/sync/pace";
import type { Intent, Reply } from "../src/sync/wire";

const intent = (seq: number): Intent => ({ op_id: `op-${seq}`, device: "hh", seq, task: "T1", version: 1, label: "A", at: "" });
const intents = (count: number): Intent[] => Array.from({ length: count }, (_, at) => intent(at + 1));
const replyTo = ({ op_id }: Intent): Reply => ({ op_id, code: "ok", tone: "ok", scanned: "", wanted: "", action: "", args: {}, task: null, replay: false });

/** A wire whose answers come when the test says so; a frame is named by its first intent. */
function slowWire() {
  const sent: { intents: Intent[]; answer(replies: (Reply | null)[] | null): void }[] = [];
  const settled: number[] = [];
  const overdue: boolean[] = [];
  const out = courier(
    (intents) => new Promise((answer) => sent.push({ intents, answer })),
    pace(),
    { settled: (answers) => settled.push(...answers.map((answer) => answer.intent.seq)), heard: (slow) => overdue.push(slow), overdue: () => overdue.push(true) },
    () => 0,
  );
  const give = async (seq: number, replies: (intents: Intent[]) => (Reply | null)[] | null): Promise<void> => {
    const found = sent.find(({ intents }) => intents[0]?.seq === seq);
    if (found === undefined) throw new Error(`no frame began with ${seq}`);
    sent.splice(sent.indexOf(found), 1);
    found.answer(replies(found.intents));
    await Promise.resolve();
    await Promise.resolve();
  };
  const answer = (seq: number): Promise<void> => give(seq, (intents) => intents.map(replyTo));
  const lose = (seq: number): Promise<void> => give(seq, () => null);
  const travelling = (): number[][] => sent.map(({ intents }) => intents.map(({ seq }) => seq));
  return { out, sent, settled, overdue, give, answer, lose, travelling };
}

test("nothing is sent before there is a connection, and then everything in order and in one frame", () => {
  const { out, travelling } = slowWire();
  out.add(intents(3));
  expect(travelling()).toEqual([]);
  out.up(true);
  expect(travelling()).toEqual([[1, 2, 3]]);
});

test("frames are full but not overfull, and never more is on its way than the window", async () => {
  const { out, travelling, answer } = slowWire();
  out.add(intents(WINDOW + 5));
  out.up(true);
  expect(travelling().map((frame) => frame.length)).toEqual([MOST_A_FRAME, MOST_A_FRAME, MOST_A_FRAME]);
  expect(travelling().flat()).toHaveLength(WINDOW);
  await answer(1);
  expect(travelling()[2]).toEqual([1, 2, 3, 4, 5].map((more) => WINDOW + more));
});

test("a long queue is waited for longer than one scan", () => {
  const patience: number[] = [];
  const out = courier((_, timeout_ms) => (patience.push(timeout_ms), new Promise(() => undefined)), pace(), { settled: () => undefined, heard: () => undefined, overdue: () => undefined });
  out.up(true);
  out.add(intents(1));
  out.add(intents(100));
  expect(patience[0]).toBeLessThan(1100);
  expect(patience[2]).toBeGreaterThan(2900);
});

test("a frame holds no more text than the server takes", () => {
  const { out, travelling } = slowWire();
  out.up(true);
  out.add([1, 2, 3].map((seq) => ({ ...intent(seq), label: "x".repeat(9000) })));
  expect(travelling()).toEqual([[1], [2], [3]]);
});

test("an answer waits for those before it, so that the task moves on in the order of the scans", async () => {
  const { out, settled, answer } = slowWire();
  out.up(true);
  for (const seq of [1, 2, 3]) out.add([intent(seq)]);
  await answer(2);
  await answer(3);
  expect(settled).toEqual([]);
  await answer(1);
  expect(settled).toEqual([1, 2, 3]);
});

test("a lost answer sends its scan and all after it again, each once", async () => {
  const { out, lose, travelling, overdue } = slowWire();
  out.up(true);
  for (const seq of [1, 2, 3]) out.add([intent(seq)]);
  await lose(1);
  expect(travelling()).toEqual([[2], [3], [1, 2, 3]]);
  expect(overdue).toEqual([true]);
  await lose(2); // the deadline of the first sending: the second is on its way
  expect(travelling()).toEqual([[3], [1, 2, 3]]);
});

test("an answer to the first sending of a scan counts, though it was sent again", async () => {
  const { out, answer, lose, settled } = slowWire();
  out.up(true);
  for (const seq of [1, 2]) out.add([intent(seq)]);
  await lose(1);
  await answer(2);
  await answer(1);
  expect(settled).toEqual([1, 2]);
});

test("of a frame that is answered in part, what is answered counts and the rest is sent again", async () => {
  const { out, give, settled, travelling } = slowWire();
  out.up(true);
  out.add(intents(4));
  await give(1, (sent) => sent.map((one) => (one.seq === 3 ? null : replyTo(one))));
  expect(settled).toEqual([1, 2]);
  expect(travelling()).toEqual([[3]]);
  await give(3, (sent) => sent.map(replyTo));
  expect(settled).toEqual([1, 2, 3, 4]);
});

test("a new connection sends all that was not answered, from the first on", async () => {
  const { out, answer, sent, travelling } = slowWire();
  out.up(true);
  for (const seq of [1, 2, 3]) out.add([intent(seq)]);
  await answer(1);
  out.up(false);
  sent.length = 0;
  out.up(true);
  expect(travelling()).toEqual([[2, 3]]);
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

test("a network that keeps answering late is slow, one late answer does not make it so, and the first quick one is believed", () => {
  const network = pace();
  const heard = (ms: number): boolean => {
    network.took(ms);
    return network.slow();
  };
  expect([20, 20, 2500, 20].map(heard)).toEqual([false, false, false, false]);
  const answers = Array.from({ length: 6 }, () => heard(2500));
  expect([answers[0], answers[5]]).toEqual([false, true]);
  expect(heard(20)).toBe(false);
});

/** What is told of the line with each answer; a frame's answers come when the test says so, the first frame's first. */
function heardLine() {
  let clock_ms = 0;
  const told: boolean[] = [];
  const frames: { sent: Intent[]; answer(replies: Reply[]): void }[] = [];
  const ears = { settled: () => undefined, heard: (slow: boolean) => told.push(slow), overdue: () => undefined };
  const out = courier((sent) => new Promise((answer) => frames.push({ sent, answer })), pace(), ears, () => clock_ms);
  const answered = async (after_ms: number): Promise<void> => {
    clock_ms += after_ms;
    const frame = frames.shift();
    frame?.answer(frame.sent.map(replyTo));
    await Promise.resolve();
    await Promise.resolve();
  };
  return { out, told, answered };
}

test("whoever is answered late every time is told so with every answer", async () => {
  const { out, told, answered } = heardLine();
  out.up(true);
  for (const [seq, took_ms] of [[1, 2500], [2, 2500], [3, 40]] as const) {
    out.add([intent(seq)]);
    await answered(took_ms);
  }
  expect(told).toEqual([true, true, false]);
});

test("a line that is scanned upon faster than it answers is slow all the same", async () => {
  const { out, told, answered } = heardLine();
  out.up(true);
  for (const seq of [1, 2, 3]) out.add([intent(seq)]);
  for (const after_ms of [2500, 300, 300]) await answered(after_ms);
  expect(told).toEqual([true, true, true]);
});

test("a queue that took its time tells of the queue: a line that has answered all of it is not slow, until one scan waits for it", async () => {
  const { out, told, answered } = heardLine();
  out.add(intents(MOST_A_FRAME + 1)); // the last one alone in its frame, behind the full one
  out.up(true);
  await answered(1400);
  await answered(300);
  expect(told).toEqual([false, false]);
  out.add([intent(MOST_A_FRAME + 2)]);
  await answered(1500);
  expect(told).toEqual([false, false, true]);
});

test("nor does what is scanned behind a queue tell of the line, and what comes after does", async () => {
  const { out, told, answered } = heardLine();
  out.add(intents(WINDOW + 1)); // the last one goes when the first frame is answered, alone
  out.up(true);
  await answered(1200);
  out.add([intent(WINDOW + 2)]);
  for (const after_ms of [600, 600, 600, 600]) await answered(after_ms);
  expect(told).toEqual([false, false, false, false, false]);
  out.add([intent(WINDOW + 3)]);
  await answered(1500);
  expect(told[5]).toBe(true);
});

test("a line that was slow before the dead spot is believed again with the answer to what has queued", async () => {
  const { out, told, answered } = heardLine();
  out.up(true);
  out.add([intent(1)]);
  await answered(2500);
  out.up(false);
  out.add([2, 3].map(intent));
  out.up(true);
  await answered(1200);
  expect(told).toEqual([true, false]);
});
