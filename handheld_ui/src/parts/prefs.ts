/** What a person set on this device: language, look, loudness, voice, camera, scanner. Kept in localStorage, applied at once. */

import { effect, type Signal, signal } from "@preact/signals";

import { PLAIN, type Profile } from "../input/collector";
import { LANGUAGES, type Language, pickLanguage, speak } from "../words";

export const LOOKS = ["auto", "light", "dark", "contrast"] as const;
export const LOUDNESS = ["off", "low", "high"] as const;
export type Look = (typeof LOOKS)[number];
export type Loudness = (typeof LOUDNESS)[number];

const PREFIX = "gangway.";

function read(name: string): string {
  try {
    return localStorage.getItem(PREFIX + name) ?? "";
  } catch {
    return ""; // storage is forbidden: the setting lasts as long as the page
  }
}

function write(name: string, text: string): void {
  try {
    localStorage.setItem(PREFIX + name, text);
  } catch {
    // as above
  }
}

/** A setting of one of `choices`, kept under `name`. */
function kept<T extends string>(name: string, choices: readonly T[], first: T): Signal<T> {
  const stored = read(name) as T;
  const setting = signal<T>(choices.includes(stored) ? stored : first);
  setting.subscribe((value) => write(name, value));
  return setting;
}

export const look = kept<Look>("look", LOOKS, "auto");
export const loudness = kept<Loudness>("loudness", LOUDNESS, "high");
export const camera = kept<"on" | "off">("camera", ["on", "off"], "off");
export const voice = kept<"off" | "on">("voice", ["off", "on"], "off");
export const tongue = kept<Language>("language", Object.keys(LANGUAGES) as Language[], pickLanguage(navigator.languages));

/** What this device's scanner types around a label, as a label has set it. */
export function keptScanner(): Profile {
  try {
    return { ...PLAIN, ...(JSON.parse(read("scanner") || "{}") as Partial<Profile>) };
  } catch {
    return PLAIN;
  }
}

export const keepScanner = (profile: Profile): void => write("scanner", JSON.stringify(profile));

/** Apply look and language now and whenever they change; resolves when the words are there. */
export function applyPrefs(): Promise<void> {
  effect(() => {
    document.documentElement.dataset["look"] = look.value;
  });
  let first = Promise.resolve();
  tongue.subscribe((next) => {
    first = speak(next);
  });
  return first;
}
