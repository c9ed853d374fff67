/** What the exception bar opens. Each report is two taps: the button in the bar, and the reason. */

import { Sheet } from "../parts/sheet";
import type { Deed, Floor } from "../sync/floor";
import type { PickTask } from "../sync/wire";
import { type Key, t } from "../words";
import { DeviceSettings, HandOver, More, OfTour, TypeCode } from "./pick_more";
import type { PickView, Step } from "./pick_view";

export type PickSheet = "short" | "full" | "more" | "type" | "hand_over" | "settings";

/** At the shelf anything may be wrong; before it was scanned, only the way to it. */
const WHY_SHORT = ["not_found", "too_few", "damaged", "wrong_item", "blocked"] as const;
const WHY_AWAY = ["blocked"] as const;

interface SheetsProps {
  sheet: PickSheet;
  floor: Floor<PickTask>;
  view: PickView;
  step: Step;
  act(deed: Deed): void;
  open(sheet: PickSheet): void;
  close(): void;
}

interface ReasonsProps {
  of: readonly string[];
  act(deed: Deed): void;
}

const Reasons = ({ of, act }: ReasonsProps) => (
  <>
    {of.map((reason) => (
      <button type="button" key={reason} onClick={() => act({ act: "short", reason })}>
        {t(`reason_${reason}` as Key)}
      </button>
    ))}
  </>
);

/** Not this shelf, but the way to it: closed for everybody at once. */
const WayBlocked = ({ act }: Pick<SheetsProps, "act">) => (
  <button type="button" onClick={() => act({ act: "way_blocked" })}>
    {t("way_blocked")}
  </button>
);

const Full = ({ act }: Pick<SheetsProps, "act">) => (
  <button type="button" class="primary" onClick={() => act({ act: "full_tote" })}>
    {t("full_yes")}
  </button>
);

/** The title of a sheet. */
function titleOf({ sheet, view }: SheetsProps): string {
  if (sheet === "short") return t("why_short");
  if (sheet === "full") return t("full_question", { slot: view.line?.slot ?? 0 });
  return t(sheet === "type" ? "type_code" : sheet);
}

export const PickSheets = (props: SheetsProps) => {
  const { sheet, floor, view, step, act, open, close } = props;
  const ofTour = <OfTour underWay={view.all_lines > 0} act={act} close={close} />;
  return (
    <Sheet title={titleOf(props)} close={close}>
      {sheet === "short" && <Reasons of={step === "location" ? WHY_AWAY : WHY_SHORT} act={act} />}
      {sheet === "short" && <WayBlocked act={act} />}
      {sheet === "full" && <Full act={act} />}
      {sheet === "more" && <More floor={floor} ofTour={ofTour} open={open} close={close} />}
      {sheet === "settings" && <DeviceSettings />}
      {sheet === "hand_over" && <HandOver floor={floor} />}
      {sheet === "type" && <TypeCode digits={step === "location" ? (view.line?.check_digits.length ?? 0) : 0} act={act} />}
    </Sheet>
  );
};
