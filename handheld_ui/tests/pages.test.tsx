/** @jsxImportSource preact */
import { signal } from "@preact/signals";
import { readFileSync } from "node:fs";
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, describe, expect, test, vi } from "vitest";

import { deedOf } from "../src/input/deed";
import { Pack } from "../src/pages/pack";
import { Pick } from "../src/pages/pick";
import { voice } from "../src/parts/prefs";
import { linesOf } from "../src/parts/code";
import { briefOf } from "../src/parts/verdict";
import type { Floor, Verdict } from "../src/sync/floor";
import type { Wire } from "../src/sync/link";
import { packRules } from "../src/sync/pack_keeper";
import type { PackTask, PickTask, Task } from "../src/sync/wire";
import { adopt, type Words } from "../src/words";
import { PERSON } from "./fake_server";
import { tour } from "./pick_task";

const root = (): HTMLElement => document.getElementById("page") as HTMLElement;
const text = (selector: string): string => root().querySelector(selector)?.textContent ?? "";
const button = (name: string): HTMLButtonElement => {
  const found = [...root().querySelectorAll("button")].find((one) => one.textContent?.trim().startsWith(name));
  if (found === undefined) throw new Error(`no button ${name}`);
  return found;
};
/** What is fetched when it is first opened comes a moment later. */
const seen = (name: string): Promise<void> => vi.waitFor(() => act(() => void button(name)), 10_000);
const tap = async (name: string): Promise<void> => {
  await seen(name);
  await act(() => button(name).click());
};

function stand<T extends Task>(task: T) {
  const deeds: unknown[] = [];
  const floor = {
    task: signal(task),
    verdict: signal<Verdict | null>(null),
    wire: signal<Wire>("connected"),
    late: signal(false),
    queued: signal(0),
    person: signal(PERSON),
    broken: signal(false),
    refusal: signal(null),
    device: "hh-1",
    token: "t",
    owner: () => null,
    act: (deed: unknown) => (deeds.push(deed), null),
    say: () => undefined,
    logIn: () => Promise.resolve(),
    logOut: vi.fn(() => Promise.resolve(false)),
    stop: () => undefined,
  };
  return { floor: floor satisfies Floor<T>, deeds };
}

const wrong: Verdict = {
  op_id: "1", code: "wrong_location", tone: "bad", scanned: "B-02-1", wanted: "A-05-1", action: "", args: { ref: "B-02-1", location: "A-05-1" },
};

async function pick(task: PickTask) {
  const stage = stand(task);
  await act(() => render(<Pick floor={stage.floor} scan={() => undefined} />, root()));
  return stage;
}

async function pack(task: PackTask) {
  const stage = stand(task);
  await act(() => render(<Pack floor={stage.floor} />, root()));
  return stage;
}

beforeEach(() => {
  document.body.innerHTML = '<div id="page"></div>';
  adopt("en", JSON.parse(readFileSync("src/words/en.json", "utf-8")) as Words);
});

