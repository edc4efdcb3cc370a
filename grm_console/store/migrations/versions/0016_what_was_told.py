"""An answer given keeps the words it was told in, and its language; an article names the groups it is meant for too."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("answer_given", schema=None) as batch_op:
        batch_op.add_column(sa.Column("language", columns.WORDS, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("told", columns.WORDS, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("outbox_id", columns.KEY, nullable=True))
        batch_op.create_foreign_key(batch_op.f("fk_answer_given_outbox_id"), "outbox", ["outbox_id"], ["id"])
        batch_op.drop_constraint(batch_op.f("uq_answer_given_interaction_id_article_version_id"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_answer_given_interaction_id_article_version_id_channel"),
            ["interaction_id", "article_version_id", "channel"],
        )
    op.execute(
        "UPDATE answer_given SET language = (SELECT article_text.language FROM article_text "
        "JOIN article_version ON article_version.article_text_id = article_text.id "
        "WHERE article_version.id = answer_given.article_version_id)"
    )
    with op.batch_alter_table("article", schema=None) as batch_op:
        batch_op.add_column(sa.Column("segments", columns.JSON, nullable=True))
