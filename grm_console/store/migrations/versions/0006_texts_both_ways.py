"""Texts both ways: attachments, what reaches a number and what it wants, questions by text, pauses, PINs of cases."""

import re

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

_STATES = ("pending", "sending", "sent", "delivered", "failed", "unknown", "withdrawn")


def upgrade() -> None:
    op.create_table(
        "stored_file",
        sa.Column("digest", columns.WORDS, nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("kept_at", columns.INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_stored_file")),
    )
    op.create_table(
        "attachment",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("media_type", columns.WORDS, nullable=False),
        sa.Column("url", columns.WORDS, nullable=False),
        sa.Column("stage", columns.WORDS, nullable=False),
        sa.Column("problem", columns.WORDS, nullable=False),
        sa.Column("digest", columns.WORDS, nullable=True),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("settled_at", columns.INSTANT, nullable=True),
        sa.CheckConstraint("stage IN ('listed', 'asked', 'kept', 'failed')", name=op.f("ck_attachment_stage_known")),
        sa.ForeignKeyConstraint(["digest"], ["stored_file.digest"], name=op.f("fk_attachment_digest")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_attachment_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("interaction_id", "position", name=op.f("uq_attachment_interaction_id_position")),
    )
    op.create_table(
        "point_reach",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.Column("reached", sa.Boolean(), nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("reason", columns.WORDS, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=True),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_point_reach_account_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_point_reach_contact_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_reach")),
    )
    op.create_index(op.f("ix_point_reach_contact_point_id"), "point_reach", ["contact_point_id"])
    op.create_table(
        "text_question",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("decision", columns.WORDS, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=True),
        sa.Column("case_id", columns.KEY, nullable=True),
        sa.Column("options", columns.JSON, nullable=True),
        sa.Column("asked_at", columns.INSTANT, nullable=False),
        sa.Column("expires_at", columns.INSTANT, nullable=False),
        sa.Column("answer", sa.Integer(), nullable=False),
        sa.Column("answered_at", columns.INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_text_question_case_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_text_question_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_text_question_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_question")),
        sa.UniqueConstraint("decision", name=op.f("uq_text_question_decision")),
    )
    op.create_index("ix_text_question_point", "text_question", ["contact_point_id", "asked_at"])
    op.create_index(op.f("ix_text_question_case_id"), "text_question", ["case_id"])
    op.create_table(
        "text_pause",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("line", columns.WORDS, nullable=False),
        sa.Column("code", sa.Integer(), nullable=False),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("until", columns.INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_pause")),
    )
    op.create_index("ix_text_pause_until", "text_pause", ["until"])
    op.create_table(
        "case_pin",
        sa.Column("case_id", columns.KEY, nullable=False),
        sa.Column("pin_hash", columns.WORDS, nullable=False),
        sa.Column("made_at", columns.INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_pin_case_id")),
        sa.PrimaryKeyConstraint("case_id", name=op.f("pk_case_pin")),
    )
    op.create_table(
        "pin_attempt",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("case_id", columns.KEY, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_pin_attempt_case_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_pin_attempt_contact_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_attempt")),
    )
    op.create_index(op.f("ix_pin_attempt_case_id"), "pin_attempt", ["case_id"])
    op.create_index("ix_pin_attempt_point", "pin_attempt", ["contact_point_id", "at"])

    with op.batch_alter_table("point_consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reason", columns.WORDS, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("account_id", columns.KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_point_consent_account_id"), "account", ["account_id"], ["id"])
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("follows_id", columns.KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_interaction_follows_id"), "interaction", ["follows_id"], ["id"])
        batch_op.create_index(
            "ix_interaction_follows",
            ["follows_id"],
            unique=False,
            sqlite_where=sa.text("follows_id IS NOT NULL"),
            postgresql_where=sa.text("follows_id IS NOT NULL"),
        )
    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("text_target_seconds", sa.Integer(), nullable=False, server_default="180"))
        batch_op.add_column(sa.Column("quiet_hours", columns.WORDS, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("asks_rating", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("replied_at", columns.INSTANT, nullable=True))
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.add_column(sa.Column("code", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("rule", columns.WORDS, nullable=False, server_default=""))
    op.execute("UPDATE outbox SET rule = 'acknowledgement' WHERE kind = 'text' AND by_document")
    _widen("outbox", "state", _STATES)


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
