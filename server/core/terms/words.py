"""The closed words of the floor: what a person did, what a label belongs to, where a task stands, what follows."""

from enum import StrEnum


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
