"""An example warehouse's goods, stock, orders and people, invented from a seed."""

import random
from dataclasses import dataclass
from datetime import date

from server.core.example.catalogue import example_skus
from server.core.example.day import example_orders, example_people, example_stock
from server.core.layout import Layout
from server.core.tabular import OrderRow, PersonRow, SkuRow, StockRow


@dataclass(frozen=True, slots=True)
class Example:
    """All that a warehouse needs to start a day."""

    skus: tuple[SkuRow, ...]
    stock: tuple[StockRow, ...]
    orders: tuple[OrderRow, ...]
    people: tuple[PersonRow, ...]


def example_goods(layout: Layout, seed: int | str, *, today: date, skus: int = 1200, orders: int = 180) -> Example:
    """Goods, stock, waiting orders and people for a layout; equal arguments give equal values.

    Popularity falls off as Zipf's law has it; every order is covered by stock in pick faces. Orders are due at the
    cutoffs of `today` and the next morning (UTC). Badges follow from the seed: give a secret one where they must hold.
    """
    chance = random.Random(seed)
    people = example_people(random.Random(f"people {seed}"))
    goods = example_skus(chance, skus)
    wanted = chance.sample(goods, len(goods))
    lines = example_orders(chance, wanted, today, orders)
    return Example(goods, example_stock(chance, layout, wanted, lines, today), lines, people)


__all__ = ["Example", "example_goods"]
