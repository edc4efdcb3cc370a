"""The one description of what each kind of the catalogue consists of.

The command line's options, the screen's forms, the files' columns and every check derive from it. Light on purpose: it
loads no database code.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from grm_console.desk.phrases import NAMES
from grm_console.domain.permissions import Act, Role
from grm_console.domain.words import Channel, Harm, OrganisationKind
from grm_console.i18n import _

Row = Mapping[str, str]
"""One row as the cells of its file, by column: `yes` and `no`, numbers in figures, several values separated by `|`."""

OUTCOMES = ("answered", "case-opened", "handed-over", "no-content")
"""What a wrap-up code says of an exchange."""

ANY = "*"


class FieldType(StrEnum):
    """What may stand in a field, and so how it is read, asked for and shown."""

    WORDS = "words"
    CODE = "code"
    CHOICE = "choice"
    YES_NO = "yes-no"
    WHOLE = "whole"
    DAY = "day"
    LANGUAGES = "languages"
    SOME = "some"
    """Some of the choices, or `*` for all of them."""
    LINES = "lines"
    """Our own telephone numbers."""
    DEVICE = "device"
    """What rings at a desk."""
    DEPARTMENT = "department"
    DEPARTMENTS = "departments"
    NUMBERS = "numbers"
    """Others' telephone numbers."""
    CALENDAR = "calendar"
    QUEUE = "queue"
    MUSIC = "music"
    """A web address of music, or `none`."""
    TIME_ZONE = "time-zone"
    HOLIDAYS = "holidays"
    HOURS = "hours"
    DAYS = "days"
    QUIET_HOURS = "quiet-hours"
    SPOKEN = "spoken"
    """Which spoken text is meant, as `name/language` or `name/language/queue`."""
    YAML = "yaml"


SEVERAL = frozenset({FieldType.LANGUAGES, FieldType.SOME, FieldType.LINES, FieldType.NUMBERS, FieldType.DEPARTMENTS})
"""Types with several values separated by `|`."""


@dataclass(frozen=True, slots=True)
class Field:
    """One field; label, rule and example are English, the first two are translated where they are shown."""

    name: str
    """The file's column."""
    label: str
    rule: str
    """What may stand in it, as the end of a sentence, with `{choices}` for them."""
    example: str
    type: FieldType = FieldType.WORDS
    needed: bool = False
    """Whether a file must have the column, and no row may leave it empty."""
    usual: str = ""
    """What an empty cell means."""
    choices: tuple[str, ...] = ()
    least: int = 0
    listed: bool = False
    """Whether it is a column of the list on the screen."""
    option: str = ""
    """The command line's option, where it is not the column's name."""

    def told_rule(self) -> str:
        """The rule in the language in use."""
        return _(self.rule).format(choices=", ".join(self.choices))

    @property
    def several(self) -> bool:
        """Whether it holds several values separated by `|`."""
        return self.type in SEVERAL


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of rows; the labels are English and translated where they are shown."""

    name: str
    """The command's name."""
    many: str
    """What imports and exports call it."""
    label: str
    topic: str
    """What the feeds and the audit call it."""
    fields: tuple[Field, ...]
    """The key is the first."""
    act: Act = Act.MANAGE_CATALOGUE
    suffix: str = ".csv"

    @property
    def key(self) -> str:
        """The column by which a row is known; it never changes."""
        return self.fields[0].name

    def field(self, name: str) -> Field | None:
        """A field by its column."""
        return next((field for field in self.fields if field.name == name), None)

    def whole(self, given: Row) -> dict[str, str]:
        """A row with every field: what is given, else what an empty cell means."""
        return {field.name: given.get(field.name, "").strip() or field.usual for field in self.fields}


# scripts/catalogue.py gathers the labels and rules of these calls.
def _code(label: str, example: str, name: str = "code") -> Field:
    return Field(name, label, "lower case, digits, hyphens and dots", example, FieldType.CODE, needed=True, listed=True)


def _names(example: str, other: str) -> tuple[Field, Field]:
    return (
        Field("name_en", "Name", "the name in English", example, needed=True, listed=True),
        Field("name_zh", "Name in Chinese", "the name in Chinese, or nothing", other, listed=True),
    )


def _active() -> Field:
    return Field("active", "In use", "yes or no", "yes", FieldType.YES_NO, usual="yes")


def _choice(name: str, label: str, choices: Iterable[str], **more: bool | str) -> Field:
    known = tuple(choices)
    return Field(name, label, "one of {choices}", known[0], FieldType.CHOICE, choices=known, **more)  # type: ignore[arg-type]  # only keywords of Field


_LANGUAGES = Field(
    "languages", "Languages", "codes of languages", "en|zh", FieldType.LANGUAGES, listed=True, option="language"
)

