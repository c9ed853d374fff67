/** The network strip: connected, slow or offline, how many scans are queued, who is logged in. It never lies. */

import type { Wire } from "../sync/link";
import { t } from "../words";

export interface StripProps {
  wire: Wire;
  late: boolean;
  queued: number;
  who: string;
}

export const Strip = ({ wire, late, queued, who }: StripProps) => {
  const state = wire === "connected" && late ? "slow" : wire;
  return (
    <div class="strip" data-wire={state} role="status">
      <span class="dot" />
      <span>{t(state)}</span>
      <span class="who">{state === "offline" ? t("keep_scanning") : who}</span>
      {queued > 0 ? <span class="queue figures">{t("queued", { n: queued })}</span> : <span />}
    </div>
  );
};
