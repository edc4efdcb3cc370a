"""What a part of the screen is for, in a sentence or two: F1 shows it, plain mode says its name."""

from textual.widget import Widget

from grm_console.i18n import _
from grm_console.tui.widgets.form_field import FormField


def explain(focused: Widget | None) -> tuple[str, str]:
    """The name of the focused part and what it is for; empty if there is nothing to say."""
    if focused is None:
        return "", ""
    for widget in focused.ancestors_with_self:
        if isinstance(widget, FormField):
            name = (widget.name or "").partition(":")[0]
            told_of_field = _field_helps().get(name, "")
            return widget.label, widget.hint or told_of_field
        told = _part_helps().get(widget.id or "")
        if told is not None:
            return told
    return "", ""


def _part_helps() -> dict[str, tuple[str, str]]:
    return {
        "knowledge-search": (
            _("Standard answers"),
            _(
                "Type a few words of what you hear. Up and Down choose an answer, its whole text stands below; "
                "Ctrl+G notes it as given, Alt+Y texts it, Alt+5 shows it as it is told. A code such as K-031 finds "
                "its answer at once."
            ),
        ),
        "knowledge-preview": (
            _("The chosen answer"),
            _("Read it out as it stands. Version and expiry are at its end; Ctrl+G notes that you gave it."),
        ),
        "timeline": (
            _("Timeline"),
            _(
                "Everything this contact ever brought to us, newest first. Left and Right choose calls, texts, cases "
                "or all; Enter opens the details; Alt+C puts right what was entered wrong."
            ),
        ),
        "conversation": (
            _("Texts"),
            _(
                "Everything exchanged by text with this number, the newest at the bottom, with what became of it. Up "
                "and Down read; Enter fetches or saves what is attached; R sends again what did not arrive; C shows "
                "whether texts are wanted. What a machine wrote says automatic; Alt+0 stops it or lets it again."
            ),
        ),
        "composer": (
            _("A text to the citizen"),
            _(
                "Enter sends it; for some seconds Alt+Z takes it back. Ctrl+J begins a new line, Ctrl+T puts a ready "
                "text in. Below stands how many messages it takes; what is half-typed is kept."
            ),
        ),
        "party-box": (
            _("Who is to come in"),
            _(
                "Type a few letters of a name, a duty or a language. Up and Down choose; the last line says what Enter "
                "does. Free or busy, number and hours stand beside each name."
            ),
        ),
        "party-note": (
            _("Note for a transfer"),
            _("What whoever takes over should know, in a line; they read it with the card before they say yes."),
        ),
        "emergency-place": (
            _("Emergency: place"),
            _(
                "Where the danger is. The number for it stands above. Enter brings the service into the call if that "
                "is allowed, else gives the words to say; time and place are noted, and the supervisor is called."
            ),
        ),
        "case": (
            _("Case form"),
            _("Choose the service first: it brings its own questions and what may be promised."),
        ),
    }


def _field_helps() -> dict[str, str]:
    return {
        "service": _("Type a few letters of the matter; Enter takes the first service of the list."),
        "summary": _("One line that tells the matter, up to 200 characters, for example: no water since Friday."),
        "details": _("What the citizen told, in their own words. Tab goes on."),
        "occurred": _("When it happens or happened, for example: since Friday evening, each night from 22:00."),
        "place": _("Where the matter is, not where the caller lives, for example: 12 Garden Road, stairwell B."),
        "people": _("Who is affected or involved, for example: two children, the tenant above."),
        "demand": _("What the citizen asks us to do, for example: repair the lamp, call back with the date."),
        "harm": _("Only harm to people counts. Left and Right choose; who the caller is never matters."),
        "language": _("The language the citizen is answered in. Left and Right choose."),
        "confidentiality": _(
            "Confidential: not shown to the department the matter is about. Anonymous: the case leads to nobody, not "
            "even to this call."
        ),
        "note": _("Notes on this exchange; they are kept at the wrap-up, with or without a case."),
        "answer": _("A question of this service. What it needs is said below the field when it is missing."),
    }
