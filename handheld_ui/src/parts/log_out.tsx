/** The way out of a working page: refused while scans are queued, with how many. */

import { useSignal } from "@preact/signals";

import type { Floor } from "../sync/floor";
import type { Task } from "../sync/wire";
import { t } from "../words";

export const LogOut = ({ floor }: { floor: Pick<Floor<Task>, "person" | "queued" | "logOut"> }) => {
  const stuck = useSignal(false);
  const logOut = async (): Promise<void> => {
    stuck.value = !(await floor.logOut());
  };
  return (
    <>
      <button type="button" onClick={() => void logOut()}>
        {t("log_out")} · {floor.person.value?.name}
      </button>
      {stuck.value && floor.queued.value > 0 && (
        <p class="notice whole" data-tone="warn" role="alert">
          {t("queued_first", { n: floor.queued.value })}
        </p>
      )}
    </>
  );
};
