"""Who may do what: one table of roles and acts, checked in desk."""

from enum import StrEnum


class Role(StrEnum):
    """What a staff account is for; `system` is the program itself acting by a named account."""

    OPERATOR = "operator"
    SUPERVISOR = "supervisor"
    ADMINISTRATOR = "administrator"
    OFFICER = "officer"
    EDITOR = "editor"
    APPROVER = "approver"
    AUDITOR = "auditor"
    SYSTEM = "system"


class Act(StrEnum):
    """One thing an account may be allowed to do."""

    TAKE_INTERACTION = "interaction.take"
    SEE_QUEUE = "queue.see"
    OPEN_CONTACT = "contact.open"
    CHANGE_CONTACT = "contact.change"
    SEARCH_ANSWERS = "answer.search"
    GIVE_ANSWER = "answer.give"
    SEE_INTERNAL_ARTICLES = "article.see-internal"
    SEE_RESTRICTED_ARTICLES = "article.see-restricted"
    OPEN_CASE = "case.open"
    SEE_CONFIDENTIAL_CASES = "case.see-confidential"
    RECEIVE_EVENTS = "event.receive"
    SEND_OUTBOX = "outbox.send"
    IMPORT = "store.import"
    EXPORT = "store.export"
    MANAGE_STAFF = "staff.manage"
    VERIFY_AUDIT = "audit.verify"


_DESK = {
    Act.TAKE_INTERACTION,
    Act.SEE_QUEUE,
    Act.OPEN_CONTACT,
    Act.CHANGE_CONTACT,
    Act.SEARCH_ANSWERS,
    Act.GIVE_ANSWER,
    Act.SEE_INTERNAL_ARTICLES,
    Act.OPEN_CASE,
}

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.OPERATOR: frozenset(_DESK),
    Role.SUPERVISOR: frozenset(
        _DESK | {Act.SEE_CONFIDENTIAL_CASES, Act.SEE_RESTRICTED_ARTICLES, Act.EXPORT, Act.VERIFY_AUDIT}
    ),
    Role.ADMINISTRATOR: frozenset(
        {Act.SEE_QUEUE, Act.IMPORT, Act.EXPORT, Act.MANAGE_STAFF, Act.VERIFY_AUDIT, Act.SEARCH_ANSWERS}
    ),
    Role.OFFICER: frozenset({Act.SEARCH_ANSWERS, Act.SEE_INTERNAL_ARTICLES}),
    Role.EDITOR: frozenset({Act.SEARCH_ANSWERS, Act.SEE_INTERNAL_ARTICLES, Act.SEE_RESTRICTED_ARTICLES}),
    Role.APPROVER: frozenset({Act.SEARCH_ANSWERS, Act.SEE_INTERNAL_ARTICLES, Act.SEE_RESTRICTED_ARTICLES}),
    Role.AUDITOR: frozenset({Act.VERIFY_AUDIT}),
    Role.SYSTEM: frozenset(
        {
            Act.RECEIVE_EVENTS,
            Act.SEND_OUTBOX,
            Act.IMPORT,
            Act.EXPORT,
            Act.MANAGE_STAFF,
            Act.VERIFY_AUDIT,
            Act.SEARCH_ANSWERS,
            Act.SEE_INTERNAL_ARTICLES,
            Act.SEE_RESTRICTED_ARTICLES,
        }
    ),
}
"""What a fresh store starts with; the store's own table counts from then on."""
