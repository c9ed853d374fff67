/** The aisles around, as a small drawing: racks, the tour so far and to come, where to go now. */

import { signal } from "@preact/signals";

import type { PickLine, PickTask } from "../sync/wire";

type Corner = [number, number];

/** What `GET /api/v1/plan` says of a rack: its four corners, in metres. */
export interface Plan {
  width_m: number;
  height_m: number;
  racks: Corner[][];
}

interface Window {
  x: number;
  y: number;
  width: number;
  height: number;
}

/** A handheld at a sixth of this machine's speed draws this many racks in under 72 ms. */
const MOST_RACKS = 500;
const AROUND_M = 9;
const NARROWEST_M = 26;

const plan = signal<Plan | null>(null);

/** Fetch the plan once; without it (offline at the first load) the tour is drawn on bare ground. */
export async function loadPlan(token: string): Promise<void> {
  if (plan.value !== null) return;
  try {
    const answer = await fetch("/api/v1/plan", { headers: { Authorization: `Bearer ${token}` } });
    if (answer.ok) plan.value = (await answer.json()) as Plan;
  } catch {
    // drawn at the next login
  }
}

/** The part of the floor that shows where one is and where one goes, with some aisle around. */
export function windowAround(points: Corner[], ratio: number): Window {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const width = Math.max(NARROWEST_M, right - left + 2 * AROUND_M, (bottom - top + 2 * AROUND_M) * ratio);
  const height = width / ratio;
  return { x: (left + right - width) / 2, y: (top + bottom - height) / 2, width, height };
}

function touches(rack: Corner[], { x, y, width, height }: Window): boolean {
  return rack.some(([rx, ry]) => rx >= x - 20 && rx <= x + width + 20 && ry >= y - 20 && ry <= y + height + 20);
}

const points = (corners: Corner[]): string => corners.map((corner) => corner.join(",")).join(" ");

/** The last open stop before `line` in walking order: where the picker stands by their last confirmed work. */
function stood(task: PickTask, line: PickLine): PickLine | undefined {
  const at = task.lines.indexOf(line);
  return task.lines.slice(0, at).reverse().find((other) => other.location !== line.location);
}

/** Draw on a canvas `ratio` times as wide as it is high. */
export const FloorMap = ({ task, line, ratio = 2 }: { task: PickTask; line: PickLine; ratio?: number }) => {
  const from = stood(task, line);
  const ends: Corner[] = [[line.x, line.y], ...(from === undefined ? [] : [[from.x, from.y] as Corner])];
  const view = windowAround(ends, ratio);
  const racks = (plan.value?.racks ?? []).filter((rack) => touches(rack, view)).slice(0, MOST_RACKS);
  const dot = view.width / 60;
  const stops = task.lines.filter((other) => other.state === "open" && other !== line);
  return (
    <svg class="map" viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`} preserveAspectRatio="xMidYMid slice" aria-hidden="true">
      {racks.map((rack, at) => (
        <polygon key={at} class="rack" points={points(rack)} />
      ))}
      <polyline class="tour" points={points(task.path)} stroke-width={dot * 0.55} />
      {stops.map((stop) => (
        <circle key={stop.id} class="stop" cx={stop.x} cy={stop.y} r={dot * 0.8} stroke-width={dot * 0.35} />
      ))}
      {from && <circle class="from" cx={from.x} cy={from.y} r={dot} />}
      <circle class="target halo" cx={line.x} cy={line.y} r={dot * 3} />
      <circle class="target" cx={line.x} cy={line.y} r={dot * 1.5} />
    </svg>
  );
};
