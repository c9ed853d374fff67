/** What a verdict sounds and feels like. Each tone has a shape of its own, so that it is known without looking. */

import type { Tone } from "../sync/wire";

/** Notes of (hertz, from ms, for ms), a wave form, and a vibration of (on, off, on, …) ms. */
export interface Voice {
  wave: "sine" | "triangle" | "square";
  notes: [number, number, number][];
  shake: number[];
}

export const VOICES: Record<Exclude<Tone, "quiet">, Voice> = {
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

/** One sample of a wave, from its phase in turns. */
const WAVES: Record<string, (turns: number) => number> = {
  sine: (turns) => Math.sin(2 * Math.PI * turns),
  triangle: (turns) => 1 - 4 * Math.abs((turns % 1) - 0.5),
  square: (turns) => (turns % 1 < 0.5 ? 0.6 : -0.6),
};

/** A voice's samples. Reckoned once, so that a scan only has to start them: nodes a note cost more than the rest of a verdict. */
export function samplesOf(voice: Voice, rate: number): Float32Array<ArrayBuffer> {
  const wave = WAVES[voice.wave] ?? (() => 0);
  const length_s = Math.max(...voice.notes.map(([, from_ms, for_ms]) => from_ms + for_ms)) / 1000;
  const samples = new Float32Array(Math.ceil(length_s * rate));
  for (const [hertz, from_ms, for_ms] of voice.notes) {
    const first = Math.round((from_ms / 1000) * rate);
    const count = Math.round((for_ms / 1000) * rate);
    for (let at = 0; at < count; at += 1) {
      const edge_s = Math.min(at, count - 1 - at) / rate;
      samples[first + at] = wave((at * hertz) / rate) * Math.min(1, edge_s / RAMP_S);
    }
  }
  return samples;
}

/** The loudspeaker: made at the first sound, since a browser wants a touch or a key before. */
function speaker(): (tone: keyof typeof VOICES, gain: number) => void {
  const audio = new AudioContext({ latencyHint: "interactive" });
  const level = audio.createGain();
  level.connect(audio.destination);
  const sounds = new Map<string, AudioBuffer>();
  for (const [tone, voice] of Object.entries(VOICES)) {
    const samples = samplesOf(voice, audio.sampleRate);
    const sound = audio.createBuffer(1, samples.length, audio.sampleRate);
    sound.copyToChannel(samples, 0);
    sounds.set(tone, sound);
  }
  return (tone, gain) => {
    if (audio.state === "suspended") void audio.resume();
    const source = audio.createBufferSource();
    source.buffer = sounds.get(tone) ?? null;
    level.gain.value = gain;
    source.connect(level);
    source.start();
  };
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
  let play: ReturnType<typeof speaker> | undefined;
  let awake = false;
  return {
    give(tone, loudness) {
      if (tone === "quiet") return;
      if (navigator.userActivation?.hasBeenActive ?? true) navigator.vibrate?.(VOICES[tone].shake);
      if (GAIN[loudness] === 0 || typeof AudioContext === "undefined") return;
      play ??= speaker();
      play(tone, GAIN[loudness]);
    },
    stayAwake() {
      if (!awake) keepAwake();
      awake = true;
    },
  };
}
