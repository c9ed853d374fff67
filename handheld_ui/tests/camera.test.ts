import { describe, expect, test } from "vitest";

import { chain, type Decoder, type Frame, REST_MS } from "../src/input/camera/chain";
import { sightingOf } from "../src/input/camera/native";
import { arrivals, consensus, labelOf, type Sighting } from "../src/input/camera/sightings";

const sighting = (symbology: string, text: string, own: Partial<Sighting> = {}): Sighting => ({ text, symbology, aim: "", agreed: false, ...own });

/** Pictures 100 ms apart; what counts on each. */
function look(...pictures: Sighting[][]): string[][] {
  let now = 0;
  const counted = consensus(() => now);
  return pictures.map((sightings) => {
    now += 100;
    return counted(sightings);
  });
}

describe("a code that comes into view", () => {
  test("and stays in the picture is read once, and again when it has been away", () => {
    let now = 0;
    const arrived = arrivals(() => now);
    const see = (at: number, ...texts: string[]): string[] => {
      now = at;
      return arrived(texts);
    };
    expect(see(0, "A-05-1")).toEqual(["A-05-1"]);
    for (let at = 100; at < 3000; at += 100) expect(see(at, "A-05-1")).toEqual([]);
    expect(see(3500)).toEqual([]);
    expect(see(4000, "A-05-1")).toEqual(["A-05-1"]);
  });

  test("beside one that stays is read at once", () => {
    const arrived = arrivals(() => 0);
    arrived(["A"]);
    expect(arrived(["A", "B"])).toEqual(["B"]);
  });
});

describe("a code counts", () => {
  const EAN = "4006381333931";

  test("after one sighting when its symbology is strong", () => {
    expect(look([sighting("Code128", "A-05-1")], [sighting("qr_code", "TOTE-7")])).toEqual([["A-05-1"], ["TOTE-7"]]);
  });

  test.each([
    ["EAN13", EAN], ["ean_8", "96385074"], ["UPCA", "012345678905"], ["Code39", "A-05-1"], ["itf", "00012345600012"],
  ])("after two that agree when it is weak: %s", (symbology, text) => {
    expect(look([sighting(symbology, text)], [sighting(symbology, text)])).toEqual([[], [text]]);
  });

  test("after three when it is an ITF-14 without its check digit", () => {
    const one = sighting("ITF", "00012345600013");
    expect(look([one], [one], [one])).toEqual([[], [], ["00012345600013"]]);
  });

  test("never while a rival was seen half as often or more", () => {
    const right = sighting("EAN13", EAN);
    const rival = sighting("EAN13", "4006381333948");
    expect(look([rival], [right], [right])).toEqual([[], [], [EAN]]);
    expect(look([rival], [rival], [right], [right], [right])[4]).toEqual([]);
  });

  test("beside another label in the same picture, which is no rival", () => {
    const two = [sighting("EAN13", EAN), sighting("EAN13", "5012345678900")];
    expect(look(two, two)[1]).toEqual([EAN, "5012345678900"]);
  });

  test("only while its first sighting is remembered", () => {
    const nothing = Array.from({ length: 15 }, () => []);
    expect(look([sighting("EAN13", EAN)], ...nothing, [sighting("EAN13", EAN)]).flat()).toEqual([]);
  });

  test("at once when the server's readers have agreed on it", () => {
    expect(look([sighting("EAN-13", EAN, { agreed: true })])).toEqual([[EAN]]);
  });

  test("never with a wrong check digit, or as a scrap of a bar code", () => {
    const scraps = [sighting("EAN13", "4006381333932"), sighting("Code39", "T"), sighting("itf", "12")];
    expect(look(scraps, scraps, scraps).flat()).toEqual([]);
  });
});

test("a GS1 symbol keeps its identifier, other symbols have none to keep", () => {
  expect(labelOf({ text: "010501234567890010L2", aim: "]C1" })).toBe("]C1010501234567890010L2");
  expect(labelOf({ text: "]C10105", aim: "]C1" })).toBe("]C10105");
  expect(labelOf({ text: "A-05-1", aim: "]C0" })).toBe("A-05-1");
});

test("the browser's detector tells GS1 by a leading FNC1", () => {
  expect(sightingOf({ rawValue: "\x1d0105012345678900", format: "data_matrix" })).toMatchObject({ text: "0105012345678900", aim: "]d2" });
  expect(sightingOf({ rawValue: "A-05-1", format: "code_128" })).toMatchObject({ text: "A-05-1", aim: "" });
});

describe("the decoders", () => {
  const frame = {} as Frame;

  function stage() {
    const state = { now: 0, reachable: true, broken: false };
    const server: Decoder = {
      route: "server",
      ready: () => state.reachable,
      look: () => (state.broken ? Promise.reject(new Error("503")) : Promise.resolve([])),
    };
    const page: Decoder = { route: "page", ready: () => true, look: () => Promise.resolve([]) };
    const ask = chain([server, page], () => state.now);
    return { state, route: async () => (await ask(frame)).route };
  }

  test("are asked in their order, and without the network the page's own is", async () => {
    const { state, route } = stage();
    expect(await route()).toBe("server");
    state.reachable = false;
    expect(await route()).toBe("page");
    state.reachable = true;
    expect(await route()).toBe("server");
  });

  test("that fail hand the same picture on, and are left alone for a while", async () => {
    const { state, route } = stage();
    state.broken = true;
    expect(await route()).toBe("page");
    state.broken = false;
    expect(await route()).toBe("page");
    state.now = REST_MS;
    expect(await route()).toBe("server");
  });

  test("that are all gone say so", async () => {
    const gone: Decoder = { route: "page", ready: () => true, look: () => Promise.reject(new Error("no wasm")) };
    expect(await chain([gone], () => 0)(frame)).toEqual({ route: null, sightings: [] });
  });
});
