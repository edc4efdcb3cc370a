"""What is asked before an act on the board: a state, queues, where to, a notice, and why."""

from collections.abc import Callable
from datetime import timedelta

from textual.app import App

from grm_console.desk.board_views import AgentLine, QueueLine
from grm_console.desk.spoken import named
from grm_console.domain.words import AgentState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.screens.board_words import WordsScreen
from grm_console.tui.screens.pick import Choice, PickScreen

Queues = tuple[QueueLine, ...]


def ask_why(app: App[None], example: str, then: Callable[[str], None], most: int = 200) -> None:
    """A reason; Esc ends the whole question."""

    def said(reason: str | None) -> None:
        if reason is not None:
            then(reason)

    app.push_screen(WordsScreen(_("Why?"), example, most=most), said)


def ask_state(app: App[None], agent: AgentLine, then: Callable[[AgentState, str], None]) -> None:
    """The agent's next state, and why."""
    choices = (
        Choice(AgentState.AVAILABLE, _("Available")),
        Choice(AgentState.AWAY, _("Away"), _("the reason stands beside the state")),
        Choice(AgentState.SIGNED_OUT, _("Signed out")),
    )

    def chosen(state: str | None) -> None:
        if state is not None:
            ask_why(app, _("Fire drill, for example."), lambda why: then(AgentState(state), why), most=60)

    app.push_screen(PickScreen(printable(agent.name), choices), chosen)


def ask_queues(app: App[None], agent: AgentLine, queues: Queues, then: Callable[[frozenset[int], str], None]) -> None:
    """The queues that the agent is to serve, turned on and off one by one, and why."""

    def ask(served: frozenset[int]) -> None:
        choices = [Choice("take", _("Serve those with ●"))]
        for line in queues:
            name, other_name = named(line.name, line.other_name)
            choices.append(Choice(str(line.queue_id), f"{'●' if line.queue_id in served else '○'} {name}", other_name))

        def chosen(code: str | None) -> None:
            if code == "take" and served:
                ask_why(app, _("Water calls tripled, for example."), lambda why: then(served, why))
            elif code is not None:
                ask(served if code == "take" else served ^ {int(code)})

        title = _("Queues of {name}").format(name=printable(agent.name))
        app.push_screen(PickScreen(title, tuple(choices)), chosen)

    served = frozenset(line.queue_id for line in queues if line.name in agent.queues)
    ask(served or frozenset(line.queue_id for line in queues))


def ask_target(app: App[None], queues: Queues, then: Callable[[int, str], None]) -> None:
    """The queue that an item is moved to, and why."""

    def chosen(queue: str | None) -> None:
        if queue is not None:
            example = _("The caller chose the wrong line, for example.")
            ask_why(app, example, lambda why: then(int(queue), why))

    app.push_screen(PickScreen(_("Move to"), _queue_choices(queues)), chosen)


def ask_notice(
    app: App[None],
    words: str,
    queues: Queues,
    keep: Callable[[str], None],
    then: Callable[[str, timedelta, int | None], None],
) -> None:
    """A notice's words, for how long, and for which queue, None for everybody.

    `words` are offered to begin with; `keep` is given those that were typed, also if the rest is not answered.
    """

    def worded(text: str | None) -> None:
        if text is not None:
            keep(text)
            app.push_screen(PickScreen(_("In force for"), _spans()), lambda minutes: timed(text, minutes))

    def timed(text: str, minutes: str | None) -> None:
        if minutes is not None:
            span, choices = timedelta(minutes=int(minutes)), (Choice("", _("Everybody")), *_queue_choices(queues))
            app.push_screen(PickScreen(_("For whom?"), choices), lambda queue: addressed(text, span, queue))

    def addressed(text: str, span: timedelta, queue: str | None) -> None:
        if queue is not None:
            then(text, span, int(queue) if queue else None)

    hint = _("No water in Lotus Lane until 17:00, for example.")
    app.push_screen(WordsScreen(_("Notice to the desk"), hint, most=500, words=words), worded)


def _spans() -> tuple[Choice, ...]:
    spans = {"30": _("30 minutes"), "60": _("1 hour"), "120": _("2 hours"), "480": _("8 hours"), "1440": _("a day")}
    return tuple(Choice(minutes, label) for minutes, label in spans.items())


def _queue_choices(queues: Queues) -> tuple[Choice, ...]:
    return tuple(Choice(str(line.queue_id), *named(line.name, line.other_name)) for line in queues)
