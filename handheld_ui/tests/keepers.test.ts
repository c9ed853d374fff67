import { expect, test } from "vitest";

import { packRules } from "../src/sync/pack_keeper";
import { pickRules } from "../src/sync/pick_keeper";
import type { Act, Intent, PackTask, PickLine, PickTask } from "../src/sync/wire";
import { line, tour } from "./pick_task";

const intent = (label: string, own: Partial<Intent> = {}): Intent => ({ op_id: "op", device: "hh", seq: 1, task: "T1", version: 1, label, at: "", ...own });
const tap = (act: Act, own: Partial<Intent> = {}): Intent => intent("", { act, ...own });

/** The history of a task: each intent stepped upon the last; the codes that were answered. */
function play(task: PickTask, ...intents: (string | Intent)[]): { task: PickTask; codes: string[] } {
  const codes: string[] = [];
  let now = task;
  for (const one of intents) {
    const stepped = pickRules.step(now, typeof one === "string" ? intent(one) : one);
    now = stepped.task;
    codes.push(stepped.reply.code);
  }
  return { task: now, codes };
}

test("shelf, items, tote: the line is done and the next one of the same shelf needs no walk", () => {
  const { task, codes } = play(tour(), "A-05-1", "5012345678900", "5012345678900", "TOTE-1");
  expect(codes).toEqual(["location_ok", "item_ok", "item_done", "put_ok"]);
  expect(task.lines[0]).toMatchObject({ picked: 2, state: "done" });
  expect([task.state, task.line, task.in_hand]).toEqual(["item", 2, 0]);
});

test("a tote that this batch has not met is taken for an empty slot, and then belongs to it", () => {
  const { task, codes } = play(tour({ line: 2, state: "tote", in_hand: 1, at_location: "A-05-1" }), "TOTE-7");
  expect(codes).toEqual(["put_ok"]);
  expect(task.totes[1]).toEqual({ slot: 2, tote: "TOTE-7", order: "O2" });
});

test("a tote of another slot is refused, though the slot is empty", () => {
  const { codes } = play(tour({ line: 2, state: "tote", in_hand: 1, at_location: "A-05-1" }), "TOTE-1");
  expect(codes).toEqual(["wrong_tote"]);
});

test("what does not look like a tote is not put into an empty slot", () => {
  const { codes } = play(tour({ line: 2, state: "tote", in_hand: 1, at_location: "A-05-1" }), "A-77-1", "5012345678000");
  expect(codes).not.toContain("put_ok");
});

test("a bound slot keeps its tote: one that this batch never met is unknown", () => {
  const { codes } = play(tour({ line: 1, state: "tote", in_hand: 2, at_location: "A-05-1" }), "TOTE-9");
  expect(codes).toEqual(["unknown_tote"]);
});

test("an item of a later line is said to be later", () => {
  const { codes, task } = play(tour(), "A-05-1", "5012345678924");
  expect(codes[1]).toBe("later_item");
  expect(task.in_hand).toBe(0);
});

test("two labels glued by a lost terminator are two scans", () => {
  const { task, codes } = play(tour(), "A-05-15012345678900");
  expect(codes).toEqual(["item_ok"]);
  expect([task.state, task.in_hand]).toEqual(["item", 1]);
});

test("a tote that is full leaves its slot, for every line that goes there", () => {
  const { task } = play(tour({ state: "tote", in_hand: 2, at_location: "A-05-1" }), tap("full_tote"));
  expect(task.totes[0]?.tote).toBe("");
  expect(task.lines.filter(({ slot, state }) => slot === 1 && state === "open").map(({ tote }) => tote)).toEqual(["", ""]);
});

test("a short with nothing in hand closes the line; with some in hand it asks for less", () => {
  const none = play(tour({ state: "item", at_location: "A-05-1" }), tap("short", { reason: "not_found" }));
  expect(none.task.lines[0]?.state).toBe("short");
  expect(none.task.line).toBe(2);
  const some = play(tour({ state: "item", at_location: "A-05-1" }), "5012345678900", tap("short", { reason: "too_few" }));
  expect(some.task.lines[0]).toMatchObject({ qty: 1, state: "open" });
});

const LOAD = "106141412345678908";
const pallet = (qty: number): Partial<PickLine> => ({ loads_here: [{ sscc: LOAD, qty, lot: "" }] });

test("a whole load is all that the line wants, once; undone it stands there again", () => {
  const lines = tour().lines.map((one) => (one.id === 3 ? line(3, { ...one, ...pallet(12) }) : one));
  const before = tour({ line: 3, state: "item", at_location: "B-02-1", lines });
  const { task, codes } = play(before, LOAD, LOAD, tap("undo"), `]C100${LOAD}`, "TOTE-1");
  expect(codes).toEqual(["item_done", "load_differs", "undone", "item_done", "put_ok"]);
  expect(task.lines[2]).toMatchObject({ picked: 12, state: "done" });
});

