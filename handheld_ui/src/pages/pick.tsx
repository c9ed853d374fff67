/** The pick page: what is wanted now, as large as it goes; everything else small. */

import { type Signal, useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useEffect, useMemo } from "preact/hooks";

import { scanAs } from "../input/deed";
import { CameraView } from "../parts/camera";
import { CartGrid } from "../parts/cart";
import { Code } from "../parts/code";
import { Icon, type IconName } from "../parts/icons";
import { Pad } from "../parts/pad";
import { stationOf } from "../parts/plan";
import { camera, voice } from "../parts/prefs";
import { Question } from "../parts/question";
import { Strip } from "../parts/strip";
import { Say } from "../parts/verdict";
import type { Deed, Floor } from "../sync/floor";
import { untilStart } from "../sync/set_out";
import { isWrong, type PickLine, type PickTask } from "../sync/wire";
import { type Key, language, t } from "../words";
import { Digits, FloorMap, Paused, PickSheets, Voice } from "./pick_later";
import type { PickSheet } from "./pick_sheets";
import { type PickView, type Step, stepOf, viewOf } from "./pick_view";
import type { WorkProps } from "./shell";

const HEROES: Partial<Record<Step, IconName>> = { cart: "cart", waiting: "hourglass", done: "check" };

/** Questions whose answer is a scan; the others are answered by yes or no. */
const SCANNED_ANSWERS: Partial<Record<string, Key>> = { lot: "do_lot", serial: "do_serial" };

/** What kind of question waits: the part of "kind:qty:ref" before the first colon. */
const questionOf = (task: PickTask): string => task.asked.split(":")[0] ?? "";

/** The one next action, as a sentence. */
function nextAction(task: PickTask, step: Step, { line }: PickView): string {
  const answer = SCANNED_ANSWERS[questionOf(task)];
  if (answer !== undefined) return t(answer);
  if (untilStart(task) > 0) return t("start_at", { time: new Date(task.start_at ?? "").toLocaleTimeString(language.value) });
  if (step === "tote" && line !== null) return t(line.tote === "" ? "do_tote_new" : "do_tote", { slot: line.slot });
  return t(`do_${step}`);
}

/** A panel is lit while it has something to say; a quiet one is handed nothing new by most scans, and then not drawn anew. */
const Place = ({ line, say }: { line: PickLine; say: ComponentChild }) => (
  <section class="panel place" data-lit={say !== null} aria-label={t("location")}>
    {say}
    <Code text={line.location} class="place-code" />
  </section>
);

/** Two sizes: the item in work, and the item that waits for its shelf. */
const Item = ({ line, taken, say }: { line: PickLine; taken: number; say: ComponentChild }) => (
  <section class="panel item" data-lit={say !== null} aria-label={t("item")}>
    {say}
    <div class="goods">
      {line.photo !== undefined && <img class="photo" src={line.photo} alt="" />}
      <div class="names">
        <p class="sku figures">
          <bdi dir="ltr">{line.sku}</bdi>
        </p>
        <p class="name">{line.name}</p>
        {line.lot !== "" && (
          <p class="lot">
            {t("lot", { lot: line.lot })}
            {line.expiry !== "" && ` · ${t("best_before", { date: line.expiry })}`}
          </p>
        )}
      </div>
      <p class="count figures" dir="ltr">
        <b>{taken}</b>
        <span> / {line.qty}</span>
      </p>
    </div>
  </section>
);

const ToteSlot = ({ task, line, say }: { task: PickTask; line: PickLine; say: ComponentChild }) => (
  <section class="panel tote" data-lit aria-label={t("tote")}>
    {say}
    <div class="slot">
      <p class="slot-number figures">{line.slot}</p>
      <div class="beside">
        <CartGrid totes={task.totes} lit={line.slot} />
        <p class="label">{line.tote === "" ? t("new_tote") : <bdi dir="ltr">{line.tote}</bdi>}</p>
      </div>
    </div>
  </section>
);

/** What the picker need not look for: no open way leads there now. */
const CutOff = ({ stops }: { stops: number }) =>
  stops === 0 ? null : (
    <p class="cut-off" role="status">
      {t("cut_off", { n: stops })}
    </p>
  );

/** The label of the next stop, of its item where it is the same stop; "" after the last. */
const thenOf = ({ line, next }: PickView): string => (next === null ? "" : next.location === line?.location ? next.sku : next.location);

/** Of plain values, which most scans leave as they are: then it is not drawn anew. */
const Ahead = ({ then, done, all, cutOff }: { then: string; done: number; all: number; cutOff: number }) => (
  <section class="ahead">
    <p class="then">
      {then === "" ? (
        t("last_stop")
      ) : (
        <>
          {t("then")} <b dir="ltr">{then}</b>
        </>
      )}
    </p>
    <p class="figures">{t("progress", { n: done, of: all })}</p>
    <progress value={done} max={Math.max(1, all)} />
    <CutOff stops={cutOff} />
  </section>
);

