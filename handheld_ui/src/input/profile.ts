/**
 * The label that sets a scanner's profile: `GANGWAY-SCANNER?suffix=tab&prefix=~&aim=yes;`
 *
 * It is read before its own profile holds, so it carries its end (`;`) with it: what a scanner puts before or behind it is no part of it.
 */

import { PLAIN, type Profile } from "./collector";

/** Why a label cannot be used; the part after `p_scanner_` of its sentence. */
export type Fault = "half" | "field" | "suffix" | "prefix" | "aim" | "gap";
export type Setting = { profile: Profile } | { fault: Fault; what: string };

const SIGN = /GANGWAY-SCANNER\?([^;]*)(;?)/i;
const FIELDS = new Set(["suffix", "prefix", "aim", "gap"]);
const SUFFIXES: Record<string, Profile["suffix"]> = { enter: "Enter", tab: "Tab", none: "none" };
const PREFIX = /^[!-~]{1,8}$/;
const GAP_MS = { least: 30, most: 1000 };

function suffixOf(asked: string | undefined): Profile["suffix"] | undefined {
  return asked === undefined ? PLAIN.suffix : SUFFIXES[asked.toLowerCase()];
}

/** The silence that ends a scan: to be named, and within bounds, where there is no suffix; not to be named where there is one. */
function gapOf(asked: string | undefined, suffix: Profile["suffix"]): number | undefined {
  if (suffix !== "none") return asked === undefined ? 0 : undefined;
  const gap_ms = /^\d{1,4}$/.test(asked ?? "") ? Number(asked) : 0;
  return gap_ms >= GAP_MS.least && gap_ms <= GAP_MS.most ? gap_ms : undefined;
}

function settingOf(asked: Record<string, string>): Setting {
  const fault = (name: Fault): Setting => ({ fault: name, what: `${name}=${asked[name] ?? ""}` });
  const strange = Object.keys(asked).find((name) => !FIELDS.has(name));
  if (strange !== undefined) return { fault: "field", what: strange };
  const { prefix } = asked;
  const aim = asked["aim"]?.toLowerCase() ?? "no";
  const suffix = suffixOf(asked["suffix"]);
  if (suffix === undefined) return fault("suffix");
  if (prefix !== undefined && !PREFIX.test(prefix)) return fault("prefix");
  if (aim !== "yes" && aim !== "no") return fault("aim");
  const gap_ms = gapOf(asked["gap"], suffix);
  if (gap_ms === undefined) return fault("gap");
  return { profile: { suffix, prefix: prefix ?? "", aim: aim === "yes", gap_ms } };
}

/** The setting in a configuration label, or null when the text holds none. Anything left out is as in `PLAIN`. */
export function settingIn(text: string): Setting | null {
  const found = SIGN.exec(text);
  if (found === null) return null;
  const [, query = "", end = ""] = found;
  if (end === "") return { fault: "half", what: "" };
  const fields = [...new URLSearchParams(query)].map(([name, said]) => [name.toLowerCase(), said] as const);
  return settingOf(Object.fromEntries(fields));
}