_MACHINES = Field(
    "detects_machines",
    "Machines are told",
    "yes or no: whether the carrier listens if a machine picks up",
    "yes",
    FieldType.YES_NO,
    usual="yes",
)

STAFF = Kind(
    "staff",
    "staff",
    "Staff",
    "account",
    (
        _code("Sign-in name", "li.wei", "account"),
        Field("name", "Full name", "first and last name", "Li Wei", needed=True, listed=True, option="full-name"),
        _choice("role", "Role", (role for role in Role if role is not Role.SYSTEM), needed=True, listed=True),
        Field(
            "organisation",
            "Department",
            "the code of a department",
            "centre",
            FieldType.DEPARTMENT,
            needed=True,
            usual="centre",
            listed=True,
        ),
        _LANGUAGES,
        Field("phone", "Phone", "what rings at the desk, or nothing", "+12025550191", FieldType.DEVICE, listed=True),
        _active(),
    ),
    act=Act.MANAGE_STAFF,
)

QUEUE = Kind(
    "queue",
    "queues",
    "Queues",
    "queue",
    (
        _code("Code", "water-streets"),
        *_names("Water & Streets", "供水与道路"),
        Field(
            "lines",
            "Our numbers",
            "our own numbers that lead to it",
            "+12025550101",
            FieldType.LINES,
            listed=True,
            option="line",
        ),
        _LANGUAGES,
        Field("target_seconds", "Answer within", "seconds", "15", FieldType.WHOLE, usual="15", listed=True),
        Field("text_delay_seconds", "Texts wait", "seconds that texts stand back", "120", FieldType.WHOLE, usual="120"),
        Field("wrap_up_seconds", "Wrap-up", "seconds", "60", FieldType.WHOLE, usual="60"),
        Field("calendar", "Opening hours", "the code of a calendar, or nothing", "office", FieldType.CALENDAR),
        Field("capacity", "Calls waiting", "calls, 0 for any number", "50", FieldType.WHOLE, usual="0"),
        Field("longest_wait_seconds", "Longest wait", "seconds, 0 for any", "1800", FieldType.WHOLE, usual="1800"),
        Field("overflow_queue", "Helped by", "the code of another queue, or nothing", "general", FieldType.QUEUE),
        Field(
            "overflow_after_seconds",
            "Helped after",
            "seconds of waiting, 0 for only when too many wait",
            "120",
            FieldType.WHOLE,
            usual="0",
        ),
        Field(
            "music",
            "Music",
            "an https address of WAV or MP3, none for silence, or nothing for our own",
            "https://city.example/waiting.mp3",
            FieldType.MUSIC,
        ),
        Field("callback_dropped", "Call back dropped calls", "yes or no", "no", FieldType.YES_NO, usual="no"),
        Field("records", "Recorded", "yes or no", "no", FieldType.YES_NO, usual="no"),
        Field("text_target_seconds", "Reply to texts within", "seconds", "180", FieldType.WHOLE, usual="180"),
        Field(
            "quiet_hours",
            "Quiet hours",
            "hours as 21:00-08:00, none, or nothing for the desk's own",
            "22:00-07:00",
            FieldType.QUIET_HOURS,
        ),
        Field("asks_rating", "Asks for a rating by text", "yes or no", "no", FieldType.YES_NO, usual="no"),
        _MACHINES,
        _active(),
    ),
)

CALENDAR = Kind(
    "calendar",
    "calendars",
    "Calendars",
    "calendar",
    (
        _code("Code", "office"),
        Field("name", "Name", "what it is for", "Office hours", needed=True, listed=True),
        Field(
            "time_zone",
            "Time zone",
            "a name of the IANA database",
            "America/New_York",
            FieldType.TIME_ZONE,
            needed=True,
            listed=True,
        ),
        Field(
            "holidays",
            "Public holidays",
            "a country, perhaps with its part, or nothing",
            "US-CA",
            FieldType.HOLIDAYS,
            listed=True,
        ),
        Field(
            "hours",
            "Hours",
            "days with hours, separated by ;",
            "mon-fri 09:00-12:00 13:00-17:30; sat 09:00-12:00",
            FieldType.HOURS,
            listed=True,
        ),
        Field(
            "days",
            "Other dates",
            "dates with closed, as mon, or hours, then perhaps a name, separated by ;",
            "2026-10-01 closed National Day; 2026-10-10 as mon; 2026-12-24 09:00-12:00",
            FieldType.DAYS,
        ),
        _active(),
    ),
)

