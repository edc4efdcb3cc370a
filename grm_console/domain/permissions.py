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
    CORRECT = "interaction.correct"
    SEE_BOARD = "board.see"
    LEAD_AGENTS = "agent.lead"
    POST_NOTICE = "notice.post"
    WRITE_TEAM_TEXTS = "canned-text.team"
    OPEN_CONTACT = "contact.open"
    CHANGE_CONTACT = "contact.change"
    FIND_CONTACT = "contact.find"
    MERGE_CONTACTS = "contact.merge"
    SEARCH_ANSWERS = "answer.search"
    GIVE_ANSWER = "answer.give"
    STOP_ANSWERS = "answer.stop"
    """Stop machines from answering one contact, or about one article or service."""
    STOP_ALL_ANSWERS = "answer.stop-all"
    SEE_INTERNAL_ARTICLES = "article.see-internal"
    SEE_RESTRICTED_ARTICLES = "article.see-restricted"
    WRITE_ARTICLES = "article.write"
    APPROVE_ARTICLES = "article.approve"
    TELL_AGAIN = "article.tell-again"
    WAIVE_REVIEW = "article.waive-review"
    KEEP_ARTICLE_DATES = "article.keep-dates"
    SEE_PROPOSALS = "proposal.see"
    GROUP_QUESTIONS = "question.group"
    HEAR_RECORDINGS = "recording.hear"
    LEAD_CALLS = "call.lead"
    BLOCK_NUMBERS = "number.block"
    OPEN_CASE = "case.open"
    SEE_CONFIDENTIAL_CASES = "case.see-confidential"
    RECEIVE_EVENTS = "event.receive"
    SEND_OUTBOX = "outbox.send"
    IMPORT = "store.import"
    EXPORT = "store.export"
    MANAGE_STAFF = "staff.manage"
    MANAGE_CATALOGUE = "catalogue.manage"
    BACK_UP = "store.back-up"
    VERIFY_AUDIT = "audit.verify"


_DESK = {
    Act.TAKE_INTERACTION,
    Act.SEE_QUEUE,
    Act.OPEN_CONTACT,
    Act.CHANGE_CONTACT,
    Act.FIND_CONTACT,
    Act.MERGE_CONTACTS,
    Act.CORRECT,
    Act.SEARCH_ANSWERS,
    Act.GIVE_ANSWER,
    Act.STOP_ANSWERS,
    Act.SEE_INTERNAL_ARTICLES,
    Act.OPEN_CASE,
    Act.HEAR_RECORDINGS,
}

_KNOWLEDGE = {
    Act.SEARCH_ANSWERS,
    Act.SEE_INTERNAL_ARTICLES,
    Act.SEE_RESTRICTED_ARTICLES,
    Act.TELL_AGAIN,
    Act.SEE_PROPOSALS,
}

PERMISSIONS: dict[Role, frozenset[Act]] = {
    Role.OPERATOR: frozenset(_DESK),
    Role.SUPERVISOR: frozenset(
        _DESK
        | {
            Act.SEE_BOARD,
            Act.LEAD_AGENTS,
            Act.LEAD_CALLS,
            Act.STOP_ALL_ANSWERS,
            Act.BLOCK_NUMBERS,
            Act.POST_NOTICE,
            Act.WRITE_TEAM_TEXTS,
            Act.SEE_CONFIDENTIAL_CASES,
            Act.SEE_RESTRICTED_ARTICLES,
            Act.TELL_AGAIN,
            Act.SEE_PROPOSALS,
            Act.EXPORT,
            Act.VERIFY_AUDIT,
        }
    ),
    Role.ADMINISTRATOR: frozenset(
        {
            Act.SEE_QUEUE,
            Act.SEE_BOARD,
            Act.IMPORT,
            Act.EXPORT,
            Act.MANAGE_STAFF,
            Act.MANAGE_CATALOGUE,
            Act.WRITE_TEAM_TEXTS,
            Act.BLOCK_NUMBERS,
            Act.BACK_UP,
            Act.VERIFY_AUDIT,
            Act.SEARCH_ANSWERS,
        }
    ),
    Role.OFFICER: frozenset({Act.SEARCH_ANSWERS, Act.SEE_INTERNAL_ARTICLES, Act.SEE_PROPOSALS}),
    Role.EDITOR: frozenset(_KNOWLEDGE | {Act.WRITE_ARTICLES}),
    Role.APPROVER: frozenset(_KNOWLEDGE | {Act.APPROVE_ARTICLES}),
    Role.AUDITOR: frozenset({Act.VERIFY_AUDIT}),
    Role.SYSTEM: frozenset(
        {
            Act.RECEIVE_EVENTS,
            Act.SEND_OUTBOX,
            Act.HEAR_RECORDINGS,
            Act.GIVE_ANSWER,
            Act.BLOCK_NUMBERS,
            Act.IMPORT,
            Act.EXPORT,
            Act.MANAGE_STAFF,
            Act.MANAGE_CATALOGUE,
            Act.WRITE_TEAM_TEXTS,
            Act.SEE_BOARD,
            Act.BACK_UP,
            Act.VERIFY_AUDIT,
            Act.SEARCH_ANSWERS,
            Act.SEE_INTERNAL_ARTICLES,
            Act.SEE_RESTRICTED_ARTICLES,
            Act.WRITE_ARTICLES,
            Act.TELL_AGAIN,
            Act.WAIVE_REVIEW,
            Act.KEEP_ARTICLE_DATES,
            Act.SEE_PROPOSALS,
            Act.GROUP_QUESTIONS,
        }
    ),
}
"""What a fresh store starts with; the store's own table counts from then on."""
