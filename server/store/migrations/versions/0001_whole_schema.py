"""The tables of the first release."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "cartons",
        sa.Column("carton", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("volume_ml", sa.Integer(), server_default="0", nullable=False),
        sa.PrimaryKeyConstraint("carton", name=op.f("pk_cartons")),
    )
    op.create_table(
        "closures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place", sa.Text(), server_default="", nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("badge", sa.Text(), server_default="", nullable=False),
        sa.Column("from_node", sa.Text(), server_default="", nullable=False),
        sa.Column("to_node", sa.Text(), server_default="", nullable=False),
        sa.Column("segments", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("closed_at", sa.Text(), nullable=False),
        sa.Column("opened_at", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closures")),
    )
    op.create_table(
        "events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("op_id", sa.Text(), nullable=True),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(), server_default="", nullable=False),
        sa.Column("tone", sa.Text(), server_default="", nullable=False),
        sa.Column("badge", sa.Text(), server_default="", nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("seq", sa.Integer(), server_default="0", nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=True),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("act", sa.Text(), server_default="", nullable=False),
        sa.Column("label", sa.Text(), server_default="", nullable=False),
        sa.Column("qty_each", sa.Integer(), server_default="0", nullable=False),
        sa.Column("device_at", sa.Text(), server_default="", nullable=False),
        sa.Column("body_hash", sa.Text(), server_default="", nullable=False),
        sa.Column("reply", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("op_id", name=op.f("uq_events_op_id")),
    )
    op.create_index("ix_events_task_id", "events", ["task_id"], unique=False)
    op.create_table(
        "house_rules",
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("set_at", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("rule", name=op.f("pk_house_rules")),
    )
    op.create_table(
        "labels",
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("ref", sa.Text(), nullable=False),
        sa.Column("uom", sa.Text(), server_default="each", nullable=False),
        sa.Column("qty_each", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint(
            "kind IN ('location', 'aisle', 'item', 'tote', 'cart', 'station', 'carton', 'person', 'serial')",
            name=op.f("ck_labels_kind_known"),
        ),
        sa.CheckConstraint("qty_each > 0", name=op.f("ck_labels_qty_each_positive")),
        sa.PrimaryKeyConstraint("label", "kind", "ref", name=op.f("pk_labels")),
    )
    op.create_index("ix_labels_ref", "labels", ["ref"], unique=False)
    op.create_table(
        "layouts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("revision", sa.Text(), nullable=False),
        sa.Column("document", sa.JSON(), nullable=False),
        sa.Column("loaded_at", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), server_default="1", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_layouts")),
        sa.UniqueConstraint("revision", name=op.f("uq_layouts_revision")),
    )
    op.create_table(
        "locations",
        sa.Column("location_code", sa.Text(), nullable=False),
        sa.Column("zone", sa.Text(), server_default="", nullable=False),
        sa.Column("aisle", sa.Text(), server_default="", nullable=False),
        sa.Column("check_digits", sa.Text(), server_default="", nullable=False),
        sa.Column("kind", sa.Text(), server_default="pick_face", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.Column("x_m", sa.Float(), nullable=False),
        sa.Column("y_m", sa.Float(), nullable=False),
        sa.CheckConstraint("state IN ('open', 'blocked')", name=op.f("ck_locations_state_known")),
        sa.PrimaryKeyConstraint("location_code", name=op.f("pk_locations")),
    )
    op.create_table(
        "people",
        sa.Column("badge", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("active", sa.Integer(), server_default="1", nullable=False),
        sa.CheckConstraint("role IN ('picker', 'packer', 'supervisor', 'admin')", name=op.f("ck_people_role_known")),
        sa.PrimaryKeyConstraint("badge", name=op.f("pk_people")),
    )
    op.create_table(
        "skus",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("weight_g", sa.Integer(), server_default="0", nullable=False),
        sa.Column("volume_ml", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tracks", sa.Text(), server_default="", nullable=False),
        sa.Column("tracks_expiry", sa.Integer(), server_default="0", nullable=False),
        sa.Column("count_each_up_to", sa.Integer(), server_default="6", nullable=False),
        sa.Column("min_qty", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("tracks IN ('', 'lot', 'serial')", name=op.f("ck_skus_tracks_known")),
        sa.CheckConstraint("volume_ml >= 0", name=op.f("ck_skus_volume_ml_not_negative")),
        sa.CheckConstraint("weight_g >= 0", name=op.f("ck_skus_weight_g_not_negative")),
        sa.PrimaryKeyConstraint("sku", name=op.f("pk_skus")),
    )
    op.create_table(
        "stations",
        sa.Column("station_code", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("node", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('pack', 'staging', 'dock')", name=op.f("ck_stations_kind_known")),
        sa.PrimaryKeyConstraint("station_code", name=op.f("pk_stations")),
    )
    op.create_table(
        "waves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("released_at", sa.Text(), nullable=False),
        sa.Column("cutoff", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waves")),
    )
    op.create_table(
        "batches",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), server_default="ready", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("due_at", sa.Text(), server_default="", nullable=False),
        sa.Column("length_m", sa.Float(), server_default="0", nullable=False),
        sa.Column("lower_bound_m", sa.Float(), server_default="0", nullable=False),
        sa.Column("optimal", sa.Integer(), server_default="0", nullable=False),
        sa.Column("method", sa.Text(), server_default="", nullable=False),
        sa.Column("name_order_m", sa.Float(), server_default="0", nullable=False),
        sa.Column("s_shape_m", sa.Float(), server_default="0", nullable=False),
        sa.Column("first_location_m", sa.Float(), server_default="0", nullable=False),
        sa.Column("path", sa.JSON(), server_default="[]", nullable=False),
        sa.Column("station_code", sa.Text(), server_default="", nullable=False),
        sa.Column("start_at", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("state IN ('ready', 'picking', 'picked', 'cancelled')", name=op.f("ck_batches_state_known")),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_batches_wave_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_batches")),
    )
    op.create_index("ix_batches_state", "batches", ["state"], unique=False)
    op.create_table(
        "batch_ways",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("way", sa.Integer(), nullable=False),
        sa.Column("length_m", sa.Float(), nullable=False),
        sa.Column("path", sa.JSON(), nullable=False),
        sa.Column("stops", sa.JSON(), nullable=False),
        sa.Column("legs", sa.JSON(), nullable=False),
        sa.Column("done_s", sa.JSON(), nullable=False),
        sa.CheckConstraint("way >= 0", name=op.f("ck_batch_ways_way_not_negative")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_ways_batch_id")),
        sa.PrimaryKeyConstraint("batch_id", "way", name=op.f("pk_batch_ways")),
    )
    op.create_table(
        "carts",
        sa.Column("cart", sa.Text(), nullable=False),
        sa.Column("slots", sa.Integer(), server_default="8", nullable=False),
        sa.Column("max_volume_ml", sa.Integer(), server_default="0", nullable=False),
        sa.Column("max_weight_g", sa.Integer(), server_default="0", nullable=False),
        sa.Column("badge", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["badge"], ["people.badge"], name=op.f("fk_carts_badge")),
        sa.PrimaryKeyConstraint("cart", name=op.f("pk_carts")),
    )
    op.create_table(
        "enrolments",
        sa.Column("id", sa.Integer(), autoincrement=True, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("code_hash", sa.Text(), nullable=False),
        sa.Column("credential_hash", sa.Text(), nullable=True),
        sa.Column("invited_at", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.Text(), nullable=False),
        sa.Column("enrolled_at", sa.Text(), server_default="", nullable=False),
        sa.Column("removed_at", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolments")),
    )
    op.create_index("uq_enrolments_code_hash", "enrolments", ["code_hash"], unique=True)
    op.create_index("uq_enrolments_credential_hash", "enrolments", ["credential_hash"], unique=True)
    op.create_table(
        "devices",
        sa.Column("device", sa.Text(), nullable=False),
        sa.Column("badge", sa.Text(), nullable=True),
        sa.Column("seen_at", sa.Text(), server_default="", nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["badge"], ["people.badge"], name=op.f("fk_devices_badge")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolments.id"], name=op.f("fk_devices_enrolment_id")),
        sa.PrimaryKeyConstraint("device", name=op.f("pk_devices")),
    )
    op.create_table(
        "lots",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("expiry", sa.Text(), server_default="", nullable=False),
        sa.Column("received_at", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["sku"], ["skus.sku"], name=op.f("fk_lots_sku")),
        sa.PrimaryKeyConstraint("sku", "lot", name=op.f("pk_lots")),
    )
    op.create_index("ix_lots_lot", "lots", ["lot"], unique=False)
    op.create_table(
        "moves",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("from_account", sa.Text(), nullable=False),
        sa.Column("to_account", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), server_default="", nullable=False),
        sa.Column("qty_each", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), server_default="", nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("from_account <> to_account", name=op.f("ck_moves_goes_somewhere")),
        sa.CheckConstraint("qty_each > 0", name=op.f("ck_moves_qty_each_positive")),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_moves_event_id")),
        sa.ForeignKeyConstraint(["sku"], ["skus.sku"], name=op.f("fk_moves_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moves")),
    )
    op.create_table(
        "orders",
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), server_default="", nullable=False),
        sa.Column("customer", sa.Text(), server_default="", nullable=False),
        sa.Column("ordered_at", sa.Text(), nullable=False),
        sa.Column("due_at", sa.Text(), server_default="", nullable=False),
        sa.Column("priority", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="waiting", nullable=False),
        sa.Column("wave_id", sa.Integer(), nullable=True),
        sa.Column("min_life_days", sa.Integer(), server_default="0", nullable=False),
        sa.Column("content_hash", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint(
            "state IN ('waiting', 'picking', 'picked', 'packing', 'shipped', 'cancelled', 'short')",
            name=op.f("ck_orders_state_known"),
        ),
        sa.ForeignKeyConstraint(["wave_id"], ["waves.id"], name=op.f("fk_orders_wave_id")),
        sa.PrimaryKeyConstraint("order_ref", name=op.f("pk_orders")),
    )
    op.create_index("ix_orders_state", "orders", ["state"], unique=False)
    op.create_table(
        "stock",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), nullable=False),
        sa.Column("on_hand_each", sa.Integer(), server_default="0", nullable=False),
        sa.Column("reserved_each", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("on_hand_each >= 0", name=op.f("ck_stock_on_hand_each_not_negative")),
        sa.CheckConstraint("reserved_each <= on_hand_each", name=op.f("ck_stock_reserved_within_on_hand")),
        sa.CheckConstraint("reserved_each >= 0", name=op.f("ck_stock_reserved_each_not_negative")),
        sa.ForeignKeyConstraint(["sku"], ["skus.sku"], name=op.f("fk_stock_sku")),
        sa.PrimaryKeyConstraint("account", "sku", "lot", name=op.f("pk_stock")),
    )
    op.create_index("ix_stock_sku", "stock", ["sku"], unique=False)
    op.create_table(
        "batch_slots",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("tote", sa.Text(), server_default="", nullable=False),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_batch_slots_batch_id")),
        sa.ForeignKeyConstraint(["order_ref"], ["orders.order_ref"], name=op.f("fk_batch_slots_order_ref")),
        sa.PrimaryKeyConstraint("batch_id", "slot", name=op.f("pk_batch_slots")),
    )
    op.create_table(
        "order_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("line_number", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("qty_each", sa.Integer(), nullable=False),
        sa.Column("picked_each", sa.Integer(), server_default="0", nullable=False),
        sa.Column("short_each", sa.Integer(), server_default="0", nullable=False),
        sa.Column("shipped_each", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "picked_each + short_each <= qty_each", name=op.f("ck_order_lines_picked_and_short_within_ordered")
        ),
        sa.CheckConstraint("picked_each >= 0", name=op.f("ck_order_lines_picked_each_not_negative")),
        sa.CheckConstraint("qty_each > 0", name=op.f("ck_order_lines_qty_each_positive")),
        sa.CheckConstraint("shipped_each <= picked_each", name=op.f("ck_order_lines_shipped_within_picked")),
        sa.CheckConstraint("shipped_each >= 0", name=op.f("ck_order_lines_shipped_each_not_negative")),
        sa.CheckConstraint("short_each >= 0", name=op.f("ck_order_lines_short_each_not_negative")),
        sa.ForeignKeyConstraint(["order_ref"], ["orders.order_ref"], name=op.f("fk_order_lines_order_ref")),
        sa.ForeignKeyConstraint(["sku"], ["skus.sku"], name=op.f("fk_order_lines_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_order_lines")),
        sa.UniqueConstraint("order_ref", "line_number", name=op.f("uq_order_lines_order_ref_line_number")),
    )
    op.create_table(
        "tasks",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), server_default="1", nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("asked", sa.Text(), server_default="", nullable=False),
        sa.Column("badge", sa.Text(), nullable=True),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("order_ref", sa.Text(), nullable=True),
        sa.Column("cart", sa.Text(), server_default="", nullable=False),
        sa.Column("carton", sa.Text(), server_default="", nullable=False),
        sa.Column("at_location", sa.Text(), server_default="", nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("in_hand_each", sa.Integer(), server_default="0", nullable=False),
        sa.Column("memory", sa.Text(), nullable=True),
        sa.Column("location_code", sa.Text(), server_default="", nullable=False),
        sa.Column("sku", sa.Text(), server_default="", nullable=False),
        sa.Column("lot", sa.Text(), server_default="", nullable=False),
        sa.Column("qty_each", sa.Integer(), server_default="0", nullable=False),
        sa.Column("tote", sa.Text(), server_default="", nullable=False),
        sa.Column("held_by", sa.Text(), nullable=True),
        sa.Column("raised_at", sa.Text(), nullable=False),
        sa.Column("ended_at", sa.Text(), server_default="", nullable=False),
        sa.Column("ended_why", sa.Text(), server_default="", nullable=False),
        sa.CheckConstraint("kind IN ('pick', 'pack', 'count', 'put_back')", name=op.f("ck_tasks_kind_known")),
        sa.CheckConstraint("in_hand_each >= 0", name=op.f("ck_tasks_in_hand_each_not_negative")),
        sa.ForeignKeyConstraint(["badge"], ["people.badge"], name=op.f("fk_tasks_badge")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_tasks_batch_id")),
        sa.ForeignKeyConstraint(["held_by"], ["people.badge"], name=op.f("fk_tasks_held_by")),
        sa.ForeignKeyConstraint(["order_ref"], ["orders.order_ref"], name=op.f("fk_tasks_order_ref")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_tasks")),
    )
    op.create_index("ix_tasks_batch_id", "tasks", ["batch_id"], unique=False)
    op.create_index(
        "uq_tasks_one_at_a_time",
        "tasks",
        ["badge", "kind"],
        unique=True,
        sqlite_where=sa.text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
        postgresql_where=sa.text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
    )
    op.create_index(
        "uq_tasks_one_put_back",
        "tasks",
        ["badge"],
        unique=True,
        sqlite_where=sa.text("ended_at = '' AND badge IS NOT NULL AND kind = 'put_back'"),
        postgresql_where=sa.text("ended_at = '' AND badge IS NOT NULL AND kind = 'put_back'"),
    )
    op.create_index(
        "uq_tasks_one_open_count",
        "tasks",
        ["location_code", "sku"],
        unique=True,
        sqlite_where=sa.text("ended_at = '' AND kind = 'count'"),
        postgresql_where=sa.text("ended_at = '' AND kind = 'count'"),
    )
    op.create_table(
        "totes",
        sa.Column("tote", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="free", nullable=False),
        sa.Column("order_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=True),
        sa.Column("slot", sa.Integer(), server_default="0", nullable=False),
        sa.Column("station_code", sa.Text(), server_default="", nullable=False),
        sa.Column("volume_ml", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint(
            "state IN ('free', 'filling', 'full', 'staged', 'packing')", name=op.f("ck_totes_state_known")
        ),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_totes_batch_id")),
        sa.PrimaryKeyConstraint("tote", name=op.f("pk_totes")),
    )
    op.create_index("ix_totes_batch_id", "totes", ["batch_id"], unique=False)
    op.create_index("ix_totes_order_ref", "totes", ["order_ref"], unique=False)
    op.create_table(
        "pack_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("qty_each", sa.Integer(), nullable=False),
        sa.Column("packed_each", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("packed_each <= qty_each", name=op.f("ck_pack_lines_packed_within_picked")),
        sa.CheckConstraint("packed_each >= 0", name=op.f("ck_pack_lines_packed_each_not_negative")),
        sa.ForeignKeyConstraint(["sku"], ["skus.sku"], name=op.f("fk_pack_lines_sku")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_pack_lines_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pack_lines")),
        sa.UniqueConstraint("task_id", "sku", name=op.f("uq_pack_lines_task_id_sku")),
    )
    op.create_table(
        "parcels",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("order_ref", sa.Text(), nullable=False),
        sa.Column("task_id", sa.Integer(), nullable=False),
        sa.Column("carton", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("shipped_at", sa.Text(), server_default="", nullable=False),
        sa.Column("weight_g", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("state IN ('open', 'shipped')", name=op.f("ck_parcels_state_known")),
        sa.CheckConstraint("weight_g >= 0", name=op.f("ck_parcels_weight_g_not_negative")),
        sa.ForeignKeyConstraint(["carton"], ["cartons.carton"], name=op.f("fk_parcels_carton")),
        sa.ForeignKeyConstraint(["order_ref"], ["orders.order_ref"], name=op.f("fk_parcels_order_ref")),
        sa.ForeignKeyConstraint(["task_id"], ["tasks.id"], name=op.f("fk_parcels_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parcels")),
    )
    op.create_index("ix_parcels_order_ref", "parcels", ["order_ref"], unique=False)
    op.create_index("ix_parcels_shipped_at", "parcels", ["shipped_at"], unique=False)
    op.create_table(
        "pick_lines",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("order_line_id", sa.Integer(), nullable=False),
        sa.Column("location_code", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), server_default="", nullable=False),
        sa.Column("qty_each", sa.Integer(), nullable=False),
        sa.Column("picked_each", sa.Integer(), server_default="0", nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.Column("cut_off", sa.Integer(), server_default="0", nullable=False),
        sa.CheckConstraint("state IN ('open', 'done', 'short', 'cancelled')", name=op.f("ck_pick_lines_state_known")),
        sa.CheckConstraint("picked_each <= qty_each", name=op.f("ck_pick_lines_picked_within_wanted")),
        sa.CheckConstraint("picked_each >= 0", name=op.f("ck_pick_lines_picked_each_not_negative")),
        sa.CheckConstraint("qty_each >= 0", name=op.f("ck_pick_lines_qty_each_not_negative")),
        sa.ForeignKeyConstraint(["batch_id"], ["batches.id"], name=op.f("fk_pick_lines_batch_id")),
        sa.ForeignKeyConstraint(
            ["location_code"], ["locations.location_code"], name=op.f("fk_pick_lines_location_code")
        ),
        sa.ForeignKeyConstraint(["order_line_id"], ["order_lines.id"], name=op.f("fk_pick_lines_order_line_id")),
        sa.ForeignKeyConstraint(["sku"], ["skus.sku"], name=op.f("fk_pick_lines_sku")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pick_lines")),
    )
    op.create_index("ix_pick_lines_batch_id_state_seq", "pick_lines", ["batch_id", "state", "seq"], unique=False)
    op.create_index("ix_pick_lines_order_line_id", "pick_lines", ["order_line_id"], unique=False)

    op.create_table(
        "weighings",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("event_id", sa.Integer(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=False),
        sa.Column("qty_each", sa.Integer(), nullable=False),
        sa.Column("weight_g", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_weighings_event_id")),
        sa.ForeignKeyConstraint(["line_id"], ["pick_lines.id"], name=op.f("fk_weighings_line_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_weighings")),
    )
    op.create_index("ix_weighings_line_id", "weighings", ["line_id"], unique=False)
    op.create_table(
        "serials",
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("serial", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.Column("order_ref", sa.Text(), server_default="", nullable=False),
        sa.Column("parcel_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["sku"], ["skus.sku"], name=op.f("fk_serials_sku")),
        sa.PrimaryKeyConstraint("sku", "serial", name=op.f("pk_serials")),
        sa.Index("ix_serials_account", "account"),
        sa.Index("ix_serials_line_id", "line_id"),
        sa.Index("ix_serials_order_ref", "order_ref"),
        sa.Index("ix_serials_serial", "serial"),
    )
    op.create_table(
        "set_aside",
        sa.Column("op_id", sa.Text(), nullable=False),
        sa.Column("at", sa.Text(), nullable=False),
        sa.Column("badge", sa.Text(), server_default="", nullable=False),
        sa.Column("device", sa.Text(), server_default="", nullable=False),
        sa.Column("seq", sa.Integer(), nullable=False),
        sa.Column("intent", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.Text(), server_default="", nullable=False),
        sa.PrimaryKeyConstraint("op_id", name=op.f("pk_set_aside")),
    )


def downgrade() -> None:
    op.drop_table("set_aside")
    op.drop_table("serials")
    op.drop_index("ix_weighings_line_id", table_name="weighings")
    op.drop_table("weighings")
    op.drop_index("ix_pick_lines_order_line_id", table_name="pick_lines")
    op.drop_index("ix_pick_lines_batch_id_state_seq", table_name="pick_lines")
    op.drop_table("pick_lines")
    op.drop_index("ix_parcels_shipped_at", table_name="parcels")
    op.drop_index("ix_parcels_order_ref", table_name="parcels")
    op.drop_table("parcels")
    op.drop_table("pack_lines")
    op.drop_index("ix_totes_order_ref", table_name="totes")
    op.drop_index("ix_totes_batch_id", table_name="totes")
    op.drop_table("totes")
    op.drop_index(
        "uq_tasks_one_put_back",
        table_name="tasks",
        sqlite_where=sa.text("ended_at = '' AND badge IS NOT NULL AND kind = 'put_back'"),
        postgresql_where=sa.text("ended_at = '' AND badge IS NOT NULL AND kind = 'put_back'"),
    )
    op.drop_index(
        "uq_tasks_one_open_count",
        table_name="tasks",
        sqlite_where=sa.text("ended_at = '' AND kind = 'count'"),
        postgresql_where=sa.text("ended_at = '' AND kind = 'count'"),
    )
    op.drop_index(
        "uq_tasks_one_at_a_time",
        table_name="tasks",
        sqlite_where=sa.text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
        postgresql_where=sa.text("ended_at = '' AND badge IS NOT NULL AND kind IN ('pick', 'pack')"),
    )
    op.drop_index("ix_tasks_batch_id", table_name="tasks")
    op.drop_table("tasks")
    op.drop_table("order_lines")
    op.drop_table("batch_slots")
    op.drop_index("ix_stock_sku", table_name="stock")
    op.drop_table("stock")
    op.drop_index("ix_orders_state", table_name="orders")
    op.drop_table("orders")
    op.drop_table("moves")
    op.drop_index("ix_lots_lot", table_name="lots")
    op.drop_table("lots")
    op.drop_table("devices")
    op.drop_index("uq_enrolments_credential_hash", table_name="enrolments")
    op.drop_index("uq_enrolments_code_hash", table_name="enrolments")
    op.drop_table("enrolments")
    op.drop_table("carts")
    op.drop_table("batch_ways")
    op.drop_index("ix_batches_state", table_name="batches")
    op.drop_table("batches")
    op.drop_table("waves")
    op.drop_table("stations")
    op.drop_table("skus")
    op.drop_table("people")
    op.drop_table("locations")
    op.drop_table("layouts")
    op.drop_index("ix_labels_ref", table_name="labels")
    op.drop_table("labels")
    op.drop_index("ix_events_task_id", table_name="events")
    op.drop_table("events")
    op.drop_table("closures")
    op.drop_table("house_rules")
    op.drop_table("cartons")
