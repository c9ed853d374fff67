"""A layout file becomes the building in force."""

from collections.abc import Mapping

from server.core.errors import BadInput, Conflict
from server.core.layout import Layout, Location, close, read_layout
from server.floor.load.changes import Changes, Values, compare, label, put_labels
from server.floor.pick_task import announce
from server.store import building, goods, log, tours
from server.store.transaction import News, Transaction

NAMED_AT_MOST = 10


def load_layout(tx: Transaction, document: Mapping[str, object], layout: Layout | None = None) -> Changes:
    """Take a layout file (a JSON object) as the building from now on; counts its locations.

    `layout` is the document as `read_layout` gave it: reading 50,000 locations takes seconds, which no scan should wait
    for; without it, the document is read here. The layout in force, given again, changes nothing.

    Locations that the new layout does not have stay on record, blocked and without a label. Batches on their way keep
    their tours; the cart of one whose station is gone may be brought to any. Raises BadLayout with every fault of the
    file, Conflict when a location that is to go holds stock or is still to be picked from, or when a place that is
    closed now cannot be closed in the new layout.
    """
    layout = layout or read_layout(document)
    in_force = building.active_layout(tx.connection)
    if in_force is not None and in_force[0] == layout.revision:
        return Changes(same=len(layout.locations))
    known = building.all_locations(tx.connection)
    found = compare(map(_location, layout.locations), known, lambda row: row["location_code"])
    gone = {row.location_code for row in known} - layout.access.keys()
    _demand_empty(tx, gone)
    _demand_closable(tx, layout)
    building.add_locations(tx.connection, found.added)
    building.change_locations(tx.connection, found.changed)
    building.block_locations(tx.connection, sorted(gone))
    _put_stations(tx, layout)
    put_labels(tx, _labels(layout), goods.all_labels(tx.connection, "location", "aisle", "station"))
    building.put_layout(tx.connection, tx.now, layout.name, layout.revision, document)
    tx.tell(News("layout", log.record_event(tx.connection, tx.now, "layout", label=layout.revision)))
    return found.changes


def _put_stations(tx: Transaction, layout: Layout) -> None:
    """Whoever walks a batch is told anew where their cart may be brought, when that is not what it was."""
    rows = [
        {"station_code": station.code, "kind": station.kind.value, "node": station.node} for station in layout.stations
    ]
    if building.put_stations(tx.connection, rows):
        for task_id in tours.walkers(tx.connection):
            announce(tx, task_id)


def _location(location: Location) -> Values:
    return {
        "location_code": location.location_code,
        "zone": location.zone,
        "aisle": location.aisle,
        "check_digits": location.check_digits,
        "kind": location.kind.value,
        "state": location.state.value,
        "node": location.node,
        "x_m": location.x_m,
        "y_m": location.y_m,
    }


def _labels(layout: Layout) -> list[Values]:
    locations = [label(one.location_code, "location", one.location_code) for one in layout.locations]
    aisles = [label(way.code, "aisle", way.code) for way in layout.aisles if way.code]
    stations = [label(station.code, "station", station.code) for station in layout.stations]
    return locations + aisles + stations


def _demand_empty(tx: Transaction, gone: set[str]) -> None:
    held = sorted(gone & building.locations_in_use(tx.connection)) if gone else []
    if held:
        more = f" and {len(held) - NAMED_AT_MOST} more" if len(held) > NAMED_AT_MOST else ""
        raise Conflict(
            "location_in_use",
            f"the new layout leaves out locations that hold stock or are still to be picked from: "
            f"{', '.join(held[:NAMED_AT_MOST])}{more}; empty them first, or keep them in the layout",
        )


def _demand_closable(tx: Transaction, layout: Layout) -> None:
    """No tour could be planned on a floor of which somebody has closed a place that it does not have."""
    closed = building.closed_places(tx.connection)
    try:
        if closed:
            close(layout, closed)
    except BadInput as error:
        raise Conflict(
            "closed_place_gone", f"what is closed now does not fit the new layout: {error}; open it again first"
        ) from error
