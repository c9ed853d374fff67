/** A shelf's check digits on large keys: whoever can read them off the shelf stands before it. */

import { useSignal } from "@preact/signals";

import { t } from "../words";
import { Icon } from "./icons";

const FIGURES = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];

interface DigitsProps {
  /** How many a shelf has; the last one is the answer. */
  length: number;
  answer(digits: string): void;
}

export const Digits = ({ length, answer }: DigitsProps) => {
  const typed = useSignal("");
  const press = (figure: string): void => {
    const digits = typed.value + figure;
    typed.value = digits.length < length ? digits : "";
    if (digits.length >= length) answer(digits);
  };
  return (
    <div class="pad digits" role="group" aria-label={t("check_digits")}>
      <p class="soft">{t("check_digits")}</p>
      <output class="figures" dir="ltr">
        {typed.value.padEnd(length, "–")}
      </output>
      {FIGURES.map((figure) => (
        <button type="button" key={figure} onClick={() => press(figure)}>
          {figure}
        </button>
      ))}
      <span />
      <button type="button" onClick={() => press("0")}>
        0
      </button>
      <button
        type="button"
        aria-label={t("clear")}
        disabled={typed.value === ""}
        onClick={() => {
          typed.value = "";
        }}
      >
        <Icon name="erase" />
      </button>
    </div>
  );
};
