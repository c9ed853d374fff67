"""Carriers, and whether parcels can be booked with them now."""

from server.floor import carriers
from server.web.http.desk import KB, LEADS, Answer, Asked, Method, Route


def get_carriers(asked: Asked) -> Answer:
    """Every carrier."""
    return {"carriers": asked.desk.store.read(carriers.told)}


def put_carrier(asked: Asked) -> Answer:
    """A carrier is open or down from now on."""
    state = asked.text(asked.fields("state"), "state")
    asked.desk.store.write(lambda tx: carriers.set_state(tx, asked.path["carrier"], state, asked.badge))
    return {"ok": True}


ROUTES = (
    Route(Method.GET, "/api/v1/carriers", get_carriers, LEADS),
    Route(Method.PUT, "/api/v1/carriers/<carrier>", put_carrier, LEADS, most_bytes=4 * KB),
)
