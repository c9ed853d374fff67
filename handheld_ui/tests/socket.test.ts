import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { openSocket, type Socket } from "../src/sync/socket";
import { FakeServer } from "./fake_server";

let server: FakeServer;
let told: string[];
let socket: Socket;

const flush = async (): Promise<void> => void (await vi.advanceTimersByTimeAsync(0));

beforeEach(async () => {
  vi.useFakeTimers();
  server = new FakeServer();
  vi.stubGlobal("WebSocket", server.socketClass());
  told = [];
  socket = openSocket(
    { token: "t", device: "hh-1", page: "pick", v: 1 },
    {
      opening: () => told.push("opening"),
      open: () => told.push("open"),
      closed: () => told.push("closed"),
      event: (name) => told.push(name),
      refused: ({ code }) => told.push(`refused ${code}`),
    },
  );
  await flush();
});

afterEach(() => {
  socket.stop();
  vi.useRealTimers();
});

test("a connection says who calls, and hears a snapshot", () => {
  expect(server.auth).toEqual({ token: "t", device: "hh-1", page: "pick", v: 1 });
  expect(told).toEqual(["opening", "open", "snapshot"]);
});

test("a ping is answered", () => {
  server.raw("2");
  expect(server.pongs).toEqual(["3"]);
});

test("a question has its own answer, whatever else is asked meanwhile", async () => {
  const first = socket.ask("scan", 1000, [{ op_id: "a", label: "1" }]);
  const second = socket.ask("logout", 1000);
  expect(await second).toEqual({ ok: true });
  expect(await first).toMatchObject([{ op_id: "a" }]);
});

test("no answer in time is null", async () => {
  server.answer = () => null;
  const asked = socket.ask("scan", 1000, [{}]);
  await vi.advanceTimersByTimeAsync(1000);
  expect(await asked).toBeNull();
});

test("a line that breaks answers every open question, and is made anew", async () => {
  server.answer = () => null;
  const asked = socket.ask("scan", 60_000, [{}]);
  server.cut();
  expect(await asked).toBeNull();
  expect(socket.isOpen()).toBe(false);
  server.reachable = true;
  await vi.advanceTimersByTimeAsync(500);
  expect(socket.isOpen()).toBe(true);
});

test("tries go on for as long as there is no network, at most a few seconds apart", async () => {
  server.cut();
  await vi.advanceTimersByTimeAsync(60_000);
  const tries = server.dials;
  expect(tries).toBeGreaterThan(12);
  server.reachable = true;
  await vi.advanceTimersByTimeAsync(4000);
  expect(socket.isOpen()).toBe(true);
});

test("a line that is silent for longer than the server's pings allow is given up, though it looks open", async () => {
  await vi.advanceTimersByTimeAsync(24_999);
  expect(told).not.toContain("closed");
  await vi.advanceTimersByTimeAsync(1);
  expect(told).toContain("closed");
});

test("a caller that is refused hears why, and does not knock again by itself", async () => {
  server.refusal = { code: "token_expired", message: "…" };
  socket.again();
  await vi.advanceTimersByTimeAsync(30_000);
  expect(told).toContain("refused token_expired");
  expect(server.dials).toBe(2);
});

test("what a dropped line still says is not heard", async () => {
  socket.again();
  await flush();
  const heard = told.filter((name) => name === "task").length;
  server.push("task", {});
  expect(told.filter((name) => name === "task").length).toBe(heard + 1);
});