/** The steps without a line: a picture, the next action, and the labels that would do. */
const Alone = ({ task, step, say, act }: { task: PickTask; step: Step; say: ComponentChild; act(deed: Deed): void }) => (
  <section class="panel lone" data-lit>
    {HEROES[step] && <Icon name={HEROES[step]} />}
    {say}
    {step === "station" && <Code text={task.station ?? stationOf(task)?.code ?? task.stations[0] ?? ""} class="place-code" />}
    {step === "waiting" && task.cart !== "" && <Code text={task.cart} class="place-code" />}
    {(step === "cart" || step === "waiting") && (task.put_backs ?? 0) > 0 && (
      <button type="button" onClick={() => act({ act: "put_back" })}>
        {t("put_back_n", { n: task.put_backs ?? 0 })}
      </button>
    )}
  </section>
);

interface BarProps {
  open(sheet: PickSheet): void;
  undo(): void;
  working: boolean;
}

/** In thumb reach, always at the same place. */
const Bar = ({ open, undo, working }: BarProps) => (
  <nav class="bar">
    <button type="button" disabled={!working} onClick={() => open("short")}>
      <Icon name="short" />
      {t("short")}
    </button>
    <button type="button" disabled={!working} onClick={() => open("full")}>
      <Icon name="full" />
      {t("full_tote")}
    </button>
    <button type="button" onClick={undo}>
      <Icon name="undo" />
      {t("undo")}
    </button>
    <button type="button" onClick={() => open("more")}>
      <Icon name="more" />
      {t("more")}
    </button>
  </nav>
);

const digitsOf = ({ line }: PickView): number => line?.check_digits.length ?? 0;

/** Who is led by voice looks at the shelf, and answers with what stands there. */
const isLed = (step: Step, view: PickView): boolean => voice.value === "on" && step === "location" && digitsOf(view) > 0;

interface MiddleProps extends WorkProps<PickTask> {
  task: PickTask;
  view: PickView;
  step: Step;
  act(deed: Deed): void;
}

const Middle = ({ task, view, step, floor, scan, act }: MiddleProps) => {
  const asked = questionOf(task);
  if (asked !== "" && !(asked in SCANNED_ANSWERS)) return <Question kind={asked} act={act} />;
  if (step === "quantity" && view.line !== null) {
    return <Pad wanted={view.line.qty - view.line.picked} take={(qty) => act({ act: "quantity", qty })} all={() => act({ act: "complete" })} />;
  }
  if (camera.value === "on") {
    const reachable = (): boolean => floor.wire.value === "connected" && !floor.late.value;
    return <CameraView token={floor.token} reachable={reachable} read={scan} />;
  }
  if (isLed(step, view)) return <Digits length={digitsOf(view)} answer={(label) => act({ act: "typed", label })} />;
  if (step !== "tote" && (view.line !== null || step === "station")) return <FloorMap task={task} line={view.line} />;
  return null;
};

/** What the page's buttons do: the same for as long as the page stands, so that what they are in need not be drawn anew. */
function handles(floor: Floor<PickTask>, sheet: Signal<PickSheet | null>) {
  const close = (): void => {
    sheet.value = null;
    scanAs.value = null;
  };
  const act = (deed: Deed): void => {
    close();
    floor.act(deed);
  };
  const open = (next: PickSheet): void => {
    sheet.value = next;
  };
  return { close, act, open, undo: () => act({ act: "undo" }) };
}

export const Pick = ({ floor, scan }: WorkProps<PickTask>) => {
  const sheet = useSignal<PickSheet | null>(null);
  const task = floor.task.value;
  const verdict = floor.verdict.value;
  const step = stepOf(task);
  const view = viewOf(task);
  const { close, act, open, undo } = useMemo(() => handles(floor, sheet), [floor]);
  const moment = useSignal(0); // it is time to set out: say so
  useEffect(() => {
    const wait = untilStart(task);
    const timer = wait > 0 ? setTimeout(() => (moment.value += 1), wait) : undefined;
    return () => clearTimeout(timer);
  }, [task.start_at, moment.value]);
  const next = nextAction(task, step, view);
  const say = <Say next={next} verdict={verdict} />;
  const { line } = view;
  if (questionOf(task) === "pause") return <Paused floor={floor} />;
  const asked = scanAs.value === null ? sheet.value : "hand_over";
  return (
    <main class="pick work" data-step={step} data-led={isLed(step, view)} data-tone={isWrong(verdict) ? verdict?.tone : "ok"}>
      {line === null ? (
        <Alone task={task} step={step} say={say} act={act} />
      ) : (
        <>
          <Place line={line} say={step === "location" ? say : null} />
          {step === "tote" && <ToteSlot task={task} line={line} say={say} />}
          <Item line={line} taken={view.taken} say={step === "item" || step === "quantity" ? say : null} />
          <Ahead then={thenOf(view)} done={view.done_lines} all={view.all_lines} cutOff={view.cut_off} />
        </>
      )}
      {line === null && <CutOff stops={view.cut_off} />}
      <Middle task={task} view={view} step={step} floor={floor} scan={scan} act={act} />
      <Strip floor={floor} />
      {voice.value === "on" && <Voice step={step} view={view} next={next} verdict={verdict} />}
      <Bar open={open} undo={undo} working={line !== null} />
      {asked !== null && <PickSheets sheet={asked} floor={floor} view={view} step={step} act={act} open={open} close={close} />}
    </main>
  );
};
