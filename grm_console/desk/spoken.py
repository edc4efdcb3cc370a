"""The closed lists of the trade as words, for the sentences of desk and of the screens alike."""

from grm_console.domain.permissions import Role
from grm_console.domain.question_rank import Effect, Told
from grm_console.domain.words import BlockKind, Channel
from grm_console.i18n import _, language


def channel_word(channel: Channel) -> str:
    """A door's name: `call`, `text`, `e-mail` …"""
    return {
        Channel.VOICE: _("call"),
        Channel.SMS: _("text"),
        Channel.WHATSAPP: _("WhatsApp text"),
        Channel.EMAIL: _("e-mail"),
        Channel.WEB: _("web message"),
        Channel.COUNTER: _("counter visit"),
        Channel.LETTER: _("letter"),
        Channel.FAX: _("fax"),
        Channel.TV: _("TV message"),
    }[channel]


def state_word(state: str) -> str:
    """The state of an exchange, a case or a text that was sent; one that is not known stays as it is."""
    return {
        "ringing": _("ringing"),
        "waiting": _("waiting"),
        "talking": _("talking"),
        "wrap-up": _("wrap-up"),
        "done": _("done"),
        "answered": _("answered"),
        "handled": _("handled"),
        "abandoned": _("abandoned"),
        "short-abandon": _("gave up at once"),
        "overflow": _("too many waited"),
        "callback": _("to be called back"),
        "voicemail": _("voicemail"),
        "blocked": _("blocked"),
        "missed": _("missed"),
        "failed": _("failed"),
        "open": _("open"),
        "late": _("late"),
        "closed": _("closed"),
        "pending": _("pending"),
        "sending": _("sending"),
        "sent": _("sent"),
        "delivered": _("delivered"),
        "unknown": _("unknown"),
        "withdrawn": _("taken back"),
        "available": _("available"),
        "away": _("away"),
        "signed-out": _("signed out"),
    }.get(state, state)


def voicemail_words(seconds: int | None) -> str:
    """What a call left behind: `Voicemail, 32 s`; 0 for an unknown length, empty for none."""
    if seconds is None:
        return ""
    return _("Voicemail, {n} s").format(n=seconds) if seconds else _("Voicemail")


def agent_state_word(state: str, reason: str = "") -> str:
    """What an operator is doing, in words; a reason is told with being away."""
    away = _("Away: {reason}").format(reason=reason) if reason else _("Away")
    return {
        "available": _("Available"),
        "ringing": _("Ringing"),
        "talking": _("Talking"),
        "wrap-up": _("Wrap-up"),
        "away": away,
        "signed-out": _("Signed out"),
    }[state]


_LANGUAGES = {
    "ar": "العربية",
    "bn": "বাংলা",
    "de": "Deutsch",
    "en": "English",
    "es": "Español",
    "fa": "فارسی",
    "fr": "Français",
    "hi": "हिन्दी",
    "it": "Italiano",
    "ja": "日本語",
    "ko": "한국어",
    "pl": "Polski",
    "pt": "Português",
    "ru": "Русский",
    "th": "ไทย",
    "tl": "Tagalog",
    "tr": "Türkçe",
    "uk": "Українська",
    "ur": "اردو",
    "vi": "Tiếng Việt",
    "zh": "中文",
    "zh-Hans": "简体中文",
    "zh-Hant": "繁體中文",
}
"""What languages call themselves, so that whoever speaks one finds it."""


def block_word(kind: BlockKind) -> str:
    """What is on the blocklist."""
    return {
        BlockKind.MACHINE: _("machine"),
        BlockKind.FRAUD: _("fraud"),
        BlockKind.PERSON: _("rules for a person"),
    }[kind]


def language_word(code: str) -> str:
    """A language by its own name; one that is not known stays its code."""
    return _LANGUAGES.get(code, code)


def role_word(role: str) -> str:
    """What somebody is here: `operator`, `supervisor` …"""
    words: dict[str, str] = {
        Role.OPERATOR: _("operator"),
        Role.SUPERVISOR: _("supervisor"),
        Role.ADMINISTRATOR: _("administrator"),
        Role.OFFICER: _("department officer"),
        Role.EDITOR: _("editor"),
        Role.APPROVER: _("approver"),
        Role.AUDITOR: _("auditor"),
        Role.SYSTEM: _("system"),
    }
    return words.get(role, role)


def named(name: str, other_name: str) -> tuple[str, str]:
    """The two names of a service, queue, wrap-up code, department or group, that of the language in use first.

    The second is empty where there is only one.
    """
    return (other_name, name) if other_name and language() == "zh" else (name, other_name)


def effect_words(effect: Effect) -> str:
    """What came of an answer, in one honest sentence."""
    before, after = effect.askers_before, effect.askers_after
    match effect.told:
        case Told.NOT_PUBLISHED:
            return _("Not published yet: nothing can be measured.")
        case Told.TOO_EARLY:
            said = _("Too early to say: {days} days in force ({before} asked in as many days before, {after} since).")
        case Told.TOO_FEW:
            said = _("Too few to say: {before} people asked in the {days} days before, {after} in those since.")
        case Told.AS_MANY:
            said = _(
                "No difference that chance could not make: {before} people asked in the {days} days before, {after} in "
                "those since."
            )
        case Told.FEWER:
            said = _("Fewer ask: {before} people in the {days} days before, {after} in those since ({change} %).")
        case Told.MORE:
            said = _("More ask: {before} people in the {days} days before, {after} in those since (+{change} %).")
    return said.format(days=effect.days, before=before, after=after, change=effect.change)
