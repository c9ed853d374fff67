"""The building: layouts as loaded, the stock places and stations they name, and what is closed in them."""

from sqlalchemy import JSON, Column, Integer, Table, Text, UniqueConstraint
from sqlalchemy import Float as Real

from server.store.schema.base import count, metadata, within, words

layouts = Table(
    "layouts",
    metadata,
    Column("id", Integer, primary_key=True),
    words("name", default=None),
    words("revision", default=None),
    Column("document", JSON, nullable=False),
    words("loaded_at", default=None),
    count("active", 1),
    UniqueConstraint("revision"),
)

locations = Table(
    "locations",
    metadata,
    Column("location_code", Text, primary_key=True),
    words("zone"),
    words("aisle"),
    words("check_digits"),
    words("kind", default="pick_face"),
    words("state", default="open"),
    words("node", default=None),
    Column("x_m", Real, nullable=False),
    Column("y_m", Real, nullable=False),
    within("state", "open", "blocked"),
)

# A picked cart may be brought to a station of these kinds.
TAKES_CARTS = ("pack", "staging")

stations = Table(
    "stations",
    metadata,
    Column("station_code", Text, primary_key=True),
    words("kind", default=None),
    words("node", default=None),
    within("kind", "pack", "staging", "dock"),
)

closures = Table(
    "closures",
    metadata,
    Column("id", Integer, primary_key=True),
    words("place"),  # an aisle's name, or "u|v" for one edge; "" for a report not placed yet
    words("reason"),
    words("badge"),  # of who closed or reported it, "" when that is not known
    words("from_node"),  # of a report: where the picker was last seen ("" when nowhere yet), and where to they walked
    words("to_node"),
    Column("segments", JSON, nullable=False, server_default="[]"),  # [[x_m, y_m, x_m, y_m], …] of the closed edges
    words("closed_at", default=None),
    words("opened_at"),  # "" while it is closed
)
