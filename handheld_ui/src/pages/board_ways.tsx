/** What is closed now, by whom and why, with the way back; and the sheet that closes one more. */

import { useSignal } from "@preact/signals";

import { Sheet } from "../parts/sheet";
import type { BoardClosure, Spot } from "../sync/board_feed";
import { t } from "../words";
import type { FloorPlan } from "./board_floor";

/** So near a way (pixels) a tap on the drawing means it. */
const NEAR_PX = 16;

interface ClosureProps {
  closure: BoardClosure;
  at: string;
  reopen(closure: BoardClosure): void;
}

/** A picker's report says "blocked"; a supervisor says why in their own words. */
const whyOf = ({ reason }: BoardClosure): string => (reason === "blocked" ? t("reported") : reason);

export const nameOf = ({ place, to_node }: BoardClosure): string =>
  place === "" ? t("blocked_before", { node: to_node }) : place.replace("|", " – ");

export const Closure = ({ closure, at, reopen }: ClosureProps) => (
  <li class="closure" data-closure={closure.id}>
    <b>{nameOf(closure)}</b>
    <span class="why">
      {[closure.name || closure.badge, whyOf(closure)].filter((part) => part !== "").join(": ")} <span class="soft figures">{at}</span>
    </span>
    <button type="button" onClick={() => reopen(closure)}>
      {t("reopen")}
    </button>
  </li>
);

/** Pixels from a point to a stretch. */
function apart([x, y]: Spot, [ax, ay]: Spot, [bx, by]: Spot): number {
  const along = (bx - ax) ** 2 + (by - ay) ** 2;
  const share = along === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / along));
  return Math.hypot(x - ax - share * (bx - ax), y - ay - share * (by - ay));
}

/** The way that a tap on the drawing means; "" when none is near. */
export function wayAt(plan: FloorPlan, tap: Spot, place: (x: number, y: number) => Spot): string {
  let [near, found] = [NEAR_PX, ""];
  for (const { code, line } of plan.ways) {
    const away = apart(tap, place(line[0], line[1]), place(line[2], line[3]));
    if (code !== "" && away < near) [near, found] = [away, code];
  }
  return found;
}

interface CloseWayProps {
  plan: FloorPlan | null;
  /** What was tapped on the drawing; "" when the sheet was opened by its button. */
  tapped: string;
  closeWay(place: string, reason: string): void;
  close(): void;
}

export const CloseWay = ({ plan, tapped, closeWay, close }: CloseWayProps) => {
  const place = useSignal(tapped);
  const reason = useSignal("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (place.value.trim() === "") return;
    closeWay(place.value.trim(), reason.value.trim());
    close();
  };
  return (
    <Sheet title={t("close_way")} close={close}>
      <form onSubmit={submit} class="release">
        <label>
          {t("close_place")}
          <input type="text" data-typing list="ways" value={place.value} onInput={(event) => (place.value = event.currentTarget.value)} />
        </label>
        <datalist id="ways">
          {plan?.ways.map(({ code }) => <option key={code} value={code} />)}
        </datalist>
        <label>
          {t("close_why")}
          <input type="text" data-typing value={reason.value} onInput={(event) => (reason.value = event.currentTarget.value)} />
        </label>
        <button type="submit" class="primary">
          {t("close_way")}
        </button>
      </form>
    </Sheet>
  );
};
