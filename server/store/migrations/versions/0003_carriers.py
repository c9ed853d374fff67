"""Carriers, the cartons that each takes, and the carrier of an order."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carriers",
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), server_default="open", nullable=False),
        sa.CheckConstraint("state IN ('open', 'down')", name=op.f("ck_carriers_state_known")),
        sa.PrimaryKeyConstraint("carrier", name=op.f("pk_carriers")),
    )
    op.create_table(
        "carrier_cartons",
        sa.Column("carrier", sa.Text(), nullable=False),
        sa.Column("carton", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["carrier"], ["carriers.carrier"], name=op.f("fk_carrier_cartons_carrier")),
        sa.ForeignKeyConstraint(["carton"], ["cartons.carton"], name=op.f("fk_carrier_cartons_carton")),
        sa.PrimaryKeyConstraint("carrier", "carton", name=op.f("pk_carrier_cartons")),
    )
    carrier = sa.Column("carrier", sa.Text(), sa.ForeignKey("carriers.carrier", name=op.f("fk_orders_carrier")))
    op.add_column("orders", carrier, inline_references=True)  # SQLite adds a reference no other way


def downgrade() -> None:
    op.drop_column("orders", "carrier")
    op.drop_table("carrier_cartons")
    op.drop_table("carriers")
