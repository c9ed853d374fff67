/**
 * Characters in, whole labels out.
 *
 * A scan ends at its suffix and nowhere else: readers stall for seconds inside a QR code, so a gap says nothing.
 * Only `ABANDON_MS` of silence gives a fragment up, and says so.
 */

export interface Profile {
  /** The key that ends a scan. */
  suffix: "Enter" | "Tab";
  /** Text every scan starts with, to be dropped. */
  prefix: string;
  /** For a reader that sends no suffix: the silence that ends a scan. 0: a silence never does. */
  gap_ms: number;
}

export interface Ears {
  /** A whole label, as typed. */
  scan(text: string): void;
  /** The silence was too long; what had come so far ("": nothing) is given up. */
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

export const PLAIN: Profile = { suffix: "Enter", prefix: "", gap_ms: 0 };
export const ABANDON_MS = 1500;
const LINE_BREAK = /[\r\n]/;

export function collector(ears: Ears, start: Profile): Collector {
  let profile = start;
  let text = "";
  let silence: ReturnType<typeof setTimeout> | undefined;

  const take = (): string => {
    clearTimeout(silence);
    const taken = text;
    text = "";
    return taken;
  };
  const end = (): void => {
    const whole = take();
    const label = whole.startsWith(profile.prefix) ? whole.slice(profile.prefix.length) : whole;
    if (label !== "") ears.scan(label);
  };
  const abandon = (): void => ears.fragment(take());
  const wait = (): void => {
    clearTimeout(silence);
    silence = profile.gap_ms > 0 ? setTimeout(end, profile.gap_ms) : setTimeout(abandon, ABANDON_MS);
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
  };
  return { open: () => text !== "", add, wait, end, use, stop: () => clearTimeout(silence) };
}

/**
 * The profile in a configuration label `GANGWAY-SCANNER?suffix=tab&prefix=~&gap=80`, or null when it is another label.
 * Anything left out is as in `PLAIN`.
 */
export function profileOf(text: string): Profile | null {
  const query = /^GANGWAY-SCANNER\?(.*)$/i.exec(text.trim())?.[1];
  if (query === undefined) return null;
  const fields = new URLSearchParams(query);
  const gap = Number(fields.get("gap") ?? "0");
  return {
    suffix: fields.get("suffix")?.toLowerCase() === "tab" ? "Tab" : "Enter",
    prefix: fields.get("prefix") ?? "",
    gap_ms: Number.isFinite(gap) && gap > 0 ? Math.min(gap, ABANDON_MS) : 0,
  };
}
