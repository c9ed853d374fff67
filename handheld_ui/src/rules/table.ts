/** The tables as the server exports them: state → signal → [next, effect, code, asks, also]. */

import { actions, codes } from "./flow.json";
import type { Effect, Intent, Reply, Scan, Tone } from "./terms";

export interface Row {
  next: string;
  effect: Effect;
  code: string;
  asks: string;
  also: Effect;
}

export type Table = Record<string, Record<string, string[]>>;

const codeOf = codes as unknown as Record<string, [Tone, string[], string]>;
const askedActions: Record<string, string> = actions.asked;

/** These leave a waiting question as it is: nothing readable was said. */
export const NOISE = new Set(["empty", "garbage", "read_error"]);

export function rowOf(table: Table, state: string, signal: string): Row {
  const cells = table[state]?.[signal];
  if (!cells) throw new Error(`no row for ${signal} in ${state}`);
  const [next = "stay", effect = "nothing", code = "", asks = "", also = "nothing"] = cells;
  return { next, effect: effect as Effect, code, asks, also: also as Effect };
}

export function scannedText(intent: Intent, scan: Scan): string {
  const act = intent.act ?? "scan";
  if (act === "scan" || act === "typed") return scan.text;
  return intent.qty === undefined || intent.qty === null ? "" : String(intent.qty);
}

/** The reply of a row, for a task as it stands after the step. */
export function replyFor(
  row: Row,
  scanned: string,
  wanted: string,
  asked: string,
  stateAction: string,
  arg: (name: string) => string | number,
): Reply {
  const [tone, names, action] = codeOf[row.code] ?? ["bad", [], ""];
  return {
    code: row.code,
    tone,
    scanned,
    wanted,
    action: action || (asked ? (askedActions[asked.split(":")[0] ?? ""] ?? "") : stateAction),
    args: Object.fromEntries(names.map((name) => [name, arg(name)])),
  };
}
