"""When a line is open, what callers hear, and whom to ring in an emergency."""

from datetime import date

from sqlalchemy import CheckConstraint, UniqueConstraint
from sqlmodel import Field, SQLModel

from grm_console.store.tables.columns import KEY, WORDS


class Calendar(SQLModel, table=True):
    """Opening hours that one or more queues follow; a queue without one is always open."""

    __tablename__ = "calendar"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    code: str = Field(unique=True, sa_type=WORDS)
    name: str = Field(sa_type=WORDS)
    time_zone: str = Field(sa_type=WORDS)
    """Name in the IANA database, e.g. `Asia/Shanghai`."""
    holidays: str = Field(default="", sa_type=WORDS)
    """Country, perhaps with a subdivision, whose public holidays are closed: `US`, `US-CA`, `CN`; empty for none."""
    active: bool = Field(default=True)


class CalendarSpan(SQLModel, table=True):
    """From when to when a calendar is open on one weekday; a day may have several."""

    __tablename__ = "calendar_span"
    __table_args__ = (
        UniqueConstraint("calendar_id", "weekday", "opens"),
        CheckConstraint("weekday BETWEEN 0 AND 6", name="weekday_known"),
        CheckConstraint("closes > opens AND opens >= 0 AND closes <= 1440", name="closes_after_opens"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    calendar_id: int = Field(foreign_key="calendar.id", sa_type=KEY)
    weekday: int = Field()
    """0 is Monday."""
    opens: int = Field()
    """Minutes since local midnight."""
    closes: int = Field()


class CalendarDay(SQLModel, table=True):
    """What holds on one date instead of its weekday: closed, other hours, or those of another weekday."""

    __tablename__ = "calendar_day"
    __table_args__ = (
        UniqueConstraint("calendar_id", "day"),
        CheckConstraint("as_weekday BETWEEN 0 AND 6", name="as_weekday_known"),
    )

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    calendar_id: int = Field(foreign_key="calendar.id", sa_type=KEY)
    day: date = Field()
    as_weekday: int | None = Field(default=None)
    """A working weekend in exchange for a holiday follows this weekday's hours."""
    spans: str = Field(default="", sa_type=WORDS)
    """Hours of that day alone, `09:00-12:00 13:00-17:30`; empty with no weekday means closed."""
    name: str = Field(default="", sa_type=WORDS)


class SpokenText(SQLModel, table=True):
    """Words of ours that replace what the desk says by itself, by sentence, language and queue."""

    __tablename__ = "spoken_text"
    __table_args__ = (UniqueConstraint("name", "language", "queue"),)

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    name: str = Field(sa_type=WORDS)
    """`greeting`, `emergency-notice`, `closed`, …: the names of desk.phrases."""
    language: str = Field(sa_type=WORDS)
    queue: str = Field(default="", sa_type=WORDS)
    """Code of the queue it is for; empty for all."""
    words: str = Field(sa_type=WORDS)


class EmergencyLine(SQLModel, table=True):
    """Whom to ring for an area when life is in danger, and what to say if nobody may be rung."""

    __tablename__ = "emergency_line"

    id: int | None = Field(default=None, primary_key=True, sa_type=KEY)
    area: str = Field(unique=True, sa_type=WORDS)
    """Words of a place, e.g. a district's name; `*` for everywhere else."""
    number: str = Field(sa_type=WORDS)
    """What the citizen is told to dial: `911`, `110`, `119`."""
    dial: str = Field(default="", sa_type=WORDS)
    """The ten-digit or local line the desk itself may dial; empty if it may not."""
    callback: str = Field(default="", sa_type=WORDS)
    """Other numbers that the service calls back from, separated by `|`."""
    script: str = Field(default="", sa_type=WORDS)
    active: bool = Field(default=True)
