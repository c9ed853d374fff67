/** Log in: scan the badge, with the camera where there is no scanner, or type it. */

import { type Signal, useSignal } from "@preact/signals";

import { CameraView } from "../parts/camera";
import { Icon } from "../parts/icons";
import { SettingsSheet } from "../parts/settings";
import { sentenceOf, shorten } from "../parts/verdict";
import type { Verdict } from "../sync/floor";
import { t, tFor } from "../words";

export interface LoginProps {
  /** What went wrong at the last try, as a sentence; "" when nothing did. */
  fault: string;
  busy: boolean;
  /** What the page itself has to say: a scanner's new profile, half a code. */
  said?: Verdict | null;
  /** The one way in for a label, whoever has read it or typed it. */
  scan(label: string): void;
}

const TypeBadge = ({ busy, scan }: Pick<LoginProps, "busy" | "scan">) => {
  const typed = useSignal("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (typed.value.trim() !== "") scan(typed.value.trim());
  };
  return (
    <form onSubmit={submit}>
      <label for="badge">{t("type_badge")}</label>
      <input
        id="badge"
        type="text"
        data-typing
        autocomplete="off"
        autocapitalize="characters"
        spellcheck={false}
        value={typed.value}
        onInput={(event) => {
          typed.value = event.currentTarget.value;
        }}
      />
      <button type="submit" class="primary" disabled={busy || typed.value.trim() === ""}>
        {t("log_in")}
      </button>
    </form>
  );
};

const Said = ({ said }: { said: Verdict }) => (
  <p class="notice" data-tone={said.tone} role="alert">
    {sentenceOf(said)}
    {said.scanned !== "" && <bdi dir="ltr"> {shorten(said.scanned)}</bdi>}
  </p>
);

const CameraKey = ({ on }: { on: Signal<boolean> }) => {
  if (!isSecureContext) return <p class="soft">{t("camera_none")}</p>;
  const turn = (): void => {
    on.value = !on.value;
  };
  return (
    <button type="button" onClick={turn}>
      {t(on.value ? "camera_off" : "camera_on")}
    </button>
  );
};

/** The server reads no pictures for whoever is not logged in: this device does, or this page. */
const noServer = (): boolean => false;

export const Login = ({ fault, busy, said = null, scan }: LoginProps) => {
  const settings = useSignal(false);
  const camera = useSignal(false);
  const set = (open: boolean): void => {
    settings.value = open;
  };
  return (
    <main class="alone">
      <div class="hero">
        {camera.value ? <CameraView token="" reachable={noServer} read={scan} /> : <Icon name="badge" />}
        <h1>{busy ? t("logging_in") : t("scan_badge")}</h1>
        {fault !== "" && (
          <p class="notice" data-tone="bad" role="alert">
            {fault}
          </p>
        )}
        {fault === "" && said?.code.startsWith("p_") === true && <Said said={said} />}
      </div>
      {!camera.value && <TypeBadge busy={busy} scan={scan} />}
      <CameraKey on={camera} />
      <button type="button" onClick={() => set(true)}>
        {t("language")} · {t("look")} · {t("sound")}
      </button>
      {settings.value && <SettingsSheet close={() => set(false)} />}
    </main>
  );
};

/** The sentence of a refused login. */
export function faultOf(answer: { code: string; message: string } | null): string {
  if (answer === null) return t("no_server");
  return tFor(answer.code, {}, answer.message);
}
