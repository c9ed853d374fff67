import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { type Floor, openFloor } from "../src/sync/floor";
import { askLogin } from "../src/sync/login";
import { pickRules } from "../src/sync/pick_keeper";
import type { Cursor, Intent, PickLine, PickTask, Reply, Tone } from "../src/sync/wire";
import { FakeServer, PERSON, reply } from "./fake_server";
import { line, tour, WHOLE_TOUR } from "./pick_task";

let server: FakeServer;
let tones: Tone[];
let floors: Floor<PickTask>[];

const settle = (ms = 150): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function openPage(): Promise<Floor<PickTask>> {
  const floor = await openFloor("pick", pickRules, (tone) => tones.push(tone));
  floors.push(floor);
  return floor;
}

async function atWork(): Promise<Floor<PickTask>> {
  const floor = await openPage();
  await floor.logIn({ token: "t", person: PERSON });
  await settle();
  return floor;
}

const cursor = (own: Partial<Cursor>): Cursor => ({ id: "T1", version: 1, state: "location", line: 1, in_hand: 0, at_location: "", picked: 0, tote: "TOTE-1", asked: "", ...own });

/** A server that steps the same rules, as the real one does; each op_id has one effect. */
function honest(task: PickTask): (intent: Intent) => Reply {
  let now = task;
  const known = new Map<string, Reply>();
  return (intent) => {
    const stored = known.get(intent.op_id);
    if (stored !== undefined) return { ...stored, replay: true };
    const about = now.line;
    const stepped = pickRules.step(now, intent);
    now = stepped.task;
    const line = now.lines.find(({ id }) => id === about);
    const answer = reply(intent, { ...stepped.reply, about, task: cursor({ state: now.state, line: now.line, in_hand: now.in_hand, at_location: now.at_location, asked: now.asked, picked: line?.picked ?? 0, tote: line?.tote ?? "" }) });
    known.set(intent.op_id, answer);
    return answer;
  };
}

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
  server = new FakeServer();
  server.task = tour();
  vi.stubGlobal("WebSocket", server.socketClass());
  tones = [];
  floors = [];
});

afterEach(() => {
  for (const floor of floors) floor.stop();
});

describe("a scan", () => {
  test("is answered by the page in the same turn, before anything is sent", async () => {
    const floor = await atWork();
    const verdict = floor.act({ label: "A-05-1" });
    expect(verdict).toMatchObject({ code: "location_ok" });
    expect(floor.task.value.state).toBe("item");
    expect([tones, server.received]).toEqual([["ok"], []]);
  });

  test("that is wrong says what was scanned and what is wanted, at once", async () => {
    const floor = await atWork();
    floor.act({ label: "B-02-1" });
    expect(floor.verdict.value).toMatchObject({ code: "wrong_location", tone: "bad", scanned: "B-02-1", wanted: "A-05-1" });
    expect(tones).toEqual(["bad"]);
  });

  test("names its task, its line and its version, and counts up", async () => {
    const floor = await atWork();
    floor.act({ label: "A-05-1" });
    floor.act({ act: "short", reason: "damaged" });
    await settle();
    expect(server.received.map(({ seq, task, line, version, act, reason }) => ({ seq, task, line, version, act, reason }))).toEqual([
      { seq: 1, task: "T1", line: 1, version: 1, act: undefined, reason: undefined },
      { seq: 2, task: "T1", line: 1, version: 1, act: "short", reason: "damaged" },
    ]);
  });

  test("with the server's own answer sounds once", async () => {
    server.answer = honest(tour());
    const floor = await atWork();
    floor.act({ label: "A-05-1" });
    await settle();
    expect(tones).toEqual(["ok"]);
    expect(floor.queued.value).toBe(0);
  });

  test("that the server answers otherwise is the server's: its words, its tone, its task", async () => {
    server.answer = (intent) => reply(intent, { code: "location_blocked", tone: "warn", args: { ref: "A-05-1" }, about: 1, task: cursor({ state: "location", asked: "blocked:2:A-05-1" }) });
    const floor = await atWork();
    floor.act({ label: "A-05-1" });
    await settle();
    expect(floor.verdict.value).toMatchObject({ code: "location_blocked", tone: "warn" });
    expect(floor.task.value).toMatchObject({ state: "location", asked: "blocked:2:A-05-1" });
    expect(tones).toEqual(["ok", "warn"]);
  });
});