test("a load that was taken for one line is taken for no other of its shelf", () => {
  const lines = [line(1, pallet(2)), line(2, pallet(2))];
  const { task, codes } = play(tour({ state: "item", at_location: "A-05-1", lines }), LOAD, "TOTE-1", LOAD);
  expect(codes).toEqual(["item_done", "put_ok", "load_differs"]);
  expect([task.line, task.in_hand]).toEqual([2, 0]);
});

test("a load that stands where another line is picked is none for this one", () => {
  const here = tour({ state: "item", at_location: "A-05-1", lines: [line(1), line(2, { location: "B-02-1", ...pallet(2) })] });
  const there = { ...here, line: 2, at_location: "B-02-1" };
  expect([here, there, { ...there, taken: [LOAD] }].map((task) => play(task, LOAD).codes[0])).toEqual(["unknown_code", "item_done", "load_differs"]);
});

test("undo takes back the last unit, and after a put the whole put", () => {
  const unit = play(tour({ state: "item", at_location: "A-05-1" }), "5012345678900", tap("undo"));
  expect([unit.codes[1], unit.task.in_hand]).toEqual(["undone", 0]);
  const put = play(tour({ state: "item", at_location: "A-05-1" }), "5012345678900", "5012345678900", "TOTE-1", tap("undo"));
  expect(put.codes[3]).toBe("undone");
  expect(put.task.lines[0]).toMatchObject({ picked: 0, state: "open" });
  expect([put.task.line, put.task.in_hand]).toEqual([1, 2]);
});

test("undo takes back a short: its line is the one in work again, and wants what it wanted", () => {
  const here = tour({ state: "item", at_location: "A-05-1" });
  const none = play(here, tap("short", { reason: "not_found" }), tap("undo"));
  expect(none.codes).toEqual(["short_noted", "undone"]);
  expect(none.task.lines).toEqual(here.lines.map((one) => ({ ...one, serials: one.id === 1 ? [] : one.serials })));
  expect([none.task.line, none.task.state, none.task.at_location, none.task.in_hand]).toEqual([1, "item", "A-05-1", 0]);
  const some = play(here, "5012345678900", tap("short", { reason: "damaged" }), tap("undo"), "5012345678900", "TOTE-1");
  expect(some.codes).toEqual(["item_ok", "short_kept", "undone", "item_done", "put_ok"]);
  expect(some.task.lines[0]).toMatchObject({ qty: 2, picked: 2, state: "done" });
});

test("undo takes back a short of the last line from the station, and one on the way from the way", () => {
  const last = tour({ line: 3, state: "item", at_location: "B-02-1", lines: [line(1, { state: "done", picked: 2 }), tour().lines[2] as PickLine] });
  const { task, codes } = play(last, tap("short", { reason: "not_found" }), tap("undo"));
  expect([codes, task.state, task.line]).toEqual([["short_noted", "undone"], "item", 3]);
  const way = play(tour(), tap("short", { reason: "blocked" }), tap("undo"));
  expect([way.codes[1], way.task.state, way.task.line, way.task.at_location]).toEqual(["undone", "location", 1, ""]);
});

test("undo gives a full tote back to its slot, for every line that goes there", () => {
  const full = tour({ state: "tote", in_hand: 2, at_location: "A-05-1" });
  const { task, codes } = play(full, tap("full_tote"), tap("undo"), "TOTE-1");
  expect(codes).toEqual(["tote_full_noted", "undone", "put_ok"]);
  expect(task.totes[0]?.tote).toBe("TOTE-1");
  expect(task.lines.filter(({ slot }) => slot === 1).map(({ tote }) => tote)).toEqual(["TOTE-1", "TOTE-1"]);
  expect(play(full, tap("full_tote"), "TOTE-8", tap("undo"), tap("undo")).codes).toEqual(["tote_full_noted", "put_ok", "undone", "p_sent"]);
});

test("an undo of what this page does not remember is the server's to answer", () => {
  expect(play(tour(), tap("undo")).codes).toEqual(["p_sent"]);
});

test("what only the server knows is sent without a verdict: a cart", () => {
  const { codes, task } = play(pickRules.blank(), "C-09");
  expect(codes).toEqual(["p_sent"]);
  expect(task.state).toBe("cart");
});

test("many units are asked for once, and the answer counts absolutely", () => {
  const { codes, task } = play(tour({ line: 3, state: "item", at_location: "B-02-1" }), "5012345678924", tap("quantity", { qty: 5 }), tap("quantity", { qty: 12 }));
  expect(codes[0]).toBe("how_many");
  expect([task.in_hand, task.state]).toEqual([12, "tote"]);
});

