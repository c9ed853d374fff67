"""The words of the floor as values: what a person did, what a label means, what the task looks like, what is answered.

Quantities are in eaches (`_each`). Times are ISO 8601 in UTC, as text, made outside the core.
"""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Generic, NamedTuple, TypeVar


class Role(StrEnum):
    """What a person may do; each role may do what its own pages offer."""

    PICKER = "picker"
    PACKER = "packer"
    SUPERVISOR = "supervisor"
    ADMIN = "admin"


class Act(StrEnum):
    """What a person did. SCAN is a barcode; every other act is a tap or typed entry."""

    SCAN = "scan"
    TYPED = "typed"  # a code or check digits typed in place of a scan; logged as typed
    QUANTITY = "quantity"  # an absolute quantity for the line in hand
    COMPLETE = "complete"  # the whole wanted quantity is in hand
    SHORT = "short"  # what is missing cannot be found; `reason` says why
    FULL_TOTE = "full_tote"  # the tote of this line is full: the next tote scanned is its second
    WAY_BLOCKED = "way_blocked"  # nobody gets through to the next stop: the aisle is to be closed for all
    CONFIRM = "confirm"  # yes to the question that was asked
    CANCEL = "cancel"  # no to the question that was asked
    UNDO = "undo"  # take back the last scan that had an effect
    CLOSE = "close"  # close the carton: the order is shipped
    LABEL = "label"  # print (or print again) the parcel's label
    ZERO = "zero"  # answer to the zero-check: qty 1 = the location is empty, 0 = it is not
    WEIGH = "weigh"  # the parcel's weight: qty in grams, from the scale or typed
    PAUSE = "pause"  # a break: the task waits for its picker
    RESUME = "resume"  # the break is over; any other scan or tap says so too
    HAND_OVER = "hand_over"  # the batch goes to the person whose badge is in `label`
    PUT_BACK = "put_back"  # who has no batch asks for goods to put back


class Tone(StrEnum):
    """How a reply sounds and looks."""

    OK = "ok"
    BAD = "bad"
    WARN = "warn"
    DONE = "done"
    QUIET = "quiet"  # nothing to say: an empty scan, the location once more


@dataclass(frozen=True, slots=True)
class Intent:
    """What a person did, not yet confirmed. `op_id` is a UUID made at the trigger; `seq` counts up on its device.

    `version` is the task version that the device showed. `at` is the device's clock: kept, never used to decide.
    """

    op_id: str
    device: str
    seq: int
    task: str
    version: int
    label: str
    at: str
    act: Act = Act.SCAN
    qty: int | None = None
    reason: str = ""
    line: int = 0  # the line the device showed: after a re-route it did not know of, that line is the one meant


@dataclass(frozen=True, slots=True)
class Scan:
    """A label as read: `text` as shown to people, `keys` to look it up by, and what GS1 said.

    `fault` is "" or why the label cannot be used: empty | garbage | read_error.
    """

    text: str
    keys: tuple[str, ...] = ()
    fault: str = ""
    gtin: str = ""
    sscc: str = ""
    lot: str = ""
    expiry: str = ""  # ISO date
    serial: str = ""
    count: int | None = None  # AI 30 / 37
    weight_g: int | None = None  # AI 310n
    unknown_ais: tuple[str, ...] = ()
    base_gtin: str = ""  # of a GTIN-14 with an indicator digit: the GTIN of the unit it packs


class ThingKind(StrEnum):
    """What a label can belong to."""

    LOCATION = "location"
    AISLE = "aisle"
    ITEM = "item"
    TOTE = "tote"
    CART = "cart"
    STATION = "station"
    CARTON = "carton"
    PERSON = "person"
    LOT = "lot"
    SERIAL = "serial"
    LOAD = "load"  # a pallet or other handling unit, named by its SSCC


@dataclass(frozen=True, slots=True)
class Thing:
    """What a label belongs to. `ref` is its name: location_code, sku, tote label, …

    `qty_each` and `uom` are of an item's label or a load; 0 is a pack of the item that nobody registered.
    `state` by kind:
    - location: open | blocked | foreign (another warehouse or zone)
    - tote: free | here (in this batch) | busy (another picker's) | full | staged | missing (its order's pick is
      unfinished: `qty_each` units)
    - cart: free | busy
    - station: open | forbidden
    - item: listed (an open line of this task wants it) | other
    - carton: allowed | refused (not allowed for the order's carrier)
    - serial: here | order (it belongs to `order_ref`) | gone
    - person: free (may take a batch over) | self | busy (in the middle of other work) | other (no picker)
    `slot` is the tote's place on this cart, when it is here; `order_ref` the order it carries.
    `sku` is the item of a lot, a serial or a load; `name` what a person is called.
    """

    kind: ThingKind
    ref: str
    qty_each: int = 1
    uom: str = "each"
    state: str = ""
    slot: int = 0
    order_ref: str = ""
    lot: str = ""
    sku: str = ""
    name: str = ""


