/** @jsxImportSource preact */
import { signal } from "@preact/signals";
import { readFileSync } from "node:fs";
import { render } from "preact";
import { act } from "preact/test-utils";
import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { deedOf } from "../src/input/deed";
import type { Wedge } from "../src/input/wedge";
import { Handheld } from "../src/pages/handheld";
import { Login } from "../src/pages/login";
import { earsOf } from "../src/pages/shell";
import type { CameraProps } from "../src/parts/camera_view";
import { camera, keptScanner } from "../src/parts/prefs";
import type { Floor, Verdict } from "../src/sync/floor";
import type { HandheldTask } from "../src/sync/handheld_rules";
import type { Wire } from "../src/sync/link";
import { adopt, type Words } from "../src/words";
import { PERSON } from "./fake_server";
import { tour } from "./pick_task";
import { goods } from "./put_back_task";

/** What stands for the camera: it reads what it is told to. */
const lens = vi.hoisted(() => ({ read: null as CameraProps["read"] | null, reachable: null as CameraProps["reachable"] | null }));
vi.mock("../src/parts/camera_view", () => ({
  CameraView({ read, reachable }: CameraProps) {
    lens.read = read;
    lens.reachable = reachable;
    return null;
  },
  filesForDeadSpots: () => [],
}));

const page = (): HTMLElement => document.getElementById("page") as HTMLElement;

beforeEach(() => {
  document.body.innerHTML = '<div id="page"></div>';
  adopt("en", JSON.parse(readFileSync("src/words/en.json", "utf-8")) as Words);
  lens.read = null;
  vi.stubGlobal("isSecureContext", true);
  camera.value = "on";
});

afterEach(() => {
  render(null, page());
  vi.unstubAllGlobals();
  camera.value = "off";
});

/** What is on the page: a tap on the button that says so. */
const tap = (name: string): Promise<void> => act(() => [...page().querySelectorAll("button")].find((one) => one.textContent === name)?.click());

/** The login, and the ears that the scanner has too. */
async function standAtLogin() {
  const badges: string[] = [];
  const said: string[] = [];
  const floor = { person: signal(null), say: (code: string) => said.push(code) } as unknown as Floor<HandheldTask>;
  const use = vi.fn<Wedge["use"]>();
  const enter = (badge: string): Promise<void> => Promise.resolve(void badges.push(badge));
  const { scan } = earsOf(floor, { use, focus: () => undefined, stop: () => undefined }, enter, deedOf);
  await act(() => render(<Login fault="" busy={false} scan={scan} />, page()));
  return { badges, said, use };
}

/** A page with a camera, and the ears that the scanner has too. */
async function stand(task: HandheldTask) {
  const deeds: unknown[] = [];
  const said: string[] = [];
  const floor = {
    task: signal(task), verdict: signal<Verdict | null>(null), wire: signal<Wire>("connected"), late: signal(false), queued: signal(0),
    person: signal(PERSON), broken: signal(false), token: "t",
    act: (deed: unknown) => (deeds.push(deed), null), say: (code: string) => said.push(code),
  } as unknown as Floor<HandheldTask>;
  const use = vi.fn<Wedge["use"]>();
  const { scan } = earsOf(floor, { use, focus: () => undefined, stop: () => undefined }, () => Promise.resolve(), deedOf);
  await act(() => render(<Handheld floor={floor} scan={scan} />, page()));
  await vi.waitFor(() => expect(lens.read).not.toBeNull(), 10_000);
  return { deeds, said, use };
}

const PROFILE = { suffix: "Tab", prefix: "", aim: true, gap_ms: 0 };

test.each([["a tour", tour()], ["a put-back", goods()]])("a scanner's own label sets the scanner in %s when the camera reads it", async (_, task) => {
  const { deeds, said, use } = await stand(task);
  lens.read?.("GANGWAY-SCANNER?suffix=tab&aim=yes;");
  await vi.waitFor(() => expect(said).toEqual(["p_scanner_set"]), 10_000);
  expect(use).toHaveBeenCalledWith(PROFILE);
  expect(keptScanner()).toEqual(PROFILE);
  expect(deeds).toEqual([]);
});

test("any other label that the camera reads is a scan like a scanner's", async () => {
  const { deeds } = await stand(tour());
  lens.read?.("A-05-1");
  expect(deeds).toEqual([{ label: "A-05-1" }]);
});

test("at the login a badge that the camera reads logs in, and a scanner's own label sets the scanner; the server is asked to read nothing", async () => {
  const { badges, said, use } = await standAtLogin();
  expect(lens.read).toBeNull();
  await tap("Scan with the camera");
  await vi.waitFor(() => expect(lens.read).not.toBeNull(), 10_000);
  expect(lens.reachable?.()).toBe(false);
  lens.read?.("GANGWAY-SCANNER?suffix=tab&aim=yes;");
  await vi.waitFor(() => expect(said).toEqual(["p_scanner_set"]), 10_000);
  expect(use).toHaveBeenCalledWith(PROFILE);
  lens.read?.(" P-1 ");
  expect(badges).toEqual(["P-1"]);
});

test("the login's camera is turned off again, and is off at the next login", async () => {
  await standAtLogin();
  await tap("Scan with the camera");
  await tap("Camera off");
  expect(page().querySelector("#badge")).not.toBeNull();
  await tap("Scan with the camera");
  expect(page().querySelector("#badge")).toBeNull();
  await act(() => render(null, page()));
  await standAtLogin();
  expect(page().querySelector("#badge")).not.toBeNull();
});

test("where the page may not use the camera the login says why and offers none", async () => {
  vi.stubGlobal("isSecureContext", false);
  await standAtLogin();
  expect(page().textContent).toContain("No camera here: the page must be opened by https.");
  expect(page().textContent).not.toContain("Scan with the camera");
});
