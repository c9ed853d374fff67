/** What the exception bar opens. Each report is two taps: the button in the bar, and the reason. */

import { useSignal } from "@preact/signals";

import { Settings } from "../parts/menu";
import { camera } from "../parts/prefs";
import { Sheet } from "../parts/sheet";
import type { Deed, Floor } from "../sync/floor";
import type { PickTask } from "../sync/wire";
import { type Key, t } from "../words";
import type { PickView, Step } from "./pick_view";

export type PickSheet = "short" | "full" | "more" | "type";

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

const Full = ({ act }: Pick<SheetsProps, "act">) => (
  <button type="button" class="primary" onClick={() => act({ act: "full_tote" })}>
    {t("full_yes")}
  </button>
);

const TypeCode = ({ act }: { act(deed: Deed): void }) => {
  const typed = useSignal("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (typed.value.trim() !== "") act({ act: "typed", label: typed.value.trim() });
  };
  return (
    <form onSubmit={submit} class="typing">
      <label>
        {t("type_hint")}
        <input
          type="text"
          data-typing
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          ref={(field) => field?.focus()}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="primary">
        {t("ok")}
      </button>
    </form>
  );
};

const More = ({ floor, view, act, open, close }: SheetsProps) => {
  const on = camera.value === "on";
  const stuck = useSignal(false);
  const logOut = async (): Promise<void> => {
    stuck.value = !(await floor.logOut());
  };
  return (
    <>
      {view.line !== null && <Reasons of={WHY_AWAY} act={act} />}
      <button type="button" onClick={() => open("type")}>
        {t("type_code")}
      </button>
      <button
        type="button"
        onClick={() => {
          camera.value = on ? "off" : "on";
          close();
        }}
      >
        {t(on ? "camera_off" : "camera_on")}
      </button>
      <Settings />
      <button type="button" onClick={() => void logOut()}>
        {t("log_out")} · {floor.person.value?.name}
      </button>
      {stuck.value && (
        <p class="notice" data-tone="warn" role="alert">
          {t("queued_first", { n: floor.queued.value })}
        </p>
      )}
    </>
  );
};

/** The title of a sheet. */
function titleOf({ sheet, view }: SheetsProps): string {
  if (sheet === "short") return t("why_short");
  if (sheet === "full") return t("full_question", { slot: view.line?.slot ?? 0 });
  return t(sheet === "type" ? "type_code" : "more");
}

export const PickSheets = (props: SheetsProps) => (
  <Sheet title={titleOf(props)} close={props.close}>
    {props.sheet === "short" && <Reasons of={props.step === "location" ? WHY_AWAY : WHY_SHORT} act={props.act} />}
    {props.sheet === "full" && <Full act={props.act} />}
    {props.sheet === "more" && <More {...props} />}
    {props.sheet === "type" && <TypeCode act={props.act} />}
  </Sheet>
);
