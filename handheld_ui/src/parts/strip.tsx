/** The network strip: connected, slow or offline, how many scans are queued, who is logged in. It never lies. */

import { useComputed } from "@preact/signals";

import type { Floor } from "../sync/floor";
import type { Task } from "../sync/wire";
import { t } from "../words";

/** So many scans may be on their way over a good line: they are gone before they can be read. */
const UNDER_WAY = 3;

/** It reads its signals itself: a queue that drains draws this strip anew, and nothing else of the page. */
export const Strip = <T extends Task>({ floor }: { floor: Floor<T> }) => {
  const queue = useComputed(() => {
    const flows = floor.wire.value === "connected" && !floor.late.value && floor.queued.value <= UNDER_WAY;
    return flows ? 0 : floor.queued.value;
  });
  if (floor.broken.value) {
    return (
      <p class="notice" data-tone="bad" role="alert">
        {t("not_kept")}
      </p>
    );
  }
  const wire = floor.wire.value;
  const state = wire === "connected" && floor.late.value ? "slow" : wire;
  const queued = queue.value;
  return (
    <div class="strip" data-wire={state} role="status">
      <span class="dot" />
      <span>{t(state)}</span>
      <span class="who">{queued > 0 ? "" : state === "offline" ? t("keep_scanning") : floor.person.value?.name}</span>
      {queued > 0 ? <span class="queue figures">{t("queued", { n: queued })}</span> : <span />}
    </div>
  );
};
