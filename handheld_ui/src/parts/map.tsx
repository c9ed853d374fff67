/** The aisles around, as a small drawing: racks, the way to the next shelf, the tour after it. */

import type { ComponentChild } from "preact";
import { useEffect, useState } from "preact/hooks";

import type { PickLine, PickTask } from "../sync/wire";
import { type Corner, legs, roomAround, touches, type View } from "./map_view";
import { plan, stationOf } from "./plan";

/** A handheld at a sixth of this machine's speed draws this many racks in under 72 ms. */
const MOST_RACKS = 500;
const flat = (points: Corner[]): string => points.map((point) => point.join(",")).join(" ");

/** Where the picker was last seen: the last closed stop before this one, or the start of the tour. */
function stood(task: PickTask, line: PickLine | null): Corner | null {
  const at = line === null ? task.lines.length : task.lines.indexOf(line);
  const before = task.lines.slice(0, at).reverse();
  const last = before.find((other) => other.state === "done" && other.location !== line?.location);
  return last === undefined ? (task.path[0] ?? null) : [last.x, last.y];
}

const Racks = ({ view }: { view: View }) => (
  <>
    {plan.value.racks
      .filter(({ corners }) => touches(corners, view))
      .slice(0, MOST_RACKS)
      .map(({ corners }) => (
        <polygon key={corners.join()} class="rack" points={corners.join(" ")} />
      ))}
  </>
);

const Marks = ({ task, line, to, from, dot }: { task: PickTask; line: PickLine | null; to: Corner; from: Corner | null; dot: number }) => (
  <>
    {task.lines
      .filter((stop) => stop.state === "open" && stop.location !== line?.location)
      .map((stop) => (
        <circle key={stop.id} class="stop" cx={stop.x} cy={stop.y} r={dot * 0.8} stroke-width={dot * 0.35} />
      ))}
    {from && <circle class="from" cx={from[0]} cy={from[1]} r={dot} />}
    <circle class="target halo" cx={to[0]} cy={to[1]} r={dot * 3} />
    <circle class="target" cx={to[0]} cy={to[1]} r={dot * 1.4} />
  </>
);

/**
 * Draw the way to `line`; with none, to the station. Drawn anew for another line or plan, not for every scan, and after the frame that says
 * so: hundreds of racks would keep the verdict off the screen, and nobody reads a map before the label on it.
 */
export const FloorMap = ({ task, line }: { task: PickTask; line: PickLine | null }) => {
  const [drawn, show] = useState<ComponentChild>(null);
  useEffect(() => show(draw(task, line)), [task.lines, task.path, line?.id, plan.value]);
  return (
    <div class="map" aria-hidden="true">
      {drawn}
    </div>
  );
};

function draw(task: PickTask, line: PickLine | null): ComponentChild {
  const station = stationOf(task);
  const end: Corner | undefined = station === undefined ? task.path[task.path.length - 1] : [station.x_m, station.y_m];
  const to = line === null ? end : ([line.x, line.y] as Corner);
  if (to === undefined) return null;
  const from = stood(task, line);
  const view = roomAround(from === null ? [to] : [to, from], plan.value.box);
  const dot = view.width / 60;
  const { now, later } = legs(task.path, from, to);
  return (
    <svg viewBox={`${view.x} ${view.y} ${view.width} ${view.height}`} preserveAspectRatio="xMidYMid meet">
      <Racks view={view} />
      <polyline class="tour" points={flat(later)} stroke-width={dot * 0.4} />
      <polyline class="tour now" points={flat(now)} stroke-width={dot * 0.75} />
      <Marks task={task} line={line} to={to} from={from} dot={dot} />
    </svg>
  );
}