describe("the pick page", () => {
  test("shows where to go, what to take, how many, what comes next and how far it is", async () => {
    await pick(tour());
    expect(text(".place-code")).toBe("A-05-1");
    expect(text(".sku")).toBe("22465");
    expect(text(".count")).toBe("0 / 2");
    expect(text(".ahead")).toContain("Then 22502");
    expect(text(".ahead")).toContain("0 of 3");
    expect(text(".say")).toBe("Go there, scan the shelf");
  });

  test("says when to set out until it is time, or the first shelf was scanned", async () => {
    vi.useFakeTimers({ now: Date.parse("2026-11-23T10:00:00.000Z"), toFake: ["Date", "setTimeout", "clearTimeout"] });
    try {
      const { floor } = await pick(tour({ start_at: "2026-11-23T10:00:40.000Z" }));
      const start = new Date("2026-11-23T10:00:40.000Z").toLocaleTimeString("en");
      expect(text(".say")).toBe(`Start at ${start}`);
      await act(() => void vi.advanceTimersByTime(40_001));
      expect(text(".say")).toBe("Go there, scan the shelf");
      await act(() => {
        floor.task.value = tour({ start_at: "2026-11-23T10:30:00.000Z", state: "item", at_location: "A-05-1" });
      });
      expect(text(".say")).toBe("Scan the item");
    } finally {
      vi.useRealTimers();
    }
  });

  test("says in words and colour what was wrong, what was scanned, and still what is wanted", async () => {
    const { floor } = await pick(tour());
    await act(() => {
      floor.verdict.value = wrong;
    });
    expect(root().querySelector("main")?.dataset["tone"]).toBe("bad");
    expect(text("[role=alert]")).toContain("Wrong shelf");
    expect(text("[role=alert]")).toContain("Scanned B-02-1");
    expect(text(".place-code")).toBe("A-05-1");
  });

  test("says what a tap did, and what a scan that changed nothing was; a good scan shows itself", async () => {
    const { floor } = await pick(tour({ state: "item", at_location: "A-05-1" }));
    const said = async (own: Partial<Verdict>): Promise<string> => {
      await act(() => {
        floor.verdict.value = { ...wrong, tone: "ok", ...own };
      });
      return text(".say");
    };
    expect(await said({ code: "undone", scanned: "" })).toBe("Taken back. Scan the item");
    expect(await said({ code: "location_again", tone: "quiet", args: { location: "A-05-1" } })).toBe("You are at A-05-1 already. Scan the item");
    expect(await said({ code: "item_ok" })).toBe("Scan the item");
  });

  test("says beside a question that it is to be answered, not that the item is to be scanned", async () => {
    const { floor } = await pick(tour({ state: "item", asked: "other_lot:1:L2" }));
    await act(() => {
      floor.verdict.value = { ...wrong, code: "other_lot", tone: "warn", action: "confirm", args: { lot: "L2", line_lot: "L1" } };
    });
    expect(text("[role=alert]")).toContain("Answer yes or no");
    expect(text("[role=alert]")).not.toContain("Scan the item");
  });

  test("shows a label as text, whatever it contains", async () => {
    const { floor } = await pick(tour());
    await act(() => {
      floor.verdict.value = { ...wrong, code: "garbage", scanned: "<img src=x onerror=alert(1)>" };
    });
    expect(root().querySelector("[role=alert] img")).toBeNull();
    expect(text("[role=alert]")).toContain("<img src=x");
  });

  test("names a code that has no sentence rather than hiding it", async () => {
    const { floor } = await pick(tour());
    await act(() => {
      floor.verdict.value = { ...wrong, code: "brand_new_code" };
    });
    expect(text("[role=alert]")).toContain("brand_new_code");
  });

  test("reports a short in two taps", async () => {
    const { deeds } = await pick(tour({ state: "item", at_location: "A-05-1" }));
    await tap("Short");
    await tap("Damaged");
    expect(deeds).toEqual([{ act: "short", reason: "damaged" }]);
  });

  test("on the way to the shelf may report that shelf, or the way to it, in two taps", async () => {
    const { deeds } = await pick(tour());
    await tap("Short");
    await tap("This shelf cannot be reached");
    await tap("Short");
    await tap("The aisle is blocked");
    expect(deeds).toEqual([{ act: "short", reason: "blocked" }, { act: "way_blocked" }]);
  });

  test("reports a full tote in two taps and an undo in one", async () => {
    const { deeds } = await pick(tour({ state: "tote", in_hand: 2 }));
    await tap("Tote full");
    await tap("Full: I'll take another");
    await tap("Undo");
    expect(deeds).toEqual([{ act: "full_tote" }, { act: "undo" }]);
  });

  test("asks for a number on keys, and takes all in one tap", async () => {
    const { deeds } = await pick(tour({ line: 3, state: "quantity", in_hand: 1 }));
    await tap("1");
    await tap("2");
    await tap("OK");
    expect(text(".pad output")).toBe("–");
    await tap("All 12");
    expect(deeds).toEqual([{ act: "quantity", qty: 12 }, { act: "complete" }]);
  });

  test("puts the slot in large figures beside the cart", async () => {
    await pick(tour({ line: 2, state: "tote", in_hand: 1 }));
    expect(text(".slot-number")).toBe("2");
    expect(text(".tote .label")).toBe("any new tote");
    expect(root().querySelector('.cart [data-lit="true"]')?.textContent).toBe("2");
  });

  test("names the station that the cart belongs at, and any that will do when there is none", async () => {
    const ended = { state: "station", line: null, stations: ["PACK-1", "PACK-2"] };
    const { floor } = await pick(tour({ ...ended, station: "PACK-2" }));
    expect(text(".place-code")).toBe("PACK-2");
    await act(() => {
      floor.task.value = tour(ended);
    });
    expect(text(".place-code")).toBe("PACK-1");
  });

  test("asks yes or no where the rules do, and answers the zero-check by its own act", async () => {
    const { deeds } = await pick(tour({ asked: "zero:0:A-05-1" }));
    expect(text(".question")).toContain("Is the shelf empty now?");
    await tap("Yes");
    await tap("No");
    expect(deeds).toEqual([{ act: "zero", qty: 1 }, { act: "zero", qty: 0 }]);
  });

  test("asks for a lot by a scan, not by yes or no", async () => {
    await pick(tour({ state: "item", asked: "lot:1:22465" }));
    expect(root().querySelector(".question")).toBeNull();
    expect(text(".say")).toBe("Scan the lot");
  });

  test("says offline, slow and queued, and never connected when it is not", async () => {
    const { floor } = await pick(tour());
    expect(text(".strip")).toContain("Connected");
    await act(() => {
      floor.late.value = true;
    });
    expect(text(".strip")).toContain("Slow network");
    await act(() => {
      floor.wire.value = "offline";
      floor.queued.value = 7;
    });
    expect(text(".strip")).toContain("Offline");
    expect(text(".strip")).toContain("7 queued");
  });

  test("says that scans cannot be kept where it says how they travel", async () => {
    const { floor } = await pick(tour());
    await act(() => {
      floor.broken.value = true;
    });
    expect(text("[role=alert]")).toContain("cannot keep scans");
    expect(text(".pick")).not.toContain("Connected");
  });

  test("refuses to log out while scans are queued, and says so", async () => {
    const { floor } = await pick(tour());
    floor.queued.value = 3;
    await tap("More");
    await tap("Log out");
    await act(() => Promise.resolve());
    expect(text(".sheet [role=alert]")).toContain("Scans in the queue: 3");
  });
});

