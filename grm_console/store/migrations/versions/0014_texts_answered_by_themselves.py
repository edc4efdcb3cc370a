"""Texts answered by themselves: what the engine is asked about, where machines are stopped, what proved wrong."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_NEW_ACTS = {
    "operator": ("answer.stop",),
    "supervisor": ("answer.stop", "answer.stop-all"),
    "system": ("answer.give",),
}
_OPEN = "settled_at IS NULL"
_IN_FORCE = "resumed_at IS NULL"


def upgrade() -> None:
    op.add_column("answer_given", sa.Column("confidence", sa.Integer(), nullable=True))
    op.add_column("answer_given", sa.Column("wrong_at", columns.INSTANT, nullable=True))
    op.create_table(
        "asked_text",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("asked_at", columns.INSTANT, nullable=False),
        sa.Column("taken_at", columns.INSTANT, nullable=True),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("settled_at", columns.INSTANT, nullable=True),
        sa.Column("outcome", columns.WORDS, nullable=False),
        sa.Column("confidence", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_asked_text_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_asked_text")),
        sa.UniqueConstraint("interaction_id", name=op.f("uq_asked_text_interaction_id")),
    )
    _partial_index("ix_asked_text_open", "asked_text", _OPEN)
    op.create_index("ix_asked_text_settled", "asked_text", ["settled_at"], unique=False)
    op.create_table(
        "answer_stop",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=True),
        sa.Column("contact_id", columns.KEY, nullable=True),
        sa.Column("article_id", columns.KEY, nullable=True),
        sa.Column("service", columns.WORDS, nullable=False),
        sa.Column("stopped_at", columns.INSTANT, nullable=False),
        sa.Column("stopped_by_id", columns.KEY, nullable=False),
        sa.Column("resumed_at", columns.INSTANT, nullable=True),
        sa.Column("resumed_by_id", columns.KEY, nullable=True),
        sa.CheckConstraint("kind IN ('all', 'contact', 'article', 'service')", name=op.f("ck_answer_stop_kind_known")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_answer_stop_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_answer_stop_contact_id")),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_answer_stop_article_id")),
        sa.ForeignKeyConstraint(["stopped_by_id"], ["account.id"], name=op.f("fk_answer_stop_stopped_by_id")),
        sa.ForeignKeyConstraint(["resumed_by_id"], ["account.id"], name=op.f("fk_answer_stop_resumed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_stop")),
    )
    _partial_index("ix_answer_stop_in_force", "answer_stop", _IN_FORCE)
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM permission LIMIT 1")).first() is not None:
        add = sa.text("INSERT INTO permission (role, act) VALUES (:role, :act)")
        connection.execute(add, [{"role": role, "act": act} for role, acts in _NEW_ACTS.items() for act in acts])


def _partial_index(name: str, table: str, where: str) -> None:
    op.create_index(name, table, ["id"], unique=False, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
