"""The blocklist: machines and fraud are kept out for a time; for a person there are only rules for the talk.

Rules for a person block nothing: they are shown to whoever answers, and touch neither place in the queue nor answer.
"""

from datetime import date, datetime, time, timedelta
from unicodedata import east_asian_width

from sqlalchemy import Connection

from grm_console.clock import local_day
from grm_console.desk.actor import Actor
from grm_console.desk.blocked_views import BlockLine, StoppedCall
from grm_console.desk.desk import Desk, record
from grm_console.domain.addresses import Address, AddressKind, read_address
from grm_console.domain.permissions import Act
from grm_console.domain.reason import LEAST, MOST, check_reason
from grm_console.domain.words import BlockKind, ContactKind
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import blocked_numbers, contact_book, contacts
from grm_console.store.intake import point_key
from grm_console.store.store import Write
from grm_console.text import mask_number

STOPPED_SHOWN = 200
"""Calls that are listed of those a block kept out."""


def blocks_call(connection: Connection, contact_point_id: int | None, now: datetime) -> bool:
    """Whether a call from this number is not put through: only for a machine or a fraud.

    A withheld number has no contact point, and is never blocked.
    """
    return contact_point_id is not None and blocked_numbers.keeps_out(connection, contact_point_id, now)


def rules_for(connection: Connection, contact_point_id: int | None, now: datetime) -> str:
    """The flag of the caller card, `Rules agreed until 01 Mar: …`; empty if no rules are in force on the number."""
    found = None if contact_point_id is None else blocked_numbers.rules_of(connection, contact_point_id, now)
    if found is None:
        return ""
    rules, until = found
    last = (until.astimezone() - timedelta(microseconds=1)).date()
    return _("Rules agreed until {day}: {rules}").format(day=local_day(last, now.astimezone().date()), rules=rules)


class Blocked:
    """The blocklist as an actor may read and change it."""

    def __init__(self, desk: Desk, actor: Actor) -> None:
        self._desk = desk
        self._actor = actor

    def lines(self, *, ended: bool = False) -> tuple[BlockLine, ...]:
        """What is in force, oldest first; with `ended` also what was lifted or ran out. The reading is on record."""
        self._actor.require(Act.BLOCK_NUMBERS)
        with self._desk.store.writing() as write:
            rows = blocked_numbers.lines(write.connection, None if ended else write.now)
            record(write, self._actor, Act.BLOCK_NUMBERS, "blocked-number:all", "list", f"{len(rows)} rows")
            now = write.now
        return tuple(
            BlockLine(
                block_id=row.id,
                number=mask_number(row.address) if self._actor.masked else row.address,
                kind=BlockKind(row.kind),
                reason=row.reason,
                notice=row.notice,
                since=row.since,
                until=row.until,
                review_on=row.review_on,
                review_due=bool(
                    row.review_on is not None and row.lifted_at is None and row.review_on <= now < row.until
                ),
                set_by=row.set_by,
                lifted_at=row.lifted_at,
                lifted_by=row.lifted_by or "",
                stopped=row.stopped,
            )
            for row in rows
        )

    @property
    def may_set_rules(self) -> bool:
        """Whether this actor may note rules for the talk with a person, and lift them."""
        return self._actor.may(Act.LEAD_CALLS)

    def stopped(self, block_id: int) -> tuple[StoppedCall, ...]:
        """The newest calls that a block kept out."""
        self._actor.require(Act.BLOCK_NUMBERS)
        with self._desk.store.reading() as connection:
            return tuple(StoppedCall(*row) for row in blocked_numbers.stopped(connection, block_id, STOPPED_SHOWN))

    def add(
        self, number: str, kind: BlockKind, reason: str, until: date, *, notice: str = "", review_on: date | None = None
    ) -> int:
        """Block a number up to and with a day, at most a year ahead; gives the block's key.

        Rules for a person need somebody who leads calls, the notice that was given, and a day of review not after the
        end. Raises NotAllowed, and InvalidInput for each field that is missing or wrong, for withheld numbers, for our
        own ones, and for those of departments and emergency lines.
        """
        self._actor.require(Act.BLOCK_NUMBERS)
        person = kind is BlockKind.PERSON
        if person:
            # Who runs the machines may keep machines out; what concerns a person is for whoever answers for the talks.
            self._actor.require(Act.LEAD_CALLS)
        address = read_address(number, self._desk.region)
        today = self._desk.store.now().astimezone().date()
        problems = _number_problems(address) | _date_problems(today, until, review_on if person else None)
        why, problem = _reason(reason)
        if problem:
            problems["reason"] = problem
        if person:
            problems |= _notice_problems(notice)
            if review_on is None:
                problems["review_on"] = _("Say on which day the rules are looked at again, e.g. 2027-02-01.")
        if problems:
            raise InvalidInput(problems)
        with self._desk.store.writing() as write:
            point = self._point(write, address)
            known = blocked_numbers.in_force(write.connection, point, kind, write.now)
            if known is not None:
                told = _("This number is on the list already, until {day}. Lift that first.")
                raise InvalidInput({"number": told.format(day=f"{known.astimezone():%Y-%m-%d %H:%M}")})
            key = blocked_numbers.add(
                write.connection,
                {
                    "contact_point_id": point,
                    "kind": kind.value,
                    "reason": why,
                    "notice": notice.strip() if person else "",
                    "review_on": _begin(review_on) if person and review_on is not None else None,
                    "since": write.now,
                    "until": _begin(until + timedelta(days=1)),
                    "account_id": self._actor.account_id,
                    "lifted_at": None,
                    "lifted_by_id": None,
                },
            )
            told = f"block:{key} {kind} until {until.isoformat()}"
            record(write, self._actor, Act.BLOCK_NUMBERS, f"contact-point:{point}", "block", told)
            write.changed("block", key)
        return key

    def lift(self, block_id: int) -> None:
        """From now on the block does not count; that it was there stays known.

        Raises NotFound, and StaleChange if it was lifted or has run out already.
        """
        self._actor.require(Act.BLOCK_NUMBERS)
        with self._desk.store.writing() as write:
            row = blocked_numbers.locked(write.connection, block_id)
            if row is None:
                raise NotFound(_("There is no such block. List them: grm block list."))
            if row.kind == BlockKind.PERSON:
                self._actor.require(Act.LEAD_CALLS)
            if row.lifted_at is not None or row.until <= write.now:
                raise StaleChange(_("This block holds no longer, so there is nothing to lift."))
            blocked_numbers.lift(write.connection, block_id, self._actor.account_id, write.now)
            told = f"block:{block_id} lifted"
            record(write, self._actor, Act.BLOCK_NUMBERS, f"contact-point:{row.contact_point_id}", "lift", told)
            write.changed("block", block_id)

    def _point(self, write: Write, address: Address) -> int:
        """The contact point of a number that may be blocked."""
        connection, key = write.connection, (address.kind, address.address)
        if contact_book.is_own_line(connection, address.number or address.address):
            raise InvalidInput({"number": _("This is our own number. Write the caller's, e.g. +1 202 555 0142.")})
        needed = (read_address(number, self._desk.region) for number in blocked_numbers.needed_numbers(connection))
        point = point_key(connection, address)
        if any((one.kind, one.address) == key for one in needed) or _of_department(connection, point, write.now):
            refused = _("This number is a department's or an emergency line's; those are never blocked.")
            raise InvalidInput({"number": refused})
        return point


