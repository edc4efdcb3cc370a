"""The life of standard answers: who wrote and approved a version, its steps, translations, and who is told anew."""

import re

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_NEW_ACTS = {
    "supervisor": ("article.tell-again",),
    "editor": ("article.tell-again", "article.write"),
    "approver": ("article.tell-again", "article.approve"),
    "system": ("article.tell-again", "article.write", "article.waive-review", "article.keep-dates"),
}
_UNDER_WAY = "state = 'draft' OR state = 'review' OR state = 'approved'"
_REASONS = ("asked", "closed", "dropped", "promised", "correction")


def upgrade() -> None:
    # Each language of an article has one version under way at most: an older one gives way to the newest version.
    op.execute(
        "UPDATE article_version SET state = 'expired' WHERE state IN ('draft', 'review', 'approved') AND version < "
        "(SELECT max(version) FROM article_version AS other "
        "WHERE other.article_text_id = article_version.article_text_id)"
    )
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.add_column(sa.Column("sms", columns.WORDS, nullable=False, server_default=""))
        batch_op.add_column(sa.Column("translated_from_id", columns.KEY, nullable=True))
        batch_op.add_column(sa.Column("frame", columns.JSON, nullable=True))
        batch_op.add_column(sa.Column("edited_by_id", columns.KEY, nullable=True))
        batch_op.add_column(sa.Column("edited_at", columns.INSTANT, nullable=True))
        batch_op.add_column(sa.Column("approved_by_id", columns.KEY, nullable=True))
        batch_op.add_column(sa.Column("revision", sa.Integer(), nullable=False, server_default="1"))
    op.execute("UPDATE article_version SET edited_by_id = author_id, edited_at = created_at")
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.alter_column("edited_by_id", existing_type=columns.KEY, nullable=False)
        batch_op.alter_column("edited_at", existing_type=columns.INSTANT, nullable=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_article_version_translated_from_id"), "article_version", ["translated_from_id"], ["id"]
        )
        batch_op.create_foreign_key(batch_op.f("fk_article_version_edited_by_id"), "account", ["edited_by_id"], ["id"])
        batch_op.create_foreign_key(
            batch_op.f("fk_article_version_approved_by_id"), "account", ["approved_by_id"], ["id"]
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_article_version_approved_by_another"),
            "approved_by_id IS NULL OR (approved_by_id <> author_id AND approved_by_id <> edited_by_id)",
        )
        batch_op.create_index(
            "ix_article_version_under_way",
            ["article_text_id"],
            unique=True,
            sqlite_where=sa.text(_UNDER_WAY),
            postgresql_where=sa.text(_UNDER_WAY),
        )

    op.create_table(
        "article_step",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("article_version_id", columns.KEY, nullable=False),
        sa.Column("step", columns.WORDS, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("comment", columns.WORDS, nullable=False),
        sa.CheckConstraint(
            "step IN ('edit', 'submit', 'return', 'approve', 'waive', 'publish', 'withdraw', 'replace', 'expire')",
            name=op.f("ck_article_step_step_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_article_step_account_id")),
        sa.ForeignKeyConstraint(
            ["article_version_id"], ["article_version.id"], name=op.f("fk_article_step_article_version_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_step")),
    )
    with op.batch_alter_table("article_step", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_article_step_article_version_id"), ["article_version_id"], unique=False)

    op.create_table(
        "told_again",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("article_version_id", columns.KEY, nullable=False),
        sa.Column("contact_id", columns.KEY, nullable=True),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.Column("channel", columns.WORDS, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.CheckConstraint(
            "channel IN ('voice', 'sms', 'whatsapp', 'email', 'web', 'counter', 'letter', 'fax', 'tv')",
            name=op.f("ck_told_again_channel_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_told_again_account_id")),
        sa.ForeignKeyConstraint(
            ["article_version_id"], ["article_version.id"], name=op.f("fk_told_again_article_version_id")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_told_again_contact_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_told_again_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_told_again_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_told_again")),
        sa.UniqueConstraint(
            "article_version_id", "contact_point_id", name=op.f("uq_told_again_article_version_id_contact_point_id")
        ),
    )
    _widen("callback", "reason", _REASONS)
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
