"""The first schema."""

import sqlalchemy as sa
from alembic import op

from grm_console.store.tables import columns

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", columns.KEY, autoincrement=False, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("organisation_id", columns.KEY, nullable=False),
        sa.Column("act", columns.WORDS, nullable=False),
        sa.Column("subject", columns.WORDS, nullable=False),
        sa.Column("purpose", columns.WORDS, nullable=False),
        sa.Column("detail", columns.WORDS, nullable=False),
        sa.Column("hash", columns.WORDS, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_audit")),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_subject", ["subject"], unique=False)

    op.create_table(
        "audit_head",
        sa.Column("id", columns.KEY, autoincrement=False, nullable=False),
        sa.Column("count", columns.KEY, nullable=False),
        sa.Column("hash", columns.WORDS, nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_audit_head_only_one")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_head")),
    )
    op.create_table(
        "change",
        sa.Column("seq", columns.KEY, nullable=False),
        sa.Column("transaction", columns.KEY, nullable=False),
        sa.Column("topic", columns.WORDS, nullable=False),
        sa.Column("subject_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("seq", name=op.f("pk_change")),
    )
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.create_index("ix_change_order", ["transaction", "seq"], unique=False)

    op.create_table(
        "contact_point",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("address", columns.WORDS, nullable=False),
        sa.CheckConstraint("kind <> 'withheld'", name=op.f("ck_contact_point_never_withheld")),
        sa.CheckConstraint(
            "kind IN ('phone', 'whatsapp', 'email', 'sip', 'client', 'short-code', 'alphanumeric', 'messenger', 'rcs', 'postal', 'other', 'withheld')",
            name=op.f("ck_contact_point_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_point")),
        sa.UniqueConstraint("kind", "address", name=op.f("uq_contact_point_kind_address")),
    )
    op.create_table(
        "counter",
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("value", columns.KEY, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_counter")),
    )
    op.create_table(
        "disposition",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("code", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("other_name", columns.WORDS, nullable=False),
        sa.Column("outcome", columns.WORDS, nullable=False),
        sa.Column("channels", columns.WORDS, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disposition")),
        sa.UniqueConstraint("code", name=op.f("uq_disposition_code")),
    )
    op.create_table(
        "inbound_event",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("provider", columns.WORDS, nullable=False),
        sa.Column("sid", columns.WORDS, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("discriminator", columns.WORDS, nullable=False),
        sa.Column("thread_sid", columns.WORDS, nullable=False),
        sa.Column("channel", columns.WORDS, nullable=False),
        sa.Column("direction", columns.WORDS, nullable=False),
        sa.Column("sender", columns.WORDS, nullable=False),
        sa.Column("recipient", columns.WORDS, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("sequence", columns.KEY, nullable=True),
        sa.Column("happened_at", columns.INSTANT, nullable=True),
        sa.Column("received_at", columns.INSTANT, nullable=False),
        sa.Column("text", columns.WORDS, nullable=False),
        sa.Column("duration", columns.KEY, nullable=True),
        sa.Column("error", columns.WORDS, nullable=False),
        sa.Column("opt_out", columns.WORDS, nullable=False),
        sa.Column("media", columns.JSON, nullable=True),
        sa.Column("account", columns.WORDS, nullable=False),
        sa.Column("idempotency_token", columns.WORDS, nullable=False),
        sa.Column("fields", columns.JSON, nullable=True),
        sa.Column("raw", sa.LargeBinary(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('call', 'call-status', 'call-dialled', 'text', 'text-status', 'unreadable')",
            name=op.f("ck_inbound_event_kind_known"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inbound_event")),
        sa.UniqueConstraint(
            "provider", "sid", "kind", "discriminator", name=op.f("uq_inbound_event_provider_sid_kind_discriminator")
        ),
    )
    with op.batch_alter_table("inbound_event", schema=None) as batch_op:
        batch_op.create_index("ix_inbound_event_thread", ["provider", "thread_sid"], unique=False)

    op.create_table(
        "mark",
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("value", columns.WORDS, nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_mark")),
    )
    op.create_table(
        "organisation",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("code", columns.WORDS, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("other_name", columns.WORDS, nullable=False),
        sa.Column("phone", columns.WORDS, nullable=False),
        sa.Column("email", columns.WORDS, nullable=False),
        sa.Column("hours", columns.WORDS, nullable=False),
        sa.Column("duties", columns.WORDS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("kind IN ('department', 'other', 'contractor')", name=op.f("ck_organisation_kind_known")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_organisation")),
        sa.UniqueConstraint("code", name=op.f("uq_organisation_code")),
    )
    op.create_table(
        "permission",
        sa.Column("role", columns.WORDS, nullable=False),
        sa.Column("act", columns.WORDS, nullable=False),
        sa.PrimaryKeyConstraint("role", "act", name=op.f("pk_permission")),
    )
    op.create_table(
        "queue",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("code", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("other_name", columns.WORDS, nullable=False),
        sa.Column("languages", columns.WORDS, nullable=False),
        sa.Column("target_seconds", sa.Integer(), nullable=False),
        sa.Column("text_delay_seconds", sa.Integer(), nullable=False),
        sa.Column("wrap_up_seconds", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue")),
        sa.UniqueConstraint("code", name=op.f("uq_queue_code")),
    )
    op.create_table(
        "segment",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("code", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("other_name", columns.WORDS, nullable=False),
        sa.Column("purpose", columns.WORDS, nullable=False),
        sa.Column("expires_at", columns.INSTANT, nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_segment")),
        sa.UniqueConstraint("code", name=op.f("uq_segment_code")),
    )
    op.create_table(
        "account",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("full_name", columns.WORDS, nullable=False),
        sa.Column("role", columns.WORDS, nullable=False),
        sa.Column("organisation_id", columns.KEY, nullable=False),
        sa.Column("password_hash", columns.WORDS, nullable=True),
        sa.Column("must_change_password", sa.Boolean(), nullable=False),
        sa.Column("languages", columns.WORDS, nullable=False),
        sa.Column("device", columns.WORDS, nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("failed_at", columns.INSTANT, nullable=True),
        sa.Column("created_at", columns.INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_account_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint("name", name=op.f("uq_account_name")),
    )
    op.create_table(
        "article",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("code", columns.WORDS, nullable=False),
        sa.Column("audience", columns.WORDS, nullable=False),
        sa.Column("organisation_id", columns.KEY, nullable=True),
        sa.Column("legal_basis", columns.WORDS, nullable=False),
        sa.Column("services", columns.JSON, nullable=True),
        sa.CheckConstraint("audience IN ('public', 'internal', 'restricted')", name=op.f("ck_article_audience_known")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_article_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article")),
        sa.UniqueConstraint("code", name=op.f("uq_article_code")),
    )
    op.create_table(
        "point_consent",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.Column("word", columns.WORDS, nullable=False),
        sa.Column("by_provider", sa.Boolean(), nullable=False),
        sa.Column("provider", columns.WORDS, nullable=False),
        sa.Column("sid", columns.WORDS, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.CheckConstraint("word IN ('STOP', 'START', 'HELP')", name=op.f("ck_point_consent_word_known")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_point_consent_contact_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_consent")),
        sa.UniqueConstraint("provider", "sid", name=op.f("uq_point_consent_provider_sid")),
    )
    with op.batch_alter_table("point_consent", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_consent_contact_point_id"), ["contact_point_id"], unique=False)

    op.create_table(
        "queue_line",
        sa.Column("line", columns.WORDS, nullable=False),
        sa.Column("queue_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_queue_line_queue_id")),
        sa.PrimaryKeyConstraint("line", name=op.f("pk_queue_line")),
    )
    op.create_table(
        "service",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("code", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("other_name", columns.WORDS, nullable=False),
        sa.Column("description", columns.WORDS, nullable=False),
        sa.Column("other_description", columns.WORDS, nullable=False),
        sa.Column("organisation_id", columns.KEY, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("first_reply_hours", sa.Integer(), nullable=True),
        sa.Column("done_hours", sa.Integer(), nullable=True),
        sa.Column("done_working_days", sa.Integer(), nullable=True),
        sa.Column("default_harm", sa.Integer(), nullable=False),
        sa.Column("confidential", sa.Boolean(), nullable=False),
        sa.Column("keywords", columns.JSON, nullable=True),
        sa.Column("questions", columns.JSON, nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.CheckConstraint("(done_hours IS NULL) <> (done_working_days IS NULL)", name=op.f("ck_service_one_limit")),
        sa.CheckConstraint("coalesce(done_hours, done_working_days) > 0", name=op.f("ck_service_limit_positive")),
        sa.CheckConstraint("default_harm IN (0, 1, 2, 3)", name=op.f("ck_service_default_harm_known")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_service_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service")),
        sa.UniqueConstraint("code", name=op.f("uq_service_code")),
    )
    op.create_table(
        "agent_state_log",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("reason", columns.WORDS, nullable=False),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("until", columns.INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('available', 'ringing', 'talking', 'wrap-up', 'away', 'signed-out')",
            name=op.f("ck_agent_state_log_state_known"),
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_agent_state_log_until_after_since")),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_agent_state_log_account_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agent_state_log")),
    )
    with op.batch_alter_table("agent_state_log", schema=None) as batch_op:
        batch_op.create_index("ix_agent_state_log_account_since", ["account_id", "since"], unique=False)
        batch_op.create_index(
            "ix_agent_state_log_open",
            ["account_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "article_text",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("article_id", columns.KEY, nullable=False),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("import_id", columns.WORDS, nullable=False),
        sa.ForeignKeyConstraint(["article_id"], ["article.id"], name=op.f("fk_article_text_article_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_text")),
        sa.UniqueConstraint(
            "article_id", "language", "import_id", name=op.f("uq_article_text_article_id_language_import_id")
        ),
        sa.UniqueConstraint("import_id", name=op.f("uq_article_text_import_id")),
    )
    op.create_table(
        "contact",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("import_key", columns.WORDS, nullable=True),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("name", columns.WORDS, nullable=False),
        sa.Column("other_name", columns.WORDS, nullable=False),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("address", columns.WORDS, nullable=False),
        sa.Column("district", columns.WORDS, nullable=False),
        sa.Column("note", columns.WORDS, nullable=False),
        sa.Column("merged_into_id", columns.KEY, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", columns.INSTANT, nullable=False),
        sa.Column("created_by_id", columns.KEY, nullable=False),
        sa.CheckConstraint("kind IN ('citizen', 'business', 'department')", name=op.f("ck_contact_kind_known")),
        sa.CheckConstraint(
            "merged_into_id IS NULL OR merged_into_id <> id", name=op.f("ck_contact_not_merged_into_itself")
        ),
        sa.ForeignKeyConstraint(["created_by_id"], ["account.id"], name=op.f("fk_contact_created_by_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["contact.id"], name=op.f("fk_contact_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact")),
        sa.UniqueConstraint("import_key", name=op.f("uq_contact_import_key")),
    )
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_contact_merged_into_id"), ["merged_into_id"], unique=False)

    op.create_table(
        "service_department",
        sa.Column("service_id", columns.KEY, nullable=False),
        sa.Column("organisation_id", columns.KEY, nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_service_department_organisation_id")
        ),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_service_department_service_id")),
        sa.PrimaryKeyConstraint("service_id", "organisation_id", name=op.f("pk_service_department")),
    )
    op.create_table(
        "article_version",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("article_text_id", columns.KEY, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("question", columns.WORDS, nullable=False),
        sa.Column("phrasings", columns.JSON, nullable=True),
        sa.Column("answer", columns.WORDS, nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("expires_on", sa.Date(), nullable=True),
        sa.Column("author_id", columns.KEY, nullable=False),
        sa.Column("created_at", columns.INSTANT, nullable=False),
        sa.Column("published_at", columns.INSTANT, nullable=True),
        sa.CheckConstraint(
            "state IN ('draft', 'review', 'approved', 'published', 'expired')",
            name=op.f("ck_article_version_state_known"),
        ),
        sa.CheckConstraint("version > 0", name=op.f("ck_article_version_version_positive")),
        sa.ForeignKeyConstraint(
            ["article_text_id"], ["article_text.id"], name=op.f("fk_article_version_article_text_id")
        ),
        sa.ForeignKeyConstraint(["author_id"], ["account.id"], name=op.f("fk_article_version_author_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_article_version")),
        sa.UniqueConstraint("article_text_id", "version", name=op.f("uq_article_version_article_text_id_version")),
    )
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.create_index(
            "ix_article_version_published",
            ["article_text_id"],
            unique=True,
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.create_table(
        "interaction",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("import_key", columns.WORDS, nullable=True),
        sa.Column("provider", columns.WORDS, nullable=False),
        sa.Column("sid", columns.WORDS, nullable=False),
        sa.Column("channel", columns.WORDS, nullable=False),
        sa.Column("direction", columns.WORDS, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("provider_state", columns.WORDS, nullable=False),
        sa.Column("sender", columns.WORDS, nullable=False),
        sa.Column("line", columns.WORDS, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=True),
        sa.Column("contact_id", columns.KEY, nullable=True),
        sa.Column("concerned_id", columns.KEY, nullable=True),
        sa.Column("concerned_name", columns.WORDS, nullable=False),
        sa.Column("entered_by_id", columns.KEY, nullable=True),
        sa.Column("identified", columns.WORDS, nullable=True),
        sa.Column("agent_id", columns.KEY, nullable=True),
        sa.Column("queue_id", columns.KEY, nullable=True),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("happened_at", columns.INSTANT, nullable=False),
        sa.Column("entered_at", columns.INSTANT, nullable=False),
        sa.Column("answered_at", columns.INSTANT, nullable=True),
        sa.Column("connected_at", columns.INSTANT, nullable=True),
        sa.Column("ended_at", columns.INSTANT, nullable=True),
        sa.Column("wrapped_up_at", columns.INSTANT, nullable=True),
        sa.Column("duration", columns.KEY, nullable=True),
        sa.Column("end_reason", columns.WORDS, nullable=True),
        sa.Column("disposition_id", columns.KEY, nullable=True),
        sa.Column("text", columns.WORDS, nullable=False),
        sa.Column("attachments", sa.Integer(), nullable=False),
        sa.Column("note", columns.WORDS, nullable=False),
        sa.Column("problem", columns.WORDS, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "channel IN ('voice', 'sms', 'whatsapp', 'email', 'web', 'counter', 'letter', 'fax', 'tv')",
            name=op.f("ck_interaction_channel_known"),
        ),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name=op.f("ck_interaction_direction_known")),
        sa.CheckConstraint(
            "end_reason IN ('answered', 'abandoned', 'failed', 'handled')", name=op.f("ck_interaction_end_reason_known")
        ),
        sa.CheckConstraint(
            "identified IN ('by-number', 'confirmed', 'created', 'someone-else', 'anonymous')",
            name=op.f("ck_interaction_identified_known"),
        ),
        sa.CheckConstraint(
            "state IN ('waiting', 'talking', 'wrap-up', 'done')", name=op.f("ck_interaction_state_known")
        ),
        sa.ForeignKeyConstraint(["agent_id"], ["account.id"], name=op.f("fk_interaction_agent_id")),
        sa.ForeignKeyConstraint(["concerned_id"], ["contact.id"], name=op.f("fk_interaction_concerned_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_interaction_contact_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_interaction_contact_point_id")
        ),
        sa.ForeignKeyConstraint(["disposition_id"], ["disposition.id"], name=op.f("fk_interaction_disposition_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["account.id"], name=op.f("fk_interaction_entered_by_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_interaction_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interaction")),
        sa.UniqueConstraint("import_key", name=op.f("uq_interaction_import_key")),
    )
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_interaction_contact_id"), ["contact_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_interaction_contact_point_id"), ["contact_point_id"], unique=False)
        batch_op.create_index(
            "ix_interaction_held",
            ["agent_id"],
            unique=False,
            sqlite_where=sa.text("state = 'talking' OR state = 'wrap-up'"),
            postgresql_where=sa.text("state = 'talking' OR state = 'wrap-up'"),
        )
        batch_op.create_index(
            "ix_interaction_sid",
            ["provider", "sid"],
            unique=True,
            sqlite_where=sa.text("sid <> ''"),
            postgresql_where=sa.text("sid <> ''"),
        )

    op.create_table(
        "point_holder",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("contact_id", columns.KEY, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=False),
        sa.Column("certainty", columns.WORDS, nullable=False),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("until", columns.INSTANT, nullable=True),
        sa.CheckConstraint(
            "certainty IN ('confirmed', 'stated', 'imported')", name=op.f("ck_point_holder_certainty_known")
        ),
        sa.CheckConstraint("until IS NULL OR until >= since", name=op.f("ck_point_holder_until_after_since")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_point_holder_contact_id")),
        sa.ForeignKeyConstraint(
            ["contact_point_id"], ["contact_point.id"], name=op.f("fk_point_holder_contact_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_point_holder")),
        sa.UniqueConstraint("contact_point_id", "contact_id", name=op.f("uq_point_holder_contact_point_id_contact_id")),
    )
    with op.batch_alter_table("point_holder", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_point_holder_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "preference",
        sa.Column("contact_id", columns.KEY, nullable=False),
        sa.Column("door", columns.WORDS, nullable=False),
        sa.Column("hours", columns.WORDS, nullable=False),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("text_only", sa.Boolean(), nullable=False),
        sa.Column("never_call", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_preference_contact_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_preference")),
    )
    op.create_table(
        "relation",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("person_id", columns.KEY, nullable=False),
        sa.Column("acts_for_id", columns.KEY, nullable=False),
        sa.Column("role", columns.WORDS, nullable=False),
        sa.Column("mandate", columns.WORDS, nullable=False),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("until", columns.INSTANT, nullable=True),
        sa.CheckConstraint("person_id <> acts_for_id", name=op.f("ck_relation_not_for_itself")),
        sa.ForeignKeyConstraint(["acts_for_id"], ["contact.id"], name=op.f("fk_relation_acts_for_id")),
        sa.ForeignKeyConstraint(["person_id"], ["contact.id"], name=op.f("fk_relation_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_relation")),
        sa.UniqueConstraint("person_id", "acts_for_id", "role", name=op.f("uq_relation_person_id_acts_for_id_role")),
    )
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_relation_acts_for_id"), ["acts_for_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_relation_person_id"), ["person_id"], unique=False)

    op.create_table(
        "segment_membership",
        sa.Column("contact_id", columns.KEY, nullable=False),
        sa.Column("segment_id", columns.KEY, nullable=False),
        sa.Column("reason", columns.WORDS, nullable=False),
        sa.Column("since", columns.INSTANT, nullable=False),
        sa.Column("expires_at", columns.INSTANT, nullable=True),
        sa.Column("opted_out_at", columns.INSTANT, nullable=True),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_segment_membership_contact_id")),
        sa.ForeignKeyConstraint(["segment_id"], ["segment.id"], name=op.f("fk_segment_membership_segment_id")),
        sa.PrimaryKeyConstraint("contact_id", "segment_id", name=op.f("pk_segment_membership")),
    )
    with op.batch_alter_table("segment_membership", schema=None) as batch_op:
        batch_op.create_index("ix_segment_membership_segment", ["segment_id"], unique=False)

    op.create_table(
        "answer_given",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("article_version_id", columns.KEY, nullable=False),
        sa.Column("channel", columns.WORDS, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("query", columns.WORDS, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.CheckConstraint(
            "channel IN ('voice', 'sms', 'whatsapp', 'email', 'web', 'counter', 'letter', 'fax', 'tv')",
            name=op.f("ck_answer_given_channel_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_answer_given_account_id")),
        sa.ForeignKeyConstraint(
            ["article_version_id"], ["article_version.id"], name=op.f("fk_answer_given_article_version_id")
        ),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_answer_given_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_answer_given")),
        sa.UniqueConstraint(
            "interaction_id", "article_version_id", name=op.f("uq_answer_given_interaction_id_article_version_id")
        ),
    )
    with op.batch_alter_table("answer_given", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_answer_given_article_version_id"), ["article_version_id"], unique=False)

    op.create_table(
        "case_file",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("import_key", columns.WORDS, nullable=True),
        sa.Column("number", columns.WORDS, nullable=False),
        sa.Column("service_id", columns.KEY, nullable=False),
        sa.Column("contact_id", columns.KEY, nullable=True),
        sa.Column("concerned_id", columns.KEY, nullable=True),
        sa.Column("concerned_name", columns.WORDS, nullable=False),
        sa.Column("entered_by_id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=True),
        sa.Column("organisation_id", columns.KEY, nullable=False),
        sa.Column("summary", columns.WORDS, nullable=False),
        sa.Column("details", columns.WORDS, nullable=False),
        sa.Column("place", columns.WORDS, nullable=False),
        sa.Column("language", columns.WORDS, nullable=False),
        sa.Column("harm", sa.Integer(), nullable=False),
        sa.Column("confidentiality", columns.WORDS, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("answers", columns.JSON, nullable=True),
        sa.Column("opened_at", columns.INSTANT, nullable=False),
        sa.Column("first_reply_due_at", columns.INSTANT, nullable=True),
        sa.Column("due_at", columns.INSTANT, nullable=False),
        sa.Column("closed_at", columns.INSTANT, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint("(state = 'closed') = (closed_at IS NOT NULL)", name=op.f("ck_case_file_closed_has_time")),
        sa.CheckConstraint(
            "confidentiality <> 'anonymous' OR (contact_id IS NULL AND interaction_id IS NULL)",
            name=op.f("ck_case_file_anonymous_leads_to_nobody"),
        ),
        sa.CheckConstraint(
            "confidentiality IN ('open', 'confidential', 'anonymous')", name=op.f("ck_case_file_confidentiality_known")
        ),
        sa.CheckConstraint("state IN ('open', 'closed')", name=op.f("ck_case_file_state_known")),
        sa.CheckConstraint("harm IN (0, 1, 2, 3)", name=op.f("ck_case_file_harm_known")),
        sa.ForeignKeyConstraint(["concerned_id"], ["contact.id"], name=op.f("fk_case_file_concerned_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_case_file_contact_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["account.id"], name=op.f("fk_case_file_entered_by_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_case_file_interaction_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_case_file_organisation_id")),
        sa.ForeignKeyConstraint(["service_id"], ["service.id"], name=op.f("fk_case_file_service_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("import_key", name=op.f("uq_case_file_import_key")),
        sa.UniqueConstraint("number", name=op.f("uq_case_file_number")),
    )
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_file_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index(
            "ix_case_file_open",
            ["contact_id"],
            unique=False,
            sqlite_where=sa.text("state = 'open'"),
            postgresql_where=sa.text("state = 'open'"),
        )

    op.create_table(
        "draft",
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("form", columns.JSON, nullable=False),
        sa.Column("saved_at", columns.INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_draft_account_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_draft_interaction_id")),
        sa.PrimaryKeyConstraint("interaction_id", name=op.f("pk_draft")),
    )
    op.create_table(
        "outbox",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("decision", columns.WORDS, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("contact_point_id", columns.KEY, nullable=True),
        sa.Column("provider", columns.WORDS, nullable=False),
        sa.Column("answered_sid", columns.WORDS, nullable=False),
        sa.Column("body", columns.WORDS, nullable=False),
        sa.Column("by_document", sa.Boolean(), nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("provider_id", columns.WORDS, nullable=False),
        sa.Column("error", columns.WORDS, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("decided_at", columns.INSTANT, nullable=False),
        sa.Column("decided_by_id", columns.KEY, nullable=False),
        sa.Column("not_before", columns.INSTANT, nullable=False),
        sa.Column("sent_at", columns.INSTANT, nullable=True),
        sa.Column("detail", columns.JSON, nullable=True),
        sa.CheckConstraint(
            "state IN ('pending', 'sending', 'sent', 'delivered', 'failed', 'unknown')",
            name=op.f("ck_outbox_state_known"),
        ),
        sa.ForeignKeyConstraint(["contact_point_id"], ["contact_point.id"], name=op.f("fk_outbox_contact_point_id")),
        sa.ForeignKeyConstraint(["decided_by_id"], ["account.id"], name=op.f("fk_outbox_decided_by_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_outbox_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox")),
        sa.UniqueConstraint("kind", "decision", name=op.f("uq_outbox_kind_decision")),
    )
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.create_index("ix_outbox_contact_point", ["contact_point_id", "decided_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_outbox_interaction_id"), ["interaction_id"], unique=False)
        batch_op.create_index("ix_outbox_provider_id", ["provider", "provider_id"], unique=False)
        batch_op.create_index(
            "ix_outbox_unsent",
            ["not_before"],
            unique=False,
            sqlite_where=sa.text("state = 'pending' OR state = 'sending'"),
            postgresql_where=sa.text("state = 'pending' OR state = 'sending'"),
        )

    op.create_table(
        "queue_entry",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("queue_id", columns.KEY, nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("harm", sa.Integer(), nullable=False),
        sa.Column("waiting_since", columns.INSTANT, nullable=False),
        sa.Column("queued_as_of", columns.INSTANT, nullable=False),
        sa.Column("claimed_by_id", columns.KEY, nullable=True),
        sa.Column("claimed_at", columns.INSTANT, nullable=True),
        sa.Column("left_at", columns.INSTANT, nullable=True),
        sa.Column("left_reason", columns.WORDS, nullable=True),
        sa.CheckConstraint(
            "(state = 'waiting') = (claimed_by_id IS NULL) OR state = 'left'",
            name=op.f("ck_queue_entry_claimed_by_somebody"),
        ),
        sa.CheckConstraint(
            "left_reason IN ('answered', 'abandoned', 'failed', 'handled')",
            name=op.f("ck_queue_entry_left_reason_known"),
        ),
        sa.CheckConstraint("state IN ('waiting', 'claimed', 'left')", name=op.f("ck_queue_entry_state_known")),
        sa.CheckConstraint("harm IN (0, 1, 2, 3)", name=op.f("ck_queue_entry_harm_known")),
        sa.ForeignKeyConstraint(["claimed_by_id"], ["account.id"], name=op.f("fk_queue_entry_claimed_by_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_queue_entry_interaction_id")),
        sa.ForeignKeyConstraint(["queue_id"], ["queue.id"], name=op.f("fk_queue_entry_queue_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_queue_entry")),
        sa.UniqueConstraint("interaction_id", name=op.f("uq_queue_entry_interaction_id")),
    )
    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.create_index("ix_queue_entry_left", ["left_at"], unique=False)
        batch_op.create_index(
            "ix_queue_entry_waiting",
            ["queued_as_of", "id"],
            unique=False,
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )

    op.create_table(
        "speaker_log",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=False),
        sa.Column("contact_id", columns.KEY, nullable=True),
        sa.Column("identified", columns.WORDS, nullable=False),
        sa.Column("how", columns.WORDS, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.CheckConstraint(
            "identified IN ('by-number', 'confirmed', 'created', 'someone-else', 'anonymous')",
            name=op.f("ck_speaker_log_identified_known"),
        ),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_speaker_log_account_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_speaker_log_contact_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_speaker_log_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_speaker_log")),
    )
    with op.batch_alter_table("speaker_log", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_speaker_log_interaction_id"), ["interaction_id"], unique=False)

    op.create_table(
        "timeline_entry",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("contact_id", columns.KEY, nullable=True),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("source_id", columns.KEY, nullable=False),
        sa.Column("interaction_id", columns.KEY, nullable=True),
        sa.Column("channel", columns.WORDS, nullable=True),
        sa.Column("direction", columns.WORDS, nullable=True),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("case_number", columns.WORDS, nullable=False),
        sa.Column("summary", columns.WORDS, nullable=False),
        sa.CheckConstraint(
            "channel IN ('voice', 'sms', 'whatsapp', 'email', 'web', 'counter', 'letter', 'fax', 'tv')",
            name=op.f("ck_timeline_entry_channel_known"),
        ),
        sa.CheckConstraint("direction IN ('inbound', 'outbound')", name=op.f("ck_timeline_entry_direction_known")),
        sa.CheckConstraint(
            "kind IN ('interaction', 'case', 'answer', 'reply', 'note')", name=op.f("ck_timeline_entry_kind_known")
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_timeline_entry_contact_id")),
        sa.ForeignKeyConstraint(["interaction_id"], ["interaction.id"], name=op.f("fk_timeline_entry_interaction_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_timeline_entry")),
        sa.UniqueConstraint("kind", "source_id", name=op.f("uq_timeline_entry_kind_source_id")),
    )
    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.create_index("ix_timeline_entry_contact", ["contact_id", "at", "id"], unique=False)
        batch_op.create_index("ix_timeline_entry_interaction", ["interaction_id"], unique=False)

    op.create_table(
        "task",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("case_id", columns.KEY, nullable=False),
        sa.Column("organisation_id", columns.KEY, nullable=False),
        sa.Column("is_lead", sa.Boolean(), nullable=False),
        sa.Column("state", columns.WORDS, nullable=False),
        sa.Column("dispatched_at", columns.INSTANT, nullable=False),
        sa.Column("due_at", columns.INSTANT, nullable=False),
        sa.Column("signed_at", columns.INSTANT, nullable=True),
        sa.Column("done_at", columns.INSTANT, nullable=True),
        sa.CheckConstraint("state IN ('dispatched', 'signed', 'done', 'returned')", name=op.f("ck_task_state_known")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_task_case_id")),
        sa.ForeignKeyConstraint(["organisation_id"], ["organisation.id"], name=op.f("fk_task_organisation_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_task")),
        sa.UniqueConstraint("case_id", "organisation_id", name=op.f("uq_task_case_id_organisation_id")),
    )
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.create_index(
            "ix_task_one_lead",
            ["case_id"],
            unique=True,
            sqlite_where=sa.text("is_lead"),
            postgresql_where=sa.text("is_lead"),
        )
        batch_op.create_index(batch_op.f("ix_task_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "case_event",
        sa.Column("id", columns.KEY, nullable=False),
        sa.Column("case_id", columns.KEY, nullable=False),
        sa.Column("task_id", columns.KEY, nullable=True),
        sa.Column("kind", columns.WORDS, nullable=False),
        sa.Column("at", columns.INSTANT, nullable=False),
        sa.Column("account_id", columns.KEY, nullable=False),
        sa.Column("note", columns.WORDS, nullable=False),
        sa.Column("detail", columns.JSON, nullable=True),
        sa.ForeignKeyConstraint(["account_id"], ["account.id"], name=op.f("fk_case_event_account_id")),
        sa.ForeignKeyConstraint(["case_id"], ["case_file.id"], name=op.f("fk_case_event_case_id")),
        sa.ForeignKeyConstraint(["task_id"], ["task.id"], name=op.f("fk_case_event_task_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_event")),
    )
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_case_event_case_id"), ["case_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("case_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_case_event_case_id"))

    op.drop_table("case_event")
    with op.batch_alter_table("task", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_task_organisation_id"))
        batch_op.drop_index("ix_task_one_lead", sqlite_where=sa.text("is_lead"), postgresql_where=sa.text("is_lead"))

    op.drop_table("task")
    with op.batch_alter_table("timeline_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_timeline_entry_interaction")
        batch_op.drop_index("ix_timeline_entry_contact")

    op.drop_table("timeline_entry")
    with op.batch_alter_table("speaker_log", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_speaker_log_interaction_id"))

    op.drop_table("speaker_log")
    with op.batch_alter_table("queue_entry", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_queue_entry_waiting",
            sqlite_where=sa.text("state = 'waiting'"),
            postgresql_where=sa.text("state = 'waiting'"),
        )
        batch_op.drop_index("ix_queue_entry_left")

    op.drop_table("queue_entry")
    with op.batch_alter_table("outbox", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_outbox_unsent",
            sqlite_where=sa.text("state = 'pending' OR state = 'sending'"),
            postgresql_where=sa.text("state = 'pending' OR state = 'sending'"),
        )
        batch_op.drop_index("ix_outbox_provider_id")
        batch_op.drop_index(batch_op.f("ix_outbox_interaction_id"))
        batch_op.drop_index("ix_outbox_contact_point")

    op.drop_table("outbox")
    op.drop_table("draft")
    with op.batch_alter_table("case_file", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_case_file_open", sqlite_where=sa.text("state = 'open'"), postgresql_where=sa.text("state = 'open'")
        )
        batch_op.drop_index(batch_op.f("ix_case_file_interaction_id"))

    op.drop_table("case_file")
    with op.batch_alter_table("answer_given", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_answer_given_article_version_id"))

    op.drop_table("answer_given")
    with op.batch_alter_table("segment_membership", schema=None) as batch_op:
        batch_op.drop_index("ix_segment_membership_segment")

    op.drop_table("segment_membership")
    with op.batch_alter_table("relation", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_relation_person_id"))
        batch_op.drop_index(batch_op.f("ix_relation_acts_for_id"))

    op.drop_table("relation")
    op.drop_table("preference")
    with op.batch_alter_table("point_holder", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_holder_contact_id"))

    op.drop_table("point_holder")
    with op.batch_alter_table("interaction", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_interaction_sid", sqlite_where=sa.text("sid <> ''"), postgresql_where=sa.text("sid <> ''")
        )
        batch_op.drop_index(
            "ix_interaction_held",
            sqlite_where=sa.text("state = 'talking' OR state = 'wrap-up'"),
            postgresql_where=sa.text("state = 'talking' OR state = 'wrap-up'"),
        )
        batch_op.drop_index(batch_op.f("ix_interaction_contact_point_id"))
        batch_op.drop_index(batch_op.f("ix_interaction_contact_id"))

    op.drop_table("interaction")
    with op.batch_alter_table("article_version", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_article_version_published",
            sqlite_where=sa.text("state = 'published'"),
            postgresql_where=sa.text("state = 'published'"),
        )

    op.drop_table("article_version")
    op.drop_table("service_department")
    with op.batch_alter_table("contact", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_contact_merged_into_id"))

    op.drop_table("contact")
    op.drop_table("article_text")
    with op.batch_alter_table("agent_state_log", schema=None) as batch_op:
        batch_op.drop_index(
            "ix_agent_state_log_open", sqlite_where=sa.text("until IS NULL"), postgresql_where=sa.text("until IS NULL")
        )
        batch_op.drop_index("ix_agent_state_log_account_since")

    op.drop_table("agent_state_log")
    op.drop_table("service")
    op.drop_table("queue_line")
    with op.batch_alter_table("point_consent", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_point_consent_contact_point_id"))

    op.drop_table("point_consent")
    op.drop_table("article")
    op.drop_table("account")
    op.drop_table("segment")
    op.drop_table("queue")
    op.drop_table("permission")
    op.drop_table("organisation")
    op.drop_table("mark")
    with op.batch_alter_table("inbound_event", schema=None) as batch_op:
        batch_op.drop_index("ix_inbound_event_thread")

    op.drop_table("inbound_event")
    op.drop_table("disposition")
    op.drop_table("counter")
    op.drop_table("contact_point")
    with op.batch_alter_table("change", schema=None) as batch_op:
        batch_op.drop_index("ix_change_order")

    op.drop_table("change")
    op.drop_table("audit_head")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index("ix_audit_subject")

    op.drop_table("audit")
