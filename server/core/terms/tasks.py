"""Tasks and their lines as the rules see them."""

from dataclasses import dataclass
from typing import NamedTuple

from server.core.terms.words import Effect, PackState, PickState, PutBackState


@dataclass(frozen=True, slots=True)
class PickLine:
    """One visit to one lot in one location for one tote.

    `picked_each` lies in totes; what is in hand stands on the task.
    `tote` is the label bound to this line's slot, "" when none is yet.
    `lots_here` are the lots of this SKU in this location, the wanted one first; `lots_here_expiry` their dates, one for
    one. `lots_gone` were here and are picked entirely. What expires before `min_expiry` may not leave.
    `serials_here` are the serials in stock; empty: any new serial is taken. `zero_check`: the store expects the
    location to be empty after this line, so the picker is asked.
    """

    line_id: int
    location_code: str
    check_digits: str
    sku: str
    name: str
    lot: str
    qty_each: int
    picked_each: int
    slot: int
    tote: str
    order_ref: str
    count_each_up_to: int = 6
    tracks: str = ""  # "" | lot | serial
    expiry: str = ""
    lots_here: tuple[str, ...] = ()
    serials: tuple[str, ...] = ()  # serials already in hand or put for this line
    lots_here_expiry: tuple[str, ...] = ()
    lots_gone: tuple[str, ...] = ()
    min_expiry: str = ""
    serials_here: tuple[str, ...] = ()
    zero_check: bool = False


class Done(NamedTuple):
    """The last step that had an effect, kept on the task so that UNDO can reverse it.

    `state` is the one it was made in; `line`, of a PUT, SHORT or FULL_TOTE, the pick line as it stood before.
    """

    effect: Effect
    qty_each: int = 0
    ref: str = ""
    lot: str = ""
    serial: str = ""
    state: str = ""
    line: PickLine | None = None


@dataclass(frozen=True, slots=True)
class PickTask:
    """A picker's task as the rules see it: the line in work and the one after it.

    The keeper (server or page) refills `following` whenever it has become None and more lines are open.
    `at_location` is the location last confirmed. `asked` is the question that waits for CONFIRM or the same label
    again: "" or "kind:qty_each:ref". `station` is the one wanted, "" for any.
    `put_backs`: so many times goods wait to be put back.
    """

    task_id: str
    version: int
    state: PickState
    cart: str = ""
    at_location: str = ""
    in_hand_each: int = 0
    line: PickLine | None = None
    following: PickLine | None = None
    asked: str = ""
    last: Done | None = None
    station: str = ""
    put_backs: int = 0


@dataclass(frozen=True, slots=True)
class PackLine:
    """All units of one SKU of the order at the bench; `packed_each` are verified into the carton."""

    line_id: int
    sku: str
    name: str
    qty_each: int
    packed_each: int
    count_each_up_to: int = 6


@dataclass(frozen=True, slots=True)
class PackTask:
    """A packer's task as the rules see it.

    `line` is the line of the item just scanned (or asked about), when the order has one: the keeper puts it there
    before the step. Over all lines, `missing_each` counts what is not yet verified and `packed_each` what is (None: not
    told).
    `expected_g` and `tolerance_g` are the parcel's weight as the SKUs make it; no expectation, no check. `carrier` is
    what the order's carrier is called ("": it names none); while it is down nothing is booked with it.
    `shipped_ref` is the order that this packer closed last ("": none), told while no other is open: its label can
    still be wanted.
    """

    task_id: str
    version: int
    state: PackState
    order_ref: str = ""
    totes: tuple[str, ...] = ()
    carton: str = ""
    line: PackLine | None = None
    missing_each: int = 0
    asked: str = ""
    last: Done | None = None
    packed_each: int | None = None
    expected_g: int | None = None
    tolerance_g: int = 0
    carrier: str = ""
    carrier_down: bool = False
    shipped_ref: str = ""


@dataclass(frozen=True, slots=True)
class PutBackTask:
    """Units of one lot that belong on a shelf again: of a cancelled order, or taken by a scan that came too late.

    They lie in `tote`, or are in the hand of whoever has the task ("" then). `location_code` is where they came from
    ("" when nobody knows), `locations` where else the SKU lies; any other shelf is asked about first.
    """

    task_id: str
    version: int
    state: PutBackState
    sku: str
    qty_each: int
    tote: str = ""
    lot: str = ""
    location_code: str = ""
    locations: tuple[str, ...] = ()
    check_digits: str = ""
    count_each_up_to: int = 6
    in_hand_each: int = 0
    asked: str = ""
    last: Done | None = None
