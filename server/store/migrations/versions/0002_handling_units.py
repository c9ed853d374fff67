"""Handling units: loads that are named by an SSCC."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "handling_units",
        sa.Column("sscc", sa.Text(), nullable=False),
        sa.Column("sku", sa.Text(), nullable=False),
        sa.Column("lot", sa.Text(), server_default="", nullable=False),
        sa.Column("qty_each", sa.Integer(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("line_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "length(sscc) = 18 AND ltrim(sscc, '0123456789') = ''",
            name=op.f("ck_handling_units_sscc_of_18_digits"),
        ),
        sa.CheckConstraint("qty_each > 0", name=op.f("ck_handling_units_qty_each_positive")),
        sa.CheckConstraint(
            "account = 'adjustment' OR substr(account, 1, 9) = 'location:'",
            name=op.f("ck_handling_units_account_known"),
        ),
        sa.ForeignKeyConstraint(["line_id"], ["pick_lines.id"], name=op.f("fk_handling_units_line_id")),
        sa.ForeignKeyConstraint(["sku"], ["skus.sku"], name=op.f("fk_handling_units_sku")),
        sa.PrimaryKeyConstraint("sscc", name=op.f("pk_handling_units")),
    )
    op.create_index("ix_handling_units_account", "handling_units", ["account"], unique=False)
    op.create_index(
        "ix_handling_units_line_id",
        "handling_units",
        ["line_id"],
        unique=False,
        sqlite_where=sa.text("line_id IS NOT NULL"),
        postgresql_where=sa.text("line_id IS NOT NULL"),
    )


def downgrade() -> None:
    op.drop_index("ix_handling_units_line_id", table_name="handling_units")
    op.drop_index("ix_handling_units_account", table_name="handling_units")
    op.drop_table("handling_units")
