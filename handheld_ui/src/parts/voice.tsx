/** Speaks what the page asks for now, and what was wrong. Nothing to look at. */

import { useEffect, useState } from "preact/hooks";

import { deviceVoices, say, spell, voiceFor } from "../input/speech";
import type { PickView, Step } from "../pages/pick_view";
import type { Verdict } from "../sync/floor";
import { isWrong } from "../sync/wire";
import { type Key, language, t, type Values } from "../words";
import { Choices } from "./menu";
import { voice as wish } from "./prefs";
import { sentenceOf } from "./verdict";

export { Digits } from "./digits"; // who is led by voice answers with them

export interface VoiceProps {
  step: Step;
  view: PickView;
  /** The one next action in words, for the steps that have no sentence of their own here. */
  next: string;
  verdict: Verdict | null;
}

/** What names a thing is spelled; a number is said as it is. */
const spelled = (args: Values): Values => Object.fromEntries(Object.entries(args).map(([name, said]) => [name, typeof said === "string" ? spell(said) : said]));

/** The sentence for a step: where to go, how many to take, which slot. */
export function promptOf({ step, view: { line }, next }: VoiceProps): string {
  if (line === null) return next;
  if (step === "location") return t("v_location", { place: spell(line.location) });
  if (step === "item") return t("v_item", { n: line.qty - line.picked });
  return step === "tote" ? t("v_tote", { slot: line.slot }) : next;
}

/** What was wrong; then what is wanted is said again. */
export function rebukeOf(verdict: Verdict, prompt: string): string {
  return `${sentenceOf({ code: verdict.code, args: spelled(verdict.args) as Verdict["args"] })}. ${prompt}`;
}

/** The device's voice for the page's language; null when it has none, undefined while nobody knows. */
function useVoice(): SpeechSynthesisVoice | null | undefined {
  const [voices, found] = useState<readonly SpeechSynthesisVoice[] | undefined>(undefined);
  useEffect(() => void deviceVoices().then(found), []);
  return voices === undefined ? undefined : voiceFor(language.value, voices);
}

/** On or off; where it cannot be, that is said at once. */
export const VoiceChoice = () => {
  const silent = useVoice() === null;
  return (
    <>
      <Choices title={t("voice")} of={["off", "on"] as const} now={wish} name={(choice) => t(`voice_${choice}` as Key)} />
      {silent && wish.value === "on" && (
        <p class="notice" data-tone="warn" role="alert">
          {t("voice_none")}
        </p>
      )}
    </>
  );
};

export const Voice = (props: VoiceProps) => {
  const { verdict, step, view } = props;
  const voice = useVoice() ?? null;
  const prompt = promptOf(props);
  const wrong = isWrong(verdict) ? verdict : null;
  useEffect(() => {
    if (voice !== null) say(wrong === null ? prompt : rebukeOf(wrong, prompt), voice);
  }, [voice, wrong?.op_id, step, view.line?.id, language.value]);
  return null;
};
