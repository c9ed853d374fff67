/** What part of the floor to draw, and which part of the tour is the leg that is walked now. Metres. */

export type Corner = [number, number];

export interface View {
  x: number;
  y: number;
  width: number;
  height: number;
}

const AROUND_M = 5;
const NARROWEST_M = 24;
const RATIO = 1.7;

/** A span of at least `least`, with `low` and `high` in its middle, pushed inside [from, from + length] where it fits. */
function span(low: number, high: number, least: number, from: number, length: number): [number, number] {
  const size = Math.max(least, high - low + 2 * AROUND_M);
  const start = (low + high - size) / 2;
  if (length <= size) return [start, size];
  return [Math.min(Math.max(start, from), from + length - size), size];
}

/** The part of the floor around `points`, inside `box` ([x, y, width, height]) as far as it goes. */
export function roomAround(points: Corner[], box: readonly [number, number, number, number]): View {
  const xs = points.map(([x]) => x);
  const ys = points.map(([, y]) => y);
  const tall = Math.max(...ys) - Math.min(...ys) + 2 * AROUND_M;
  const [x, width] = span(Math.min(...xs), Math.max(...xs), Math.max(NARROWEST_M, tall * RATIO), box[0], box[2]);
  const [y, height] = span(Math.min(...ys), Math.max(...ys), width / RATIO, box[1], box[3]);
  return { x, y, width, height };
}

/** Whether a rack's box meets the view, or what shows beside it on a screen of other proportions. */
export function touches(corners: number[], { x, y, width, height }: View): boolean {
  const xs = corners.filter((_, at) => at % 2 === 0);
  const ys = corners.filter((_, at) => at % 2 === 1);
  return (
    Math.max(...xs) >= x - width / 2 &&
    Math.min(...xs) <= x + 1.5 * width &&
    Math.max(...ys) >= y - height &&
    Math.min(...ys) <= y + 2 * height
  );
}

/** The place on segment a–b that is nearest to p. */
function foot(p: Corner, a: Corner, b: Corner): Corner {
  const [dx, dy] = [b[0] - a[0], b[1] - a[1]];
  const square = dx * dx + dy * dy;
  const share = square === 0 ? 0 : Math.min(1, Math.max(0, ((p[0] - a[0]) * dx + (p[1] - a[1]) * dy) / square));
  return [a[0] + share * dx, a[1] + share * dy];
}

interface Place {
  segment: number;
  at: Corner;
}

/** Where the tour first comes nearest to `p`, at or after `start`. */
function along(path: Corner[], p: Corner, start: Place): Place {
  let best = start;
  let least = Infinity;
  for (let segment = start.segment; segment + 1 < path.length; segment += 1) {
    const a = segment === start.segment ? start.at : path[segment];
    const b = path[segment + 1];
    if (a === undefined || b === undefined) break;
    const at = foot(p, a, b);
    const far = Math.hypot(at[0] - p[0], at[1] - p[1]);
    if (far < least - 0.01) {
      least = far;
      best = { segment, at };
    }
  }
  return best;
}

/** The tour cut in two: from where the picker stands to the next stop, and from there to its end. What is walked is left out. */
export function legs(path: Corner[], from: Corner | null, to: Corner): { now: Corner[]; later: Corner[] } {
  const [first] = path;
  if (first === undefined) return { now: [], later: [] };
  const begin = { segment: 0, at: first };
  const here = from === null ? begin : along(path, from, begin);
  const there = along(path, to, here);
  return {
    now: [here.at, ...path.slice(here.segment + 1, there.segment + 1), there.at],
    later: [there.at, ...path.slice(there.segment + 1)],
  };
}
