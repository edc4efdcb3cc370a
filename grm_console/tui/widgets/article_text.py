"""One version of an article as text: its words, what changed, how it is told by each door, the steps of its life."""

from datetime import date, datetime

from textual.content import Content

from grm_console.clock import local_day
from grm_console.desk.editorial_views import Difference, VersionView
from grm_console.domain.article_life import Step
from grm_console.domain.renderings import Rendering
from grm_console.domain.sms import segments
from grm_console.domain.word_diff import Fate
from grm_console.domain.words import Audience
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.widgets.article_words import STATE_SIGNS, audience_word, field_word, state_word, step_word
from grm_console.tui.words import when

_MARKS = {
    Fate.SAME: ("", "", ""),
    Fate.GONE: ("[-", "-]", "strike $error"),
    Fate.NEW: ("{+", "+}", "underline $success"),
}


def words_of(version: VersionView, today: date) -> Content:
    """Everything a version holds."""
    lines = [Content.styled(printable(version.question), "bold"), Content("")]
    lines += [Content(printable(version.answer, lines=True)), Content("")]
    facts = [
        ("phrasings", " | ".join(version.phrasings)),
        ("sms", version.sms),
        ("audience", "" if version.audience is Audience.PUBLIC else f"⊘ {audience_word(version.audience)}"),
        ("owner", version.owner_code),
        ("legal_basis", version.legal_basis),
        ("services", ", ".join(version.services)),
        ("segments", ", ".join(version.segments)),
        ("effective_on", _day(version.effective_on, today)),
        ("review_on", _day(version.review_on, today)),
        ("expires_on", _day(version.expires_on, today)),
    ]
    for name, value in facts:
        if value:
            lines.append(Content.assemble((f"{field_word(name)}: ", "$text-muted"), printable(value, lines=True)))
    if version.source is not None:
        lines.append(_source_line(version))
    return Content("\n").join(lines)


def _source_line(version: VersionView) -> Content:
    source = version.source
    assert source is not None
    told = f"{printable(source.language, limit=8)} v{source.version}"
    line = Content.assemble((f"{field_word('translated_from')}: ", "$text-muted"), told)
    if not source.stale:
        return line
    stale = _("▲ stale: {language} is at v{n} now").format(language=source.language, n=source.published)
    return Content.assemble(line, ("  " + stale, "$warning"))


def changes_of(changed: tuple[Difference, ...], before: VersionView | None) -> Content:
    """What changed, word by word: what is gone and what is new is told by its marks and by its colour."""
    if before is None:
        return Content.styled(_("This is the first version in its language."), "$text-muted")
    head = _("Against v{n}, {state}.").format(n=before.version, state=state_word(before.state))
    head += " [- … -] {+ … +}"
    lines = [Content.styled(head, "$text-muted")]
    if not changed:
        lines.append(Content(_("Nothing differs.")))
    for one in changed:
        lines += [Content(""), Content.styled(field_word(one.field), "$text-muted")]
        pieces = []
        for piece in one.pieces:
            begin, end, style = _MARKS[piece.fate]
            pieces.append((begin + printable(piece.text, lines=True) + end, style))
        lines.append(Content.assemble(*pieces))
    return Content("\n").join(lines)


def doors_of(spoken: Rendering, text: Rendering) -> Content:
    """The telephone script and the text, with what the text costs."""
    parts = segments(text.text)
    cost = _("Text: {n} characters, {parts} messages, {encoding}").format(
        n=parts.characters, parts=parts.parts, encoding=parts.encoding.value
    )
    lines = [Content.styled(_("On the telephone"), "bold $accent")]
    lines += [Content(printable(line)) for line in spoken.lines]
    lines += [Content(""), Content.styled(_("As a text"), "bold $accent"), Content(printable(text.text))]
    lines.append(Content.styled(cost, "$text-muted"))
    if text.cut:
        lines.append(Content.styled(_("The answer is longer; the text says where the rest is."), "$text-muted"))
    return Content("\n").join(lines)


def life_of(version: VersionView, now: datetime) -> Content:
    """The steps of a version's life, oldest first."""
    sign, _ink = STATE_SIGNS[version.state]
    begun = _("{when} · {name} began it").format(when=when(version.created_at, now), name=printable(version.author))
    lines = [Content(f"{sign} {state_word(version.state)}"), Content("")]
    lines += [] if version.steps and version.steps[0].step is Step.EDIT else [Content(begun)]
    for step in version.steps:
        line = f"{when(step.at, now)} · {printable(step.by)} · {step_word(step.step)}"
        said = f"  “{printable(step.comment)}”" if step.comment else ""
        lines.append(Content.assemble(line, (said, "$text-muted")))
    return Content("\n").join(lines)


def _day(day: date | None, today: date) -> str:
    return local_day(day, today) if day is not None else ""