describe("without a network", () => {
  test("a whole tour is worked, and afterwards sent once each, in order", async () => {
    const floor = await atWork();
    server.cut();
    for (const label of WHOLE_TOUR) floor.act({ label });
    expect(floor.task.value.state).toBe("quantity");
    expect(floor.queued.value).toBe(WHOLE_TOUR.length);
    expect(tones).not.toContain("bad");
    await settle();
    server.answer = honest(tour());
    server.reachable = true;
    await settle(900);
    expect(server.received.map(({ label }) => label)).toEqual(WHOLE_TOUR);
    expect(floor.queued.value).toBe(0);
    expect(floor.task.value.state).toBe("quantity");
  });

  test("a reload loses nothing and asks nothing", async () => {
    const floor = await atWork();
    server.cut();
    for (const label of WHOLE_TOUR.slice(0, 3)) floor.act({ label });
    await settle();
    floor.stop();
    const again = await openPage();
    expect(again.queued.value).toBe(3);
    expect(again.task.value).toMatchObject({ state: "tote", in_hand: 2, line: 1 });
    expect(again.device).toBe(floor.device);
    again.act({ label: "TOTE-1" });
    server.answer = honest(tour());
    server.reachable = true;
    await settle(900);
    expect(server.received.map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  test("nobody logs out, and no other badge gets the queue", async () => {
    const floor = await atWork();
    server.cut();
    floor.act({ label: "A-05-1" });
    expect(await floor.logOut()).toBe(false);
    expect(floor.person.value).not.toBeNull();
    expect(floor.owner()?.badge).toBe(PERSON.badge);
  });
});

test("a lost answer is asked for again, and one scan has one effect", async () => {
  const answer = honest(tour());
  let lost = 1;
  server.answer = (intent) => {
    const known = answer(intent);
    return lost-- > 0 ? null : known;
  };
  const floor = await atWork();
  floor.act({ label: "A-05-1" });
  floor.act({ label: "5012345678900" });
  await settle(1500);
  expect(floor.queued.value).toBe(0);
  expect(floor.task.value.in_hand).toBe(1);
  expect(new Set(server.received.map(({ op_id }) => op_id)).size).toBe(2);
});

test("a task that the server changed replaces the page's, and what is pending is stepped upon it", async () => {
  server.answer = () => null;
  const floor = await atWork();
  floor.act({ label: "A-05-1" });
  server.push("task", tour({ version: 2, lines: tour().lines.filter(({ id }) => id !== 2) }));
  expect(floor.task.value).toMatchObject({ version: 2, state: "item" });
  expect(floor.task.value.lines).toHaveLength(2);
});

describe("a new route", () => {
  const IN_AN_HOUR = new Date(Date.now() + 3_600_000).toISOString();
  const [first, ...others] = tour().lines;
  const handled = [{ ...first, state: "done" }, ...others] as PickLine[];

  test.each<[string, Partial<PickTask>, Partial<PickTask>, boolean]>([
    ["at a shelf", { state: "item", at_location: "A-05-1" }, { state: "item", at_location: "A-05-1" }, true],
    ["between two shelves", { line: 2, lines: handled }, { line: 2, lines: handled }, true],
    ["on the way to a first shelf that is another now", {}, { line: 3 }, true],
    ["on the way to a first shelf that is the same", {}, {}, false],
    ["who waits for narrow aisles to be free", { start_at: IN_AN_HOUR }, { start_at: IN_AN_HOUR, line: 3 }, false],
    ["who has not taken the cart", { state: "cart", cart: "", line: null }, { state: "cart", cart: "", line: null }, false],
    ["whose cart just got its first line", { state: "waiting", line: null }, { line: 3 }, false],
  ])("is a word to a picker who walks by it, and to no other: %s", async (_, before, after, told) => {
    server.task = tour(before);
    const floor = await atWork();
    server.push("task", tour({ ...after, version: 2 }));
    expect(floor.task.value.version).toBe(2);
    expect(floor.verdict.value?.code === "p_new_route").toBe(told);
  });

  test("is told to whoever has reported their way as blocked, though it leads to the same shelf", async () => {
    server.answer = () => null;
    const floor = await atWork();
    floor.act({ act: "way_blocked" });
    server.push("task", tour({ version: 2 }));
    expect(floor.verdict.value?.code).toBe("p_new_route");
  });

  test("is told to whoever has scanned the first shelf, though the server does not know yet", async () => {
    server.answer = () => null;
    const floor = await atWork();
    floor.act({ label: "A-05-1" });
    server.push("task", tour({ version: 2 }));
    expect(floor.verdict.value?.code).toBe("p_new_route");
  });
});

test("a new route is told, but not in the place of what was wrong with a scan", async () => {
  const floor = await atWork();
  server.push("task", tour({ version: 2, line: 3 }));
  expect(floor.verdict.value?.code).toBe("p_new_route");
  floor.act({ label: "A-03-2" });
  server.push("task", tour({ version: 3 }));
  expect(floor.task.value.version).toBe(3);
  expect(floor.verdict.value).toMatchObject({ code: "unknown_code", tone: "bad" });
});

test("what was taken back stays said while the tour that it changed comes", async () => {
  server.answer = honest(tour());
  const floor = await atWork();
  for (const act of ["", "short", "undo"] as const) floor.act(act === "" ? { label: "A-05-1" } : { act, reason: "not_found" });
  await settle();
  server.push("task", tour({ version: 2, state: "item", at_location: "A-05-1" }));
  expect(floor.task.value).toMatchObject({ version: 2, line: 1, state: "item" });
  expect(floor.verdict.value?.code).toBe("undone");
  server.push("task", tour({ version: 3, state: "item", at_location: "A-05-1" })); // a way was closed, perhaps
  expect(floor.verdict.value?.code).toBe("p_new_route");
});

test("a late answer of an older version does not take a re-route back", async () => {
  let held: (() => void) | undefined;
  server.answer = (intent) => {
    held = () => server.raw(`430${JSON.stringify([reply(intent, { about: 1, task: cursor({ state: "item", at_location: "A-05-1" }) })])}`);
    return null;
  };
  const floor = await atWork();
  floor.act({ label: "A-05-1" });
  await settle();
  server.push("task", tour({ version: 2, line: 3, state: "location" }));
  held?.();
  await settle();
  expect(floor.task.value).toMatchObject({ version: 2, line: 3, state: "location" });
});

test("a scan made for an earlier task is not stepped upon the next one", async () => {
  server.answer = () => null;
  const floor = await atWork();
  floor.act({ label: "A-05-1" });
  server.push("task", tour({ id: "T9" }));
  expect(floor.task.value).toMatchObject({ id: "T9", state: "location" });
  expect(floor.queued.value).toBe(1);
});

test("the server's task wins even where it gives the page's own answer", async () => {
  server.answer = (intent) => reply(intent, { about: 1, task: cursor({ state: "item", at_location: "A-05-1", in_hand: 1 }) });
  const floor = await atWork();
  floor.act({ label: "A-05-1" });
  expect(floor.task.value.in_hand).toBe(0);
  await settle();
  expect(floor.task.value).toMatchObject({ state: "item", in_hand: 1 });
});

test("a task that is told again draws nothing anew, and what is new in it draws that alone", async () => {
  const floor = await atWork();
  const before = floor.task.value;
  server.push("snapshot", server.snapshot());
  await settle();
  expect(floor.task.value).toBe(before);
  server.task = tour({ version: 2, lines: tour().lines.map((line) => (line.id === 3 ? { ...line, qty: 5 } : line)) });
  server.push("task", server.task);
  await settle();
  const { lines, totes, version } = floor.task.value;
  expect([version, lines[2]?.qty]).toEqual([2, 5]);
  expect([lines[0] === before.lines[0], lines[2] === before.lines[2], totes === before.totes]).toEqual([true, false, true]);
});

test("a short that is taken back in a dead spot stands where the server will not have it back", async () => {
  const honestly = honest(tour());
  server.answer = (intent) =>
    intent.act === "undo" ? reply(intent, { code: "nothing_to_undo", tone: "warn", about: 2, task: cursor({ state: "item", line: 2, at_location: "A-05-1" }) }) : honestly(intent);
  const floor = await atWork();
  server.cut();
  floor.act({ label: "A-05-1" });
  floor.act({ act: "short", reason: "not_found" });
  expect(floor.act({ act: "undo" })?.code).toBe("undone");
  expect(floor.task.value).toMatchObject({ line: 1, state: "item" });
  server.reachable = true;
  await settle(900);
  expect(floor.verdict.value?.code).toBe("nothing_to_undo");
  expect(floor.task.value).toMatchObject({ line: 2, state: "item" });
  expect(floor.task.value.lines.map(({ state }) => state)).toEqual(["short", "open", "open"]);
});

test("a short whose goods were to be had elsewhere is the server's to take back, and the page asks for the whole task", async () => {
  const honestly = honest(tour());
  const elsewhere = tour({ version: 2, line: 9, lines: [line(1, { qty: 0, state: "short" }), line(9, { location: "B-02-1" })] });
  server.answer = (intent) => (intent.act === "undo" ? reply(intent, { code: "undone", about: 1, task: cursor({ version: 2, state: "item", line: 1, at_location: "A-05-1" }) }) : honestly(intent));
  const floor = await atWork();
  floor.act({ label: "A-05-1" });
  floor.act({ act: "short", reason: "not_found" });
  await settle();
  server.push("task", elsewhere);
  server.task = tour({ version: 3, state: "item", at_location: "A-05-1" });
  expect(floor.act({ act: "undo" })?.code).toBe("p_sent");
  await settle();
  expect(floor.verdict.value?.code).toBe("undone");
  expect(server.events.filter((event) => event === "sync")).toHaveLength(1);
  expect(floor.task.value).toMatchObject({ version: 3, line: 1, state: "item" });
  expect(floor.task.value.lines.map(({ id }) => id)).toEqual([1, 2, 3]);
});

test("a tour just given names its first open line by itself", async () => {
  server.task = tour({ line: null });
  const floor = await atWork();
  expect(floor.task.value.line).toBe(1);
});

test("a device that another took over asks for a badge and keeps what it has", async () => {
  const floor = await atWork();
  server.answer = () => null;
  floor.act({ label: "A-05-1" });
  server.push("taken_over", { code: "taken_over", message: "…" });
  expect(floor.person.value).toBeNull();
  expect(floor.refusal.value?.code).toBe("taken_over");
  expect(floor.queued.value).toBe(1);
});

test("a disk that refuses is said, and no scan is taken that could not be kept", async () => {
  const floor = await atWork();
  vi.spyOn(IDBObjectStore.prototype, "put").mockImplementation(() => {
    throw new DOMException("full", "QuotaExceededError");
  });
  floor.act({ label: "A-05-1" });
  await settle();
  expect(floor.broken.value).toBe(true);
  expect(floor.act({ label: "5012345678900" })).toBeNull();
});

test("a login that nobody answers is told apart from one that is refused", async () => {
  vi.stubGlobal("fetch", () => Promise.reject(new TypeError("offline")));
  expect(await askLogin("P-1", "hh")).toBeNull();
  vi.stubGlobal("fetch", () => Promise.resolve(new Response(JSON.stringify({ error: { code: "unknown_badge", message: "no" } }), { status: 403 })));
  expect(await askLogin("P-9", "hh")).toEqual({ code: "unknown_badge", message: "no" });
});
