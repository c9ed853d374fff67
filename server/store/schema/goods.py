"""Goods: SKUs, every label that can be scanned, lots, and the ledger of stock."""

from sqlalchemy import CheckConstraint, Column, ForeignKey, Index, Integer, Table, Text, text

from server.store.schema.base import count, metadata, not_negative, positive, within, words

skus = Table(
    "skus",
    metadata,
    Column("sku", Text, primary_key=True),
    words("name"),
    count("weight_g"),
    count("volume_ml"),
    words("tracks"),
    count("tracks_expiry"),
    count("count_each_up_to", 6),
    count("min_qty"),
    within("tracks", "", "lot", "serial"),
    not_negative("weight_g"),
    not_negative("volume_ml"),
)

# Every code that a scanner can meet. `label` is gs1.key() of what is printed; `ref` names what it belongs to.
labels = Table(
    "labels",
    metadata,
    Column("label", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("ref", Text, primary_key=True),
    words("uom", default="each"),
    count("qty_each", 1),
    within("kind", "location", "aisle", "item", "tote", "cart", "station", "carton", "person", "serial"),
    positive("qty_each"),
    Index("ix_labels_ref", "ref"),
)

lots = Table(
    "lots",
    metadata,
    Column("sku", Text, ForeignKey("skus.sku"), primary_key=True),
    Column("lot", Text, primary_key=True),
    words("expiry"),
    words("received_at", default=None),
    Index("ix_lots_lot", "lot"),
)

# Every serial number that is or was in the house. `account` is where it is, as in the ledger; `shipped` when it left.
serials = Table(
    "serials",
    metadata,
    Column("sku", Text, ForeignKey("skus.sku"), primary_key=True),
    Column("serial", Text, primary_key=True),
    words("account", default=None),
    Column("line_id", Integer),  # the pick line it was taken off its shelf for
    words("order_ref"),  # whom it was picked for
    Column("parcel_id", Integer),  # the parcel it is or left in
    Index("ix_serials_account", "account"),
    Index("ix_serials_line_id", "line_id"),
    Index("ix_serials_serial", "serial"),
    Index("ix_serials_order_ref", "order_ref"),
)

stock = Table(
    "stock",
    metadata,
    Column("account", Text, primary_key=True),
    Column("sku", Text, ForeignKey("skus.sku"), primary_key=True),
    Column("lot", Text, primary_key=True),
    count("on_hand_each"),
    count("reserved_each"),
    not_negative("on_hand_each"),
    not_negative("reserved_each"),
    CheckConstraint("reserved_each <= on_hand_each", name="reserved_within_on_hand"),
    Index("ix_stock_sku", "sku"),
)

# Loads (pallets and the like): each a name for `qty_each` units of what the ledger has in an account. `line_id` is the
# pick line that took it: it stands there no more. `adjustment` when nobody knows what became of it.
handling_units = Table(
    "handling_units",
    metadata,
    Column("sscc", Text, primary_key=True),
    Column("sku", Text, ForeignKey("skus.sku"), nullable=False),
    words("lot"),  # "": of whichever lot lies there
    Column("qty_each", Integer, nullable=False),
    words("account", default=None),
    Column("line_id", Integer, ForeignKey("pick_lines.id")),
    CheckConstraint("length(sscc) = 18 AND ltrim(sscc, '0123456789') = ''", name="sscc_of_18_digits"),
    positive("qty_each"),
    CheckConstraint("account = 'adjustment' OR substr(account, 1, 9) = 'location:'", name="account_known"),
    Index("ix_handling_units_account", "account"),
    Index(  # those taken; a question for those that stand must not go by it: they are most of all
        "ix_handling_units_line_id",
        "line_id",
        sqlite_where=text("line_id IS NOT NULL"),
        postgresql_where=text("line_id IS NOT NULL"),
    ),
)

moves = Table(
    "moves",
    metadata,
    Column("id", Integer, primary_key=True),
    words("at", default=None),
    words("from_account", default=None),
    words("to_account", default=None),
    Column("sku", Text, ForeignKey("skus.sku"), nullable=False),
    words("lot"),
    Column("qty_each", Integer, nullable=False),
    words("reason"),
    Column("event_id", Integer, ForeignKey("events.id")),
    positive("qty_each"),
    CheckConstraint("from_account <> to_account", name="goes_somewhere"),
)
