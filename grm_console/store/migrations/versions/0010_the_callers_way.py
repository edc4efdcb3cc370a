"""The caller's way: emergency services calling back, music, overflow to another queue, voicemails as facts."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "emergency_call",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("area", columns.WORDS, nullable=False),
        sa.Column("number", columns.WORDS, nullable=False),
        sa.Column("place", columns.WORDS, nullable=False),
        sa.Column("dialled", columns.WORDS, nullable=False),
        sa.Column("callback", columns.WORDS, nullable=False),
        sa.Column("caller_id", columns.WORDS, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_emergency_call_account_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_emergency_call_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_call")),
    )
    with op.batch_alter_table("emergency_call", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_emergency_call_at"), ["at"], unique=False)
        batch_op.create_index(batch_op.f("ix_emergency_call_interaction_id"), ["interaction_id"], unique=False)
    op.create_table(
        "emergency_callback",
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("emergency_call_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["emergency_call_id"], ["emergency_call.id"], name=op.f("fk_emergency_callback_emergency_call_id")
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_emergency_callback_interaction_id")
        ),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_emergency_callback")),
    )
    op.add_column("emergency_line", sa.Column("callback", columns.WORDS, nullable=False, server_default=""))
    op.add_column("queue", sa.Column("overflow_after_seconds", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("queue", sa.Column("music", columns.WORDS, nullable=False, server_default=""))
    op.add_column("queue_entry", sa.Column("overflowed_at", columns.INSTANT, nullable=True))
    for table in ("queue", "queue_entry"):
        _add_overflow_queue(table)
    op.add_column("timeline_entry", sa.Column("voicemail_seconds", columns.KEY, nullable=True))
    _voicemails_as_facts()


def _add_overflow_queue(table: str) -> None:
    """In one statement on both stores: SQLite adds no constraint later but by making the table anew."""
    key = columns.KEY.compile(dialect=op.get_bind().dialect)
    constraint = f"CONSTRAINT fk_{table}_overflow_queue_id REFERENCES queue (id)"
    op.execute(f"ALTER TABLE {table} ADD COLUMN overflow_queue_id {key} {constraint}")


def _voicemails_as_facts() -> None:
    """Lines of voicemails were words, `Voicemail, 32 s`; now the length stands there and the words are made for it."""
    left = """
        SELECT CAST(SUM(COALESCE(seconds, 0)) AS INTEGER) FROM recording
        WHERE recording.interaction_id = timeline_entry.source_id AND kind = 'voicemail' AND state = 'completed'
    """
    op.execute(
        f"UPDATE timeline_entry SET voicemail_seconds = ({left}), summary = '' "  # noqa: S608 - our own words
        "WHERE kind = 'interaction' AND (summary = 'Voicemail' OR summary LIKE 'Voicemail, % s') "
        f"AND ({left}) IS NOT NULL"
    )
