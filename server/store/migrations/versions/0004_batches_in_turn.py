"""Ready batches are found in the order in which they are given out."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index("ix_batches_state", table_name="batches")
    op.create_index(
        "ix_batches_in_turn",
        "batches",
        ["state", sa.text("priority DESC"), sa.text("(due_at = '')"), "due_at", "id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_batches_in_turn", table_name="batches")
    op.create_index("ix_batches_state", "batches", ["state"], unique=False)
