"""How an exchange ended: a wrap-up code is required, the note comes from the form."""

from textual.content import Content

from grm_console.desk.spoken import named
from grm_console.desk.views import CallerCard, CaseForm, DispositionChoice
from grm_console.domain.words import Channel, InteractionState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.pick import Choice, PickScreen

CASE_OPENED = "case-opened"
"""The outcome of the codes that say a case was opened."""


class WrapUpScreen(PickScreen):
    """Gives back the code of a disposition, or None if the operator goes back to the desk."""

    def __init__(
        self, card: CallerCard, choices: tuple[DispositionChoice, ...], form: CaseForm, case_opened: bool
    ) -> None:
        notes = []
        if card.channel is Channel.VOICE and card.state is InteractionState.TALKING:
            notes.append(Content.styled(_("▲ The call is still on: picking a code ends it."), "$warning"))
        if not case_opened and (form.service or form.summary):
            notes.append(
                Content.styled(_("▲ The form has words, but no case was opened. Esc, then ^S opens it."), "$warning")
            )
        if form.note:
            note = _("Note: {note}").format(note=printable(form.note, limit=300))
            notes.append(Content.styled(note, "$text-muted"))
        # What the exchange has shown stands first; the others keep their order, so that fingers learn their numbers.
        likely = sorted(choices, key=lambda choice: not (case_opened and choice.outcome == CASE_OPENED))
        super().__init__(
            _("How did it end?"),
            tuple(Choice(choice.code, *named(choice.name, choice.other_name)) for choice in likely),
            tuple(notes),
        )
