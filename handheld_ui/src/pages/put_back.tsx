/** Goods on their way back: the tote, the item, the shelf, as large as what is wanted now. */

import { useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";

import { CameraView } from "../parts/camera";
import { Code } from "../parts/code";
import { Icon } from "../parts/icons";
import { Pad } from "../parts/pad";
import { camera } from "../parts/prefs";
import { Question } from "../parts/question";
import { Sheet } from "../parts/sheet";
import { Strip } from "../parts/strip";
import { Say } from "../parts/verdict";
import type { Deed, Floor } from "../sync/floor";
import { know } from "../sync/handheld_rules";
import { putBackRules } from "../sync/put_back_keeper";
import { isWrong, type PutBackTask } from "../sync/wire";
import { type Key, t } from "../words";
import { DeviceSettings, More, TypeCode } from "./pick_more";
import type { WorkProps } from "./shell";

know(putBackRules);

const STEPS = ["tote", "item", "quantity", "location", "done"] as const;
type Step = (typeof STEPS)[number];

const stepOf = ({ state }: PutBackTask): Step => STEPS.find((step) => step === state) ?? "item";

const Tote = ({ task, lit, say }: { task: PutBackTask; lit: boolean; say: ComponentChild }) => (
  <section class="panel place" data-lit={lit} aria-label={t("tote")}>
    {lit && say}
    {task.tote === "" ? <p class="label">{t("in_hand")}</p> : <Code text={task.tote} class="place-code" />}
  </section>
);

const Goods = ({ task, lit, say }: { task: PutBackTask; lit: boolean; say: ComponentChild }) => (
  <section class="panel item" data-lit={lit} aria-label={t("item")}>
    {lit && say}
    <div class="goods">
      <div class="names">
        <p class="sku figures" dir="ltr">{task.sku}</p>
        <p class="name">{task.name}</p>
        {task.lot !== "" && <p class="lot">{t("lot", { lot: task.lot })}</p>}
      </div>
      <p class="count figures" dir="ltr">
        <b>{task.in_hand}</b>
        <span> / {task.qty}</span>
      </p>
    </div>
  </section>
);

const Shelf = ({ task, say }: { task: PutBackTask; say: ComponentChild }) => {
  const [first = "", ...rest] = [...new Set([task.location, ...task.locations])].filter((place) => place !== "");
  return (
    <section class="panel place" data-lit aria-label={t("location")}>
      {say}
      {first === "" ? <p class="label">{t("put_back_any")}</p> : <Code text={first} class="place-code" />}
      {rest.length > 0 && <p class="then" dir="auto">{t("put_back_also", { places: rest.slice(0, 3).join(" · ") })}</p>}
    </section>
  );
};

interface MiddleProps extends WorkProps<PutBackTask> {
  task: PutBackTask;
  step: Step;
  act(deed: Deed): void;
}

const Middle = ({ task, step, floor, scan, act }: MiddleProps) => {
  const asked = task.asked.split(":")[0] ?? "";
  if (asked !== "") return <Question kind={asked} act={act} />;
  if (step === "quantity") return <Pad wanted={task.qty} take={(qty) => act({ act: "quantity", qty })} all={() => act({ act: "complete" })} />;
  if (camera.value !== "on") return <div class="gap" />;
  const reachable = (): boolean => floor.wire.value === "connected" && !floor.late.value;
  return <CameraView token={floor.token} reachable={reachable} read={scan} />;
};

interface BarProps {
  step: Step;
  act(deed: Deed): void;
  more(): void;
}

const Bar = ({ step, act, more }: BarProps) => (
  <nav class="bar">
    <button type="button" disabled={step === "location" || step === "done"} onClick={() => act({ act: "short", reason: "not_found" })}>
      <Icon name="short" />
      {t("not_there")}
    </button>
    <button type="button" disabled={step === "done"} onClick={() => act({ act: "cancel" })}>
      <Icon name="cross" />
      {t("not_me")}
    </button>
    <button type="button" onClick={() => act({ act: "undo" })}>
      <Icon name="undo" />
      {t("undo")}
    </button>
    <button type="button" onClick={more}>
      <Icon name="more" />
      {t("more")}
    </button>
  </nav>
);

type PutBackSheet = "more" | "type" | "settings";

interface SheetsProps {
  sheet: PutBackSheet;
  floor: Floor<PutBackTask>;
  /** How many check digits may be typed here; 0: none. */
  digits: number;
  act(deed: Deed): void;
  open(sheet: PutBackSheet): void;
  close(): void;
}

const Sheets = ({ sheet, floor, digits, act, open, close }: SheetsProps) => (
  <Sheet title={t(sheet === "type" ? "type_code" : sheet)} close={close}>
    {sheet === "more" && <More floor={floor} open={open} close={close} />}
    {sheet === "settings" && <DeviceSettings />}
    {sheet === "type" && <TypeCode digits={digits} act={act} />}
  </Sheet>
);

export const PutBack = ({ floor, scan }: WorkProps<PutBackTask>) => {
  const sheet = useSignal<PutBackSheet | null>(null);
  const task = floor.task.value;
  const verdict = floor.verdict.value;
  const step = stepOf(task);
  const open = (next: PutBackSheet): void => {
    sheet.value = next;
  };
  const close = (): void => {
    sheet.value = null;
  };
  const act = (deed: Deed): void => {
    close();
    floor.act(deed);
  };
  const digits = step === "location" ? task.check_digits.length : 0;
  const say = <Say next={t(`do_put_back_${step}` as Key)} verdict={verdict} />;
  return (
    <main class="pick work" data-step={step} data-tone={isWrong(verdict) ? verdict?.tone : "ok"}>
      <p class="heading">{t("put_back")}</p>
      {step === "location" ? <Shelf task={task} say={say} /> : <Tote task={task} lit={step === "tote"} say={say} />}
      {step !== "tote" && <Goods task={task} lit={step !== "location"} say={say} />}
      <Middle task={task} step={step} floor={floor} scan={scan} act={act} />
      <Strip floor={floor} />
      <Bar step={step} act={act} more={() => open("more")} />
      {sheet.value !== null && <Sheets sheet={sheet.value} floor={floor} digits={digits} act={act} open={open} close={close} />}
    </main>
  );
};
