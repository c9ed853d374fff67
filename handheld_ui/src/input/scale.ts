/** A scale that types like a scanner. */

import type { Deed } from "../sync/floor";
import { deedOf } from "./deed";

/** Grams as a scale types them: "1.250 kg", "ST,+ 0.38", "380 g". A number without a unit or a point is no weight: it may be an item. */
export function gramsIn(text: string): number | null {
  const [, whole = "", unit = ""] = /^(?:[A-Z]{2},)?\s*\+?\s*(\d{1,6}(?:[.,]\d{1,3})?)\s*(kg|g)?$/i.exec(text.trim()) ?? [];
  if (whole === "" || (unit === "" && !/[.,]/.test(whole))) return null;
  return Math.round(Number(whole.replace(",", ".")) * (unit.toLowerCase() === "g" ? 1 : 1000));
}

/** What was typed, scanned or weighed at the bench. */
export function benchDeedOf(text: string, state: string): Deed {
  const grams = state === "close" ? gramsIn(text) : null;
  return grams === null ? deedOf(text, state) : { act: "weigh", qty: grams };
}
