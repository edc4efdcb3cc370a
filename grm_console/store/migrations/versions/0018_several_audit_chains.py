"""Several audit chains on PostgreSQL; whom an account opened lately goes by time, as chains have no common order."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_OPENED = sa.text("act = 'contact.open'")


def upgrade() -> None:
    with op.batch_alter_table("audit_head") as heads:
        heads.drop_constraint("only_one", type_="check")
    if op.get_bind().dialect.name == "postgresql":
        # A store that has its first chain gets the others; a new one gets all when it is founded.
        op.execute(
            "INSERT INTO audit_head (id, count, hash)"
            " SELECT chain, 0, repeat('0', 64) FROM generate_series(2, 8) AS chain"
            " WHERE EXISTS (SELECT 1 FROM audit_head)"
        )
    op.drop_index("ix_audit_opened", "audit")
    op.create_index(
        "ix_audit_opened",
        "audit",
        ["account_id", "at", "seq"],
        sqlite_where=_OPENED,
        postgresql_where=_OPENED,
    )
