/** The floor's drawing as the server gives it. */

import { signal } from "@preact/signals";

import type { PickTask } from "../sync/wire";

/** The part of `GET /api/v1/layout/plan` that is drawn here; a rack's corners are eight numbers, in metres. */
export interface Plan {
  box: [number, number, number, number];
  racks: { corners: number[] }[];
  stations: { code: string; x_m: number; y_m: number }[];
}

const NOWHERE: Plan = { box: [0, 0, 0, 0], racks: [], stations: [] };
/** The same, while the plan is on its way. */
const ASKED: Plan = { ...NOWHERE };

export const plan = signal<Plan>(NOWHERE);

/** Fetch the plan once; without it (offline at the first load) the tour is drawn on bare ground. */
export async function loadPlan(token: string): Promise<void> {
  if (plan.value !== NOWHERE) return;
  plan.value = ASKED;
  let found = NOWHERE; // drawn after the next login
  try {
    const answer = await fetch("/api/v1/layout/plan", { headers: { Authorization: `Bearer ${token}` } });
    if (answer.ok) found = (await answer.json()) as Plan;
  } catch {
    // the server is away
  }
  plan.value = found;
}

/** The station that the cart belongs at; of several that will do, the one nearest to the tour's last point. */
export function stationOf(task: PickTask): Plan["stations"][number] | undefined {
  const end = task.path[task.path.length - 1];
  const far = ({ x_m, y_m }: { x_m: number; y_m: number }): number => (end === undefined ? 0 : Math.hypot(x_m - end[0], y_m - end[1]));
  const takes = task.station ? [task.station] : task.stations;
  return plan.value.stations.filter(({ code }) => takes.includes(code)).sort((a, b) => far(a) - far(b))[0];
}
