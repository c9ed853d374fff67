/** A sheet of large choices from below. A tap beside it, or Escape, closes it. */

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../words";

interface SheetProps {
  title: string;
  close(): void;
  children: ComponentChildren;
}

export const Sheet = ({ title, close, children }: SheetProps) => {
  useEffect(() => {
    const escape = (event: KeyboardEvent): void => {
      if (event.key === "Escape") close();
    };
    addEventListener("keydown", escape);
    return () => removeEventListener("keydown", escape);
  }, [close]);
  return (
    <div class="veil" onClick={(event) => event.target === event.currentTarget && close()}>
      <section class="sheet" role="dialog" aria-modal="true" aria-label={title}>
        <h2>{title}</h2>
        {children}
        <button type="button" class="back" onClick={close}>
          {t("cancel")}
        </button>
      </section>
    </div>
  );
};
