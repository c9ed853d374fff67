import { afterEach, beforeEach, expect, test, vi } from "vitest";

const PLAN = { box: [0, 0, 9, 9], racks: [{ corners: [0, 0, 1, 0, 1, 1, 0, 1] }], stations: [{ code: "PACK-1", x_m: 1, y_m: 2 }] };

/** The service worker's cache, as far as a plan needs one. */
function shelves(): { open(name: string): Promise<unknown> } {
  const kept = new Map<string, string>();
  const shelf = {
    put: async (path: string, answer: Response) => void kept.set(path, await answer.text()),
    match: (path: string) => Promise.resolve(kept.has(path) ? new Response(kept.get(path)) : undefined),
  };
  return { open: () => Promise.resolve(shelf) };
}

const answered = (): Promise<Response> => Promise.resolve(new Response(JSON.stringify(PLAN)));
const away = (): Promise<Response> => Promise.reject(new TypeError("away"));

/** The page as it is after a start, and what it draws. */
async function started(ask: () => Promise<Response>) {
  vi.resetModules();
  const asked = vi.fn(ask);
  vi.stubGlobal("fetch", asked);
  const { loadPlan, plan } = await import("../src/parts/plan");
  await loadPlan("t");
  return { loadPlan, plan, asked };
}

beforeEach(() => vi.stubGlobal("caches", shelves()));
afterEach(() => vi.unstubAllGlobals());

test("after a start without a network, or before a server that fails, the racks of the last one are drawn", async () => {
  expect((await started(answered)).plan.value).toEqual(PLAN);
  expect((await started(away)).plan.value).toEqual(PLAN);
  expect((await started(() => Promise.resolve(new Response("", { status: 503 })))).plan.value).toEqual(PLAN);
});

test("a kept plan is asked for anew at the next login, a fetched one is not", async () => {
  await started(answered);
  const { loadPlan, asked } = await started(away);
  asked.mockImplementation(answered);
  await loadPlan("t");
  await loadPlan("t");
  expect(asked).toHaveBeenCalledTimes(2);
});

test("where nothing can be kept, as over plain http, the plan is drawn all the same, and bare ground without it", async () => {
  vi.unstubAllGlobals();
  expect("caches" in window).toBe(false);
  expect((await started(answered)).plan.value).toEqual(PLAN);
  expect((await started(away)).plan.value.racks).toEqual([]);
});

test("a cache that refuses costs nothing but the keeping", async () => {
  vi.stubGlobal("caches", { open: () => Promise.reject(new DOMException("no", "SecurityError")) });
  expect((await started(answered)).plan.value).toEqual(PLAN);
});
