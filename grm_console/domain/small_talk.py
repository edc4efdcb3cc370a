"""Texts that ask nothing: greetings and thanks; and the words that say that an answer did not help."""

import re
import unicodedata

_LONGEST = 80

_GREETING = re.compile(
    r"(?:(?:hi|hello|hey|good (?:morning|afternoon|evening|day)|dear (?:sir|madam)|ok|okay|yes|test|"
    r"are you there|anybody there|wrong number(?: sorry)?|sorry(?: wrong number)?)\s*)+"
    r"|(?:您好|你好|早上好|上午好|下午好|晚上好|早安|在吗|有人吗|好的?|嗯|哦|打错了|测试|發錯了|发错了)+"
)
_THANKS = re.compile(
    r"(?:(?:ok|okay|no|great|good|perfect|fine|wonderful|super|yes|oh|got it|all right|alright)\s+)*"
    r"(?:thanks|thank you|thankyou|thx|thnx|ty|cheers|much appreciated|many thanks)"
    r"(?:\s+(?:a lot|a million|so much|very much|very|much|you|again|for your help|for the help|for the info|"
    r"for the information|for your answer|for answering|that helps|that helped|bye|goodbye|great|have a nice day))*"
    r"|(?:great|perfect|got it|that helps|that helped|very helpful|helpful)"
    r"|(?:(?:好的?|行|知道了|明白了?|收到了?|太好了|嗯|清楚了|了解了?)*"
    r"(?:谢谢|多谢|感谢|谢了|非常感谢|十分感谢|謝謝|多謝|感謝)(?:您|你|你们|您的?(?:回复|帮助|解答)|大家|了|啦|啊|哈)*)+"
    r"|(?:知道了|明白了|收到了?|清楚了|了解了)"
)
_NOT_HELPFUL = re.compile(
    r"(?:(?:no+|nope|wrong|incorrect|false)(?:\s+(?:sorry|wrong|it does not|it doesnt|it isnt))*"
    r"|(?:no\s+)?(?:that|this|it)(?:\s+(?:is|was|does|did)\s+not|\s*s\s+not|\s+(?:isnt|wasnt|doesnt|didnt)|\s+not)\s+"
    r"(?:help(?:ful)?(?:\s+(?:me|at all))?|what i (?:asked|meant|want(?:ed)?|need(?:ed)?)(?:\s+for)?|it|right|correct|"
    r"answer (?:my|the) question|useful|my question|the answer)"
    r"|(?:no\s+)?(?:not|un)\s*(?:helpful|useful|what i asked|what i meant|the answer|right|correct|it)"
    r"|(?:wrong|bad|useless)(?:\s+(?:answer|reply|info|information))?|useless"
    r"|(?:a\s+)?(?:person|human|operator|agent|somebody|someone)(?:\s+please)?|(?:real|human)\s+(?:person|being|agent))"
    r"|(?:不|不是|不对|错了|没用|没有用|没帮助|没有帮助|不管用|答非所问|不是这个|不是这个意思|不對|錯了|沒用|沒有用|沒幫助|"
    r"(?:不是)?(?:没|没有|沒|沒有|未)(?:能)?解[决決]?(?:我的)?(?:问题|問題)?|(?:这|這)?不是我(?:要)?(?:问|問|想问|想問|要)的(?:问题|問題)?|"
    r"我(?:问|問)的不是(?:这|這)个|我(?:问|問)的不是(?:这|這)個|人工|转人工|轉人工|真人|人工服务|人工服務)+"
)
_SIGNS = re.compile(r"[^\w\s]|_")


def is_small_talk(text: str) -> bool:
    """Whether the whole text asks nothing: it greets, thanks, or says that an answer did not help."""
    return is_greeting(text) or is_thanks(text) or is_not_helpful(text)


def is_greeting(text: str) -> bool:
    """Whether the whole text only greets, agrees or says nothing."""
    words = _bare(text)
    return not words or _GREETING.fullmatch(words) is not None


def is_thanks(text: str) -> bool:
    """Whether the whole text only thanks, or says that it was understood."""
    words = _bare(text)
    if not words:
        return any(sign in text for sign in "👍🙏👌❤😊")
    return _THANKS.fullmatch(words) is not None or _THANKS.fullmatch(words.replace(" ", "")) is not None


def is_not_helpful(text: str) -> bool:
    """Whether the whole text says that an answer did not help, or asks for a person in its place."""
    words = _bare(text)
    return bool(words) and (
        _NOT_HELPFUL.fullmatch(words) is not None or _NOT_HELPFUL.fullmatch(words.replace(" ", "")) is not None
    )


def _bare(text: str) -> str:
    """Lower case without signs and picture characters; nothing of a text too long for small talk."""
    if len(text) > _LONGEST:
        return "-"
    folded = unicodedata.normalize("NFKC", text).casefold().replace("'", "").replace("’", "")
    return " ".join(_SIGNS.sub(" ", folded).split())
