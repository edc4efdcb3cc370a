"""How a case stands, asked by text: told to whom it is safe to tell, by the number alone or with the case's PIN."""

from datetime import timedelta
from typing import Any

from grm_console.desk import case_pins
from grm_console.desk.replying.text import Text, Verdict
from grm_console.desk.text_phrases import text_phrase
from grm_console.domain.text_commands import StatusAsked, read_digit, read_status
from grm_console.domain.words import CaseState, Confidentiality
from grm_console.store import case_status, text_questions

MOST_CHOICES = 5
MENU_LASTS = timedelta(minutes=30)


def tell_status(text: Text) -> Verdict | None:
    """Answer `STATUS`, or the digit that says which of several cases was meant."""
    asked = read_status(text.words)
    digit = read_digit(text.words)
    if asked is None and digit is None:
        return None
    if text.grounds.replies >= text.desk.texts.commands_per_number:
        return Verdict("budget")
    if asked is not None:
        return _status(text, asked)
    assert digit is not None
    return _chosen(text, digit)


def _status(text: Text, asked: StatusAsked) -> Verdict:
    if asked.misread:
        return _said(text, "number-misread")
    if not asked.number:
        return _of_sender(text)
    assert text.contact_point_id is not None, "senders without an address were left to people before"
    case = case_status.numbered(text.write.connection, asked.number)
    if case is not None and _proved_by_number(text, case):
        return _told(text, case)
    if not asked.pin or case is None:
        # The same words whether there is such a case or not: a number tells nobody that it exists.
        return _said(text, "pin-wanted")
    if case_pins.is_locked(text.write, case.id, text.contact_point_id):
        return _said(text, "pin-locked")
    if not case_pins.is_right(text.write, case.id, text.contact_point_id, asked.pin):
        return _said(text, "pin-wanted")
    return _told(text, case)


def _of_sender(text: Text) -> Verdict:
    """Without a number: of the number's one and only holder, if that one has a single open case."""
    if text.contact_id is None:
        return _said(text, "number-wanted")
    cases = case_status.open_ones_of(text.write.connection, text.contact_id, MOST_CHOICES)
    if not cases:
        return _said(text, "no-case")
    return _told(text, cases[0]) if len(cases) == 1 else _menu(text, cases)


def _menu(text: Text, cases: list[Any]) -> Verdict:
    language = text.reply_language
    lines = [
        text_phrase("which-case-line", language, digit=digit, number=case.number, service=_service(case, language))
        for digit, case in enumerate(cases, 1)
    ]

    def put(interaction_id: int, _reply: int | None) -> None:
        assert text.contact_point_id is not None
        text_questions.ask(
            text.write.connection,
            contact_point_id=text.contact_point_id,
            kind=text_questions.WHICH_CASE,
            decision=f"{text.event.provider}:{text.event.sid}",
            at=text.write.now,
            expires_at=text.write.now + MENU_LASTS,
            interaction_id=interaction_id,
            options=[case.id for case in cases],
        )

    words = "\n".join((text_phrase("which-case", language), *lines))
    return Verdict("status", words, waits=False, then=put)


def _chosen(text: Text, digit: int) -> Verdict | None:
    assert text.contact_point_id is not None, "senders without an address were left to people before"
    question = text_questions.open_one(text.write.connection, text.contact_point_id, text.write.now)
    if question is None or question.kind != text_questions.WHICH_CASE or digit > len(question.options):
        return None
    case = case_status.by_key(text.write.connection, question.options[digit - 1])
    if case is None or not _proved_by_number(text, case):
        return None  # the number has changed hands meanwhile
    text_questions.answer(text.write.connection, question.id, digit, text.write.now)
    return _told(text, case)


def _proved_by_number(text: Text, case: Any) -> bool:
    """Whether the number alone proves who asks: its sure, only holder reported the case, and it is not sealed."""
    return (
        text.contact_id is not None
        and case.confidentiality == Confidentiality.OPEN
        and case_status.is_of(text.write.connection, case, text.contact_id)
    )


def _told(text: Text, case: Any) -> Verdict:
    language = text.reply_language
    closed = case.state == CaseState.CLOSED
    if closed and case.closed_at is not None:
        due = text_phrase("done-on", language, date=_date(case.closed_at))
    elif case.due_at < text.write.now:
        due = text_phrase("overdue", language)
    else:
        due = text_phrase("due", language, date=_date(case.due_at))
    words = text_phrase(
        "status" if case.confidentiality == Confidentiality.OPEN else "status-sealed",
        language,
        number=case.number,
        state=text_phrase("state-closed" if closed else "state-open", language),
        due=due,
        service=_service(case, language),
    )
    return Verdict("status", words, waits=False)


def _said(text: Text, name: str) -> Verdict:
    return Verdict("status", text_phrase(name, text.reply_language), waits=False)


def _service(case: Any, language: str) -> str:
    return str((language.startswith("zh") and case.other_service) or case.service)


def _date(moment: Any) -> str:
    return f"{moment.astimezone():%Y-%m-%d}"
