/** The packing bench: what is in the carton, what is left, and the one next action. All of it can be done without a mouse. */

import { useSignal } from "@preact/signals";
import type { ComponentChild } from "preact";
import { useEffect } from "preact/hooks";

import { gramsIn } from "../input/scale";
import { Icon } from "../parts/icons";
import { LogOut } from "../parts/log_out";
import { Pad } from "../parts/pad";
import { Settings } from "../parts/settings";
import { Sheet } from "../parts/sheet";
import { Strip } from "../parts/strip";
import { Say } from "../parts/verdict";
import type { Deed, Floor } from "../sync/floor";
import { isWrong, type PackLine, type PackTask } from "../sync/wire";
import { type Key, t, tFor } from "../words";
import { type PackView, packViewOf } from "./pack_view";
import { Typing } from "./typing";

/** Keys that no scanner sends. */
const KEYS: Record<string, Deed> = { F2: { act: "close" }, F4: { act: "undo" }, F8: { act: "label" } };
const WHY_PARTIAL = ["not_in_tote", "damaged", "wrong_item"] as const;

type Act = (deed: Deed) => void;

/** Rows in the order of the list; what is complete steps back, what was scanned last stands out. */
const Line = ({ line, lit }: { line: PackLine; lit: boolean }) => {
  const full = line.packed >= line.qty;
  return (
    <li class="pack-line" data-lit={lit} data-full={full}>
      <span class="tick">{full && <Icon name="check" />}</span>
      <span class="sku figures" dir="ltr">
        {line.sku}
      </span>
      <span class="name">{line.name}</span>
      <span class="count figures" dir="ltr">
        <b>{line.packed}</b> / {line.qty}
      </span>
    </li>
  );
};

/** The unit just scanned, to compare with the one in the hand. */
const Latest = ({ line }: { line: PackLine }) => (
  <section class="panel latest">
    <p class="sku figures" dir="ltr">
      {line.sku}
    </p>
    <p class="name">{line.name}</p>
    <p class="count figures" dir="ltr">
      <b>{line.packed}</b> / {line.qty}
    </p>
  </section>
);

const Cartons = ({ task, act }: { task: PackTask; act: Act }) => (
  <div class="cartons">
    {task.cartons.map(({ label, name, refused = false }) => (
      <button type="button" key={label} disabled={refused} onClick={() => act({ act: "typed", label })}>
        <b>{name}</b>
        <span dir="ltr">{label}</span>
      </button>
    ))}
  </div>
);

const Reasons = ({ act }: { act: Act }) => (
  <div class="ask">
    <p>{t("why_partial")}</p>
    {WHY_PARTIAL.map((reason) => (
      <button type="button" key={reason} onClick={() => act({ act: "confirm", reason })}>
        {t(`reason_${reason}`)}
      </button>
    ))}
    <button type="button" onClick={() => act({ act: "cancel" })}>
      {t("cancel")}
    </button>
  </div>
);

const Question = ({ kind, act }: { kind: string; act: Act }) => (
  <div class="ask">
    <p>{tFor(`ask_${kind}`)}</p>
    <button type="button" class="primary" onClick={() => act({ act: "confirm" })}>
      {t("yes")}
    </button>
    <button type="button" onClick={() => act({ act: "cancel" })}>
      {t("no")}
    </button>
  </div>
);

/** What the step asks for beside a scan. */
const Middle = ({ task, view, act }: { task: PackTask; view: PackView; act: Act }) => {
  if (view.asked === "partial") return <Reasons act={act} />;
  if (view.asked !== "") return <Question kind={view.asked} act={act} />;
  if (view.step === "carton") return <Cartons task={task} act={act} />;
  if (view.step === "quantity" && view.line !== null) {
    return <Pad wanted={view.line.qty} take={(qty) => act({ act: "quantity", qty })} all={() => act({ act: "complete" })} />;
  }
  return view.line === null ? null : <Latest line={view.line} />;
};

const Facts = ({ task }: { task: PackTask }) => (
  <dl class="facts">
    <dt>{t("totes")}</dt>
    <dd dir="ltr">{task.totes.join(" · ")}</dd>
    <dt>{t("carton")}</dt>
    <dd dir="ltr">{task.carton === "" ? "–" : task.carton}</dd>
    {task.carrier !== undefined && (
      <>
        <dt>{t("carrier")}</dt>
        <dd data-down={task.carrier_down ?? false}>{task.carrier_down === true ? `${task.carrier}: ${t("carrier_down")}` : task.carrier}</dd>
      </>
    )}
  </dl>
);

