/** Sentences out loud, by the device's own voice. */

/** How a label is said: letter by letter and figure by figure, with a pause at each dash. */
export function spell(label: string): string {
  return label
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part !== "")
    .map((part) => [...part].join(" "))
    .join(", ");
}

/** The first voice that speaks `language` (BCP 47), null when the device has none. */
export function voiceFor(language: string, voices: readonly SpeechSynthesisVoice[]): SpeechSynthesisVoice | null {
  const base = language.split("-")[0] ?? language;
  const speaks = (tag: string): boolean => tag.replace("_", "-").toLowerCase().split("-")[0] === base;
  const fitting = voices.filter(({ lang }) => speaks(lang));
  return fitting.find(({ localService }) => localService) ?? fitting[0] ?? null; // a voice on the device speaks in dead spots too
}

/** How long a browser may take to find its voices. */
const VOICES_MS = 1500;

/** The device's voices; a browser fetches them after the first question. */
export async function deviceVoices(): Promise<readonly SpeechSynthesisVoice[]> {
  if (typeof speechSynthesis === "undefined") return [];
  const at_once = speechSynthesis.getVoices();
  if (at_once.length > 0) return at_once;
  await new Promise<void>((resolve) => {
    speechSynthesis.addEventListener("voiceschanged", () => resolve(), { once: true });
    setTimeout(resolve, VOICES_MS);
  });
  return speechSynthesis.getVoices();
}

/** Say it now; what is being said is about something that is over. */
export function say(sentence: string, voice: SpeechSynthesisVoice): void {
  speechSynthesis.cancel();
  const utterance = new SpeechSynthesisUtterance(sentence);
  utterance.voice = voice;
  utterance.lang = voice.lang;
  speechSynthesis.speak(utterance);
}
