"""The closed lists of the trade as an operator reads them: a sign and a word each, never colour alone."""

from datetime import datetime

from grm_console.clock import local_moment
from grm_console.desk.spoken import agent_state_word
from grm_console.desk.views import AgentStatus
from grm_console.domain.words import AgentState, Channel, ContactKind, Harm
from grm_console.i18n import _

CHANNEL_SIGNS = {
    Channel.VOICE: "☎",
    Channel.SMS: "✉",
    Channel.WHATSAPP: "✉",
    Channel.EMAIL: "@",
    Channel.WEB: "@",
    Channel.COUNTER: "⌂",
    Channel.LETTER: "✎",
    Channel.FAX: "✎",
    Channel.TV: "▣",
}
KIND_SIGNS = {ContactKind.CITIZEN: "", ContactKind.BUSINESS: "▪ ", ContactKind.DEPARTMENT: "▣ "}


def harm_word(harm: Harm) -> str:
    """What waits to happen to people if nobody acts; empty if nothing does."""
    return {
        Harm.NONE: "",
        Harm.HARDSHIP: _("hardship"),
        Harm.HEALTH: _("health at risk"),
        Harm.DANGER: _("danger"),
    }[harm]


def state_words(agent: AgentStatus) -> tuple[str, str, str]:
    """An operator's state as sign, word and style."""
    sign, style = {
        AgentState.AVAILABLE: ("●", "$success"),
        AgentState.RINGING: ("◆", "$warning"),
        AgentState.TALKING: ("●", "$success"),
        AgentState.WRAP_UP: ("◐", "$foreground"),
        AgentState.AWAY: ("○", "$text-muted"),
        AgentState.SIGNED_OUT: ("○", "$text-muted"),
    }[agent.state]
    return sign, agent_state_word(agent.state, agent.reason), style


def when(moment: datetime, now: datetime) -> str:
    """A moment close to now by day name, else by date: `today 17:00`, `tomorrow 17:00`, `20 Nov 18:41`."""
    days = (moment.astimezone().date() - now.astimezone().date()).days
    clock = f"{moment.astimezone():%H:%M}"
    near = {-1: _("yesterday {clock}"), 0: _("today {clock}"), 1: _("tomorrow {clock}")}.get(days)
    return near.format(clock=clock) if near else local_moment(moment, now)
