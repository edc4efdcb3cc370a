"""Questions without a good answer, the groups they form as proposals, and alarms of sudden topics."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_NEW_ACTS = {
    "supervisor": ("proposal.see",),
    "officer": ("proposal.see",),
    "editor": ("proposal.see",),
    "approver": ("proposal.see",),
    "system": ("proposal.see", "question.group"),
}
_OPEN = "cleared_at IS NULL"


def upgrade() -> None:
    op.create_table(
        "question_group",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("proposed_as", columns.WORDS, nullable=False),
        sa.Column("article_id", columns.KEY, nullable=True),
        sa.Column("organisation_id", columns.KEY, nullable=True),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("questions", sa.Integer(), nullable=False),
        sa.Column("askers", sa.Integer(), nullable=False),
        sa.Column("repeats", sa.Integer(), nullable=False),
        sa.Column("gap", sa.Integer(), nullable=False),
        sa.Column("first_at", columns.INSTANT, nullable=False),
        sa.Column("last_at", columns.INSTANT, nullable=False),
        sa.Column("decided_by_id", columns.KEY, nullable=True),
        sa.Column("decided_at", columns.INSTANT, nullable=True),
        sa.Column("reason", columns.WORDS, nullable=False),
        sa.Column("askers_decided", sa.Integer(), nullable=False),
        sa.Column("taken_as", columns.WORDS, nullable=True),
        sa.Column("article_version_id", columns.KEY, nullable=True),
        sa.CheckConstraint("state IN ('open', 'accepted', 'set-aside')", name=op.f("ck_question_group_state_known")),
        sa.CheckConstraint("proposed_as IN ('phrasing', 'article')", name=op.f("ck_question_group_proposed_as_known")),
        sa.CheckConstraint("taken_as IN ('phrasing', 'article')", name=op.f("ck_question_group_taken_as_known")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_question_group_article_id")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_question_group_organisation_id")
        ),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_question_group_decided_by_id")),
        sa.ForeignKeyConstraint(
            ["article_version_id"], ["article_version.id"], name=op.f("fk_question_group_article_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question_group")),
    )
    op.create_table(
        "unanswered_question",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("source", columns.WORDS, nullable=False),
        sa.Column("asked_by", columns.WORDS, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=True),
        sa.Column("contact_point_id", columns.KEY, nullable=True),
        sa.Column("contact_id", columns.KEY, nullable=True),
        sa.Column("verdict_id", columns.KEY, nullable=True),
        sa.Column("words", columns.WORDS, nullable=False),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("nearest_id", columns.KEY, nullable=True),
        sa.Column("confidence", columns.KEY, nullable=True),
        sa.Column("model", columns.WORDS, nullable=False),
        sa.Column("meaning", sa.LargeBinary(), nullable=True),
        sa.Column("group_id", columns.KEY, nullable=True),
        sa.Column("nearness", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "asked_by IN ('text', 'search', 'refused')", name=op.f("ck_unanswered_question_asked_by_known")
        ),
        sa.ForeignKeyConstraint(
            ["interaction_id"], ["interaction.id"], name=op.f("fk_unanswered_question_interaction_id")
        ),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_unanswered_question_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_unanswered_question_contact_id")),
        sa.ForeignKeyConstraint(["verdict_id"], ["answer_verdict.id"], name=op.f("fk_unanswered_question_verdict_id")),
        sa.ForeignKeyConstraint(["nearest_id"], ["article.id"], name=op.f("fk_unanswered_question_nearest_id")),
        sa.ForeignKeyConstraint(["group_id"], ["question_group.id"], name=op.f("fk_unanswered_question_group_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_unanswered_question")),
        sa.UniqueConstraint("source", name=op.f("uq_unanswered_question_source")),
    )
    for column in ("at", "interaction_id", "group_id"):
        op.create_index(op.f(f"ix_unanswered_question_{column}"), "unanswered_question", [column], unique=False)
    op.create_table(
        "topic_alarm",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("service_id", columns.KEY, nullable=True),
        sa.Column("group_id", columns.KEY, nullable=True),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("raised_at", columns.INSTANT, nullable=False),
        sa.Column("cleared_at", columns.INSTANT, nullable=True),
        sa.Column("askers", sa.Integer(), nullable=False),
        sa.Column("tenths", sa.Integer(), nullable=False),
        sa.Column("notice_id", columns.KEY, nullable=True),
        sa.CheckConstraint("(service_id IS NULL) <> (group_id IS NULL)", name=op.f("ck_topic_alarm_of_one_topic")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_topic_alarm_service_id")),
        sa.ForeignKeyConstraint(["group_id"], ["question_group.id"], name=op.f("fk_topic_alarm_group_id")),
        sa.ForeignKeyConstraint(["notice_id"], ["notice.id"], name=op.f("fk_topic_alarm_notice_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_alarm")),
    )
    op.create_index(
        "ix_topic_alarm_open", "topic_alarm", ["id"], sqlite_where=sa.text(_OPEN), postgresql_where=sa.text(_OPEN)
    )
    op.create_index("ix_topic_alarm_cleared_at", "topic_alarm", ["cleared_at"])
    op.create_index("ix_case_file_opened_at", "case_file", ["opened_at"])
    op.create_index("ix_answer_given_at", "answer_given", ["at"])
    op.create_index("ix_answer_verdict_at", "answer_verdict", ["at"])
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM permission LIMIT 1")).first() is not None:
        add = sa.text("INSERT INTO permission (role, act) VALUES (:role, :act)")
        connection.execute(add, [{"role": role, "act": act} for role, acts in _NEW_ACTS.items() for act in acts])
