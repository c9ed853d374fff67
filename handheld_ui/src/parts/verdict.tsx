/** The band that says the one next action, or what was wrong with the last scan. */

import type { Verdict } from "../sync/floor";
import { isWrong } from "../sync/wire";
import { t, tFor } from "../words";
import { Icon, type IconName } from "./icons";

const SIGNS: Record<string, IconName> = { ok: "check", done: "check", bad: "cross", warn: "alert" };

/** The sentence of a reply's code, or of the page's own; a code without one is shown as it is rather than hidden. */
export function sentenceOf({ code, args }: Pick<Verdict, "code" | "args">): string {
  return tFor(code.startsWith("p_") ? code : `r_${code}`, args, code);
}

/** The clauses of a reply's sentence that can be said without its numbers: what a board shows of another's scan. */
export function briefOf(code: string, label: string): string {
  const whole = tFor(`r_${code}`, { ref: label }, code, true).replace(/\s*[(（][^)）]*\{[^)）]*[)）]/, "");
  const said = whole.split(/(?<=[.:?。：？])/).filter((clause) => !clause.includes("{"));
  return said.length === 0 ? code : said.join("").replace(/[:：]\s*$/, "");
}

/** Long labels are garbage or a whole URL: enough of them to recognise. */
export function shorten(label: string, most = 28): string {
  return label.length <= most ? label : `${label.slice(0, most - 9)}…${label.slice(-8)}`;
}

interface SayProps {
  /** The one next action, as a sentence. */
  next: string;
  verdict: Verdict | null;
}

/** One line when all is well; when not: what is wrong, what was scanned, and still the next action. */
export const Say = ({ next, verdict }: SayProps) => {
  if (verdict === null || !isWrong(verdict)) {
    const good = verdict !== null && verdict.tone !== "quiet";
    // a good scan is seen by what it changes; a tap, and a scan that changed nothing, only by what is said of it
    const told = verdict !== null && (!good || verdict.scanned === "");
    return (
      <p class="say" aria-live="polite">
        {good && <Icon name="check" />}
        <span>
          {told && `${sentenceOf(verdict)}. `}
          {next}
        </span>
      </p>
    );
  }
  return (
    <div class="say wrong" role="alert">
      <Icon name={SIGNS[verdict.tone] ?? "alert"} />
      <div>
        <p class="what">{sentenceOf(verdict)}</p>
        {verdict.scanned !== "" && (
          <p class="scanned">
            {t("scanned")} <bdi dir="ltr">{shorten(verdict.scanned)}</bdi>
          </p>
        )}
        <p class="next">{tFor(`a_${verdict.action}`, {}, next)}</p>
      </div>
    </div>
  );
};
