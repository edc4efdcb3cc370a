"""The outbox is found by the carrier's id only where there is one: most texts go with a webhook's own answer."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_HAS_ID = "provider_id <> ''"
_UNKNOWN = "state = 'unknown'"


def upgrade() -> None:
    op.drop_index("ix_outbox_provider_id", table_name="outbox")
    for name, columns, where in (
        ("ix_outbox_provider_id", ["provider", "provider_id"], _HAS_ID),
        ("ix_outbox_asked", ["decided_at"], _HAS_ID),
        ("ix_outbox_unknown", ["id"], _UNKNOWN),
    ):
        op.create_index(
            name, "outbox", columns, unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where)
        )
