"""Every table of the house, with the CHECKs that no bug can get past.

Stock is a ledger: `moves` are facts and never change; `stock` holds their running sums, one row for each account, SKU and lot. An account is
`location:CODE`, `tote:LABEL`, `parcel:ID`; what leaves or enters the house moves to or from the outside accounts `received`, `shipped` and
`adjustment`, which have no row in `stock` (they may go below 0; the ledger knows their sums). Times are ISO 8601 text in UTC, from the one
frozen clock of a transaction. Quantities are eaches.
"""

from sqlalchemy import (
    JSON,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    text,
)
from sqlalchemy import Float as Real
from sqlalchemy.schema import SchemaItem

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}

metadata = MetaData(naming_convention=NAMES)


def _words(name: str, *, default: str | None = "") -> Column[str]:
    return Column(name, Text, nullable=False, server_default=default)


def _count(name: str, default: int = 0) -> Column[int]:
    return Column(name, Integer, nullable=False, server_default=str(default))


def _within(column: str, *values: str) -> SchemaItem:
    allowed = ", ".join(f"'{value}'" for value in values)
    return CheckConstraint(f"{column} IN ({allowed})", name=f"{column}_known")


def _positive(column: str) -> SchemaItem:
    return CheckConstraint(f"{column} > 0", name=f"{column}_positive")


def _not_negative(column: str) -> SchemaItem:
    return CheckConstraint(f"{column} >= 0", name=f"{column}_not_negative")


# --- the building -----------------------------------------------------------------------------------------------------------------

layouts = Table(
    "layouts",
    metadata,
    Column("id", Integer, primary_key=True),
    _words("name", default=None),
    _words("revision", default=None),
    Column("document", JSON, nullable=False),
    _words("loaded_at", default=None),
    _count("active", 1),
    UniqueConstraint("revision"),
)

locations = Table(
    "locations",
    metadata,
    Column("location_code", Text, primary_key=True),
    _words("zone"),
    _words("aisle"),
    _words("check_digits"),
    _words("kind", default="pick_face"),
    _words("state", default="open"),
    _words("node", default=None),
    Column("x_m", Real, nullable=False),
    Column("y_m", Real, nullable=False),
    _within("state", "open", "blocked"),
)

stations = Table(
    "stations",
    metadata,
    Column("station_code", Text, primary_key=True),
    _words("kind", default=None),
    _words("node", default=None),
    _within("kind", "pack", "staging", "dock"),
)

closures = Table(
    "closures",
    metadata,
    Column("id", Integer, primary_key=True),
    _words("place", default=None),  # an aisle's name, or "u|v" for one edge
    _words("reason"),
    _words("closed_at", default=None),
    _words("opened_at"),  # "" while it is closed
)

# --- goods ------------------------------------------------------------------------------------------------------------------------

skus = Table(
    "skus",
    metadata,
    Column("sku", Text, primary_key=True),
    _words("name"),
    _count("weight_g"),
    _count("volume_ml"),
    _words("tracks"),
    _count("count_each_up_to", 6),
    _count("min_qty"),
    _within("tracks", "", "lot", "serial"),
    _not_negative("weight_g"),
    _not_negative("volume_ml"),
)

