/** What a verdict sounds and feels like. Each tone has a shape of its own, so that it is known without looking. */

import type { Tone } from "../sync/wire";

/** Notes of (hertz, from ms, for ms), a wave form, and a vibration of (on, off, on, …) ms. */
interface Voice {
  wave: OscillatorType;
  notes: [number, number, number][];
  shake: number[];
}

const VOICES: Record<Exclude<Tone, "quiet">, Voice> = {
  ok: { wave: "sine", notes: [[1760, 0, 70]], shake: [35] },
  done: { wave: "sine", notes: [[1047, 0, 80], [1319, 90, 80], [1760, 180, 160]], shake: [40, 50, 40, 50, 120] },
  warn: { wave: "triangle", notes: [[740, 0, 120], [740, 180, 120]], shake: [90, 70, 90] },
  bad: { wave: "square", notes: [[196, 0, 170], [156, 220, 260]], shake: [220, 90, 320] },
};
const GAIN = { off: 0, low: 0.12, high: 0.6 };
const RAMP_S = 0.008; // a note that starts or ends at once clicks

export interface Feedback {
  give(tone: Tone, loudness: keyof typeof GAIN): void;
  /** Keep the screen on while there is work. */
  stayAwake(): void;
}

function play(audio: AudioContext, voice: Voice, gain: number): void {
  for (const [hertz, from_ms, for_ms] of voice.notes) {
    const begin = audio.currentTime + from_ms / 1000;
    const end = begin + for_ms / 1000;
    const note = audio.createOscillator();
    const level = audio.createGain();
    note.type = voice.wave;
    note.frequency.value = hertz;
    level.gain.setValueAtTime(0, begin);
    level.gain.linearRampToValueAtTime(gain, begin + RAMP_S);
    level.gain.setValueAtTime(gain, end - RAMP_S);
    level.gain.linearRampToValueAtTime(0, end);
    note.connect(level).connect(audio.destination);
    note.start(begin);
    note.stop(end);
  }
}

/** The screen lock is dropped by the browser whenever the page is hidden, so it is asked for again. */
function keepAwake(): void {
  const { wakeLock } = navigator as Navigator & { wakeLock?: WakeLock };
  if (wakeLock === undefined) return; // plain http
  const ask = (): void => {
    if (document.visibilityState === "visible") void wakeLock.request("screen").catch(() => undefined);
  };
  document.addEventListener("visibilitychange", ask);
  ask();
}

export function feedback(): Feedback {
  let audio: AudioContext | undefined;
  let awake = false;
  return {
    give(tone, loudness) {
      if (tone === "quiet") return;
      const voice = VOICES[tone];
      if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(voice.shake);
      if (GAIN[loudness] === 0 || typeof AudioContext === "undefined") return;
      audio ??= new AudioContext({ latencyHint: "interactive" });
      if (audio.state === "suspended") void audio.resume();
      play(audio, voice, GAIN[loudness]);
    },
    stayAwake() {
      if (!awake) keepAwake();
      awake = true;
    },
  };
}
