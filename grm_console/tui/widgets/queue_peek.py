"""The head of the queue in a few lines, for the moments when nobody is on the line."""

from datetime import datetime

from textual.content import Content

from grm_console.clock import elapsed
from grm_console.desk.spoken import channel_word
from grm_console.desk.views import AgentStatus, QueueItem, QueueStatus
from grm_console.domain.words import AgentState
from grm_console.i18n import _
from grm_console.text import printable
from grm_console.tui.words import CHANNEL_SIGNS, harm_word


def idle_head(agent: AgentStatus | None, queue: QueueStatus | None) -> Content:
    """One sentence that says what to do while nothing is at the desk."""
    if agent is None or queue is None:
        return Content.styled(_("Reading the queue …"), "$text-muted")
    if agent.state in (AgentState.AWAY, AgentState.SIGNED_OUT):
        waits = _("{n} waiting.").format(n=queue.waiting) if queue.waiting else _("No call waiting.")
        return Content.assemble((waits, "bold"), (_("  F10 makes you available."), "$foreground"))
    if queue.waiting:
        return Content.assemble((_("{n} waiting.").format(n=queue.waiting), "bold"))
    return Content.assemble(
        (_("No call waiting."), "bold"),
        (_("  The next call or text appears here by itself."), "$text-muted"),
    )


def queue_lines(queue: QueueStatus | None, now: datetime, room: int) -> list[Content]:
    """The first items in the order they will be served, one line each, no names."""
    if queue is None:
        return []
    return [_line(item, now) for item in queue.items[:room]]


def _line(item: QueueItem, now: datetime) -> Content:
    waited = elapsed((now - item.waiting_since).total_seconds())
    harm = harm_word(item.harm)
    return Content.assemble(
        (f"{waited:>7}  ", "$foreground"),
        (f"{CHANNEL_SIGNS[item.channel]} {channel_word(item.channel)}", "$text-muted"),
        (f" · {printable(item.queue)}", "$text-muted"),
        (f" · ▲ {harm}" if harm else "", "$warning"),
        (f" · {printable(item.preview, limit=120)}" if item.preview else "", "$foreground"),
        (
            _(" · with {name}").format(name=printable(item.claimed_by)) if item.claimed_by else "",
            "$text-muted",
        ),
    )
