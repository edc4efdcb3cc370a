"""Work on contacts, corrections, parked exchanges, claims that expire, shift notices and canned texts."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_NEW_ACTS = {
    "operator": ("contact.find", "contact.merge", "interaction.correct"),
    "supervisor": (
        "contact.find",
        "contact.merge",
        "interaction.correct",
        "board.see",
        "agent.lead",
        "notice.post",
        "canned-text.team",
    ),
    "administrator": ("board.see", "catalogue.manage", "canned-text.team", "store.back-up"),
    "system": ("board.see", "catalogue.manage", "canned-text.team", "store.back-up"),
}
"""What roles may do that did not exist before; a store without any permission is still to be filled by init."""


def upgrade() -> None:
    op.create_table(
        "account_choice",
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("value", columns.WORDS, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_account_choice_account_id")),
        sa.PrimaryKeyConstraint("account_id", "name", name=op.f("pk_account_choice")),
    )
    op.create_table(
        "agent_queue",
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("queue_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_agent_queue_account_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_agent_queue_queue_id")),
        sa.PrimaryKeyConstraint("account_id", "queue_id", name=op.f("pk_agent_queue")),
    )
    op.create_table(
        "canned_text",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("owner_id", columns.KEY, nullable=True),
        sa.Column("category", columns.WORDS, nullable=False),
        sa.Column("title", columns.WORDS, nullable=False),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("body", columns.WORDS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("uses", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("changed_at", columns.INSTANT, nullable=False),
        sa.Column("changed_by_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(["changed_by_id"], ["account.id"], name=op.f("fk_canned_text_changed_by_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["account.id"], name=op.f("fk_canned_text_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_canned_text")),
    )
    with op.batch_alter_table("canned_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_canned_text_owner_id"), ["owner_id"], unique=False)

    op.create_table(
        "notice",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("text", columns.WORDS, nullable=False),
        sa.Column("queue_id", columns.KEY, nullable=True),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("until", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.CheckConstraint("until > since", name=op.f("ck_notice_until_after_since")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_account_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_notice_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
    )
    with op.batch_alter_table("notice", schema=None) as batch_op:
        batch_op.create_index("ix_notice_until", ["until"], unique=False)

    op.create_table(
        "contact_flag",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("contact_id", columns.KEY, nullable=False),
        sa.Column("text", columns.WORDS, nullable=False),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("expires_at", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_flag_account_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_flag_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_flag")),
    )
    with op.batch_alter_table("contact_flag", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_flag_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "contact_merge",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("survivor_id", columns.KEY, nullable=False),
        sa.Column("merged_id", columns.KEY, nullable=False),
        sa.Column("before", columns.JSON, nullable=False),
        sa.Column("after", columns.JSON, nullable=False),
        sa.Column("reason", columns.WORDS, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("undone_at", columns.INSTANT, nullable=True),
        sa.Column("undone_by_id", columns.KEY, nullable=True),
        sa.CheckConstraint("survivor_id <> merged_id", name=op.f("ck_contact_merge_not_with_itself")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_merge_account_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["contact.id"], name=op.f("fk_contact_merge_merged_id")),
        sa.ForeignKeyConstraint(["survivor_id"], ["contact.id"], name=op.f("fk_contact_merge_survivor_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["account.id"], name=op.f("fk_contact_merge_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_merge")),
    )
    with op.batch_alter_table("contact_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_merge_merged_id"), ["merged_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_contact_merge_survivor_id"), ["survivor_id"], unique=False)

    op.create_table(
        "contact_note",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("contact_id", columns.KEY, nullable=False),
        sa.Column("text", columns.WORDS, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_contact_note_account_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_note_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_note")),
    )
    with op.batch_alter_table("contact_note", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_note_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "not_the_same",
        sa.Column("low_id", columns.KEY, nullable=False),
        sa.Column("high_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.CheckConstraint("low_id < high_id", name=op.f("ck_not_the_same_in_order")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_not_the_same_account_id")),
        sa.ForeignKeyConstraint(["high_id"], ["contact.id"], name=op.f("fk_not_the_same_high_id")),
        sa.ForeignKeyConstraint(["low_id"], ["contact.id"], name=op.f("fk_not_the_same_low_id")),
        sa.PrimaryKeyConstraint("low_id", "high_id", name=op.f("pk_not_the_same")),
    )
    with op.batch_alter_table("not_the_same", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_not_the_same_high_id"), ["high_id"], unique=False)

    op.create_table(
        "notice_seen",
        sa.Column("notice_id", columns.KEY, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_notice_seen_account_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_notice_seen_notice_id")),
        sa.PrimaryKeyConstraint("notice_id", "account_id", name=op.f("pk_notice_seen")),
    )
    op.create_table(
        "help_request",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=True),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("taken_by_id", columns.KEY, nullable=True),
        sa.Column("taken_at", columns.INSTANT, nullable=True),
        sa.Column("done_at", columns.INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_help_request_account_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_help_request_interaction_id")),
        sa.ForeignKeyConstraint(["taken_by_id"], ["account.id"], name=op.f("fk_help_request_taken_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_help_request")),
    )
    with op.batch_alter_table("help_request", schema=None) as batch_op:
        batch_op.create_index("ix_help_request_open", ["done_at", "at"], unique=False)

    op.create_table(
        "correction",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=True),
        sa.Column("case_id", columns.KEY, nullable=True),
        sa.Column("field", columns.WORDS, nullable=False),
        sa.Column("before", columns.WORDS, nullable=False),
        sa.Column("after", columns.WORDS, nullable=False),
        sa.Column("reason", columns.WORDS, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.CheckConstraint("(interaction_id IS NULL) <> (case_id IS NULL)", name=op.f("ck_correction_of_one_thing")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_correction_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_correction_case_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_correction_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_correction")),
    )
    with op.batch_alter_table("correction", schema=None) as batch_op:
        batch_op.create_index("ix_correction_case", ["case_id"], unique=False)
        batch_op.create_index("ix_correction_interaction", ["interaction_id"], unique=False)

    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.add_column(sa.Column("occurred", columns.WORDS, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("people", columns.WORDS, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("demand", columns.WORDS, nullable=False, server_default=""))

    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reference", columns.WORDS, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("parked_at", columns.INSTANT, nullable=True))

    with op.batch_alter_table("queue", schema=None) as batch_op:
        batch_op.add_column(sa.Column("active", sa.Boolean(), nullable=False, server_default=sa.true()))

    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("claim_expires_at", columns.INSTANT, nullable=True))

    permission = sa.table("permission", sa.column("role", sa.String()), sa.column("act", sa.String()))
    if op.get_bind().execute(sa.select(permission.c.role).limit(1)).first() is not None:
        op.bulk_insert(permission, [{"role": role, "act": act} for role, acts in _NEW_ACTS.items() for act in acts])