const Actions = ({ view, act, weigh, more }: { view: PackView; act: Act; weigh(): void; more(): void }) => (
  <nav class="bench-bar">
    <button type="button" class={view.step === "close" ? "primary" : ""} disabled={view.step === "tote" || view.step === "carton"} onClick={() => act({ act: "close" })}>
      {t("close_carton")} <kbd>F2</kbd>
    </button>
    <button type="button" onClick={() => act({ act: "undo" })}>
      {t("undo")} <kbd>F4</kbd>
    </button>
    <button type="button" disabled={view.step === "tote" && !view.shipped} onClick={() => act({ act: "label" })}>
      {t("print_label")} <kbd>F8</kbd>
    </button>
    <button type="button" disabled={view.step !== "close"} onClick={weigh}>
      {t("weigh")}
    </button>
    <button type="button" onClick={more}>
      {t("more")}
    </button>
  </nav>
);

const Idle = ({ say }: { say: ComponentChild }) => (
  <section class="bench-idle panel" data-lit="true">
    <Icon name="tote" />
    {say}
    <p class="hint">{t("pack_idle")}</p>
  </section>
);

const Order = ({ task, view, say, act }: { task: PackTask; view: PackView; say: ComponentChild; act: Act }) => (
  <>
    <section class="panel bench-say" data-lit="true">
      {say}
      <p class="left figures">
        <b>{view.left_each}</b> {t("left")}
      </p>
    </section>
    <section class="bench-lines panel">
      <h1 class="figures">
        {t("order")} <bdi dir="ltr">{task.order}</bdi>
      </h1>
      <ol>
        {task.lines.map((line) => (
          <Line key={line.id} line={line} lit={line.id === task.line} />
        ))}
      </ol>
    </section>
    <aside class="bench-side">
      <Facts task={task} />
      <progress value={view.all_each - view.left_each} max={Math.max(1, view.all_each)} />
      <Middle task={task} view={view} act={act} />
    </aside>
  </>
);

const MoreSheet = ({ floor, act, close }: { floor: Floor<PackTask>; act: Act; close(): void }) => (
  <Sheet title={t("more")} close={close}>
    <Typing
      label={t("type_code")}
      focused={false}
      take={(label) => {
        close();
        act({ act: "typed", label });
      }}
    />
    <Settings />
    <LogOut floor={floor} />
  </Sheet>
);

/** Where the scale does not type for itself. A number alone is grams. */
const WeighSheet = ({ act, close }: { act: Act; close(): void }) => (
  <Sheet title={t("weigh")} close={close}>
    <Typing
      label={t("weight_typed")}
      focused
      take={(text) => {
        close();
        const grams = /^\d+$/.test(text) ? Number(text) : gramsIn(text);
        act(grams === null ? { act: "weigh" } : { act: "weigh", qty: grams });
      }}
    />
  </Sheet>
);

/** Function keys act whichever button has the focus. */
function useKeys(act: Act): void {
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const deed = KEYS[event.key];
      if (deed === undefined) return;
      event.preventDefault();
      act(deed);
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, [act]);
}

export const Pack = ({ floor }: { floor: Floor<PackTask> }) => {
  const more = useSignal(false);
  const weighing = useSignal(false);
  const task = floor.task.value;
  const verdict = floor.verdict.value;
  const view = packViewOf(task);
  const act: Act = (deed) => void floor.act(deed);
  useKeys(act);
  const say = <Say next={t(`do_pack_${view.step}` as Key)} verdict={verdict} />;
  return (
    <main class="bench work" data-step={view.step} data-tone={isWrong(verdict) ? verdict?.tone : "ok"}>
      {view.step === "tote" || task.lines.length === 0 ? <Idle say={say} /> : <Order task={task} view={view} say={say} act={act} />}
      <Actions
        view={view}
        act={act}
        weigh={() => {
          weighing.value = true;
        }}
        more={() => {
          more.value = true;
        }}
      />
      <Strip floor={floor} />
      {weighing.value && view.step === "close" && (
        <WeighSheet
          act={act}
          close={() => {
            weighing.value = false;
          }}
        />
      )}
      {more.value && (
        <MoreSheet
          floor={floor}
          act={act}
          close={() => {
            more.value = false;
          }}
        />
      )}
    </main>
  );
};
