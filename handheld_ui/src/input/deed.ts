/** What a scan is taken for: usually a scan. */

import { signal } from "@preact/signals";

import type { Deed } from "../sync/floor";
import type { Act } from "../sync/wire";

/** What scans are for while the page asks for one of another kind: the badge of who takes the batch over. Whoever asks ends it. */
export const scanAs = signal<Act | null>(null);

/** What was typed or scanned. A short number comes from a keyboard, for no label is that short: a quantity, or a shelf's check digits. */
export function deedOf(text: string, state: string): Deed {
  const act = scanAs.value;
  if (act !== null) return { act, label: text };
  if (!/^\d{1,4}$/.test(text)) return { label: text };
  if (state === "quantity") return { act: "quantity", qty: Number(text) };
  return state === "location" ? { act: "typed", label: text } : { label: text };
}
