"""Live calls: legs, transfers, callbacks, recordings, opening hours, what callers hear, emergency lines."""

import re

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_NEW_ACTS = {
    "operator": ("recording.hear",),
    "supervisor": ("recording.hear", "call.lead", "number.block"),
    "administrator": ("number.block",),
    "system": ("recording.hear", "number.block"),
}
_ENDS = (
    "answered",
    "abandoned",
    "short-abandon",
    "closed",
    "overflow",
    "callback",
    "voicemail",
    "blocked",
    "failed",
    "handled",
)
_EVENTS = (
    "call",
    "call-status",
    "call-dialled",
    "call-leg",
    "conference",
    "call-key",
    "call-step",
    "recording",
    "text",
    "text-status",
    "unreadable",
)


def upgrade() -> None:
    op.create_table(
        "calendar",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("code", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("time_zone", columns.WORDS, nullable=False),
        sa.Column("holidays", columns.WORDS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar")),
        sa.UniqueConstraint("code", name=op.f("uq_calendar_code")),
    )
    op.create_table(
        "emergency_line",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("area", columns.WORDS, nullable=False),
        sa.Column("number", columns.WORDS, nullable=False),
        sa.Column("dial", columns.WORDS, nullable=False),
        sa.Column("script", columns.WORDS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_emergency_line")),
        sa.UniqueConstraint("area", name=op.f("uq_emergency_line_area")),
    )
    op.create_table(
        "spoken_text",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("queue", columns.WORDS, nullable=False),
        sa.Column("words", columns.WORDS, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_spoken_text")),
        sa.UniqueConstraint("name", "language", "queue", name=op.f("uq_spoken_text_name_language_queue")),
    )
    op.create_table(
        "calendar_day",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("calendar_id", columns.KEY, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("as_weekday", sa.Integer(), nullable=True),
        sa.Column("spans", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.CheckConstraint("as_weekday BETWEEN 0 AND 6", name=op.f("ck_calendar_day_as_weekday_known")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_day_calendar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_day")),
        sa.UniqueConstraint("calendar_id", "day", name=op.f("uq_calendar_day_calendar_id_day")),
    )
    op.create_table(
        "calendar_span",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("calendar_id", columns.KEY, nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=False),
        sa.Column("opens", sa.Integer(), nullable=False),
        sa.Column("closes", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "closes > opens AND opens >= 0 AND closes <= 1440", name=op.f("ck_calendar_span_closes_after_opens")
        ),
        sa.CheckConstraint("weekday BETWEEN 0 AND 6", name=op.f("ck_calendar_span_weekday_known")),
        sa.ForeignKeyConstraint(["calendar_id"], ["calendar.id"], name=op.f("fk_calendar_span_calendar_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_span")),
        sa.UniqueConstraint("calendar_id", "weekday", "opens", name=op.f("uq_calendar_span_calendar_id_weekday_opens")),
    )
    op.create_table(
        "blocked_number",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("reason", columns.WORDS, nullable=False),
        sa.Column("notice", columns.WORDS, nullable=False),
        sa.Column("review_on", columns.INSTANT, nullable=True),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("until", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("lifted_at", columns.INSTANT, nullable=True),
        sa.Column("lifted_by_id", columns.KEY, nullable=True),
        sa.CheckConstraint("kind IN ('machine', 'fraud', 'person')", name=op.f("ck_blocked_number_kind_known")),
        sa.CheckConstraint("until > since", name=op.f("ck_blocked_number_until_after_since")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_blocked_number_account_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_blocked_number_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["lifted_by_id"], ["account.id"], name=op.f("fk_blocked_number_lifted_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_blocked_number")),
    )
    with op.batch_alter_table("blocked_number", schema=None) as batch_op:
        batch_op.create_index("ix_blocked_number_point", ["contact_point_id", "until"], unique=False)

    op.create_table(
        "call_leg",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("role", columns.WORDS, nullable=False),
        sa.Column("address", columns.WORDS, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=True),
        sa.Column("organisation_id", columns.KEY, nullable=True),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("sid", columns.WORDS, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("held", sa.Boolean(), nullable=False),
        sa.Column("muted", sa.Boolean(), nullable=False),
        sa.Column("coaching", sa.Boolean(), nullable=False),
        sa.Column("asked_at", columns.INSTANT, nullable=False),
        sa.Column("asked_by_id", columns.KEY, nullable=False),
        sa.Column("joined_at", columns.INSTANT, nullable=True),
        sa.Column("left_at", columns.INSTANT, nullable=True),
        sa.Column("outcome", columns.WORDS, nullable=False),
        sa.CheckConstraint(
            "role IN ('caller', 'operator', 'supervisor', 'department', 'interpreter', 'emergency')",
            name=op.f("ck_call_leg_role_known"),
        ),
        sa.CheckConstraint(
            "state IN ('asked', 'ringing', 'joined', 'left', 'failed')", name=op.f("ck_call_leg_state_known")
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_call_leg_account_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["account.id"], name=op.f("fk_call_leg_asked_by_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_call_leg_interaction_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_call_leg_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_call_leg")),
        sa.UniqueConstraint("interaction_id", "number", name=op.f("uq_call_leg_interaction_id_number")),
    )
    with op.batch_alter_table("call_leg", schema=None) as batch_op:
        batch_op.create_index(
            "ix_call_leg_live",
            ["account_id"],
            unique=False,
            sqlite_where=sa.text("state = 'asked' OR state = 'ringing' OR state = 'joined'"),
            postgresql_where=sa.text("state = 'asked' OR state = 'ringing' OR state = 'joined'"),
        )

    op.create_table(
        "callback",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("asked_in_id", columns.KEY, nullable=True),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.Column("queue_id", columns.KEY, nullable=False),
        sa.Column("reason", columns.WORDS, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("window_from", columns.INSTANT, nullable=False),
        sa.Column("window_to", columns.INSTANT, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_attempt_at", columns.INSTANT, nullable=True),
        sa.Column("asked_at", columns.INSTANT, nullable=False),
        sa.Column("settled_at", columns.INSTANT, nullable=True),
        sa.CheckConstraint(
            "reason IN ('asked', 'closed', 'dropped', 'promised')", name=op.f("ck_callback_reason_known")
        ),
        sa.CheckConstraint("state IN ('open', 'done', 'missed', 'cancelled')", name=op.f("ck_callback_state_known")),
        sa.CheckConstraint("window_to > window_from", name=op.f("ck_callback_window_to_after_from")),
        sa.ForeignKeyConstraint(["asked_in_id"], ["interaction.id"], name=op.f("fk_callback_asked_in_id")),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_callback_contact_point_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_callback_interaction_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_callback_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint("interaction_id", name=op.f("uq_callback_interaction_id")),
    )
    with op.batch_alter_table("callback", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_callback_settled_at"), ["settled_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_callback_asked_in_id"), ["asked_in_id"], unique=False)
        batch_op.create_index(
            "ix_callback_open",
            ["contact_point_id", "queue_id"],
            unique=True,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "follow_up",
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_follow_up_account_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_follow_up_interaction_id")),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_follow_up")),
    )
    op.create_table(
        "live_call",
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("conference", columns.WORDS, nullable=False),
        sa.Column("conference_sid", columns.WORDS, nullable=False),
        sa.Column("legs", sa.Integer(), nullable=False),
        sa.Column("moved_at", columns.INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_live_call_interaction_id")),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_live_call")),
        sa.UniqueConstraint("conference", name=op.f("uq_live_call_conference")),
    )
    op.create_table(
        "recording",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=True),
        sa.Column("provider", columns.WORDS, nullable=False),
        sa.Column("sid", columns.WORDS, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("url", columns.WORDS, nullable=False),
        sa.Column("seconds", columns.KEY, nullable=True),
        sa.Column("started_at", columns.INSTANT, nullable=False),
        sa.Column("media_type", columns.WORDS, nullable=False),
        sa.Column("audio", sa.LargeBinary(), nullable=True),
        sa.Column("fetched_at", columns.INSTANT, nullable=True),
        sa.Column("problem", columns.WORDS, nullable=False),
        sa.CheckConstraint("kind IN ('call', 'voicemail')", name=op.f("ck_recording_kind_known")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_recording_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recording")),
        sa.UniqueConstraint("provider", "sid", name=op.f("uq_recording_provider_sid")),
    )
    with op.batch_alter_table("recording", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_recording_interaction_id"), ["interaction_id"], unique=False)

    op.create_table(
        "transfer",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("from_id", columns.KEY, nullable=False),
        sa.Column("to_id", columns.KEY, nullable=False),
        sa.Column("note", columns.WORDS, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("offered_at", columns.INSTANT, nullable=False),
        sa.Column("settled_at", columns.INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('offered', 'accepted', 'done', 'declined', 'cancelled')", name=op.f("ck_transfer_state_known")
        ),
        sa.ForeignKeyConstraint(["from_id"], ["account.id"], name=op.f("fk_transfer_from_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_transfer_interaction_id")),
        sa.ForeignKeyConstraint(["to_id"], ["account.id"], name=op.f("fk_transfer_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_transfer")),
    )
    with op.batch_alter_table("transfer", schema=None) as batch_op:
        batch_op.create_index(
            "ix_transfer_offered",
            ["to_id"],
            unique=False,
            sqlite_where=sa.text("state = 'offered' OR state = 'accepted'"),
            postgresql_where=sa.text("state = 'offered' OR state = 'accepted'"),
        )
        batch_op.create_index(
            "ix_transfer_open",
            ["interaction_id"],
            unique=True,
            sqlite_where=sa.text("state = 'offered' OR state = 'accepted'"),
            postgresql_where=sa.text("state = 'offered' OR state = 'accepted'"),
        )

    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("calendar_id", columns.KEY, nullable=True))
        batch_op.add_column(sa.Column("capacity", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("longest_wait_seconds", sa.Integer(), nullable=False, server_default="1800"))
        batch_op.add_column(sa.Column("callback_dropped", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("records", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.create_foreign_key(batch_op.f("fk_queue_calendar_id"), "calendar", ["calendar_id"], ["id"])

    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("not_before", columns.INSTANT, nullable=True))
    _widen("interaction", "end_reason", _ENDS)
    _widen("queue_entry", "left_reason", _ENDS)
    _widen("inbound_event", "kind", _EVENTS)
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM permission LIMIT 1")).first() is not None:
        add = sa.text("INSERT INTO permission (role, act) VALUES (:role, :act)")
        connection.execute(add, [{"role": role, "act": act} for role, acts in _NEW_ACTS.items() for act in acts])


def _widen(table: str, column: str, values: tuple[str, ...]) -> None:
    """Let a closed list hold these values; rows, other constraints and indexes stay as they are."""
    connection = op.get_bind()
    name = f"ck_{table}_{column}_known"
    rule = "{} IN ({})".format(column, ", ".join(f"'{value}'" for value in values))
    if connection.dialect.name == "postgresql":
        op.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}, ADD CONSTRAINT {name} CHECK ({rule})")
        return
    # SQLite changes no constraint: the table is made anew from its own words.
    of_table = sa.text("SELECT sql FROM sqlite_master WHERE tbl_name = :table AND type = :type AND sql IS NOT NULL")
    words = connection.execute(of_table, {"table": table, "type": "table"}).scalar_one()
    indexes = connection.execute(of_table, {"table": table, "type": "index"}).scalars().all()
    wider, count = re.subn(rf"CONSTRAINT {name} CHECK \([^)]*\)\)", f"CONSTRAINT {name} CHECK ({rule})", words)
    assert count == 1, "the first schema names this constraint"
    op.execute(re.sub(rf'CREATE TABLE "?{table}"?', f"CREATE TABLE new_{table}", wider, count=1))
    op.execute(f"INSERT INTO new_{table} SELECT * FROM {table}")  # noqa: S608 - names of our own
    op.execute(f"DROP TABLE {table}")
    op.execute(f"ALTER TABLE new_{table} RENAME TO {table}")
    for index in indexes:
        op.execute(index)
