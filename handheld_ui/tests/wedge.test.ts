import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { ABANDON_MS, PLAIN } from "../src/input/collector";
import { listen, type Wedge } from "../src/input/wedge";

let heard: string[];
let fragments: string[];
let wedge: Wedge;

const sink = (): HTMLInputElement => document.querySelector(".sink") as HTMLInputElement;

/** A key as the browser tells it, at whatever has the focus. */
function key(name: string, more: KeyboardEventInit = {}): KeyboardEvent {
  const event = new KeyboardEvent("keydown", { key: name, bubbles: true, cancelable: true, ...more });
  (document.activeElement ?? document.body).dispatchEvent(event);
  return event;
}

function type(text: string, more: KeyboardEventInit = {}): void {
  for (const character of text) key(character, more);
}

/** What an input method puts into the focused field. */
function insert(text: string, more: InputEventInit = {}): void {
  sink().value += text;
  sink().dispatchEvent(new InputEvent("input", { data: text, inputType: "insertText", bubbles: true, ...more }));
}

beforeEach(() => {
  vi.useFakeTimers();
  document.body.innerHTML = "";
  heard = [];
  fragments = [];
  wedge = listen({ scan: (text) => heard.push(text), fragment: (text) => fragments.push(text) });
});

afterEach(() => {
  wedge.stop();
  vi.useRealTimers();
});

describe("a scan that is typed", () => {
  test("ends at Enter", () => {
    type("A-05-1");
    key("Enter");
    expect(heard).toEqual(["A-05-1"]);
  });

  test("is not ended by a gap, however often the reader stalls", () => {
    for (const character of "TOTE-0113") {
      key(character);
      vi.advanceTimersByTime(ABANDON_MS - 1);
    }
    expect(heard).toEqual([]);
    key("Enter");
    expect(heard).toEqual(["TOTE-0113"]);
  });

  test("is abandoned after a second and a half of silence, and said to be", () => {
    type("A-05");
    vi.advanceTimersByTime(ABANDON_MS);
    key("Enter");
    expect(heard).toEqual([]);
    expect(fragments).toEqual(["A-05"]);
  });

  test("stays apart from the next one without any pause between", () => {
    type("5012345678900");
    key("Enter");
    type("TOTE-7");
    key("Enter");
    expect(heard).toEqual(["5012345678900", "TOTE-7"]);
  });

  test("survives the page being drawn anew in its middle", () => {
    type("A-0");
    document.body.append(document.createElement("main"));
    document.querySelector("main")?.replaceWith(document.createElement("section"));
    type("5-1");
    key("Enter");
    expect(heard).toEqual(["A-05-1"]);
  });

  test("may have Alt set on every key, as the MC3300x does", () => {
    type("A-1", { altKey: true });
    key("Enter", { altKey: true });
    expect(heard).toEqual(["A-1"]);
  });

  test("has GS1's FNC1 as a group separator, whether it comes as Ctrl-] or as the character", () => {
    type("10L2");
    key("]", { ctrlKey: true });
    type("37");
    key("\x1d");
    type("12");
    key("Enter");
    expect(heard).toEqual(["10L2\x1d37\x1d12"]);
  });

  test("ends at Ctrl-J too, which some readers send, but an idle Ctrl-J is the browser's", () => {
    expect(key("j", { ctrlKey: true }).defaultPrevented).toBe(false);
    type("A-1");
    expect(key("j", { ctrlKey: true }).defaultPrevented).toBe(true);
    expect(heard).toEqual(["A-1"]);
  });

  test("of nothing is no scan", () => {
    key("Enter");
    expect(heard).toEqual([]);
  });
});

