/** @jsxImportSource preact */
import { readFileSync } from "node:fs";
import { render } from "preact";
import { act } from "preact/test-utils";
import { beforeEach, expect, test, vi } from "vitest";

import { CarriersSheet } from "../src/pages/board_carriers";
import { type Ask, DevicesSheet, ReleaseMode, type SetAside, SetAsideSheet } from "../src/pages/board_more";
import { adopt, type Words } from "../src/words";

const page = (): HTMLElement => document.getElementById("page") as HTMLElement;
const lines = (): string[] => [...page().querySelectorAll("li")].map((one) => one.textContent ?? "");

const one: SetAside = {
  op_id: "op/1", at: "2026-11-23T10:15:02.120Z", badge: "P-1", name: "Ann", device: "hh-1",
  intent: { label: "TOTE-1", act: "scan", task: "T7", qty: null }, fault: "KeyError: 'a bug'\n  File x",
};

/** A server with one scan set aside, until it is seen to. */
function server(): { ask: Ask; asked: string[] } {
  const asked: string[] = [];
  let rows = [one, { ...one, op_id: "op-2", name: "", intent: { label: "", act: "quantity", task: "T7", qty: 5 } }];
  const ask: Ask = (path, method = "GET") => {
    asked.push(`${method} ${path}`);
    if (method === "POST") rows = rows.slice(1);
    return Promise.resolve(path === "set-aside" ? { set_aside: rows } : {});
  };
  return { ask, asked };
}

beforeEach(() => {
  document.body.innerHTML = '<div id="page"></div>';
  adopt("en", JSON.parse(readFileSync("src/words/en.json", "utf-8")) as Words);
});

test("scans that the server failed on stand with who did what, and go when somebody has seen to them", async () => {
  const { ask, asked } = server();
  await act(() => render(<SetAsideSheet ask={ask} close={() => undefined} />, page()));
  await vi.waitFor(() => expect(lines()).toHaveLength(2));
  expect(lines()[0]).toContain("TOTE-1 T7Ann · hh-1");
  expect(lines()[0]).toContain("KeyError: 'a bug'");
  expect(lines()[0]).not.toContain("File x");
  expect(lines()[1]).toContain("quantity 5 T7P-1");
  await act(() => page().querySelector<HTMLButtonElement>("li button")?.click());
  await vi.waitFor(() => expect(lines()).toHaveLength(1));
  expect(asked).toEqual(["GET set-aside", "POST set-aside/op%2F1/settle", "GET set-aside"]);
});

test("devices stand with who is on them; who left an unknown one is not listed", async () => {
  const devices = [{ name: "Scanner 7", state: "enrolled", seen_at: "2026-11-23T10:15:02.120Z", person: "Ann" }];
  const strangers = [{ device: "hh-9", seen_at: "", person: "Bob" }, { device: "hh-8", seen_at: "", person: "" }];
  await act(() => render(<DevicesSheet ask={() => Promise.resolve({ devices, strangers })} close={() => undefined} />, page()));
  await vi.waitFor(() => expect(lines()).toHaveLength(2));
  expect(lines()[0]).toContain("Scanner 7Annenrolled");
  expect(lines()[1]).toContain("hh-9Bobnot enrolled");
});

test("a supervisor sees how orders are released, and changes it without touching the rule's seconds", async () => {
  let rule = { mode: "waves", hold_s: 45, overtaken_s: 7200 };
  const sent: unknown[] = [];
  const ask: Ask = (_path, method = "GET", body) => {
    if (method === "PUT") {
      sent.push(body);
      rule = { ...rule, ...(body as Partial<typeof rule>) };
    }
    return Promise.resolve(rule);
  };
  await act(() => render(<ReleaseMode ask={ask} />, page()));
  const pressed = (): (string | null)[] => [...page().querySelectorAll("button")].map((one) => one.getAttribute("aria-pressed"));
  await vi.waitFor(() => expect(pressed()).toEqual(["true", "false"]));
  page().querySelectorAll("button")[1]?.click();
  await vi.waitFor(() => expect(pressed()).toEqual(["false", "true"]));
  expect(sent).toEqual([{ mode: "continuous" }]);
});

test("a carrier is marked as down, and opened again, by one tap that says which", async () => {
  const turned: string[] = [];
  const carriers = [{ carrier: "DHL", name: "DHL Parcel", state: "open" } as const, { carrier: "UPS", name: "UPS", state: "down" } as const];
  const sheet = <CarriersSheet carriers={carriers} turn={({ carrier }) => turned.push(carrier)} close={() => undefined} />;
  await act(() => render(sheet, page()));
  expect(lines()).toEqual(["DHL Parceltakes parcelsMark as down", "UPSdoes not answerOpen again"]);
  for (const button of page().querySelectorAll<HTMLButtonElement>("li button")) button.click();
  expect(turned).toEqual(["DHL", "UPS"]);
});
