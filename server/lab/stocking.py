"""A made-up site put into a fresh database, through the same doors that files come in by."""

from dataclasses import replace

from server.core.tabular import Imported, Kind
from server.floor import load
from server.lab.site import Site
from server.store.transaction import Store, Transaction


def fill(store: Store, site: Site) -> None:
    """Load the layout, goods, stock, people, equipment and orders of `site`, each whole.

    Raises what the import functions raise when the site does not hold together.
    """
    empty = Imported(Kind.SKUS, "generic", "utf-8", ",", 0)
    store.write(lambda tx: load.load_layout(tx, site.document))
    store.write(lambda tx: load.import_skus(tx, replace(empty, skus=site.skus)))
    store.write(lambda tx: load.import_stock(tx, replace(empty, kind=Kind.STOCK, stock=site.stock)))
    store.write(lambda tx: load.import_people(tx, replace(empty, kind=Kind.PEOPLE, people=site.people)))
    store.write(lambda tx: _equip(tx, site))
    store.write(lambda tx: load.import_orders(tx, replace(empty, kind=Kind.ORDERS, orders=site.orders)))


def _equip(tx: Transaction, site: Site) -> None:
    cartons = {label: (name, volume_ml) for label, name, volume_ml in site.cartons}
    load.load_equipment(tx, carts=site.carts, totes=site.totes, cartons=cartons)
