"""An invented range of goods: product families, names, barcodes that are valid but belong to nobody."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from server.core.gs1 import check_digit
from server.core.tabular import Barcode, SkuRow, Uom

RESTRICTED = "20"  # GS1 prefixes 20 to 29 are kept for use within one company; no product on sale has one
SECOND_CODE = "21"
CASES = (6, 10, 12, 24)


@dataclass(frozen=True, slots=True)
class Family:
    """Goods of one sort: every name is one word of each list. What expires is tracked by lot."""

    prefix: str
    makes: tuple[str, ...]
    things: tuple[str, ...]
    sizes: tuple[str, ...]
    weight_g: tuple[int, int]
    shelf_days: tuple[int, int] = (0, 0)  # from receipt to expiry; (0, 0): does not expire
    tracks_lot: bool = False


# each family has at least 200 names
FAMILIES = (
    Family(
        "KT",
        ("Oak", "Beech", "Steel", "Enamel", "Copper", "Stoneware", "Bamboo", "Cast iron"),
        ("tray", "bowl", "ladle", "jug", "colander", "storage jar", "pie dish", "egg cup", "chopping board"),
        ("small", "medium", "large", "set of 2"),
        (90, 2400),
    ),
    Family(
        "HM",
        ("Linen", "Cotton", "Wool", "Waffle", "Striped", "Quilted", "Checked", "Brushed"),
        ("tea towel", "cushion", "throw", "bath mat", "apron", "napkin", "table runner", "door stop"),
        ("sand", "slate", "forest", "rust"),
        (120, 1500),
    ),
    Family(
        "ST",
        ("Dotted", "Lined", "Plain", "Squared", "Marbled", "Recycled"),
        ("notebook", "pocket diary", "letter pad", "gift wrap", "card box", "desk planner", "sketch book"),
        ("A4", "A5", "A6", "square", "long"),
        (40, 900),
    ),
    Family(
        "TY",
        ("Wooden", "Felt", "Paper", "Tin", "Knitted", "Magnetic"),
        ("train", "farm", "puzzle", "kite", "puppet", "spinning top", "dominoes", "memory game", "boat"),
        ("red", "blue", "yellow", "green"),
        (60, 1300),
    ),
    Family(
        "GD",
        ("Zinc", "Terracotta", "Willow", "Slate", "Galvanised", "Jute"),
        ("planter", "bird feeder", "watering can", "trug", "plant label", "hanging basket", "lantern", "twine"),
        ("10 cm", "15 cm", "20 cm", "30 cm", "40 cm"),
        (50, 3000),
    ),
    Family(
        "CN",
        ("Fig", "Cedar", "Amber", "Sea salt", "Clove", "Lavender", "Bergamot"),
        ("candle", "tea lights", "room spray", "reed diffuser", "wax melts", "soap bar"),
        ("80 g", "120 g", "200 g", "300 g", "twin pack"),
        (80, 700),
        tracks_lot=True,
    ),
    Family(
        "FD",
        ("Apple", "Ginger", "Lemon", "Peppermint", "Rooibos", "Dark chocolate", "Almond", "Rose hip"),
        ("tea", "biscuits", "jam", "syrup", "granola", "fudge", "chutney"),
        ("50 g", "100 g", "250 g", "500 g"),
        (60, 650),
        (60, 420),
        tracks_lot=True,
    ),
    Family(
        "CR",
        ("Oat", "Rose", "Calendula", "Aloe", "Charcoal", "Honey", "Nettle"),
        ("hand cream", "shampoo", "body lotion", "lip balm", "face mask", "bath salts"),
        ("30 ml", "100 ml", "250 ml", "400 ml", "travel size"),
        (35, 480),
        (240, 900),
        tracks_lot=True,
    ),
)


def family_of(sku: str) -> Family:
    """The family that a SKU of the example belongs to."""
    return next(family for family in FAMILIES if sku.startswith(family.prefix))


def example_skus(chance: random.Random, count: int) -> tuple[SkuRow, ...]:
    """`count` SKUs, taken in turns from all families, the same for the same seed."""
    names = [_names(chance, family) for family in FAMILIES]
    rows = []
    for number in range(count):
        family, stock_of_names = FAMILIES[number % len(names)], names[number % len(names)]
        name = stock_of_names[number // len(names) % len(stock_of_names)]
        rows.append(_sku(chance, family, number, name))
    return tuple(rows)


def _names(chance: random.Random, family: Family) -> Sequence[str]:
    names = [f"{make} {thing}, {size}" for make, thing, size in product(family.makes, family.things, family.sizes)]
    chance.shuffle(names)
    return names


def _sku(chance: random.Random, family: Family, number: int, name: str) -> SkuRow:
    weight_g = _weight_g(chance, family, name)
    return SkuRow(
        sku=f"{family.prefix}-{1000 + number}",
        name=name,
        barcodes=_barcodes(chance, number),
        weight_g=weight_g,
        volume_ml=round(weight_g * chance.uniform(1.2, 4.0)),
        tracks_lot=family.tracks_lot,
        tracks_expiry=family.shelf_days != (0, 0),
        count_each_up_to=12 if weight_g < 150 else 6,
        min_qty=chance.choice((6, 12, 24)),
    )


def _weight_g(chance: random.Random, family: Family, name: str) -> int:
    """What the name says plus its wrapping, else something usual for the family."""
    amount, _, unit = name.rpartition(", ")[2].partition(" ")
    if unit in {"g", "ml"}:
        return round(int(amount) * 1.1 + chance.randint(15, 40))
    return round(chance.triangular(*family.weight_g, family.weight_g[0] * 2))


def _barcodes(chance: random.Random, number: int) -> tuple[Barcode, ...]:
    """An EAN-13; for some a second one of an older wrapping, an inner or a case as ITF-14 of the same number."""
    body = f"{RESTRICTED}{70_000_000 + number * 7:010}"
    found = [Barcode(body + check_digit(body), Uom.EACH, 1)]
    if chance.random() < 0.06:
        older = SECOND_CODE + body[2:]
        found.append(Barcode(older + check_digit(older), Uom.EACH, 1))
    if chance.random() < 0.35:
        qty = chance.choice(CASES)
        found.append(Barcode(f"1{body}" + check_digit(f"1{body}"), Uom.CASE, qty))
        if qty == max(CASES):
            found.append(Barcode(f"2{body}" + check_digit(f"2{body}"), Uom.INNER, 6))
    return tuple(found)
