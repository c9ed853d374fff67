/** Carriers: with which of them nothing can be booked now, and the tap that says so or takes it back. */

import { Sheet } from "../parts/sheet";
import type { BoardCarrier } from "../sync/board_feed";
import { t } from "../words";

interface CarrierProps {
  carrier: BoardCarrier;
  /** Open what is down, and the other way round. */
  turn(carrier: BoardCarrier): void;
}

export const Carrier = ({ carrier, turn }: CarrierProps) => {
  const down = carrier.state === "down";
  return (
    <li class="closure" data-carrier={carrier.carrier} data-state={carrier.state}>
      <b>{carrier.name}</b>
      <span class="why">{t(down ? "carrier_down" : "carrier_open")}</span>
      <button type="button" onClick={() => turn(carrier)}>
        {t(down ? "reopen" : "set_down")}
      </button>
    </li>
  );
};

export const CarriersSheet = ({ carriers, turn, close }: Pick<CarrierProps, "turn"> & { carriers: BoardCarrier[]; close(): void }) => (
  <Sheet title={t("carriers")} close={close}>
    <p>{t(carriers.length === 0 ? "no_carriers" : "carriers_do")}</p>
    <ol class="looked-up">
      {carriers.map((carrier) => (
        <Carrier key={carrier.carrier} carrier={carrier} turn={turn} />
      ))}
    </ol>
  </Sheet>
);
