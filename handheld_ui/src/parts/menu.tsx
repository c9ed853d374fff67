/** The settings of a device, as rows of large choices. */

import type { Signal } from "@preact/signals";

import { type Key, LANGUAGES, type Language, t } from "../words";
import { LOOKS, LOUDNESS, look, loudness, tongue } from "./prefs";
import { Sheet } from "./sheet";

interface ChoicesProps<T extends string> {
  title: string;
  of: readonly T[];
  now: Signal<T>;
  name(choice: T): string;
  wrap?: boolean;
}

export const Choices = <T extends string>({ title, of, now, name, wrap = false }: ChoicesProps<T>) => (
  <div role="group" aria-label={title}>
    <p class="soft caption">{title}</p>
    <div class={wrap ? "choices wrap" : "choices"}>
      {of.map((choice) => (
        <button
          type="button"
          key={choice}
          aria-pressed={now.value === choice}
          onClick={() => {
            now.value = choice;
          }}
        >
          {name(choice)}
        </button>
      ))}
    </div>
  </div>
);

export const Settings = () => (
  <>
    {window.isSecureContext === false && (
      <a class="plain-http" href="/enrol">
        {t("over_http")}
      </a>
    )}
    <Choices title={t("look")} of={LOOKS} now={look} name={(choice) => t(`look_${choice}`)} />
    <Choices title={t("sound")} of={LOUDNESS} now={loudness} name={(choice) => t(`sound_${choice}` as Key)} />
    <Choices
      title={t("language")}
      of={Object.keys(LANGUAGES) as Language[]}
      now={tongue}
      name={(choice) => LANGUAGES[choice]}
      wrap
    />
  </>
);

export const SettingsSheet = ({ close }: { close(): void }) => (
  <Sheet title={t("settings")} close={close}>
    <Settings />
  </Sheet>
);
