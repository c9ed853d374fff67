/** A question of the rules, answered by yes or no. */

import type { Deed } from "../sync/floor";
import { t, tFor } from "../words";

interface QuestionProps {
  /** What kind of question: `ask_…` is its sentence. The zero-check is answered by its own act. */
  kind: string;
  act(deed: Deed): void;
}

export const Question = ({ kind, act }: QuestionProps) => {
  const answer = (yes: boolean): void => act(kind === "zero" ? { act: kind, qty: Number(yes) } : { act: yes ? "confirm" : "cancel" });
  return (
    <div class="question pair">
      <p>{tFor(`ask_${kind}`)}</p>
      <button type="button" onClick={() => answer(false)}>
        {t("no")}
      </button>
      <button type="button" class="primary" onClick={() => answer(true)}>
        {t("yes")}
      </button>
    </div>
  );
};
