/** Large figures for a gloved thumb: how many were taken. */

import { useSignal } from "@preact/signals";

import { t } from "../words";
import { Icon } from "./icons";

const FIGURES = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
const LONGEST = 5;

interface PadProps {
  /** How many are wanted: one tap says so. */
  wanted: number;
  take(qty: number): void;
  all(): void;
}

export const Pad = ({ wanted, take, all }: PadProps) => {
  const typed = useSignal("");
  const press = (figure: string): void => {
    if (typed.value.length < LONGEST) typed.value = (typed.value + figure).replace(/^0+(?=\d)/, "");
  };
  /** A number that was refused, or is to be followed by another, does not stay to have figures added to it. */
  const answer = (): void => {
    take(Number(typed.value));
    typed.value = "";
  };
  return (
    <div class="pad">
      <output class="figures">{typed.value === "" ? "–" : typed.value}</output>
      <button type="button" class="all" onClick={all}>
        {t("all", { n: wanted })}
      </button>
      {FIGURES.map((figure) => (
        <button type="button" key={figure} onClick={() => press(figure)}>
          {figure}
        </button>
      ))}
      <button
        type="button"
        aria-label={t("clear")}
        onClick={() => {
          typed.value = "";
        }}
      >
        <Icon name="erase" />
      </button>
      <button type="button" onClick={() => press("0")}>
        0
      </button>
      <button type="button" class="primary" disabled={typed.value === ""} onClick={answer}>
        {t("ok")}
      </button>
    </div>
  );
};
