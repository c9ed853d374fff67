import type { Scan, Thing } from "./terms";

/**
 * What a scan's keys belong to; [] when nobody knows it. A GTIN-14 of a pack that nobody registered, of an item that is
 * known, comes as that item with qtyEach 0 (case 24).
 */
export function meanings(scan: Scan, lookUp: (key: string) => readonly Thing[]): Thing[] {
  const things = scan.keys.flatMap(lookUp);
  if (things.length || !scan.baseGtin) return things;
  return lookUp(scan.baseGtin).flatMap((one) => (one.kind === "item" ? [{ ...one, qtyEach: 0 }] : []));
}
