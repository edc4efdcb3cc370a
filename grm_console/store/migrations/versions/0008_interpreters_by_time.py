"""Interpreters' legs are found by when they joined."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("call_leg", schema=None) as batch_op:
        batch_op.create_index(
            "ix_call_leg_interpreter",
            ["joined_at"],
            unique=False,
            sqlite_where=sa.text("role = 'interpreter'"),
            postgresql_where=sa.text("role = 'interpreter'"),
        )
