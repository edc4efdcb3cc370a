"""Finding contacts by name, number and words: terms, ends of numbers, and the full-text index.

The rows of an existing store are indexed afterwards, piece by piece, by desk/find_index.py.
"""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns
from grm_console.store.tables.find import TOKENS

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact_name",
        sa.Column("term", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("contact_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_name_contact_id")),
        sa.PrimaryKeyConstraint("term", "name", "contact_id", name=op.f("pk_contact_name")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("contact_name", schema=None) as batch_op:
        batch_op.create_index("ix_contact_name_contact", ["contact_id", "term"], unique=False)
    op.create_table(
        "name_variant",
        sa.Column("variant", columns.WORDS, nullable=False),
        sa.Column("term", columns.WORDS, nullable=False),
        sa.PrimaryKeyConstraint("variant", "term", name=op.f("pk_name_variant")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "point_tail",
        sa.Column("digits", columns.WORDS, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_point_tail_contact_point_id")
        ),
        sa.PrimaryKeyConstraint("digits", "contact_point_id", name=op.f("pk_point_tail")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "text_entry",
        sa.Column("id", columns.KEY, autoincrement=False, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("source_id", columns.KEY, nullable=False),
        sa.Column("tokens", TOKENS, nullable=False),
        sa.CheckConstraint(
            "kind IN ('interaction', 'case', 'answer', 'reply', 'note')", name=op.f("ck_text_entry_kind_known")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_text_entry")),
        sa.UniqueConstraint("kind", "source_id", name=op.f("uq_text_entry_kind_source_id")),
    )
    if op.get_bind().dialect.name == "postgresql":
        op.create_index("ix_text_entry_tokens", "text_entry", ["tokens"], unique=False, postgresql_using="gin")
    else:
        # The tokens stand in text_entry; the full-text table holds only the index over them. Its tokenizer `ascii`
        # takes every character beyond ASCII as a letter, so that no token is cut or folded again.
        op.execute(
            "CREATE VIRTUAL TABLE text_index USING fts5(tokens, content = 'text_entry', content_rowid = 'id', "
            "tokenize = 'ascii', detail = none, prefix = '1 2 3')"
        )
        op.execute(
            "CREATE TRIGGER text_entry_in AFTER INSERT ON text_entry BEGIN "
            "INSERT INTO text_index (rowid, tokens) VALUES (new.id, new.tokens); END"
        )
        op.execute(
            "CREATE TRIGGER text_entry_out AFTER DELETE ON text_entry BEGIN "
            "INSERT INTO text_index (text_index, rowid, tokens) VALUES ('delete', old.id, old.tokens); END"
        )
    op.create_index(
        "ix_audit_opened",
        "audit",
        ["account_id", "seq"],
        unique=False,
        sqlite_where=sa.text("act = 'contact.open'"),
        postgresql_where=sa.text("act = 'contact.open'"),
    )
