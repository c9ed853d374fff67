/** One line to type into. */

import { useSignal } from "@preact/signals";

import { t } from "../words";

interface TypingProps {
  label: string;
  focused: boolean;
  take(text: string): void;
}

/** One line to type into; what was typed is trimmed, and nothing is not taken. */
export const Typing = ({ label, focused, take }: TypingProps) => {
  const typed = useSignal("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (typed.value.trim() !== "") take(typed.value.trim());
  };
  return (
    <form onSubmit={submit} class="typing">
      <label>
        {label}
        <input
          type="text"
          data-typing
          autocomplete="off"
          autocapitalize="characters"
          spellcheck={false}
          ref={(field) => {
            if (focused) field?.focus();
          }}
          value={typed.value}
          onInput={(event) => {
            typed.value = event.currentTarget.value;
          }}
        />
      </label>
      <button type="submit" class="primary" disabled={typed.value.trim() === ""}>
        {t("ok")}
      </button>
    </form>
  );
};
