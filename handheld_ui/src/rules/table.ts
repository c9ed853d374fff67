/** The tables and reply codes as the server exports them (server/core/flow/export.py says how they are written). */

import { askedActions } from "./flow.json";
import type { Effect, Intent, Reply, Scan, Tone } from "./terms";

export interface Row {
  next: string;
  effect: Effect;
  code: string;
  asks: string;
  also: Effect;
}

export type Rows = ReadonlyMap<string, Row>;
export type Table = Readonly<Record<string, Rows>>;
export type Codes = Readonly<Record<string, string>>;

const askedAction: Codes = askedActions;

/** These leave a waiting question as it is: nothing readable was said. */
export const NOISE = new Set(["empty", "garbage", "read_error"]);

export const tableOf = (written: Record<string, Record<string, string>>): Table =>
  Object.fromEntries(Object.entries(written).map(([state, rows]) => [state, rowsOf(rows)]));

function rowsOf({ "": idle = "", ...others }: Record<string, string>): Rows {
  const said = idle.split(" ").map((one): [string, string] => {
    const [signal = "", code = signal] = one.split("=");
    return [signal, `stay nothing ${code}`];
  });
  return new Map([...said, ...Object.entries(others)].map(([signal, cells]) => [signal, rowOf(cells)]));
}

function rowOf(cells: string): Row {
  const [next = "", effect = "", code = "", asks = "", also = "nothing"] = cells.split(" ");
  return { next, effect: effect as Effect, code, asks, also: also as Effect };
}

/** The row of a signal; a signal without one is a fault of the rules themselves. */
export function look(table: Table, state: string, signal: string): Row {
  const row = table[state]?.get(signal);
  if (!row) throw new Error(`no row for ${signal} in ${state}`);
  return row;
}

export function scannedText(intent: Intent, scan: Scan): string {
  const act = intent.act ?? "scan";
  if (act === "scan" || act === "typed") return scan.text;
  return String(intent.qty ?? "");
}

/** The reply of a row, for a task as it stands after the step. */
export function replyFor(
  codes: Codes,
  { code }: Row,
  scanned: string,
  wanted: string,
  asked: string,
  stateAction: string,
  arg: (name: string) => string | number,
): Reply {
  const [tone, ...names] = (codes[code] ?? "bad").split(" ");
  const action = names[names.length - 1]?.startsWith("!") ? (names.pop() ?? "").slice(1) : "";
  return {
    code,
    tone: tone as Tone,
    scanned,
    wanted,
    action: action || (asked ? (askedAction[asked.split(":")[0] ?? ""] ?? "") : stateAction),
    args: Object.fromEntries(names.map((name) => [name, arg(name)])),
  };
}
