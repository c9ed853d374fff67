/** How long to wait for an answer: what this network's answers took lately, as TCP reckons it (RFC 6298), within bounds. */

export interface Pace {
  /** An answer took this long; `queued` when it was that to a queue or to a scan behind one: the time tells of the queue, not of the line. */
  took(ms: number, queued?: boolean): void;
  /** No answer came: wait twice as long next time. */
  missed(): void;
  timeout_ms(): number;
  /** Whether this network is there and of no use: answers keep taking long. The first quick one is believed. */
  slow(): boolean;
}

export const SHORTEST_MS = 1000;
export const LONGEST_MS = 10_000;
/** Who waits longer than this for each answer works as without a network. */
export const SLOW_MS = 1000;

export function pace(): Pace {
  let last_ms = 0;
  let smooth_ms = 0;
  let spread_ms = SHORTEST_MS / 4;
  let patience = 1;
  return {
    took(ms, queued) {
      last_ms = queued ? 0 : ms;
      spread_ms = smooth_ms === 0 ? ms / 2 : 0.75 * spread_ms + 0.25 * Math.abs(smooth_ms - ms);
      smooth_ms = smooth_ms === 0 ? ms : 0.875 * smooth_ms + 0.125 * ms;
      patience = 1;
    },
    missed() {
      patience = Math.min(patience * 2, 8);
    },
    slow: () => Math.min(last_ms, smooth_ms) > SLOW_MS,
    timeout_ms: () => Math.min(LONGEST_MS, patience * Math.max(SHORTEST_MS, smooth_ms + 4 * spread_ms)),
  };
}