class PickState(StrEnum):
    """Where a pick task stands."""

    CART = "cart"  # scan a cart
    WAITING = "waiting"  # the cart is taken; a batch will be pushed
    LOCATION = "location"
    ITEM = "item"
    QUANTITY = "quantity"  # an item above its count_each_up_to was scanned: how many?
    TOTE = "tote"
    STATION = "station"  # every line is closed: bring the cart to a station
    DONE = "done"


class PackState(StrEnum):
    """Where a packing task stands."""

    TOTE = "tote"  # scan a tote: its order opens
    CARTON = "carton"
    ITEM = "item"
    QUANTITY = "quantity"
    CLOSE = "close"  # every unit is verified: close the carton
    DONE = "done"


class PutBackState(StrEnum):
    """Where the task to put goods back stands."""

    TOTE = "tote"  # scan the tote that they lie in
    ITEM = "item"
    QUANTITY = "quantity"
    LOCATION = "location"  # all of them are in hand: scan the shelf
    DONE = "done"


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

    `state` is the one it was made in; `line`, of a PUT, the pick line as it stood before.
    """

    effect: "Effect"
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
    `expected_g` and `tolerance_g` are the parcel's weight as the SKUs make it; no expectation, no check.
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


class Effect(StrEnum):
    """What a step does to the world, beyond the task itself."""

    NOTHING = "nothing"
    TAKE_CART = "take_cart"
    ARRIVE = "arrive"
    COUNT = "count"  # `qty_each` more (or, negative, fewer) units in hand
    PUT = "put"  # the units in hand go into the tote; it is bound to the slot when none was
    SHORT = "short"  # `qty_each` units of the line cannot be had
    FULL_TOTE = "full_tote"
    BLOCK = "block"  # the way on from here is blocked: closed for everybody
    CHANGE_LOT = "change_lot"  # the line is served from `lot` instead
    FINISH = "finish"  # the cart's totes stand at the station
    OPEN_ORDER = "open_order"
    TAKE_CARTON = "take_carton"
    PACK = "pack"  # `qty_each` units go from the tote into the carton (negative: back)
    SHIP = "ship"
    SHIP_PARTIAL = "ship_partial"
    PRINT = "print"
    UNDO = "undo"
    COUNT_TASK = "count_task"  # someone shall count this location
    EMPTY = "empty"  # the location was seen to be empty
    WEIGH = "weigh"  # the parcel weighs `qty_each` grams
    PAUSE = "pause"
    RESUME = "resume"
    PUT_BACK = "put_back"  # the next goods to put back are the picker's
    OPEN_TOTE = "open_tote"
    STOW = "stow"  # `qty_each` units lie in location `ref` again
    LEAVE = "leave"  # somebody else shall do it
    HAND_OVER = "hand_over"  # the batch, its cart and totes go on with person `ref`


@dataclass(frozen=True, slots=True)
class Reply:
    """The answer to an intent: a code with its tone, what was scanned, what is wanted, and the one next action.

    `args` fills the sentence of the code, e.g. {"n": 2, "of": 5}. Sentences live in the page, by code and language.
    """

    code: str
    tone: Tone
    scanned: str = ""
    wanted: str = ""
    action: str = ""
    args: dict[str, str | int] = field(default_factory=dict)


AnyTask = TypeVar("AnyTask", PickTask, PackTask, PutBackTask)


@dataclass(frozen=True, slots=True)
class Outcome(Generic[AnyTask]):
    """What a step decided: the signal that was read, the task after it, the effect to carry out, and the reply.

    `also` is a second effect (a count task beside a changed lot); `weight_g` a catch weight to be recorded.
    """

    signal: str
    task: AnyTask
    effect: Effect
    reply: Reply
    qty_each: int = 0
    ref: str = ""  # the tote, cart, carton, station, order or location the effect is about
    lot: str = ""
    serial: str = ""
    weight_g: int | None = None
    also: Effect = Effect.NOTHING
