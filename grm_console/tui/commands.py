"""The one table of commands: bindings, footer, palette and help all derive from it."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual.binding import Binding, BindingType


@dataclass(frozen=True, slots=True)
class Command:
    """Something an operator can do with one key; label and help are English and are translated where they are shown."""

    action: str
    """Name of the screen's `action_…` method, with its arguments if it takes any."""
    keys: str
    """Comma list as Textual reads it; the first one is shown."""
    label: str
    help: str
    group: str
    footer: bool = True
    """Whether the foot of the screen names it while it is possible."""
    first: bool = True
    """Whether it comes before the keys of the focused widget."""

    @property
    def name(self) -> str:
        """The action without its arguments, as `check_action` gets it."""
        return self.action.partition("(")[0]

    @property
    def key(self) -> str:
        """The shown key as operators write it: `F2`, `^G`, `Alt+1`, `Esc`."""
        first = self.keys.partition(",")[0]
        if first.startswith("ctrl+"):
            return "^" + first.removeprefix("ctrl+").upper()
        return "Esc" if first == "escape" else "+".join(part.capitalize() for part in first.split("+"))


# Function, control and alt keys only: a letter belongs to the words being typed.
DESK = (
    Command("answer", "f2", "Answer", "Take the call or text that the card shows.", "This exchange"),
    Command("available", "f10,f2", "Available", "Be offered calls and texts from now on.", "Your state"),
    Command("who_speaks", "f3", "Who speaks", "Settle who speaks; opens their history.", "This exchange"),
    Command("whole_text", "f7", "Whole text", "Read all words of the text.", "This exchange"),
    Command("new_contact", "f4", "New contact", "Make the unknown caller a contact.", "This exchange"),
    Command("end", "f8", "End", "Hang up; F9 then wraps up.", "This exchange"),
    Command(
        "call_menu", "f11", "Call", "Hold, consult, transfer, ring: all that the telephone can do now.", "Telephone"
    ),
    Command("decline", "escape", "Decline", "Leave the offered call to who offers it.", "Telephone", first=False),
    Command("wrap_up", "f9", "Wrap up", "Say how it ended and close it; the next one follows.", "This exchange"),
    Command("give", "ctrl+g", "Given", "Note that the shown answer was given.", "Answer and case"),
    Command("open_case", "ctrl+s", "Open case", "Open a case from the form.", "Answer and case"),
    Command("text_it", "alt+y", "Text it", "Send the shown answer as a text; you see it first.", "Answer and case"),
    Command("put_in_reply", "ctrl+y", "Into reply", "Put the shown answer into the reply.", "Answer and case"),
    Command("not_helpful", "alt+q", "Not helpful", "Say that the answer does not help.", "Answer and case"),
    Command(
        "next_way", "alt+5", "As told", "Show it as said on the telephone, as a text, as on screen.", "Answer and case"
    ),
    Command("next_language", "alt+6", "Language", "Show the answer in its next language.", "Answer and case"),
    Command("resume", "ctrl+k", "Resume", "Take up again what was put aside.", "This exchange"),
    Command("log", "ctrl+r", "Log", "Enter a visit, letter, e-mail or call that did not ring here.", "Entering"),
    Command("look_up", "ctrl+l", "Look up", "Find a contact, a case, or words in a history.", "People"),
    Command("find", "ctrl+f", "Find", "Search the standard answers.", "Moving"),
    Command("next_panel", "f6", "Next panel", "Go to the next panel.", "Moving"),
    Command("jump", "ctrl+o", "Jump", "Then 1, 2, 3 or 4: go to that panel.", "Moving"),
    Command("contact", "ctrl+d", "Contact", "Open the contact: names, numbers, relations, wishes, notes.", "People"),
    Command("hold", "alt+h", "Hold", "Put the citizen on hold, or take them back.", "Telephone"),
    Command("mute", "alt+j", "Mute", "Not be heard, or be heard again.", "Telephone", footer=False),
    Command("drop", "alt+d", "Drop", "Let go whom you brought into the call.", "Telephone", footer=False),
    Command("silent", "alt+s", "Silent", "Ask a caller who cannot speak to press keys.", "Telephone", footer=False),
    Command("emergency", "alt+e", "Emergency", "The right number at once; the supervisor is called.", "Telephone"),
    Command(
        "callbacks", "alt+u", "Callbacks", "Missed calls, and who is to be called back.", "Telephone", footer=False
    ),
    Command("recordings", "alt+p", "Recordings", "Hear what was recorded in this call.", "Telephone", footer=False),
    Command("extend", "alt+w", "More time", "Take the wrap-up's time once more.", "Your state"),
    Command("call_help", "f12", "Help me", "Call the supervisor to this exchange.", "This exchange"),
    Command("park", "ctrl+k", "Park", "Put this aside for a while; every word is kept.", "This exchange"),
    Command("canned_text", "ctrl+t,alt+t", "Ready text", "Put a ready text where the cursor is.", "Answer and case"),
    Command("take_back", "alt+z", "Take back", "Take back the text that has not gone out yet.", "Texts"),
    Command(
        "machines",
        "alt+0",
        "Machines",
        "Stop machines from answering this contact, a topic or all; or let them.",
        "Texts",
        footer=False,
    ),
    Command("release", "f5", "Give back", "Put it back into the queue; its place is kept.", "This exchange"),
    Command("away", "f10", "Away", "Be offered nothing for a while, with a reason.", "Your state"),
    Command("notices", "alt+n", "Notices", "Read what the supervisor has posted.", "Your state"),
    Command("parked", "alt+k", "Parked", "List what was put aside, and take one up.", "This exchange", footer=False),
    Command("post", "alt+r", "Post", "Enter the morning's post, one after the other.", "Entering", footer=False),
    Command("correct", "alt+c", "Correct", "Put right what the timeline's cursor is on.", "Entering", footer=False),
    Command("board", "alt+v", "Board", "Queues, agents and cases at a glance.", "Supervisor"),
    Command("articles", "alt+i", "Articles", "All standard answers, with versions and dates.", "Editors", footer=False),
    Command("administration", "alt+a", "Administration", "Staff, queues, services, codes.", "Administrator"),
    Command("go('timeline')", "alt+1", "Timeline", "Go to the timeline.", "Moving", footer=False),
    Command("go('knowledge')", "alt+2", "Knowledge", "Go to the standard answers.", "Moving", footer=False),
    Command("go('case')", "alt+3", "Case", "Go to the case form.", "Moving", footer=False),
    Command("go('texts')", "alt+4", "Texts", "Go to the texts, read them, write one.", "Moving", footer=False),
    Command("back", "escape", "Back", "Go back to the panel you came from.", "Moving", footer=False, first=False),
    Command("help", "f1", "Help", "Explain where you are, and show all keys.", "Console"),
    Command("app.guide", "alt+g", "Guide", "Read the guide.", "Console", footer=False),
    Command("tour", "alt+m", "Tour", "Be shown the first minute; again: the next step.", "Console", footer=False),
    Command("leave_tour", "alt+x", "End tour", "End the tour.", "Console", footer=False),
    Command("app.options", "alt+o", "Options", "Colours, language, plain mode, password.", "Console", footer=False),
    Command("app.lock", "alt+l", "Lock", "Lock the desk; your password opens it.", "Console", footer=False),
    Command("app.command_palette", "ctrl+p", "Palette", "Find a command by its name.", "Console"),
    Command("app.quit", "ctrl+q", "Quit", "Leave the desk; what you typed is kept.", "Console", footer=False),
)


def bindings(commands: Iterable[Command]) -> list[BindingType]:
    """The bindings of a command table; commands of the app (`app.…`) are bound by the app itself."""
    return [
        Binding(command.keys, command.action, command.label, show=False, priority=command.first, tooltip=command.help)
        for command in commands
        if not command.name.startswith("app.")
    ]


APP = tuple(command for command in DESK if command.name.startswith("app.") and command.name != "app.command_palette")
"""The commands of the console itself, which work on every screen."""


def app_bindings() -> list[BindingType]:
    """The bindings of the console's own commands."""
    return [
        Binding(command.keys, command.name.removeprefix("app."), show=False, priority=True, tooltip=command.help)
        for command in APP
    ]
