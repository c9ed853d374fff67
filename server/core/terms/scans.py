"""What a person did and what a label says, before anything is made of it."""

from dataclasses import dataclass

from server.core.terms.words import Act, ThingKind


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


@dataclass(frozen=True, slots=True)
class Thing:
    """What a label belongs to. `ref` is its name: location_code, sku, tote label, …

    `qty_each` and `uom` are of an item's label or a load; 0 is a pack of the item that nobody registered, or a load
    that does not stand whole where the line in work is picked.
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
