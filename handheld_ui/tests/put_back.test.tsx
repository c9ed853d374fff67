/** @jsxImportSource preact */
import { signal } from "@preact/signals";
import { readFileSync } from "node:fs";
import { render } from "preact";
import { act } from "preact/test-utils";
import { expect, test, vi } from "vitest";

import { Handheld } from "../src/pages/handheld";
import { Pick } from "../src/pages/pick";
import { PutBack } from "../src/pages/put_back";
import { camera } from "../src/parts/prefs";
import type { Floor, Verdict } from "../src/sync/floor";
import { handheldRules, type HandheldTask } from "../src/sync/handheld_rules";
import type { Wire } from "../src/sync/link";
import { agrees, blankPick, merge, settled } from "../src/sync/merge";
import type { Act, Intent, PickTask, PutBackTask, Reply } from "../src/sync/wire";
import { adopt, type Words } from "../src/words";
import { PERSON } from "./fake_server";
import { goods } from "./put_back_task";

const intent = (label: string, own: Partial<Intent> = {}): Intent => ({ op_id: "op", device: "hh", seq: 1, task: "T7", version: 1, label, at: "", ...own });
const tap = (deed: Act, own: Partial<Intent> = {}): Intent => intent("", { act: deed, ...own });

function play(task: HandheldTask, ...intents: (string | Intent)[]): { task: PutBackTask; codes: string[] } {
  const codes: string[] = [];
  let now = task;
  for (const one of intents) {
    const stepped = handheldRules.step(now, typeof one === "string" ? intent(one) : one);
    now = stepped.task;
    codes.push(stepped.reply.code);
  }
  return { task: now as PutBackTask, codes };
}

test("tote, items and shelf are answered without the network", () => {
  const { task, codes } = play(goods(), "TOTE-2", "TOTE-1", "5012345678900", "5012345678900", "B-02-1");
  expect(codes).toEqual(["unknown_code", "tote_open", "item_ok", "item_done", "put_back_done"]);
  expect([task.state, task.in_hand]).toEqual(["done", 2]);
});

test("a shelf that the task does not name is the server's to answer, and so is an undo of what the page forgot", () => {
  const task = goods({ state: "location", in_hand: 2 });
  expect(play(task, "C-01-1", tap("undo")).codes).toEqual(["p_sent", "p_sent"]);
  expect(play(task, intent("47", { act: "typed" })).codes).toEqual(["put_back_done"]);
  expect(play(goods(), "TOTE-1", tap("undo")).task.state).toBe("tote");
});

test("a short of the rest is taken back at the shelf, once", () => {
  const { task, codes } = play(goods({ state: "item", in_hand: 1 }), tap("short", { reason: "not_found" }), tap("undo"), tap("undo"));
  expect([codes, task.state, task.qty, task.in_hand]).toEqual([["short_kept", "undone", "p_sent"], "item", goods().qty, 1]);
});

test("the server's answer moves the task on, and its quantity wins", () => {
  const reply = (state: string, in_hand: number, qty: number): Reply => ({
    op_id: "op", code: "short_kept", tone: "ok", scanned: "", wanted: "", action: "", args: {}, replay: false,
    task: { id: "T7", version: 1, state, line: null, in_hand, asked: "", qty },
  });
  const before = goods({ state: "item", in_hand: 1 });
  const { task } = handheldRules.step(before, tap("short", { reason: "not_found" }));
  expect(agrees(task, reply("location", 1, 1))).toBe(true);
  expect(agrees(task, reply("location", 1, 2))).toBe(false);
  expect(merge<HandheldTask>(before, tap("short", { reason: "not_found" }), reply("location", 1, 1), handheldRules.step)).toMatchObject({ state: "location", qty: 1 });
  expect(settled(before)).toBe(before);
});

function stand<T extends HandheldTask>(task: T): { floor: Floor<T>; deeds: unknown[] } {
  const deeds: unknown[] = [];
  const floor = {
    task: signal(task), verdict: signal<Verdict | null>(null), wire: signal<Wire>("connected"), late: signal(false), queued: signal(0),
    person: signal(PERSON), broken: signal(false), refusal: signal(null), device: "hh-1", token: "t", owner: () => null,
    act: (deed: unknown) => (deeds.push(deed), null), say: () => undefined, logIn: () => Promise.resolve(),
    logOut: vi.fn(() => Promise.resolve(false)), stop: () => undefined,
  } as unknown as Floor<T>;
  return { floor, deeds };
}

