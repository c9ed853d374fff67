/** The cart seen from above: its slots, the one in question lit. */

import type { Slot } from "../sync/wire";

const MOST_IN_A_ROW = 4;

export const CartGrid = ({ totes, lit }: { totes: Slot[]; lit: number }) => (
  <div class="cart figures" style={{ "--cols": String(Math.min(MOST_IN_A_ROW, Math.max(1, Math.ceil(totes.length / 2)))) }} aria-hidden="true">
    {totes.map(({ slot, tote }) => (
      <span key={slot} data-lit={slot === lit} data-bound={tote !== ""}>
        {slot}
      </span>
    ))}
  </div>
);
