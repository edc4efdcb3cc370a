"""What the board asks for: its two indexes, and that a supervisor moved an item."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(
            "ix_case_file_due",
            ["organisation_id", "due_at"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_decided", ["decided_at"], unique=False)

    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved_at", columns.INSTANT, nullable=True))
        batch_op.create_index(
            "ix_queue_entry_claimed",
            ["claim_expires_at"],
            unique=False,
            sqlite_where=sa.text("state = 'claimed'"),
            postgresql_where=sa.text("state = 'claimed'"),
        )
