"""A leg of a call is found by the carrier's own id for it, and what was offered by its call."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

_HAS_SID = sa.text("sid <> ''")


def upgrade() -> None:
    op.create_index("ix_call_leg_sid", "call_leg", ["sid"], sqlite_where=_HAS_SID, postgresql_where=_HAS_SID)
    op.create_index("ix_transfer_interaction_id", "transfer", ["interaction_id"])