const ignore = (): void => undefined;
const root = (): HTMLElement => document.getElementById("page") as HTMLElement;
const click = (name: string): Promise<void> =>
  act(() => [...root().querySelectorAll("button")].find((one) => one.textContent?.startsWith(name))?.click());

async function show(task: PutBackTask) {
  document.body.innerHTML = '<div id="page"></div>';
  adopt("en", JSON.parse(readFileSync("src/words/en.json", "utf-8")) as Words);
  const stage = stand(task);
  await act(() => render(<PutBack floor={stage.floor} scan={ignore} />, root()));
  return stage;
}

test("what is wanted now is what is large: the tote, then the goods, then the shelf", async () => {
  await show(goods());
  expect(root().querySelector("[data-lit=true] .place-code")?.textContent).toBe("TOTE-1");
  await show(goods({ state: "item", in_hand: 1 }));
  expect(root().querySelector("[data-lit=true] .count")?.textContent).toBe("1 / 2");
  await show(goods({ state: "location", in_hand: 2 }));
  expect(root().querySelector("[data-lit=true] .place-code")?.textContent).toBe("A-05-1");
  expect(root().textContent).toContain("B-02-1");
});

test("goods that are not there, and goods for somebody else, are one tap", async () => {
  const { deeds } = await show(goods({ state: "item", tote: "" }));
  expect(root().textContent).toContain("In your hand");
  await click("Not there");
  await click("Not me");
  expect(deeds).toEqual([{ act: "short", reason: "not_found" }, { act: "cancel" }]);
});

test("More is what the pick page's is, without the tour's own: a code, the camera, the settings, the way out", async () => {
  const { floor } = await show(goods());
  expect([...root().querySelectorAll(".bar button")].map((one) => one.textContent)).toEqual(["Not there", "Not me", "Undo", "More"]);
  await click("More");
  const offered = [...root().querySelectorAll(".sheet button")].map((one) => one.textContent);
  expect(offered).toEqual(["Type a code", "Scan with the camera", "Settings", "Log out · Ann Bell", "Back"]);
  await click("Log out");
  expect(floor.logOut).toHaveBeenCalledOnce();
  await click("Settings");
  expect(root().querySelector(".sheet")?.textContent).toContain("Language");
  await click("Back");
  expect(root().querySelector(".sheet")).toBeNull();
});

test("the camera is switched on and off during a put-back", async () => {
  await show(goods());
  await click("More");
  await click("Scan with the camera");
  expect([camera.value, root().querySelector(".sheet")]).toEqual(["on", null]);
  await click("More");
  await click("Camera off");
  expect(camera.value).toBe("off");
});

test("a shelf without a label that can be read is its check digits on large keys; elsewhere a code is typed", async () => {
  const { deeds } = await show(goods({ state: "location", in_hand: 2 }));
  for (const name of ["More", "Type a code", "4", "7"]) await click(name);
  expect(deeds).toEqual([{ act: "typed", label: "47" }]);
  await show(goods());
  for (const name of ["More", "Type a code"]) await click(name);
  expect(root().querySelector(".sheet .digits")).toBeNull();
});

test("another shelf is asked about", async () => {
  const { deeds } = await show(goods({ state: "location", in_hand: 2, asked: "place:2:C-01-1" }));
  await click("Yes");
  expect(deeds).toEqual([{ act: "confirm" }]);
});

test("who waits for a batch may ask for goods to put back, and the page changes with the task", async () => {
  document.body.innerHTML = '<div id="page"></div>';
  const waiting: PickTask = { ...blankPick(), id: "T1", state: "waiting", cart: "C-04", put_backs: 3 };
  const { floor, deeds } = stand(waiting);
  await act(() => render(<Pick floor={floor} scan={ignore} />, root()));
  await click("Put goods back (3)");
  expect(deeds).toEqual([{ act: "put_back" }]);
  await act(() => render(<Handheld floor={stand<HandheldTask>(waiting).floor} scan={ignore} />, root()));
  expect(root().querySelector(".pick")?.getAttribute("data-step")).toBe("waiting");
});