test("the last line leads to a station, and the station ends the batch", () => {
  const last = tour({ line: 3, state: "tote", in_hand: 12, at_location: "B-02-1", lines: [line(1, { state: "done", picked: 2 }), line(3, { qty: 12 })] });
  const { codes, task } = play(last, "TOTE-1", "PACK-1");
  expect(codes).toEqual(["put_ok", "batch_done"]);
  expect(task.state).toBe("done");
});

test("a cart belongs where its tour ends: another station is asked about, and taken when it is scanned again", () => {
  const ended = { state: "station", line: null, lines: [], stations: ["PACK-1", "PACK-2"] };
  const brought = tour({ ...ended, station: "PACK-2" });
  expect(play(brought, "PACK-2").codes).toEqual(["batch_done"]);
  const { codes, task } = play(brought, "PACK-1", "PACK-1");
  expect([codes, task.state]).toEqual([["other_station", "batch_done"], "done"]);
  expect(play(tour(ended), "PACK-1").codes).toEqual(["batch_done"]);
});

const order = (own: Partial<PackTask> = {}): PackTask => ({
  ...packRules.blank(),
  id: "T2",
  version: 1,
  state: "item",
  order: "O1",
  totes: ["TOTE-1"],
  carton: "BOX-M",
  lines: [
    { id: 7, sku: "22465", name: "Star lantern", qty: 2, packed: 0, each_up_to: 6, labels: [{ key: "05012345678900", uom: "each", qty: 1 }] },
    { id: 8, sku: "22502", name: "Bag", qty: 1, packed: 0, each_up_to: 6, labels: [{ key: "05012345678917", uom: "each", qty: 1 }] },
  ],
  cartons: [{ label: "BOX-M", name: "Medium" }],
  ...own,
});

/** What the page says to these one after the other, and the task after them. */
function packed(task: PackTask, ...deeds: Intent[]): { codes: string[]; task: PackTask } {
  const codes = deeds.map((deed) => {
    const stepped = packRules.step(task, deed);
    task = stepped.task;
    return stepped.reply.code;
  });
  return { codes, task };
}

test("a carton that the order's carrier does not take is refused without the network", () => {
  const task = order({ state: "carton", carton: "", cartons: [{ label: "BOX-L", name: "Large", refused: true }, { label: "BOX-M", name: "Medium" }] });
  expect(packed(task, intent("BOX-L"), intent("BOX-M"), intent("BOX-L")).codes).toEqual(["carton_refused", "carton_ok", "carton_refused"]);
});

test("while the carrier is down nothing is closed and no label printed, and the page says so itself", () => {
  const down = order({ state: "close", carrier: "DHL", carrier_down: true });
  const { codes, task } = packed(down, tap("close"), tap("label"));
  expect([codes, task.state]).toEqual([["carrier_down", "carrier_down"], "close"]);
  expect(packRules.step(down, tap("close")).reply.args).toEqual({ carrier: "DHL" });
  expect(packed({ ...task, carrier_down: false }, tap("close")).codes).toEqual(["shipped"]);
});

test("every unit is scanned into the carton; one too many is refused and takes none out", () => {
  const scans = ["5012345678900", "5012345678900", "5012345678900", "5012345678917"].map((label) => intent(label));
  const { codes, task } = packed(order(), ...scans);
  expect(codes).toEqual(["packed", "packed", "one_too_many", "all_packed"]);
  expect(task.lines.map(({ packed }) => packed)).toEqual([2, 1]);
  expect(task.state).toBe("close");
});

test("a tote opens its order at the server alone", () => {
  expect(packRules.step(packRules.blank(), intent("TOTE-1")).reply.code).toBe("p_sent");
});

const emptyBench = (own: Partial<PackTask> = {}): PackTask => ({ ...packRules.blank(), id: "T3", version: 1, ...own });

test("the label of the parcel that has just left is printed again, by the key or the card, and nothing changes by it", () => {
  const { codes, task } = packed(order({ state: "close" }), tap("close"), tap("label"), intent("label"), intent("TOTE-2"));
  expect([codes, task.state]).toEqual([["shipped", "label_printed", "label_printed", "p_sent"], "done"]);
  const bench = emptyBench({ shipped: "O1" });
  const again = packed(bench, tap("label"), intent(" label "), { ...intent("LABEL"), act: "typed" });
  expect(again.codes).toEqual(["label_printed", "label_printed", "label_printed"]);
  expect(again.task).toMatchObject(bench);
  expect(packRules.step(bench, tap("label")).reply.args).toEqual({ order: "O1" });
});

test("at an empty bench the server knows which label is meant, when this page does not", () => {
  expect(packed(emptyBench(), tap("label")).codes).toEqual(["p_sent"]);
  expect(packed(packRules.blank(), tap("label"), intent("LABEL")).codes).toEqual(["p_sent", "p_sent"]);
  const opening = packed(emptyBench({ shipped: "O1" }), intent("TOTE-1"), tap("label"));
  expect(opening.codes).toEqual(["p_sent", "p_sent"]);
});
