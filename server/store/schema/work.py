"""Orders, and the waves, batches, tasks and lines they become."""

from sqlalchemy import JSON, CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint, text
from sqlalchemy import Float as Real

from server.store.schema.base import count, metadata, not_negative, positive, within, words

waves = Table(
    "waves",
    metadata,
    Column("id", Integer, primary_key=True),
    words("released_at", default=None),
    words("cutoff"),
)

orders = Table(
    "orders",
    metadata,
    Column("order_ref", Text, primary_key=True),
    words("channel"),
    words("customer"),
    words("ordered_at", default=None),
    words("due_at"),
    count("priority"),
    words("state", default="waiting"),
    Column("wave_id", Integer, ForeignKey("waves.id")),
    count("min_life_days"),  # what expires sooner after today may not be sent
    words("content_hash"),  # the same order imported again changes nothing; another content is refused
    Column("carrier", Text, ForeignKey("carriers.carrier")),  # NULL: nobody has said which
    within("state", "waiting", "picking", "picked", "packing", "shipped", "cancelled", "short"),
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
    count("picked_each"),
    count("short_each"),
    count("shipped_each"),
    UniqueConstraint("order_ref", "line_number"),
    positive("qty_each"),
    not_negative("picked_each"),
    not_negative("short_each"),
    not_negative("shipped_each"),
    CheckConstraint("picked_each + short_each <= qty_each", name="picked_and_short_within_ordered"),
    CheckConstraint("shipped_each <= picked_each", name="shipped_within_picked"),
)

batches = Table(
    "batches",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("wave_id", Integer, ForeignKey("waves.id")),
    words("state", default="ready"),
    count("priority"),
    words("due_at"),
    Column("length_m", Real, nullable=False, server_default="0"),
    Column("lower_bound_m", Real, nullable=False, server_default="0"),
    count("optimal"),
    words("method"),
    Column("name_order_m", Real, nullable=False, server_default="0"),  # the same stops walked by location name
    Column("s_shape_m", Real, nullable=False, server_default="0"),
    Column("first_location_m", Real, nullable=False, server_default="0"),  # had nobody chosen among equal locations
    Column("path", JSON, nullable=False, server_default="[]"),  # [[x_m, y_m], …] of the tour
    words("station_code"),  # where the tour ends, as planned; where the cart was brought to its totes say
    words("start_at"),  # when its walk is to begin, said when it is given out; "" where no aisle is narrow
    within("state", "ready", "picking", "picked", "cancelled"),
    # the ready ones in turn (store/orders): urgent first, then by cutoff, those without one last, then as planned
    Index("ix_batches_in_turn", "state", text("priority DESC"), text("(due_at = '')"), "due_at", "id"),
)

# How a batch may be walked where aisles are narrow, 0 as it was planned; of one that is walked, the way that was taken.
batch_ways = Table(
    "batch_ways",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("way", Integer, primary_key=True),
    Column("length_m", Real, nullable=False),
    Column("path", JSON, nullable=False),  # [[x_m, y_m], …]
    Column("stops", JSON, nullable=False),  # location codes in walking order
    Column("legs", JSON, nullable=False),  # [[section or "", seconds, how many it takes at once or 0], …]
    Column("done_s", JSON, nullable=False),  # after how many seconds each line is done when nobody is in the way
    not_negative("way"),
)

# A tote's worth of one order on a batch's cart. `tote` is the label bound to it by the first scan.
batch_slots = Table(
    "batch_slots",
    metadata,
    Column("batch_id", Integer, ForeignKey("batches.id"), primary_key=True),
    Column("slot", Integer, primary_key=True),
    Column("order_ref", Text, ForeignKey("orders.order_ref"), nullable=False),
    words("tote"),
)

# A person's piece of work. The columns after `asked` are the cursor of the pick and pack tables (core/flow).
tasks = Table(
    "tasks",
    metadata,
    Column("id", Integer, primary_key=True),
    words("kind", default=None),
    count("version", 1),
    words("state", default=None),
    words("asked"),
    Column("badge", Text, ForeignKey("people.badge")),
    Column("batch_id", Integer, ForeignKey("batches.id")),
    Column("order_ref", Text, ForeignKey("orders.order_ref")),
    words("cart"),
    words("carton"),
    words("at_location"),
    Column("line_id", Integer),
    count("in_hand_each"),
    Column("memory", Text),  # what undo and open questions need; the rules' own, opaque here
    words("location_code"),  # count and put_back tasks: where
    words("sku"),
    words("lot"),
    count("qty_each"),
    words("tote"),  # put_back tasks: what the units lie in; "": somebody's hand
    Column("held_by", Text, ForeignKey("people.badge")),  # put_back tasks: whose hand
    words("raised_at", default=None),
    words("ended_at"),
    words("ended_why"),
    within("kind", "pick", "pack", "count", "put_back"),
    not_negative("in_hand_each"),
    Index("ix_tasks_batch_id", "batch_id"),
    Index("ix_tasks_badge_kind_ended_at", "badge", "kind", "ended_at"),
    Index(
        "uq_tasks_one_at_a_time",
        "badge",
        "kind",
        unique=True,
        sqlite_where=text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
        postgresql_where=text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
    ),
    Index(
        "uq_tasks_one_put_back",
        "badge",
        unique=True,
        sqlite_where=text("ended_at = '' AND badge IS NOT NULL AND kind = 'put_back'"),
        postgresql_where=text("ended_at = '' AND badge IS NOT NULL AND kind = 'put_back'"),
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
    words("lot"),
    Column("qty_each", Integer, nullable=False),
    count("picked_each"),
    words("state", default="open"),
    count("cut_off"),  # 1 while no open way leads there: nobody is sent to it
    not_negative("qty_each"),
    not_negative("picked_each"),
    CheckConstraint("picked_each <= qty_each", name="picked_within_wanted"),
    within("state", "open", "done", "short", "cancelled"),
    Index("ix_pick_lines_batch_id_state_seq", "batch_id", "state", "seq"),
    Index("ix_pick_lines_order_line_id", "order_line_id"),
)

# What goods sold by weight weighed as they were picked (AI 310n); a unit taken back is weighed again, in negative.
weighings = Table(
    "weighings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("event_id", Integer, ForeignKey("events.id"), nullable=False),
    Column("line_id", Integer, ForeignKey("pick_lines.id"), nullable=False),
    Column("qty_each", Integer, nullable=False),
    Column("weight_g", Integer, nullable=False),
    Index("ix_weighings_line_id", "line_id"),
)

pack_lines = Table(
    "pack_lines",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("task_id", Integer, ForeignKey("tasks.id"), nullable=False),
    Column("sku", Text, ForeignKey("skus.sku"), nullable=False),
    Column("qty_each", Integer, nullable=False),
    count("packed_each"),
    UniqueConstraint("task_id", "sku"),
    not_negative("packed_each"),
    CheckConstraint("packed_each <= qty_each", name="packed_within_picked"),
)

parcels = Table(
    "parcels",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("order_ref", Text, ForeignKey("orders.order_ref"), nullable=False),
    Column("task_id", Integer, ForeignKey("tasks.id"), nullable=False),
    Column("carton", Text, ForeignKey("cartons.carton"), nullable=False),
    words("state", default="open"),
    words("shipped_at"),
    count("weight_g"),  # as weighed at the bench; 0: not weighed
    within("state", "open", "shipped"),
    not_negative("weight_g"),
    Index("ix_parcels_order_ref", "order_ref"),
    Index("ix_parcels_shipped_at", "shipped_at"),  # the board counts what was shipped today
)
