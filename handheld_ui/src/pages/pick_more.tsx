/** What the bar's last button opens: seldom wanted, so it is no part of the first load. */

import { useSignal } from "@preact/signals";

import { scanAs } from "../input/deed";
import { Digits } from "../parts/digits";
import { Settings } from "../parts/menu";
import { camera } from "../parts/prefs";
import { VoiceChoice } from "../parts/voice";
import type { Deed, Floor } from "../sync/floor";
import type { PickTask } from "../sync/wire";
import { t } from "../words";
import type { PickView, Step } from "./pick_view";
import { Typing } from "./typing";

interface TypeCodeProps {
  view: PickView;
  step: Step;
  act(deed: Deed): void;
}

/** The last resort: on the way to a shelf its check digits, and any label letter by letter. Logged as typed. */
export const TypeCode = ({ view, step, act }: TypeCodeProps) => {
  const digits = step === "location" ? (view.line?.check_digits.length ?? 0) : 0;
  const take = (label: string): void => act({ act: "typed", label });
  return (
    <>
      {digits > 0 && <Digits length={digits} answer={take} />}
      <Typing label={t("type_hint")} focused={digits === 0} take={take} />
    </>
  );
};

/** The next scan is a colleague's badge; a badge that cannot be read may be typed. */
export const HandOver = ({ act }: Pick<TypeCodeProps, "act">) => (
  <>
    <p class="big">{t("hand_over_scan")}</p>
    <Typing label={t("type_badge")} focused={false} take={(label) => act({ act: "hand_over", label })} />
  </>
);

interface MoreProps {
  floor: Floor<PickTask>;
  view: PickView;
  act(deed: Deed): void;
  open(sheet: "type" | "settings"): void;
  close(): void;
}

const LogOut = ({ floor }: { floor: Floor<PickTask> }) => {
  const stuck = useSignal(false);
  const logOut = async (): Promise<void> => {
    stuck.value = !(await floor.logOut());
  };
  return (
    <>
      <button type="button" onClick={() => void logOut()}>
        {t("log_out")} · {floor.person.value?.name}
      </button>
      {stuck.value && (
        <p class="notice whole" data-tone="warn" role="alert">
          {t("queued_first", { n: floor.queued.value })}
        </p>
      )}
    </>
  );
};

/** How this device looks, sounds and speaks. */
export const DeviceSettings = () => (
  <>
    <Settings />
    <VoiceChoice />
  </>
);

export const More = ({ floor, view, act, open, close }: MoreProps) => {
  const on = camera.value === "on";
  const handOver = (): void => {
    close();
    scanAs.value = "hand_over";
  };
  const turn = (): void => {
    camera.value = on ? "off" : "on";
    close();
  };
  return (
    <>
      <div class="pair">
        <button type="button" onClick={() => open("type")}>
          {t("type_code")}
        </button>
        <button type="button" onClick={turn}>
          {t(on ? "camera_off" : "camera_on")}
        </button>
      </div>
      <div class="pair">
        <button type="button" onClick={() => act({ act: "pause" })}>
          {t("pause")}
        </button>
        <button type="button" disabled={view.all_lines === 0} onClick={handOver}>
          {t("hand_over")}
        </button>
      </div>
      <div class="pair">
        <button type="button" onClick={() => open("settings")}>
          {t("settings")}
        </button>
        <LogOut floor={floor} />
      </div>
    </>
  );
};
