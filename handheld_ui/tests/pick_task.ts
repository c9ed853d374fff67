// A small tour: three lines, two at one shelf, two slots.

import { blankPick } from "../src/sync/merge";
import type { PickLine, PickTask } from "../src/sync/wire";

export function line(id: number, own: Partial<PickLine> = {}): PickLine {
  return {
    id, location: "A-05-1", check_digits: "47", sku: "22465", name: "Star lantern", lot: "", expiry: "", qty: 2, picked: 0, slot: 1, tote: "TOTE-1",
    order: "O1", each_up_to: 6, tracks: "", lots_here: [], state: "open", labels: [{ key: "05012345678900", uom: "each", qty: 1 }], x: 10, y: 10, ...own,
  };
}

export function tour(own: Partial<PickTask> = {}): PickTask {
  return {
    ...blankPick(),
    id: "T1",
    version: 1,
    state: "location",
    cart: "C-04",
    batch: "B1",
    line: 1,
    lines: [
      line(1),
      line(2, { sku: "22502", labels: [{ key: "05012345678917", uom: "each", qty: 1 }], qty: 1, slot: 2, tote: "" }),
      line(3, { location: "B-02-1", sku: "22539", labels: [{ key: "05012345678924", uom: "each", qty: 1 }], qty: 12, x: 20 }),
    ],
    totes: [
      { slot: 1, tote: "TOTE-1", order: "O1" },
      { slot: 2, tote: "", order: "O2" },
    ],
    stations: ["PACK-1"],
    path: [
      [0, 0],
      [10, 10],
      [20, 10],
      [0, 0],
    ],
    ...own,
  };
}

/** The labels that pick the whole tour, from the first shelf to the station. */
export const WHOLE_TOUR = [
  "A-05-1", "5012345678900", "5012345678900", "TOTE-1", "5012345678917", "TOTE-2", "B-02-1", "5012345678924",
];
