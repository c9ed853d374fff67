/** What a supervisor looks up now and then, asked for when it is opened: scans that the server failed on, and devices. */

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

import { Sheet } from "../parts/sheet";
import { shorten } from "../parts/verdict";
import { t, tFor } from "../words";

/** What the server answers to a path below /api/v1/; null when it refuses or is away. */
export type Ask = (path: string, method?: "GET" | "POST" | "PUT", body?: unknown) => Promise<unknown>;

interface LookUpProps {
  ask: Ask;
  close(): void;
}

export interface SetAside {
  op_id: string;
  at: string;
  badge: string;
  name: string;
  device: string;
  intent: { label: string; act: string; task: string; qty: number | null };
  fault: string;
}

interface Device {
  name: string;
  state: "enrolled" | "invited" | "expired" | "stranger";
  seen_at: string;
  person: string;
}

/** "23 Nov, 10:15" of an ISO time, in this place's own time and tongue. */
function moment(at: string): string {
  const time = new Date(at);
  const form = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  return Number.isNaN(time.getTime()) ? "" : time.toLocaleString(document.documentElement.lang, form);
}

/** What was done, as far as a line can say it: a scan by its label, a tap by its name and number. */
const deedOf = ({ label, act, qty }: SetAside["intent"]): string =>
  [act === "scan" ? "" : act, shorten(label), qty === null ? "" : String(qty)].filter((part) => part !== "").join(" ");

const Row = ({ one, settle }: { one: SetAside; settle(): void }) => (
  <li class="aside">
    <p>
      <b dir="ltr">{deedOf(one.intent)}</b> <span class="figures">{one.intent.task}</span>
    </p>
    <p class="soft">
      {one.name || one.badge} · {one.device} · <span class="figures">{moment(one.at)}</span>
    </p>
    <p class="fault" dir="ltr" title={one.fault}>
      {one.fault.split("\n")[0]}
    </p>
    <button type="button" onClick={settle}>
      {t("settle")}
    </button>
  </li>
);

export const SetAsideSheet = ({ ask, close }: LookUpProps) => {
  const rows = useSignal<SetAside[] | null>(null);
  const look = async (): Promise<void> => {
    const answer = (await ask("set-aside")) as { set_aside: SetAside[] } | null;
    if (answer !== null) rows.value = answer.set_aside;
  };
  const settle = async (op_id: string): Promise<void> => {
    await ask(`set-aside/${encodeURIComponent(op_id)}/settle`, "POST");
    await look(); // somebody else may have seen to one meanwhile
  };
  useEffect(() => void look(), []);
  return (
    <Sheet title={t("count_set_aside")} close={close}>
      <p>{t(rows.value?.length === 0 ? "no_set_aside" : "set_aside_do")}</p>
      <ol class="looked-up">
        {(rows.value ?? []).map((one) => (
          <Row key={one.op_id} one={one} settle={() => void settle(one.op_id)} />
        ))}
      </ol>
    </Sheet>
  );
};

export const DevicesSheet = ({ ask, close }: LookUpProps) => {
  const rows = useSignal<Device[] | null>(null);
  const look = async (): Promise<void> => {
    const answer = (await ask("devices")) as { devices: Device[]; strangers: { device: string; seen_at: string; person: string }[] } | null;
    if (answer === null) return;
    const strangers = answer.strangers.filter(({ person }) => person !== "");
    rows.value = [...answer.devices, ...strangers.map((one): Device => ({ ...one, name: one.device, state: "stranger" }))];
  };
  useEffect(() => void look(), []);
  return (
    <Sheet title={t("devices")} close={close}>
      {rows.value?.length === 0 && <p>{t("no_devices")}</p>}
      <ol class="looked-up">
        {(rows.value ?? []).map(({ name, state, person, seen_at }) => (
          <li class="device" key={name} data-state={state}>
            <b>{name}</b>
            <span>{person}</span>
            <span class="soft">{tFor(`device_${state}`)}</span>
            <span class="soft figures">{moment(seen_at)}</span>
          </li>
        ))}
      </ol>
    </Sheet>
  );
};

interface Rule {
  mode: "waves" | "continuous";
}

/** Who decides when waiting orders become work: a supervisor, wave by wave, or the house, whenever somebody is free. */
export const ReleaseMode = ({ ask }: { ask: Ask }) => {
  const rule = useSignal<Rule | null>(null);
  const look = async (): Promise<void> => {
    rule.value = (await ask("release")) as Rule | null;
  };
  const choose = async (mode: Rule["mode"]): Promise<void> => {
    await ask("release", "PUT", { mode });
    await look();
  };
  useEffect(() => void look(), []);
  return (
    <div class="pair" role="group" aria-label={t("release")}>
      {(["waves", "continuous"] as const).map((mode) => (
        <button type="button" key={mode} aria-pressed={rule.value?.mode === mode} onClick={() => void choose(mode)}>
          {t(mode === "waves" ? "release_waves" : "release_continuous")}
        </button>
      ))}
    </div>
  );
};
