import { IDBFactory } from "fake-indexeddb";
import { beforeEach, expect, test, vi } from "vitest";

import { openOutbox, uuid } from "../src/sync/outbox";
import type { Intent } from "../src/sync/wire";

const intent = (seq: number): Intent => ({ op_id: uuid(), device: "hh", seq, task: "T1", version: 1, label: `L${seq}`, at: "" });

beforeEach(() => {
  vi.stubGlobal("indexedDB", new IDBFactory());
});

test("a new device gives itself a name and keeps it", async () => {
  const first = (await (await openOutbox("pick")).load()).kept;
  const second = (await (await openOutbox("pick")).load()).kept;
  expect(first.device).toMatch(/^hh-[0-9a-f]{8}$/);
  expect(second.device).toBe(first.device);
});

test("what was stored is there after a reload, in the order of its making", async () => {
  const outbox = await openOutbox("pick");
  for (const seq of [1, 2, 10, 9]) await outbox.append([intent(seq)]);
  outbox.close();
  const again = await (await openOutbox("pick")).load();
  expect(again.pending.map(({ seq }) => seq)).toEqual([1, 2, 9, 10]);
});

test("an answered scan leaves with the task that its answer brought", async () => {
  const outbox = await openOutbox("pick");
  const { kept } = await outbox.load();
  const first = intent(1);
  await outbox.append([first]);
  await outbox.append([intent(2)]);
  await outbox.settle([first], { ...kept, seq: 2, session: { token: "t", person: { badge: "P", name: "Ann", role: "picker" } } });
  const again = await (await openOutbox("pick")).load();
  expect(again.pending.map(({ seq }) => seq)).toEqual([2]);
  expect(again.kept.session?.person.name).toBe("Ann");
});

test("two tabs that gave one number each keep their scans", async () => {
  const [old, fresh] = [await openOutbox("pick"), await openOutbox("pick")];
  await fresh.append([{ ...intent(1), label: "fresh" }]);
  await old.append([{ ...intent(1), label: "old" }]);
  const kept = (await (await openOutbox("pick")).load()).pending.map(({ label }) => label);
  expect(kept.sort()).toEqual(["fresh", "old"]);
});

test("numbers go on after a reload, also when the last scan had no answer", async () => {
  const outbox = await openOutbox("pick");
  await outbox.load();
  await outbox.append([intent(41)]);
  expect((await (await openOutbox("pick")).load()).kept.seq).toBe(41);
});

test("both kinds of page on one device keep their own", async () => {
  const pick = await openOutbox("pick");
  await pick.append([intent(1)]);
  expect((await (await openOutbox("pack")).load()).pending).toEqual([]);
});

test("the disk is asked for, not only the browser's cache", async () => {
  const outbox = await openOutbox("pick");
  const asked = vi.spyOn(IDBDatabase.prototype, "transaction");
  await outbox.append([intent(1)]);
  expect(asked.mock.calls[0]?.[2]).toEqual({ durability: "strict" });
});

test("an id is a UUID of version 4, made without a secure context", () => {
  const ids = new Set(Array.from({ length: 200 }, uuid));
  expect(ids.size).toBe(200);
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
