"""What people write back: to a choice, a survey, a question, an answer; and when they keep silent."""

import re
from dataclasses import dataclass
from random import Random

_OPTION = re.compile(r"(?:^|[\s,，;；:：(（])([1-9])(?=[\s.、:：)）=,，–-])", re.MULTILINE)
_CASE = re.compile(r"\b\d{2}-\d{6}-\d\b")
_AUTOMATIC = re.compile(r"automatic|自动|opt out|退订", re.IGNORECASE)
_ANSWER = re.compile(r"\[[A-Z]{1,3}-\d+ v\d+\]\s*$")
"""How a standard answer ends, whoever sent it."""
_SURVEY = re.compile(r"\brate\b|\brating\b|how satisfied|评分|打分|满意", re.IGNORECASE)
_FAREWELL = re.compile(r"you are welcome|you're welcome|goodbye|\bbye\b|不客气|再见", re.IGNORECASE)
_QUESTION = re.compile(r"[?？]|吗|哪[里儿个条]|什么|多少|几号|几点")

_ASKED = (
    (re.compile(r"photo|picture|照片|图片|拍", re.IGNORECASE), "photo"),
    (re.compile(r"\bwhere\b|address|street|which (?:house|road)|地址|哪里|哪儿|哪条|哪个路", re.IGNORECASE), "place"),
    (re.compile(r"\bwhen\b|since|how long|什么时候|多久|几点|几号", re.IGNORECASE), "time"),
    (re.compile(r"\bname\b|姓名|贵姓|叫什么|称呼", re.IGNORECASE), "name"),
    (re.compile(r"\bcall you\b|phone number|电话|打给您|回电", re.IGNORECASE), "call"),
)
_WORDS = {
    "en": {
        "photo": ("Here it is.", "This is what it looks like."),
        "place": ("12 Lotus Lane, by the gate 🙂", "Corner of Weir Road and Hill Street."),
        "time": ("Since Monday evening.", "About two days now."),
        "name": ("Rosa Marsh", "I would rather not say."),
        "call": ("Please just text me.", "After six, please."),
        "yes": ("Yes.", "Yes, still.", "No, not now."),
        "thanks": ("Thank you!", "Great, thanks 👍", "thx"),
        "no": ("No, that does not help.", "That is not what I asked."),
        "more": ("And does that cost anything?", "Can somebody come and look at it?"),
        "machine": "I am driving and will read this later. (Automatic message)",
    },
    "zh": {
        "photo": ("照片发您了。", "就是这个样子。"),
        "place": ("莲花巷12号，大门旁边🙂", "堰坝路和山街的路口。"),
        "time": ("从周一晚上开始的。", "大概两天了。"),
        "name": ("我姓陈。", "不方便说。"),
        "call": ("发短信就行。", "请六点以后打。"),
        "yes": ("是的。", "对，还是那样。", "没有，现在没有。"),
        "thanks": ("谢谢！", "好的，谢谢👍", "知道了，谢谢您。"),
        "no": ("不是，没解决我的问题。", "我问的不是这个。"),
        "more": ("那要收费吗？", "能派人来看看吗？"),
        "machine": "我正在开车，稍后查看。（自动消息）",
    },
}


@dataclass(frozen=True, slots=True)
class Reaction:
    """What somebody writes back."""

    body: str
    photo: bool = False


def react(words: str, language: str, draw: Random) -> Reaction | None:
    """What a person answers to a text of the desk; None for silence."""
    ready = _WORDS.get(language, _WORDS["en"])
    if _ANSWER.search(words):
        what = draw.choices(("thanks", "no", "more", ""), (5, 1, 1, 3))[0]
        return Reaction(draw.choice(ready[what])) if what else None
    options = _OPTION.findall(words)
    if _SURVEY.search(words):
        return Reaction(draw.choice("2344555"))
    if len(set(options)) > 1:
        return Reaction(draw.choice(options))
    case = _CASE.search(words)
    if case is not None and draw.random() < 0.4:
        return Reaction(f"STATUS {case[0]}")
    if _AUTOMATIC.search(words) or _FAREWELL.search(words):
        return None
    if _QUESTION.search(words):
        what = next((what for pattern, what in _ASKED if pattern.search(words)), "yes")
        return Reaction(draw.choice(ready[what]), photo=what == "photo")
    what = draw.choices(("thanks", "no", "more", ""), (6, 1, 1, 2))[0]
    return Reaction(draw.choice(ready[what])) if what else None


def machine_words(language: str) -> str:
    """What an answering machine writes back, whatever it gets."""
    return str(_WORDS.get(language, _WORDS["en"])["machine"])


def language_of(words: str) -> str:
    """`zh` for words in Chinese characters, else `en`."""
    return "zh" if re.search(r"[\u4e00-\u9fff]", words) else "en"
