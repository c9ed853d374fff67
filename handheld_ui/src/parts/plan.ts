/** The floor's drawing as the server gives it. */

import { signal } from "@preact/signals";

import type { PickTask } from "../sync/wire";

/** The part of `GET /api/v1/layout/plan` that is drawn here; a rack's corners are eight numbers, in metres. */
export interface Plan {
  box: [number, number, number, number];
  racks: { corners: number[] }[];
  stations: { code: string; x_m: number; y_m: number }[];
}

const PATH = "/api/v1/layout/plan";
/** Kept apart from the page's own files: who starts without a network finds the floor too. */
const SHELF = "gangway-plan";

export const plan = signal<Plan>({ box: [0, 0, 0, 0], racks: [], stations: [] });
let asked = false;

/** The plan as the server has it now, kept for the next start; null where it cannot be had. */
async function fetchPlan(token: string, shelf: Cache | null): Promise<Response | null> {
  try {
    const answer = await fetch(PATH, { headers: { Authorization: `Bearer ${token}` } });
    if (!answer.ok) return null;
    void shelf?.put(PATH, answer.clone()).catch(() => undefined); // no room for it
    return answer;
  } catch {
    return null; // the server is away
  }
}

/** Fetch the plan once, or after the next login; meanwhile the kept one is drawn, without one (over plain http none is kept) bare ground. */
export async function loadPlan(token: string): Promise<void> {
  if (asked) return;
  asked = true;
  const shelf = "caches" in window ? await caches.open(SHELF).catch(() => null) : null;
  const fresh = await fetchPlan(token, shelf);
  asked = fresh !== null;
  const found = fresh ?? (await shelf?.match(PATH));
  if (found) plan.value = (await found.json()) as Plan;
}

/** The station that the cart belongs at; of several that will do, the one nearest to the tour's last point. */
export function stationOf(task: PickTask): Plan["stations"][number] | undefined {
  const end = task.path[task.path.length - 1];
  const far = ({ x_m, y_m }: { x_m: number; y_m: number }): number => (end === undefined ? 0 : Math.hypot(x_m - end[0], y_m - end[1]));
  const takes = task.station ? [task.station] : task.stations;
  return plan.value.stations.filter(({ code }) => takes.includes(code)).sort((a, b) => far(a) - far(b))[0];
}