describe("on a break or at its hand-over the pick page", () => {
  test("is one word and one button", async () => {
    const { deeds } = await pick(tour({ asked: "pause:0:" }));
    await seen("Go on");
    expect(text("main")).toContain("Paused");
    expect([...root().querySelectorAll("button")]).toHaveLength(1);
    await tap("Go on");
    expect(deeds).toEqual([{ act: "resume" }]);
  });

  /** The sheet that asks for the badge. */
  async function handingOver() {
    const stage = await pick(tour());
    await tap("More");
    await tap("Hand the batch over");
    await vi.waitFor(() => act(() => expect(text(".sheet")).toContain("Scan the other person's badge")), 10_000);
    return stage;
  }

  test("takes scans for a colleague's badge until one took the batch, and says in its sheet what was none", async () => {
    const { floor } = await handingOver();
    expect(deedOf("P-2#", "location")).toEqual({ act: "hand_over", label: "P-2#" });
    await act(() => {
      floor.verdict.value = { ...wrong, code: "not_a_badge", scanned: "P-2#", wanted: "", action: "scan_location", args: { ref: "P-2#" } };
    });
    expect(text(".sheet .what")).toContain("P-2#");
    expect(text(".sheet .next")).toBe("Scan the other person's badge");
    expect(deedOf("P-2", "location")).toEqual({ act: "hand_over", label: "P-2" });
    await act(() => {
      floor.task.value = tour({ state: "done", line: null });
    });
    expect(root().querySelector(".sheet")).toBeNull();
    expect(deedOf("A-05-1", "location")).toEqual({ label: "A-05-1" });
  });

  test("keeps asking for the badge when one was typed wrongly", async () => {
    const { deeds } = await handingOver();
    const field = root().querySelector("[data-typing]") as HTMLInputElement;
    field.value = "P-3";
    await act(() => void field.dispatchEvent(new InputEvent("input", { bubbles: true })));
    await tap("OK");
    expect(deeds).toEqual([{ act: "hand_over", label: "P-3" }]);
    expect(text(".sheet")).toContain("Scan the other person's badge");
    await tap("Back");
  });

  test("asks for no badge any more when another page has come in its place, such as the login", async () => {
    await handingOver();
    await act(() => render(null, root()));
    expect(deedOf("P-2", "location")).toEqual({ label: "P-2" });
  });

  test("does not take what was wrong before for a word about a badge", async () => {
    const { floor } = await pick(tour());
    await act(() => {
      floor.verdict.value = wrong;
    });
    await tap("More");
    await tap("Hand the batch over");
    await act(() => Promise.resolve());
    expect(root().querySelector(".sheet .what")).toBeNull();
    await tap("Back");
  });

  test("gives the scans back when the sheet is closed", async () => {
    await pick(tour());
    await tap("More");
    await tap("Hand the batch over");
    await tap("Back");
    expect(deedOf("P-2", "location")).toEqual({ label: "P-2" });
  });
});

describe("the last resort", () => {
  test("on the way to a shelf is its check digits on large keys: the last of them is the answer", async () => {
    const { deeds } = await pick(tour());
    await tap("More");
    await tap("Type a code");
    await tap("4");
    await tap("7");
    expect(deeds).toEqual([{ act: "typed", label: "47" }]);
  });

  test("takes short numbers from a keyboard for check digits there, for a quantity where one is asked", () => {
    expect(deedOf("47", "location")).toEqual({ act: "typed", label: "47" });
    expect(deedOf("12", "quantity")).toEqual({ act: "quantity", qty: 12 });
    expect(deedOf("47", "item")).toEqual({ label: "47" });
  });

  test("stands in place of the map for who is led by voice", async () => {
    voice.value = "on";
    await pick(tour());
    await seen("7");
    expect(text(".digits")).toContain("Check digits of the shelf");
    voice.value = "off";
  });
});