# Every code that a scanner can meet. `label` is gs1.key() of what is printed; `ref` names what it belongs to.
labels = Table(
    "labels",
    metadata,
    Column("label", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    _words("uom", default="each"),
    _count("qty_each", 1),
    _within("kind", "location", "aisle", "item", "tote", "cart", "station", "carton", "person", "lot", "serial"),
    _positive("qty_each"),
)

lots = Table(
    "lots",
    metadata,
    Column("sku", Text, ForeignKey("skus.sku"), primary_key=True),
    Column("lot", Text, primary_key=True),
    _words("expiry"),
    _words("received_at", default=None),
)

stock = Table(
    "stock",
    metadata,
    Column("account", Text, primary_key=True),
    Column("sku", Text, ForeignKey("skus.sku"), primary_key=True),
    Column("lot", Text, primary_key=True),
    _count("on_hand_each"),
    _count("reserved_each"),
    _not_negative("on_hand_each"),
    _not_negative("reserved_each"),
    CheckConstraint("reserved_each <= on_hand_each", name="reserved_within_on_hand"),
    Index("ix_stock_sku", "sku"),
)

moves = Table(
    "moves",
    metadata,
    Column("id", Integer, primary_key=True),
    _words("at", default=None),
    _words("from_account", default=None),
    _words("to_account", default=None),
    Column("sku", Text, ForeignKey("skus.sku"), nullable=False),
    _words("lot"),
    Column("qty_each", Integer, nullable=False),
    _words("reason"),
    Column("event_id", Integer, ForeignKey("events.id")),
    _positive("qty_each"),
    CheckConstraint("from_account <> to_account", name="goes_somewhere"),
)

# --- people and what they carry ---------------------------------------------------------------------------------------------------

people = Table(
    "people",
    metadata,
    Column("badge", Text, primary_key=True),
    _words("name", default=None),
    _words("role", default=None),
    _count("active", 1),
    _within("role", "picker", "packer", "supervisor", "admin"),
)

devices = Table(
    "devices",
    metadata,
    Column("device", Text, primary_key=True),
    Column("badge", Text, ForeignKey("people.badge")),  # who is logged in on it; NULL: nobody
    _words("seen_at"),
)

carts = Table(
    "carts",
    metadata,
    Column("cart", Text, primary_key=True),
    _count("slots", 8),
    Column("badge", Text, ForeignKey("people.badge")),
)

totes = Table(
    "totes",
    metadata,
    Column("tote", Text, primary_key=True),
    _words("state", default="free"),
    _words("order_ref"),
    Column("batch_id", Integer, ForeignKey("batches.id")),
    _count("slot"),
    _words("station_code"),
    _within("state", "free", "filling", "full", "staged", "packing"),
    Index("ix_totes_order_ref", "order_ref"),
    Index("ix_totes_batch_id", "batch_id"),
)

cartons = Table(
    "cartons",
    metadata,
    Column("carton", Text, primary_key=True),
    _words("name", default=None),
    _count("volume_ml"),
)

# --- orders and the work they become ----------------------------------------------------------------------------------------------

waves = Table(
    "waves",
    metadata,
    Column("id", Integer, primary_key=True),
    _words("released_at", default=None),
    _words("cutoff"),
)

orders = Table(
    "orders",
    metadata,
    Column("order_ref", Text, primary_key=True),
    _words("channel"),
    _words("customer"),
    _words("ordered_at", default=None),
    _words("due_at"),
    _count("priority"),
    _words("state", default="waiting"),
    Column("wave_id", Integer, ForeignKey("waves.id")),
    _words("content_hash"),  # the same order imported again changes nothing; another content is refused
    _within("state", "waiting", "picking", "picked", "packing", "shipped", "cancelled", "short"),
    Index("ix_orders_state", "state"),
)

# Of qty_each: short_each cannot be had, the rest is in open pick_lines, in totes, packed or shipped.
order_lines = Table(
    "order_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_ref", Text, ForeignKey("orders.order_ref"), nullable=False),
    Column("line_number", Integer, nullable=False),
    Column("sku", Text, ForeignKey("skus.sku"), nullable=False),
    Column("qty_each", Integer, nullable=False),
    _count("picked_each"),
    _count("short_each"),
    _count("shipped_each"),
    UniqueConstraint("order_ref", "line_number"),
    _positive("qty_each"),
    _not_negative("picked_each"),
    _not_negative("short_each"),
    _not_negative("shipped_each"),
    CheckConstraint("picked_each + short_each <= qty_each", name="picked_and_short_within_ordered"),
    CheckConstraint("shipped_each <= picked_each", name="shipped_within_picked"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wave_id", Integer, ForeignKey("waves.id")),
    _words("state", default="ready"),
    _count("priority"),
    _words("due_at"),
    Column("length_m", Real, nullable=False, server_default="0"),
    Column("lower_bound_m", Real, nullable=False, server_default="0"),
    _count("optimal"),
    _words("method"),
    Column("name_order_m", Real, nullable=False, server_default="0"),  # the same stops walked by location name
    Column("s_shape_m", Real, nullable=False, server_default="0"),
    Column("path", JSON, nullable=False, server_default="[]"),  # [[x_m, y_m], …] of the tour
    _words("station_code"),
    _within("state", "ready", "picking", "picked", "cancelled"),
    Index("ix_batches_state", "state"),
)

# A tote's worth of one order on a batch's cart. `tote` is the label bound to it by the first scan.
batch_slots = Table(
    "batch_slots",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("order_ref", Text, ForeignKey("orders.order_ref"), nullable=False),
    _words("tote"),
)

# A person's piece of work. The columns after `asked` are the cursor of the pick and pack tables (core/flow).
tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    _words("kind", default=None),
    _count("version", 1),
    _words("state", default=None),
    _words("asked"),
    Column("badge", Text, ForeignKey("people.badge")),
    Column("batch_id", Integer, ForeignKey("batches.id")),
    Column("order_ref", Text, ForeignKey("orders.order_ref")),
    _words("cart"),
    _words("carton"),
    _words("at_location"),
    Column("line_id", Integer),
    _count("in_hand_each"),
    Column("memory", JSON),  # what undo and open questions need; the rules' own, opaque here
    _words("location_code"),  # count and put_back tasks: where
    _words("sku"),
    _words("lot"),
    _count("qty_each"),
    _words("raised_at", default=None),
    _words("ended_at"),
    _words("ended_why"),
    _within("kind", "pick", "pack", "count", "put_back"),
    _not_negative("in_hand_each"),
    Index("ix_tasks_batch_id", "batch_id"),
    Index(
        "uq_tasks_one_at_a_time",
        "badge",
        "kind",
        unique=True,
        sqlite_where=text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
        postgresql_where=text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
    ),
    Index(
        "uq_tasks_one_open_count",
        "location_code",
        "sku",
        unique=True,
        sqlite_where=text("ended_at = '' AND kind = 'count'"),
        postgresql_where=text("ended_at = '' AND kind = 'count'"),
    ),
)

