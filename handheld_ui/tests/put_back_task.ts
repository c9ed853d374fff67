/** Goods to put back, as the server gives them. */

import type { PutBackTask } from "../src/sync/wire";

export const goods = (own: Partial<PutBackTask> = {}): PutBackTask => ({
  id: "T7", kind: "put_back", version: 1, state: "tote", asked: "", line: null, sku: "22465", name: "Star lantern", lot: "", qty: 2, in_hand: 0,
  tote: "TOTE-1", order: "O1", location: "A-05-1", check_digits: "47", locations: ["A-05-1", "B-02-1"], each_up_to: 6,
  labels: [{ key: "05012345678900", uom: "each", qty: 1 }], ...own,
});
