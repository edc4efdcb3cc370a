"""Who picks up, a person or a machine; how offers of calls end; interpreters by language."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    no, yes, nothing = sa.false(), sa.true(), sa.text("''")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("interprets", columns.WORDS, nullable=False, server_default=nothing))
        batch_op.add_column(sa.Column("detects_machines", sa.Boolean(), nullable=False, server_default=yes))
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("detects_machines", sa.Boolean(), nullable=False, server_default=yes))
    with op.batch_alter_table("live_call", schema=None) as batch_op:
        batch_op.add_column(sa.Column("leaving", sa.Integer(), nullable=True))
    with op.batch_alter_table("call_leg", schema=None) as batch_op:
        batch_op.add_column(sa.Column("detects", sa.Boolean(), nullable=False, server_default=no))
        batch_op.add_column(sa.Column("answered_by", columns.WORDS, nullable=False, server_default=nothing))
        batch_op.add_column(sa.Column("person", sa.Boolean(), nullable=False, server_default=no))
        batch_op.add_column(sa.Column("language", columns.WORDS, nullable=False, server_default=nothing))
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.add_column(sa.Column("holds", sa.Boolean(), nullable=False, server_default=no))
        batch_op.add_column(sa.Column("not_taken", columns.WORDS, nullable=False, server_default=nothing))
