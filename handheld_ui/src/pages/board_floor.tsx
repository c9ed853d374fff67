/** The floor seen from above: racks on a canvas, drawn once; people and their trails above it, drawn at every change. */

import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";

import { look } from "../parts/prefs";
import type { BoardClosure, BoardPerson, Feed, Spot } from "../sync/board_feed";
import { wayAt } from "./board_ways";

/** The part of `GET /api/v1/layout/plan` that the board draws. Metres. */
export interface FloorPlan {
  box: [number, number, number, number];
  ways: { code: string; line: [number, number, number, number]; cross: boolean; closed: boolean }[];
  racks: { corners: number[] }[];
  shelves: [number, number][];
  stations: { code: string; x_m: number; y_m: number; kind: string }[];
}

interface Frame {
  scale: number;
  left: number;
  top: number;
}

interface Size {
  width: number;
  height: number;
}

const AISLE_TEXT_PX = 13;
const MARK_PX = 15;

/** Metres to pixels: the whole plan, centred. */
function frameOf([x, y, width, height]: FloorPlan["box"], size: Size): Frame {
  const scale = Math.min(size.width / width, size.height / height);
  return { scale, left: (size.width - width * scale) / 2 - x * scale, top: (size.height - height * scale) / 2 - y * scale };
}

const place = ({ scale, left, top }: Frame, x: number, y: number): Spot => [left + x * scale, top + y * scale];

function drawRacks(pen: CanvasRenderingContext2D, plan: FloorPlan, frame: Frame, ink: (name: string) => string): void {
  pen.fillStyle = ink("--rack");
  for (const { corners } of plan.racks) {
    pen.beginPath();
    for (let at = 0; at < corners.length; at += 2) pen.lineTo(...place(frame, corners[at] ?? 0, corners[at + 1] ?? 0));
    pen.fill();
  }
  const half = Math.max(2, frame.scale * 0.5);
  for (const [x, y] of plan.shelves) {
    const [left, top] = place(frame, x, y);
    pen.fillRect(left - half, top - half, 2 * half, 2 * half);
  }
}

function drawNames(pen: CanvasRenderingContext2D, plan: FloorPlan, frame: Frame, ink: (name: string) => string): void {
  pen.font = `600 ${AISLE_TEXT_PX}px system-ui, "Liberation Sans", sans-serif`;
  pen.textAlign = "center";
  pen.textBaseline = "middle";
  pen.fillStyle = ink("--soft");
  let last = -Infinity;
  for (const { code, line, cross } of plan.ways) {
    if (cross) continue;
    const [x, y] = place(frame, line[0], line[1]);
    if (Math.abs(x - last) < 3 + AISLE_TEXT_PX) continue; // names that would touch say nothing
    last = x;
    pen.fillText(code, x, y - AISLE_TEXT_PX * 0.7);
  }
}

function drawStations(pen: CanvasRenderingContext2D, plan: FloorPlan, frame: Frame, ink: (name: string) => string): void {
  for (const { code, x_m, y_m } of plan.stations) {
    const [x, y] = place(frame, x_m, y_m);
    pen.fillStyle = ink("--accent");
    pen.fillRect(x - 7, y - 7, 14, 14);
    pen.fillStyle = ink("--soft");
    pen.fillText(code, x, y + 19);
  }
}

function drawClosed(pen: CanvasRenderingContext2D, plan: FloorPlan, frame: Frame, ink: (name: string) => string): void {
  pen.strokeStyle = ink("--bad");
  pen.lineWidth = 3;
  pen.setLineDash([6, 6]);
  for (const { line, closed } of plan.ways) {
    if (!closed) continue;
    pen.beginPath();
    pen.moveTo(...place(frame, line[0], line[1]));
    pen.lineTo(...place(frame, line[2], line[3]));
    pen.stroke();
  }
  pen.setLineDash([]);
}

