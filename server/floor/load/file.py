"""A CSV file, from its bytes to the store: read beside the writer, taken in one transaction."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from server.core.tabular import Imported, Kind, read_table
from server.floor.load.changes import Changes
from server.floor.load.equipment import import_people
from server.floor.load.goods import import_skus, import_stock
from server.floor.load.orders import import_orders
from server.store import building, goods
from server.store.transaction import Transaction


def read_file(
    connection: Connection,
    content: bytes,
    kind: Kind | str,
    mapping: Mapping[str, str] | None = None,
    preset: str = "generic",
) -> Imported:
    """The checked rows of a CSV file; the SKUs and locations that it refers to must be known.

    Raises BadRows that names every bad row, BadInput, NotFound: see core.tabular.read_table.
    """
    skus = None if kind in (Kind.SKUS, Kind.PEOPLE) else goods.sku_codes(connection)
    locations = building.location_codes(connection) if kind == Kind.STOCK else None
    return read_table(content, kind, mapping, preset, known_skus=skus, known_locations=locations)


def take(tx: Transaction, imported: Imported) -> Changes:
    """Take a file that was read, whatever kind it is of. Raises what the import of its kind raises."""
    imports: Mapping[Kind, Callable[[Transaction, Imported], Changes]] = {
        Kind.SKUS: import_skus,
        Kind.STOCK: import_stock,
        Kind.ORDERS: import_orders,
        Kind.PEOPLE: import_people,
    }
    return imports[imported.kind](tx, imported)
