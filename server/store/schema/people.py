"""People, and the devices, carts, totes and cartons they carry."""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text

from server.store.schema.base import count, metadata, within, words

people = Table(
    "people",
    metadata,
    Column("badge", Text, primary_key=True),
    words("name", default=None),
    words("role", default=None),
    count("active", 1),
    within("role", "picker", "packer", "supervisor", "admin"),
)

enrolments = Table(  # browsers that someone let in by name; a device (a page in one) may do without
    "enrolments",
    metadata,
    Column("id", Integer, primary_key=True),
    words("name", default=None),
    words("code_hash", default=None),  # SHA-256 of the one-time code
    Column("credential_hash", Text),  # of what the device got for it; NULL: nobody came yet
    words("invited_at", default=None),
    words("expires_at", default=None),
    words("enrolled_at"),
    words("removed_at"),
    Index("uq_enrolments_code_hash", "code_hash", unique=True),
    Index("uq_enrolments_credential_hash", "credential_hash", unique=True),
)

devices = Table(
    "devices",
    metadata,
    Column("device", Text, primary_key=True),
    Column("badge", Text, ForeignKey("people.badge")),  # who is logged in on it; NULL: nobody
    words("seen_at"),
    Column("enrolment_id", Integer, ForeignKey("enrolments.id")),
)

carts = Table(
    "carts",
    metadata,
    Column("cart", Text, primary_key=True),
    count("slots", 8),
    count("max_volume_ml"),  # 0: no limit; so for the weight
    count("max_weight_g"),
    Column("badge", Text, ForeignKey("people.badge")),
)

totes = Table(
    "totes",
    metadata,
    Column("tote", Text, primary_key=True),
    words("state", default="free"),
    words("order_ref"),
    Column("batch_id", Integer, ForeignKey("batches.id")),
    count("slot"),
    words("station_code"),
    count("volume_ml"),  # 0: as large as totes mostly are
    within("state", "free", "filling", "full", "staged", "packing"),
    Index("ix_totes_order_ref", "order_ref"),
    Index("ix_totes_batch_id", "batch_id"),
)

# How the house is run, where people may choose: one row a rule, e.g. how orders are released.
house_rules = Table(
    "house_rules",
    metadata,
    Column("rule", Text, primary_key=True),
    words("value", default=None),
    words("set_at", default=None),
)

cartons = Table(
    "cartons",
    metadata,
    Column("carton", Text, primary_key=True),
    words("name", default=None),
    count("volume_ml"),
)
