"""A CSV file, from its bytes to the store: read beside the writer, taken in one transaction."""

from collections.abc import Callable, Mapping

from sqlalchemy import Connection

from server.core.tabular import Imported, Kind, Known, read_table
from server.floor.load.carriers import import_carriers
from server.floor.load.changes import Changes
from server.floor.load.equipment import import_people
from server.floor.load.goods import import_skus, import_stock
from server.floor.load.handling_units import import_handling_units
from server.floor.load.orders import import_orders
from server.store import building, carriers, goods, people
from server.store.transaction import Transaction


def read_file(
    connection: Connection,
    content: bytes,
    kind: Kind | str,
    mapping: Mapping[str, str] | None = None,
    preset: str = "generic",
) -> Imported:
    """The checked rows of a CSV file; what it refers to must be known.

    Raises BadRows that names every bad row, BadInput, NotFound: see core.tabular.read_table.
    """
    return read_table(content, kind, mapping, preset, known_to(connection, kind))


def known_to(connection: Connection, kind: Kind | str) -> Known:
    """The codes that rows of this kind may refer to."""
    if kind in (Kind.STOCK, Kind.HANDLING_UNITS):
        return Known(skus=goods.sku_codes(connection), locations=building.location_codes(connection))
    if kind == Kind.ORDERS:
        named = frozenset(row.carrier for row in carriers.everyone(connection))
        return Known(skus=goods.sku_codes(connection), carriers=named)
    return Known(cartons=people.equipment(connection)["carton"]) if kind == Kind.CARRIERS else Known()


def take(tx: Transaction, imported: Imported) -> Changes:
    """Take a file that was read, whatever kind it is of. Raises what the import of its kind raises."""
    imports: Mapping[Kind, Callable[[Transaction, Imported], Changes]] = {
        Kind.SKUS: import_skus,
        Kind.STOCK: import_stock,
        Kind.HANDLING_UNITS: import_handling_units,
        Kind.ORDERS: import_orders,
        Kind.PEOPLE: import_people,
        Kind.CARRIERS: import_carriers,
    }
    return imports[imported.kind](tx, imported)
