"""The task in which a person stands, and the one they ended last, are found without a look at everybody's."""

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_tasks_badge_kind_ended_at", "tasks", ["badge", "kind", "ended_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_tasks_badge_kind_ended_at", table_name="tasks")
