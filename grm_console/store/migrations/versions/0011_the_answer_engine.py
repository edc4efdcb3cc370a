"""The answer engine: words and meanings of articles, and what was said of answers that were suggested."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "article_terms",
        sa.Column("article_version_id", columns.KEY, nullable=False),
        sa.Column("analyser", sa.Integer(), nullable=False),
        sa.Column("units", columns.JSON, nullable=True),
        sa.ForeignKeyConstraint(
            ["article_version_id"], ["article_version.id"], name=op.f("fk_article_terms_article_version_id")
        ),
        sa.PrimaryKeyConstraint("article_version_id", name=op.f("pk_article_terms")),
    )
    op.create_table(
        "article_meaning",
        sa.Column("article_version_id", columns.KEY, nullable=False),
        sa.Column("model", columns.WORDS, nullable=False),
        sa.Column("units", sa.Integer(), nullable=False),
        sa.Column("rows", sa.LargeBinary(), nullable=False),
        sa.ForeignKeyConstraint(
            ["article_version_id"], ["article_version.id"], name=op.f("fk_article_meaning_article_version_id")
        ),
        sa.PrimaryKeyConstraint("article_version_id", "model", name=op.f("pk_article_meaning")),
    )
    op.create_table(
        "answer_verdict",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("article_version_id", columns.KEY, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("query", columns.WORDS, nullable=False),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=True),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_answer_verdict_account_id")),
        sa.ForeignKeyConstraint(
            ["article_version_id"], ["article_version.id"], name=op.f("fk_answer_verdict_article_version_id")
        ),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_answer_verdict_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_verdict")),
        sa.UniqueConstraint(
            "account_id",
            "article_version_id",
            "query",
            name=op.f("uq_answer_verdict_account_id_article_version_id_query"),
        ),
    )
    op.create_index(op.f("ix_answer_verdict_article_version_id"), "answer_verdict", ["article_version_id"])
