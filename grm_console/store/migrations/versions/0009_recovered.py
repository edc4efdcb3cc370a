"""What no webhook brought and was found in the carrier's list says so."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for table in ("inbound_event", "interaction"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("recovered", sa.Boolean(), nullable=False, server_default=sa.false()))
