import { beforeEach, describe, expect, test } from "vitest";

import { spell, voiceFor } from "../src/input/speech";
import { viewOf } from "../src/pages/pick_view";
import { promptOf, rebukeOf, type VoiceProps } from "../src/parts/voice";
import type { Verdict } from "../src/sync/floor";
import type { PickTask } from "../src/sync/wire";
import { adopt, type Words } from "../src/words";
import { tour } from "./pick_task";
import { tableOf } from "./word_tables";

const voice = (lang: string, localService: boolean): SpeechSynthesisVoice => ({ lang, localService, name: lang, voiceURI: lang, default: false });
const props = (task: PickTask, step: VoiceProps["step"]): VoiceProps => ({ step, view: viewOf(task), next: "Scan a cart", verdict: null });

beforeEach(() => adopt("en", tableOf("en") as Words));

describe("the voice", () => {
  test("says a shelf letter by letter and figure by figure, with a pause at each dash", () => {
    expect(spell("A01-03-1")).toBe("A 0 1, 0 3, 1");
    expect(promptOf(props(tour(), "location"))).toBe("Go to A, 0 5, 1");
  });

  test("says how many are still to take, which slot, and otherwise what the page says", () => {
    const line = tour().lines.map((one) => ({ ...one, picked: one.id === 3 ? 4 : 0 }));
    expect(promptOf(props(tour({ line: 3, lines: line }), "item"))).toBe("Take 8");
    expect(promptOf(props(tour({ line: 2 }), "tote"))).toBe("Into slot 2");
    expect(promptOf(props(tour({ line: null }), "cart"))).toBe("Scan a cart");
  });

  test("says what was wrong, its labels spelled, and what is wanted again", () => {
    const verdict: Verdict = {
      op_id: "1", code: "this_is_tote", tone: "bad", scanned: "T-7", wanted: "", action: "", args: { ref: "T-7" },
    };
    expect(rebukeOf(verdict, "Go to A, 0 5, 1")).toBe("This is tote T, 7. Go to A, 0 5, 1");
  });

  test("is of the page's language, on the device before on the net, and none where there is none", () => {
    const voices = [voice("en-US", true), voice("de-DE", false), voice("de_AT", true), voice("zh-CN", true)];
    expect(voiceFor("de", voices)?.lang).toBe("de_AT");
    expect(voiceFor("zh-Hans", voices)?.lang).toBe("zh-CN");
    expect(voiceFor("pl", voices)).toBeNull();
  });
});