def _of_department(connection: Connection, point: int, now: datetime) -> bool:
    holders = [one.contact_id for one in contacts.holders_of(connection, point) if one.until is None or one.until > now]
    return any(row.kind == ContactKind.DEPARTMENT for row in contacts.names_of(connection, holders).values())


def _number_problems(address: Address) -> dict[str, str]:
    if address.kind is AddressKind.WITHHELD:
        return {"number": _("A withheld number cannot be blocked: many people share it.")}
    if not address.dialable:
        return {"number": _("Write the number that called, e.g. +1 202 555 0142 or sip:bell@voip.example.")}
    return {}


def _date_problems(today: date, until: date, review_on: date | None) -> dict[str, str]:
    problems = {}
    if not today <= until <= _a_year_after(today):
        last = _a_year_after(today)
        problems["until"] = _("Write a day from today to {last}; nothing is blocked for longer.").format(
            last=last.isoformat()
        )
    if review_on is not None and not today < review_on <= until:
        problems["review_on"] = _("The review lies after today and not after the end, e.g. half-way.")
    return problems


def _notice_problems(notice: str) -> dict[str, str]:
    said = notice.strip()
    if sum(2 if east_asian_width(char) == "W" else 1 for char in said if char.isalpha()) < LEAST:
        return {"notice": _("Say how and when the person was told, e.g. by letter on 2026-11-20.")}
    if len(said) > MOST:
        return {"notice": _("Keep the notice under {limit} characters.").format(limit=MOST)}
    return {}


def _reason(reason: str) -> tuple[str, str]:
    """The reason, and what is wrong with it."""
    try:
        return check_reason(reason), ""
    except InvalidInput as error:
        return "", error.problems["reason"]


def _begin(day: date) -> datetime:
    """The local beginning of a day as a moment."""
    return datetime.combine(day, time()).astimezone()


def _a_year_after(day: date) -> date:
    try:
        return day.replace(year=day.year + 1)
    except ValueError:  # 29 February
        return date(day.year + 1, 3, 1)
