/** Parts that are fetched when they are first shown, so that the first load of a page is no larger than a pick. */

import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import { useEffect } from "preact/hooks";

import { t } from "../words";

type Loaded<P> = ComponentType<P> | "missing" | null;

/** Stands for the component that `load` fetches; says so where it cannot be fetched: offline, and never used before. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>): ComponentType<P> {
  const loaded = signal<{ it: Loaded<P> }>({ it: null });
  const fetchIt = async (): Promise<void> => {
    try {
      loaded.value = { it: await load() };
    } catch {
      loaded.value = { it: "missing" };
    }
  };
  return (props: P) => {
    useEffect(() => {
      if (loaded.value.it === null || loaded.value.it === "missing") void fetchIt();
    }, []);
    const { it: Whole } = loaded.value;
    if (Whole === "missing") return <p class="notice" data-tone="warn" role="alert">{t("p_not_fetched")}</p>;
    return Whole === null ? null : <Whole {...props} />;
  };
}
