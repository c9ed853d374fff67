"""People, and what they carry."""

from collections.abc import Iterable, Mapping, Sequence

from server.core.errors import BadInput
from server.core.tabular import Imported, PersonRow
from server.floor.load.changes import Changes, Values, compare, label, put_labels
from server.store import goods, people
from server.store.transaction import Transaction

CART_SLOTS = 8


def import_people(tx: Transaction, imported: Imported) -> Changes:
    """Enter people with their badges; a known badge gets the file's name and role, and works here again."""
    known = people.everyone(tx.connection)
    found = compare(map(_person, imported.people), known, lambda row: row["badge"])
    people.add_people(tx.connection, found.added)
    people.change_people(tx.connection, found.changed)
    badges = [label(person.badge, "person", person.badge) for person in imported.people]
    put_labels(tx, badges, goods.all_labels(tx.connection, "person"), drop=False)
    return found.changes


def load_equipment(
    tx: Transaction,
    *,
    carts: Sequence[str] = (),
    slots: int = CART_SLOTS,
    cart_ml: int = 0,
    cart_g: int = 0,
    totes: Sequence[str] = (),
    tote_ml: int = 0,
    cartons: Mapping[str, tuple[str, int]] | None = None,
) -> Changes:
    """Enter carts of `slots` totes, totes, and cartons (label -> name and volume in ml); known labels stay as they are.

    New carts carry at most `cart_ml` and `cart_g` (0: no limit), new totes hold `tote_ml` (0: as batching reckons).

    Raises BadInput when a cart is to have no slot, or a limit is below 0.
    """
    if slots < 1:
        raise BadInput("bad_slots", f"a cart needs room for 1 tote or more, not {slots}")
    if min(cart_ml, cart_g, tote_ml) < 0:
        raise BadInput("bad_limit", "a volume or weight is 1 or more, or 0 for no limit")
    known = people.equipment(tx.connection)
    wanted = {"cart": tuple(carts), "tote": tuple(totes), "carton": tuple(cartons or ())}
    fresh = {kind: _fresh(labels, known[kind]) for kind, labels in wanted.items()}
    people.add_carts(tx.connection, [_cart(cart, slots, cart_ml, cart_g) for cart in fresh["cart"]])
    people.add_totes(tx.connection, [{"tote": tote, "volume_ml": tote_ml} for tote in fresh["tote"]])
    boxes = {text: (cartons or {})[text] for text in fresh["carton"]}
    people.add_cartons(
        tx.connection,
        [{"carton": text, "name": name, "volume_ml": volume_ml} for text, (name, volume_ml) in boxes.items()],
    )
    goods.add_labels(tx.connection, [label(text, kind, text) for kind, labels in fresh.items() for text in labels])
    added = sum(map(len, fresh.values()))
    return Changes(added, 0, sum(map(len, wanted.values())) - added)


def _person(person: PersonRow) -> Values:
    return {"badge": person.badge, "name": person.name, "role": person.role.value, "active": 1}


def _cart(cart: str, slots: int, volume_ml: int, weight_g: int) -> Values:
    return {"cart": cart, "slots": slots, "max_volume_ml": volume_ml, "max_weight_g": weight_g}


def _fresh(labels: Iterable[str], known: frozenset[str]) -> list[str]:
    return [text for text in dict.fromkeys(labels) if text not in known]