describe("the packing page", () => {
  const order: PackTask = {
    ...packRules.blank(),
    id: "T2", version: 1, state: "item", order: "O1", totes: ["TOTE-1", "TOTE-2"], carton: "BOX-M", line: 7,
    lines: [
      { id: 7, sku: "22465", name: "Star lantern", qty: 2, packed: 2, each_up_to: 6, labels: [] },
      { id: 8, sku: "22502", name: "Bag", qty: 3, packed: 1, each_up_to: 6, labels: [] },
    ],
    cartons: [{ label: "BOX-S", name: "Small" }, { label: "BOX-M", name: "Medium" }],
  };

  test("counts what is left, line by line and in all, and names both totes", async () => {
    await pack(order);
    expect(text(".bench-say .left")).toBe("2 left");
    expect([...root().querySelectorAll(".pack-line .count")].map((one) => one.textContent)).toEqual(["2 / 2", "1 / 3"]);
    expect(text(".facts")).toContain("TOTE-1 · TOTE-2");
  });

  test("takes a carton by a tap", async () => {
    const { deeds } = await pack({ ...order, state: "carton", carton: "" });
    await tap("Small");
    expect(deeds).toEqual([{ act: "typed", label: "BOX-S" }]);
  });

  test("names the order's carrier, whether it is down, and offers no carton that it does not take", async () => {
    const cartons = [{ label: "BOX-L", name: "Large", refused: true }, ...order.cartons];
    const { floor } = await pack({ ...order, state: "carton", carton: "", cartons, carrier: "DHL" });
    expect([button("Large").disabled, button("Small").disabled]).toEqual([true, false]);
    expect(text(".facts")).toContain("CarrierDHL");
    await act(() => {
      floor.task.value = { ...order, carrier: "DHL", carrier_down: true };
    });
    expect(text(".facts")).toContain("DHL: does not answer");
  });

  test("is worked by keys that no scanner sends", async () => {
    const { deeds } = await pack({ ...order, state: "close" });
    for (const key of ["F2", "F4", "F8"]) await act(() => void dispatchEvent(new KeyboardEvent("keydown", { key })));
    expect(deeds).toEqual([{ act: "close" }, { act: "undo" }, { act: "label" }]);
  });

  test("offers a label at the empty bench only when a parcel has left from it", async () => {
    const bench: PackTask = { ...packRules.blank(), id: "T3", version: 1 };
    const { deeds, floor } = await pack(bench);
    expect(button("Print label F8").disabled).toBe(true);
    await act(() => {
      floor.task.value = { ...bench, shipped: "O1" };
    });
    await tap("Print label F8");
    expect(deeds).toEqual([{ act: "label" }]);
  });

  test("takes a code that no scanner can read from the keyboard, and says that it was typed", async () => {
    const { deeds } = await pack(order);
    await tap("More");
    const field = root().querySelector<HTMLInputElement>("[data-typing]");
    await act(() => {
      if (field !== null) field.value = " 22502 ";
      field?.dispatchEvent(new Event("input", { bubbles: true }));
    });
    await tap("OK");
    expect(deeds).toEqual([{ act: "typed", label: "22502" }]);
    expect(root().querySelector("[data-typing]")).toBe(null);
  });

  test("wants a reason before it ships without the rest", async () => {
    const { deeds } = await pack({ ...order, asked: "partial:2:O1" });
    await tap("Not in the tote");
    expect(deeds).toEqual([{ act: "confirm", reason: "not_in_tote" }]);
  });
});

test("a refusal on the board is told without the numbers that only the picker's page has", () => {
  expect(briefOf("one_too_many", "22465")).toBe("One too many");
  expect(briefOf("several_lots", "22465")).toBe("Several lots here: scan one");
  expect(briefOf("this_is_tote", "TOTE-1")).toBe("This is tote TOTE-1");
  expect(briefOf("no_such_code", "x")).toBe("no_such_code");
});

test("a label too long for a line is broken after a dash, and anywhere where there is none", () => {
  expect(linesOf("A-05-1")).toEqual(["A-05-1"]);
  expect(linesOf("WAREHOUSE-A01-01-1")).toEqual(["WAREHOUSE-", "A01-01-1"]);
  expect(linesOf("376104250021234569")).toEqual(["376104250021", "234569"]);
});
