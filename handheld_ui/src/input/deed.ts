/** What a scan is taken for: usually a scan. */

import { signal } from "@preact/signals";

import type { Deed } from "../sync/floor";
import type { Act } from "../sync/wire";

/** What the next scan is for, when the page has asked for one of another kind: the badge of who takes the batch over. */
export const scanAs = signal<Act | null>(null);

/** Grams as a scale types them: "1.250 kg", "ST,+ 0.38", "380 g". A number without a unit or a point is no weight: it may be an item. */
export function gramsIn(text: string): number | null {
  const [, whole = "", unit = ""] = /^(?:[A-Z]{2},)?\s*\+?\s*(\d{1,6}(?:[.,]\d{1,3})?)\s*(kg|g)?$/i.exec(text.trim()) ?? [];
  if (whole === "" || (unit === "" && !/[.,]/.test(whole))) return null;
  return Math.round(Number(whole.replace(",", ".")) * (unit.toLowerCase() === "g" ? 1 : 1000));
}

/** What was typed or scanned. A short number comes from a keyboard, for no label is that short: a quantity, or a shelf's check digits. */
export function deedOf(text: string, state: string): Deed {
  const act = scanAs.value;
  scanAs.value = null;
  if (act !== null) return { act, label: text };
  const grams = state === "close" ? gramsIn(text) : null;
  if (grams !== null) return { act: "weigh", qty: grams };
  if (!/^\d{1,4}$/.test(text)) return { label: text };
  if (state === "quantity") return { act: "quantity", qty: Number(text) };
  return state === "location" ? { act: "typed", label: text } : { label: text };
}
