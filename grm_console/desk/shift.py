"""The shift: notices from the supervisor to the desk, and calls for help from the desk to the supervisor."""

from datetime import datetime, timedelta

from grm_console.desk.actor import Actor
from grm_console.desk.board_views import NoticeLine
from grm_console.desk.desk import Desk, record
from grm_console.domain.permissions import Act
from grm_console.errors import AlreadyClaimed, InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import interactions, shift

MAX_NOTICE = 500
LONGEST_NOTICE = timedelta(days=7)


class Shift:
    """Notices and help of one desk for one actor; every method may block on the store and may raise any GrmError."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    # Notices

    def notices(self) -> tuple[NoticeLine, ...]:
        """The notices in force that concern this actor, newest first; those not read yet are marked."""
        self._actor.require(Act.SEE_QUEUE)
        with self._desk.store.reading() as connection:
            rows = shift.notices_for(connection, self._actor.account_id, self._desk.store.now())
        return tuple(
            NoticeLine(row.id, row.text, row.queue or "", row.since, row.until, row.by, row.seen_at is None)
            for row in rows
        )

    def seen(self, notice_id: int) -> None:
        """Note that this actor has read a notice; again changes nothing."""
        self._actor.require(Act.SEE_QUEUE)
        with self._desk.store.writing() as write:
            if shift.notice_row(write.connection, notice_id) is None:
                raise NotFound(_("This notice is not in the store."))
            if shift.note_seen(write.connection, notice_id, self._actor.account_id, write.now):
                record(write, self._actor, Act.SEE_QUEUE, f"notice:{notice_id}", "read")
                write.changed("notice", notice_id)

    def post_notice(self, text: str, until: datetime, queue_id: int | None = None) -> int:
        """Tell everybody, or those who serve one queue; gives the notice's key.

        Raises InvalidInput: no words or more than 500 characters, an end that is past or more than 7 days away, a
        queue that is not in use.
        """
        self._actor.require(Act.POST_NOTICE)
        words = text.strip()
        with self._desk.store.writing() as write:
            problems = {}
            if not 0 < len(words) <= MAX_NOTICE:
                problems["text"] = _(
                    "Write up to {most} characters, e.g. No water in Lotus Lane until 17:00, see K-031."
                ).format(most=MAX_NOTICE)
            if not write.now < until <= write.now + LONGEST_NOTICE:
                problems["until"] = _("Choose an end from now to 7 days ahead, e.g. in 2 hours.")
            queue = shift.queue_row(write.connection, queue_id) if queue_id is not None else None
            if queue_id is not None and (queue is None or not queue.active):
                problems["queue"] = _("Choose a queue that is in use, or everybody.")
            if problems:
                raise InvalidInput(problems)
            key = shift.add_notice(
                write.connection,
                {
                    "text": words,
                    "queue_id": queue_id,
                    "since": write.now,
                    "until": until,
                    "account_id": self._actor.account_id,
                },
            )
            record(write, self._actor, Act.POST_NOTICE, f"notice:{key}", "board")
            write.changed("notice", key)
        return key

    def end_notice(self, notice_id: int) -> None:
        """Take a notice down; one that is over stays as it is."""
        self._actor.require(Act.POST_NOTICE)
        with self._desk.store.writing() as write:
            notice = shift.notice_row(write.connection, notice_id)
            if notice is None:
                raise NotFound(_("This notice is not in the store."))
            if notice.until <= write.now:
                return
            # The store refuses an end before its beginning: taken down at once, it ends a microsecond later.
            end = max(write.now, notice.since + timedelta(microseconds=1))
            shift.end_notice(write.connection, notice_id, end)
            record(write, self._actor, Act.POST_NOTICE, f"notice:{notice_id}", "taken down")
            write.changed("notice", notice_id)

    # Help

    def call_help(self, interaction_id: int | None = None) -> int:
        """Ask the supervisor for help, with an exchange or without; the same request twice is one. Gives its key."""
        self._actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.writing() as write:
            if interaction_id is not None and interactions.locked(write.connection, interaction_id) is None:
                raise NotFound(_("This exchange is not in the store."))
            known = shift.open_help_of(write.connection, self._actor.account_id, interaction_id)
            if known is not None:
                return known
            key = shift.add_help(write.connection, self._actor.account_id, interaction_id, write.now)
            record(write, self._actor, Act.TAKE_INTERACTION, f"help:{key}", "asked", f"interaction:{interaction_id}")
            write.changed("help", key)
        return key

    def take_help(self, request_id: int) -> int | None:
        """The supervisor comes; gives the exchange to look at, or None if it is about none.

        Taking it again as the same account changes nothing. Raises AlreadyClaimed if another supervisor was first.
        """
        self._actor.require(Act.LEAD_AGENTS)
        with self._desk.store.writing() as write:
            request = shift.help_row(write.connection, request_id)
            if request is None:
                raise NotFound(_("This request is not in the store."))
            if request.taken_by_id != self._actor.account_id:
                if not shift.take_help(write.connection, request_id, self._actor.account_id, write.now):
                    raise AlreadyClaimed(_("Another supervisor was first, or the help is no longer wanted."))
                record(write, self._actor, Act.LEAD_AGENTS, f"help:{request_id}", "taken")
                write.changed("help", request_id)
        return int(request.interaction_id) if request.interaction_id is not None else None

    def end_help(self, request_id: int) -> None:
        """The help was given; whoever asked may also take the request back. Done twice is done once."""
        self._actor.require(Act.TAKE_INTERACTION)
        with self._desk.store.writing() as write:
            request = shift.help_row(write.connection, request_id)
            if request is None:
                raise NotFound(_("This request is not in the store."))
            asked = request.account_id == self._actor.account_id
            act = Act.TAKE_INTERACTION if asked else Act.LEAD_AGENTS
            self._actor.require(act)
            if request.done_at is None:
                shift.end_help(write.connection, request_id, write.now)
                record(write, self._actor, act, f"help:{request_id}", "taken back" if asked else "done")
                write.changed("help", request_id)