function draw(canvas: HTMLCanvasElement, plan: FloorPlan, size: Size): void {
  const dots = devicePixelRatio;
  canvas.width = size.width * dots;
  canvas.height = size.height * dots;
  const pen = canvas.getContext("2d");
  if (pen === null) return;
  const style = getComputedStyle(canvas);
  const ink = (name: string): string => style.getPropertyValue(name).trim();
  const frame = frameOf(plan.box, size);
  pen.scale(dots, dots);
  drawRacks(pen, plan, frame, ink);
  drawNames(pen, plan, frame, ink);
  drawClosed(pen, plan, frame, ink);
  drawStations(pen, plan, frame, ink);
}

export function initials(name: string): string {
  const words = name.split(/\s+/).filter((word) => word !== "");
  return words
    .slice(0, 2)
    .map((word) => [...word][0]?.toUpperCase() ?? "")
    .join("");
}

/** Where somebody was last seen: on the way between two shelves they are still shown at the last one. */
interface Seen {
  person: BoardPerson;
  trail: Spot[];
  at: Spot;
}

function seen({ people, trails }: Feed): Seen[] {
  return people.flatMap((person) => {
    const trail = trails[person.badge] ?? [];
    const at = trail[trail.length - 1];
    return at === undefined ? [] : [{ person, trail, at }];
  });
}

/** Two people at one shelf stand beside each other. */
function besides(all: Seen[], { at }: Seen, before: number): number {
  return all.slice(0, before).filter((other) => other.at[0] === at[0] && other.at[1] === at[1]).length;
}

const Mark = ({ person, trail, at, frame, beside }: Seen & { frame: Frame; beside: number }) => {
  const [x, y] = place(frame, at[0], at[1]);
  const points = trail.map(([tx, ty]) => place(frame, tx, ty).join(",")).join(" ");
  return (
    <g>
      <polyline class="trail" points={points} />
      <g class="mark" style={{ transform: `translate(${x + beside * 2 * MARK_PX}px, ${y}px)` }}>
        <title>{`${person.name} · ${person.location}`}</title>
        <circle r={MARK_PX} />
        <text dy="0.36em">{initials(person.name)}</text>
      </g>
    </g>
  );
};

/** What was closed since the plan was drawn is on it at once. */
const Closed = ({ closures, frame }: { closures: BoardClosure[]; frame: Frame }) => (
  <g class="closed">
    {closures.map(({ id, segments }) => (
      <path key={id} d={segments.map(([ax, ay, bx, by]) => `M${place(frame, ax, ay).join(" ")}L${place(frame, bx, by).join(" ")}`).join("")} />
    ))}
  </g>
);

interface BoardFloorProps {
  plan: FloorPlan;
  feed: Feed;
  /** A way was tapped. */
  tap(way: string): void;
}

export const BoardFloor = ({ plan, feed, tap }: BoardFloorProps) => {
  const holder = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal<Size>({ width: 0, height: 0 });
  useEffect(() => {
    if (holder.current === null) return undefined;
    const watch = new ResizeObserver(([entry]) => {
      if (entry !== undefined) size.value = { width: entry.contentRect.width, height: entry.contentRect.height };
    });
    watch.observe(holder.current);
    return () => watch.disconnect();
  }, []);
  const now = size.value;
  const shade = look.value;
  useEffect(() => {
    if (canvas.current !== null && now.width > 0) draw(canvas.current, plan, now);
  }, [plan, now, shade]);
  const frame = frameOf(plan.box, now);
  const all = seen(feed);
  const tapped = (event: MouseEvent): void => {
    const { left = 0, top = 0 } = holder.current?.getBoundingClientRect() ?? {};
    const way = wayAt(plan, [event.clientX - left, event.clientY - top], (x, y) => place(frame, x, y));
    if (way !== "") tap(way);
  };
  return (
    <div class="floor" ref={holder} onClick={tapped}>
      <canvas ref={canvas} />
      <svg aria-hidden="true">
        {now.width > 0 && <Closed closures={feed.closures} frame={frame} />}
        {now.width > 0 &&
          all.map((one, before) => <Mark key={one.person.badge} {...one} frame={frame} beside={besides(all, one, before)} />)}
      </svg>
    </div>
  );
};
