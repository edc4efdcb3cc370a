"""What the machine says to callers, in the languages of the desk; what it writes is in desk.text_phrases."""

from collections.abc import Mapping
from datetime import datetime

_UNSPOKEN = frozenset({"trouble", "try-later", "answer-rest", "answer-changed", "answer-over"})
"""Said while the store cannot be read, or never spoken."""

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "greeting": {
        "en": "Welcome to the government hotline. Please stay on the line, an operator will be with you.",
        "zh": "您好，欢迎致电政府服务热线。请稍候，话务员马上为您服务。",
    },
    "language": {
        "en": "For English, press {key}.",
        "zh": "中文服务请按{key}。",
    },
    "emergency-notice": {
        "en": "If life is in danger, hang up and dial the emergency number.",
        "zh": "如有生命危险，请挂断并拨打紧急电话。",
    },
    "emergency-callback": {
        "en": "This is the government hotline that called you. You are put through at once.",
        "zh": "这里是刚才与您联系的政府服务热线，马上为您接通。",
    },
    "recording-notice": {
        "en": "This call is recorded.",
        "zh": "本次通话将被录音。",
    },
    "hold": {
        "en": "Thank you for waiting. Your call keeps its place.",
        "zh": "感谢您的等候，您的排队位置已保留。",
    },
    "position": {
        "en": "You are number {position} in the queue.",
        "zh": "您当前排在第{position}位。",
    },
    "estimate": {
        "en": "The wait is about {minutes} min.",
        "zh": "预计等候约{minutes}分钟。",
    },
    "callback-offer": {
        "en": "To be called back without losing your place, press 1.",
        "zh": "如需回电并保留排队位置，请按1。",
    },
    "closed": {
        "en": "We are closed now.",
        "zh": "现在是非服务时间。",
    },
    "opens": {
        "en": "We open again {when}.",
        "zh": "我们将于{when}恢复服务。",
    },
    "overflow": {
        "en": "Too many callers are waiting just now. We are sorry.",
        "zh": "抱歉，当前等候人数过多。",
    },
    "choice": {
        "en": "To be called back, press 1. To leave a message, press 2.",
        "zh": "需要回电请按1，留言请按2。",
    },
    "window-soon": {
        "en": "To be called back as soon as possible, press {key}.",
        "zh": "尽快回电请按{key}。",
    },
    "window-today": {
        "en": "To be called back later today, press {key}.",
        "zh": "今天稍后回电请按{key}。",
    },
    "window-tomorrow": {
        "en": "To be called back tomorrow morning, press {key}.",
        "zh": "明天上午回电请按{key}。",
    },
    "callback-made": {
        "en": "We will call you back. Thank you, goodbye.",
        "zh": "我们会给您回电。谢谢，再见。",
    },
    "callback-refused": {
        "en": "We cannot call this number back.",
        "zh": "抱歉，我们无法回拨此号码。",
    },
    "voicemail": {
        "en": "Please leave a message after the tone; it is recorded. Press the hash key when you are done.",
        "zh": "请在提示音后留言，留言将被录音。结束请按井号键。",
    },
    "voicemail-kept": {
        "en": "Thank you. Your message will be heard. Goodbye.",
        "zh": "谢谢，我们会听取您的留言。再见。",
    },
    "goodbye": {
        "en": "Thank you for calling. Goodbye.",
        "zh": "感谢您的来电，再见。",
    },
    "silent": {
        "en": "Press 1 if you cannot speak, 2 for a text.",
        "zh": "不便说话请按1，需要短信联系请按2。",
    },
    "silent-danger": {
        "en": "Are you in danger now? Press 1 for yes, 2 for no.",
        "zh": "您现在有危险吗？是请按1，否请按2。",
    },
    "silent-ambulance": {
        "en": "Do you need an ambulance? Press 1 for yes, 2 for no.",
        "zh": "您需要救护车吗？是请按1，否请按2。",
    },
    "silent-police": {
        "en": "Do you need the police? Press 1 for yes, 2 for no.",
        "zh": "您需要警察吗？是请按1，否请按2。",
    },
    "trouble": {
        "en": "We have a technical problem. Please stay on the line.",
        "zh": "系统暂时出现故障，请不要挂断。",
    },
    "try-later": {
        "en": "We cannot take your call just now. Please call again in a few minutes. We are sorry.",
        "zh": "抱歉，暂时无法接听您的来电，请几分钟后再拨。",
    },
    "answer-rest": {
        "en": "The rest: call {line} and ask for {code}.",
        "zh": "其余内容请拨{line}，报编号{code}。",
    },
    "answer-changed": {
        "en": "What we told you on {day} has changed.",
        "zh": "{day}告知您的内容有变更。",
    },
    "answer-over": {
        "en": "What we told you on {day} ({code}) no longer holds. Please call {line}.",
        "zh": "{day}告知您的内容（{code}）已不再有效，请拨{line}咨询。",
    },
}

NAMES = tuple(sorted(_PHRASES.keys() - _UNSPOKEN))
"""Sentences that words of the store may replace; `{key}`, `{position}`, `{minutes}`, `{when}` stand as built in."""

_WEEKDAYS = {
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "zh": ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日"),
}


def phrase(name: str, language: str) -> str:
    """The built-in sentence in the language, or in English where it is not there."""
    texts = _PHRASES[name]
    return texts.get(language, texts["en"])


def spoken_moment(moment: datetime, now: datetime, language: str) -> str:
    """A local moment as one says it: `today at 13:00`, `tomorrow at 09:00`, `on Tuesday at 09:00`, with the date
    from a week on; written out in figures in a language that is not built in."""
    days = (moment.date() - now.date()).days
    clock = moment.strftime("%H:%M")
    if language not in _WEEKDAYS:
        return f"{moment.date().isoformat()} {clock}"
    weekday = _WEEKDAYS[language][moment.weekday()]
    if language == "zh":
        near = {0: "今天", 1: "明天"}.get(days, weekday)
        return (near if 0 <= days < 7 else f"{moment.month}月{moment.day}日{weekday}") + clock
    near = {0: "today", 1: "tomorrow"}.get(days, f"on {weekday}")
    return f"{near} at {clock}" if 0 <= days < 7 else f"on {weekday}, {moment.strftime('%d %B').lstrip('0')} at {clock}"


def is_built_in(name: str, language: str) -> bool:
    """Whether there is a built-in sentence in this very language."""
    return language in _PHRASES[name]


def language_of_text(text: str, otherwise: str) -> str:
    """`zh` for words written in Chinese characters, else the given language; a first guess for replies."""
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in text) else otherwise