# One visit to one lot in one location for one slot; `seq` is its place in the tour.
pick_lines = Table(
    "pick_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("batch_id", Integer, ForeignKey("batches.id"), nullable=False),
    Column("seq", Integer, nullable=False),
    Column("slot", Integer, nullable=False),
    Column("order_line_id", Integer, ForeignKey("order_lines.id"), nullable=False),
    Column("location_code", Text, ForeignKey("locations.location_code"), nullable=False),
    Column("sku", Text, ForeignKey("skus.sku"), nullable=False),
    _words("lot"),
    Column("qty_each", Integer, nullable=False),
    _count("picked_each"),
    _words("state", default="open"),
    _not_negative("qty_each"),
    _not_negative("picked_each"),
    CheckConstraint("picked_each <= qty_each", name="picked_within_wanted"),
    _within("state", "open", "done", "short", "cancelled"),
    Index("ix_pick_lines_batch_id_seq", "batch_id", "seq"),
    Index("ix_pick_lines_order_line_id", "order_line_id"),
)

pack_lines = Table(
    "pack_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task_id", Integer, ForeignKey("tasks.id"), nullable=False),
    Column("sku", Text, ForeignKey("skus.sku"), nullable=False),
    Column("qty_each", Integer, nullable=False),
    _count("packed_each"),
    UniqueConstraint("task_id", "sku"),
    _not_negative("packed_each"),
    CheckConstraint("packed_each <= qty_each", name="packed_within_picked"),
)

parcels = Table(
    "parcels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_ref", Text, ForeignKey("orders.order_ref"), nullable=False),
    Column("task_id", Integer, ForeignKey("tasks.id"), nullable=False),
    Column("carton", Text, ForeignKey("cartons.carton"), nullable=False),
    _words("state", default="open"),
    _words("shipped_at"),
    _within("state", "open", "shipped"),
    Index("ix_parcels_order_ref", "order_ref"),
)

# --- what happened ----------------------------------------------------------------------------------------------------------------

# Every intent with its reply, refusals included, and every event of the clock or a supervisor (op_id NULL). Kept for ever.
events = Table(
    "events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("op_id", Text, unique=True),
    _words("at", default=None),
    _words("kind", default=None),  # the effect of an intent, or what the house did: release, assign, re-route, …
    _words("code"),
    _words("tone"),
    _words("badge"),
    _words("device"),
    _count("seq"),
    Column("task_id", Integer),
    Column("line_id", Integer),
    _words("act"),
    _words("label"),
    _count("qty_each"),
    _words("device_at"),
    _words("body_hash"),
    Column("reply", Text),
    Index("ix_events_task_id", "task_id"),
)
