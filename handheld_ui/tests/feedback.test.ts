import { expect, test, vi } from "vitest";

import { feedback, samplesOf, VOICES } from "../src/input/feedback";

const RATE = 8000;
const voices = Object.entries(VOICES);

test.each(voices)("%s is heard: it has samples, none beyond full scale, and begins and ends in silence", (_tone, voice) => {
  const samples = samplesOf(voice, RATE);
  expect(Math.max(...samples.map(Math.abs))).toBeGreaterThan(0.3);
  expect(Math.max(...samples.map(Math.abs))).toBeLessThanOrEqual(1);
  expect([samples[0], samples[samples.length - 1]].map((edge) => Math.abs(edge ?? 1))).toEqual([0, 0]);
});

test("no two tones sound or shake alike", () => {
  expect(new Set(voices.map(([, { notes, wave }]) => JSON.stringify([notes, wave]))).size).toBe(voices.length);
  expect(new Set(voices.map(([, { shake }]) => shake.join())).size).toBe(voices.length);
});

test("a wrong scan is the lowest and the longest to shake, so that it is known in a glove", () => {
  const pitch = (voice: (typeof VOICES)["ok"]): number => Math.max(...voice.notes.map(([hertz]) => hertz));
  for (const [tone, voice] of voices) if (tone !== "bad") expect(pitch(voice)).toBeGreaterThan(pitch(VOICES.bad));
  const shakes = voices.map(([, { shake }]) => Math.max(...shake));
  expect(Math.max(...VOICES.bad.shake)).toBe(Math.max(...shakes));
});

test("a quiet answer neither sounds nor shakes, and a sound that is off still shakes", () => {
  const vibrate = vi.fn(() => true);
  vi.stubGlobal("navigator", { vibrate });
  const { give } = feedback();
  give("quiet", "high");
  expect(vibrate).not.toHaveBeenCalled();
  give("bad", "off");
  expect(vibrate).toHaveBeenCalledWith(VOICES.bad.shake);
});
