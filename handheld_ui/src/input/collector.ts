/**
 * Characters in, whole labels out.
 *
 * A scan ends at its suffix and nowhere else: readers stall for seconds inside a QR code, so a gap says nothing.
 * Only `ABANDON_MS` of silence gives a fragment up, and says so.
 */

export interface Profile {
  /** The key that ends a scan; a reader without one is opt-in. */
  suffix: "Enter" | "Tab" | "none";
  /** Text every scan starts with, to be dropped. */
  prefix: string;
  /** Whether every scan starts with an AIM identifier: one that does not has lost its beginning. */
  aim: boolean;
  /** For a reader that sends no suffix: the silence that ends a scan. 0: a silence never does. */
  gap_ms: number;
}

export interface Ears {
  /** A whole label, as typed. */
  scan(text: string): void;
  /** Half a scan: the silence was too long, or its identifier is missing; what had come ("": nothing) is given up. */
  fragment(text: string): void;
}

export interface Collector {
  /** Whether a scan has begun. */
  open(): boolean;
  /** More text; a line break inside it ends a scan. */
  add(text: string): void;
  /** The silence starts anew, though nothing was added. */
  wait(): void;
  /** The suffix came. */
  end(): void;
  use(profile: Profile): void;
  stop(): void;
}

export const PLAIN: Profile = { suffix: "Enter", prefix: "", aim: false, gap_ms: 0 };
export const ABANDON_MS = 1500;
const LINE_BREAK = /[\r\n]/;
const AIM = /^\][A-Za-z][0-9A-Za-z]/;

export function collector(ears: Ears, start: Profile): Collector {
  let profile = start;
  let text = "";
  let last: number | null = null; // when something came last; null: nothing is waited for
  let silence: ReturnType<typeof setTimeout> | undefined;

  const take = (): string => {
    last = null;
    const taken = text;
    text = "";
    return taken;
  };
  const end = (): void => {
    const whole = take();
    const label = whole.startsWith(profile.prefix) ? whole.slice(profile.prefix.length) : whole;
    if (label === "") return;
    if (profile.aim && !AIM.test(label)) ears.fragment(label);
    else ears.scan(label);
  };
  const abandon = (): void => ears.fragment(take());
  const patience_ms = (): number => (profile.gap_ms > 0 ? profile.gap_ms : ABANDON_MS);
  // One timer, set again when it has run out: to stop and start one at every key costs as much as all else that a key does.
  const watch = (after_ms: number): void => {
    silence = setTimeout(() => {
      silence = undefined;
      if (last === null) return;
      const left_ms = last + patience_ms() - performance.now();
      if (left_ms > 0) watch(left_ms);
      else if (profile.gap_ms > 0) end();
      else abandon();
    }, after_ms);
  };
  const wait = (): void => {
    last = performance.now();
    if (silence === undefined) watch(patience_ms());
  };
  const add = (more: string): void => {
    const [first = "", ...rest] = more.split(LINE_BREAK);
    text += first;
    for (const part of rest) {
      end();
      text = part;
    }
    if (text !== "") wait();
  };
  const use = (next: Profile): void => {
    profile = next;
    clearTimeout(silence);
    silence = undefined;
    if (last !== null) watch(patience_ms());
  };
  return { open: () => text !== "", add, wait, end, use, stop: () => clearTimeout(silence) };
}