SPOKEN_TEXT = Kind(
    "spoken-text",
    "spoken_texts",
    "Spoken texts",
    "spoken",
    (
        Field(
            "text",
            "Which text",
            "name/language, or name/language/queue; names are {choices}",
            "closed/en",
            FieldType.SPOKEN,
            needed=True,
            choices=NAMES,
            listed=True,
        ),
        Field("words", "Words", "what is said, or nothing for our own words", "We are closed now.", listed=True),
    ),
)

EMERGENCY_LINE = Kind(
    "emergency-line",
    "emergency_lines",
    "Emergency lines",
    "emergency-line",
    (
        Field("area", "Area", "words of a place, or * for all others", "Harbourside", needed=True, listed=True),
        Field("number", "Number", "what the citizen dials", "911", needed=True, listed=True),
        Field("dial", "We dial", "a full number, or nothing", "+12025550199", FieldType.DEVICE, listed=True),
        Field(
            "callback",
            "Calls back from",
            "its other numbers that may call us back, or nothing",
            "+12025550197",
            FieldType.NUMBERS,
        ),
        Field("script", "What to say", "a sentence, or nothing", "Hang up and dial 911 now."),
        _active(),
    ),
)

SERVICE = Kind(
    "service",
    "services",
    "Services",
    "service",
    (
        _code("Code", "water-outage"),
        *_names("Water supply interruption", "停水"),
        Field("description_en", "Description", "a sentence, or nothing", "No water at all in a home"),
        Field("description_zh", "Description in Chinese", "a sentence, or nothing", "完全没有自来水"),
        Field(
            "department",
            "Department",
            "the code of the lead department",
            "water",
            FieldType.DEPARTMENT,
            needed=True,
            listed=True,
        ),
        Field("with", "Together with", "codes of others, or nothing", "roads|housing", FieldType.DEPARTMENTS),
        Field("kind", "Kind", "one word", "report", needed=True, listed=True),
        Field("first_reply_hours", "First reply", "hours, or nothing", "4", FieldType.WHOLE, least=1),
        Field("done_hours", "Done within", "hours, or else working days", "24", FieldType.WHOLE, least=1, listed=True),
        Field(
            "done_working_days",
            "Working days",
            "working days, or else hours",
            "5",
            FieldType.WHOLE,
            least=1,
            listed=True,
        ),
        _choice("default_harm", "Harm", (harm.name.lower() for harm in Harm), usual="none"),
        Field("confidential", "Confidential", "yes or no", "no", FieldType.YES_NO, usual="no"),
        Field("keywords", "Search words", "YAML: lists by language", "{en: [no water], zh: [停水]}", FieldType.YAML),
        Field(
            "questions",
            "Questions",
            "a YAML list, as in the file of services",
            "[{code: floor, label: {en: Floor}, type: number}]",
            FieldType.YAML,
        ),
        _active(),
    ),
    suffix=".yaml",
)

DEPARTMENT = Kind(
    "department",
    "organisations",
    "Departments",
    "organisation",
    (
        _code("Code", "water"),
        _choice("kind", "Kind", OrganisationKind, needed=True, listed=True),
        *_names("Water Supply", "供水局"),
        Field("phone", "Phone", "a number for colleagues, or nothing", "+12025550110", listed=True),
        Field("email", "E-mail", "an address, or nothing", "water@city.example", listed=True),
        Field("hours", "Hours", "when somebody is there, or nothing", "Mon-Fri 08:00-18:00"),
        Field("duties", "Duties", "what it is there for, or nothing", "Drinking water, mains, sewers"),
        Field("interprets", "Interprets", "language codes, or nothing", "zh|es", FieldType.LANGUAGES),
        _MACHINES,
        _active(),
    ),
)

DISPOSITION = Kind(
    "disposition",
    "dispositions",
    "Wrap-up codes",
    "disposition",
    (
        _code("Code", "information"),
        *_names("Information given", "已解答"),
        _choice("outcome", "Outcome", OUTCOMES, needed=True, listed=True),
        Field(
            "channels",
            "Doors",
            "* for all, or some of {choices}",
            "voice|sms",
            FieldType.SOME,
            usual=ANY,
            choices=tuple(Channel),
            listed=True,
            option="channel",
        ),
        _active(),
    ),
)

SEGMENT = Kind(
    "segment",
    "segments",
    "Segments",
    "segment",
    (
        _code("Code", "retired"),
        *_names("Retired", "退休人员"),
        Field("purpose", "Purpose", "what it adds for its people", "Adds pension answers", needed=True, listed=True),
        Field("expires_on", "Ends on", "the last day, or nothing", "2027-12-31", FieldType.DAY, listed=True),
    ),
)

KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (STAFF, QUEUE, CALENDAR, SPOKEN_TEXT, EMERGENCY_LINE, SERVICE, DEPARTMENT, DISPOSITION, SEGMENT)
}
"""By the command's name, in the order of the screen's tabs."""