describe("a focused button", () => {
  test("is not clicked by a scan's Enter, nor by a space within it", () => {
    const button = document.body.appendChild(document.createElement("button"));
    button.focus();
    type("A");
    expect(key(" ").defaultPrevented).toBe(true);
    type("1");
    expect(key("Enter").defaultPrevented).toBe(true);
    expect(heard).toEqual(["A 1"]);
  });

  test("is still worked by a person's Enter and space", () => {
    const button = document.body.appendChild(document.createElement("button"));
    button.focus();
    expect(key("Enter").defaultPrevented).toBe(false);
    expect(key(" ").defaultPrevented).toBe(false);
    expect(heard).toEqual([]);
  });

  test("gives the focus back after a tap, so that an input method has a field to write into", () => {
    const button = document.body.appendChild(document.createElement("button"));
    button.focus();
    button.dispatchEvent(new MouseEvent("click", { bubbles: true, detail: 1 }));
    expect(document.activeElement).toBe(sink());
  });
});

describe("an input method", () => {
  test("inserts a scan whole, and Enter ends it", () => {
    key("Unidentified", { keyCode: 229 });
    insert("A-05-1");
    key("Enter");
    expect(heard).toEqual(["A-05-1"]);
  });

  test("may insert the end of the scan with it", () => {
    const event = new InputEvent("beforeinput", { data: "A-05-1\n", inputType: "insertText", bubbles: true, cancelable: true });
    sink().dispatchEvent(event);
    expect(event.defaultPrevented).toBe(true);
    expect(heard).toEqual(["A-05-1"]);
  });

  test("may compose, and what is composed counts once", () => {
    insert("A-0", { isComposing: true });
    sink().value = "A-05-1";
    sink().dispatchEvent(new InputEvent("input", { data: "A-05-1", isComposing: true, bubbles: true }));
    sink().dispatchEvent(new CompositionEvent("compositionend", { data: "A-05-1", bubbles: true }));
    key("Enter");
    expect(heard).toEqual(["A-05-1"]);
  });

  test("that stops in the middle of a composition leaves nothing for the next scan", () => {
    insert("OLD", { isComposing: true });
    vi.advanceTimersByTime(ABANDON_MS);
    type("A-1");
    key("Enter");
    expect(fragments).toEqual(["OLD"]);
    expect(heard).toEqual(["A-1"]);
  });

  test("has a field that shows no soft keyboard and is neither read-only nor hidden", () => {
    expect(sink().getAttribute("inputmode")).toBe("none");
    expect([sink().type, sink().readOnly]).toEqual(["text", false]);
  });
});

test("a field where a person types keeps its keys", () => {
  const field = document.body.appendChild(document.createElement("input"));
  field.dataset["typing"] = "";
  field.focus();
  expect(key("A").defaultPrevented).toBe(false);
  expect(key("Enter").defaultPrevented).toBe(false);
  expect(heard).toEqual([]);
});

describe("a scanner's profile", () => {
  test("may end scans with Tab and begin them with a prefix", () => {
    wedge.use({ ...PLAIN, suffix: "Tab", prefix: "~" });
    type("~A-1");
    key("Tab");
    expect(heard).toEqual(["A-1"]);
  });

  test("without a suffix is opt-in: then, and only then, a silence ends a scan", () => {
    wedge.use({ ...PLAIN, suffix: "none", gap_ms: 80 });
    type("A-1");
    vi.advanceTimersByTime(80);
    expect(heard).toEqual(["A-1"]);
  });

  test("without a suffix is content with Enter all the same", () => {
    wedge.use({ ...PLAIN, suffix: "none", gap_ms: 80 });
    type("A-1");
    expect(key("Enter").defaultPrevented).toBe(true);
    expect(heard).toEqual(["A-1"]);
  });

  test("with identifiers knows a scan that has lost its beginning", () => {
    wedge.use({ ...PLAIN, aim: true });
    type("]C0A-1");
    key("Enter");
    type("5-1");
    key("Enter");
    expect(heard).toEqual(["]C0A-1"]);
    expect(fragments).toEqual(["5-1"]);
  });

  test("that is not set yet costs a scan its end, and never the focus", () => {
    type("A-1");
    expect(key("Tab").defaultPrevented).toBe(true);
    vi.advanceTimersByTime(ABANDON_MS);
    expect(fragments).toEqual(["A-1"]);
    expect(key("Tab").defaultPrevented).toBe(false);
  });
});
