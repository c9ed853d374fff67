/** What the bar's last button opens, and the break it leads to: seldom wanted, so it is no part of the first load. */

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";

import { scanAs } from "../input/deed";
import { Digits } from "../parts/digits";
import { Icon } from "../parts/icons";
import { LogOut } from "../parts/log_out";
import { Settings } from "../parts/menu";
import { camera } from "../parts/prefs";
import { Strip } from "../parts/strip";
import { Say } from "../parts/verdict";
import { VoiceChoice } from "../parts/voice";
import type { Deed, Floor } from "../sync/floor";
import type { PickTask, Task } from "../sync/wire";
import { t } from "../words";
import { Typing } from "./typing";

interface TypeCodeProps {
  /** How many check digits may be typed here; 0: none. */
  digits: number;
  act(deed: Deed): void;
}

/** The last resort: on the way to a shelf its check digits, and any label letter by letter. Logged as typed. */
export const TypeCode = ({ digits, act }: TypeCodeProps) => {
  const take = (label: string): void => act({ act: "typed", label });
  return (
    <>
      {digits > 0 && <Digits length={digits} answer={take} />}
      <Typing label={t("type_hint")} focused={digits === 0} take={take} />
    </>
  );
};

/** What is scanned is a colleague's badge until one took the batch; a badge that cannot be read may be typed. */
export const HandOver = ({ floor }: { floor: Floor<PickTask> }) => {
  const { id, state } = floor.task.value;
  const gone = state === "done";
  const stop = (): void => {
    scanAs.value = null;
  };
  useEffect(() => stop, [id, gone]);
  const said = floor.verdict.value;
  const [before] = useState(said); // what was said of a scan before this was asked is no word about a badge
  const verdict = said === null || said === before ? null : { ...said, action: "" };
  return (
    <>
      <Say next={t("hand_over_scan")} verdict={verdict} />
      <Typing label={t("type_badge")} focused={false} take={(label) => floor.act({ act: "hand_over", label })} />
    </>
  );
};

interface MoreProps {
  floor: Pick<Floor<Task>, "person" | "queued" | "logOut">;
  /** A tour's own: its break, and who takes it over. None beside goods to put back, which are left by a tap of the bar. */
  ofTour?: ComponentChildren;
  open(sheet: "type" | "settings"): void;
  close(): void;
}

/** How this device looks, sounds and speaks. */
export const DeviceSettings = () => (
  <>
    <Settings />
    <VoiceChoice />
  </>
);

/** A break: one thing to read, one to press. */
export const Paused = ({ floor }: { floor: Floor<PickTask> }) => (
  <main class="pick work" data-step="paused">
    <section class="panel lone">
      <Icon name="pause" />
      <h1>{t("paused")}</h1>
      <p class="soft">{floor.person.value?.name}</p>
    </section>
    <Strip floor={floor} />
    <button type="button" class="primary resume" onClick={() => floor.act({ act: "resume" })}>
      {t("resume")}
    </button>
  </main>
);

interface OfTourProps {
  /** Whether there is a batch to hand over. */
  underWay: boolean;
  act(deed: Deed): void;
  close(): void;
}

export const OfTour = ({ underWay, act, close }: OfTourProps) => {
  const handOver = (): void => {
    close();
    scanAs.value = "hand_over";
  };
  return (
    <div class="pair">
      <button type="button" onClick={() => act({ act: "pause" })}>
        {t("pause")}
      </button>
      <button type="button" disabled={!underWay} onClick={handOver}>
        {t("hand_over")}
      </button>
    </div>
  );
};

export const More = ({ floor, ofTour, open, close }: MoreProps) => {
  const on = camera.value === "on";
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
      {ofTour}
      <div class="pair">
        <button type="button" onClick={() => open("settings")}>
          {t("settings")}
        </button>
        <LogOut floor={floor} />
      </div>
    </>
  );
};
