"""What the machine says to citizens, in the languages of the desk."""

from collections.abc import Mapping

_PHRASES: Mapping[str, Mapping[str, str]] = {
    "greeting": {
        "en": "Welcome to the government hotline. Please stay on the line, an operator will be with you.",
        "zh": "您好，欢迎致电政府服务热线。请稍候，话务员马上为您服务。",
    },
    "hold": {
        "en": "Thank you for waiting. Your call keeps its place.",
        "zh": "感谢您的等候，您的排队位置已保留。",
    },
    "trouble": {
        "en": "We have a technical problem. Please stay on the line.",
        "zh": "系统暂时出现故障，请不要挂断。",
    },
    "try-later": {
        "en": "We cannot take your call just now. Please call again in a few minutes. We are sorry.",
        "zh": "抱歉，暂时无法接听您的来电，请几分钟后再拨。",
    },
    "acknowledgement": {
        "en": "Automatic reply: we have your message, a person will read it. To speak to someone, call this number. "
        "Reply STOP for no more texts.",
        "zh": "自动回复：已收到您的短信，工作人员会阅读处理。如需人工服务请直接拨打本号码。回复“退订”不再接收。",
    },
}


def phrase(name: str, language: str) -> str:
    """The sentence in the language, or in English where it is not there."""
    texts = _PHRASES[name]
    return texts.get(language, texts["en"])


def language_of_text(text: str, otherwise: str) -> str:
    """`zh` for words written in Chinese characters, else the given language; a first guess for replies."""
    return "zh" if any("\u4e00" <= character <= "\u9fff" for character in text) else otherwise
