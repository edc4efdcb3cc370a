"""Words of a text that tell of danger to life: such a text is answered with the emergency number, and alarms people.

Whole phrases, for `fire` alone stands in questions about fire stations as well. A text that speaks of drills,
insurance or the like is none, unless somebody cries for help in it. A false hit costs one needless text.
"""

import re
import unicodedata

_EN = (
    r"(?:is|are|am|was|house|home|flat|car|kitchen|building|we(?:'|’)?re|i(?:'|’)?m)\s+(?:now\s+)?on\s+fire",
    r"(?:there(?:'s|’s| is)|have|see|got)\s+(?:a\s+)?(?:big\s+|huge\s+)?fire\b(?!\s*(?:stat|drill|alarm|insur|safety))",
    r"(?:house|building|flat|forest|kitchen|electrical)\s+fire\b(?!\s*(?:insur|safety|cover|code|drill))",
    r"\bfire\s*!+|^\s*(?:help[,!.\s]+)?fire[\s!.]*$",
    r"\b(?:is|are)\s+burning\b(?!\s*(?:question|calorie|issue))",
    r"\bgas\s+(?:is\s+)?leak|\bleak(?:ing|s)?\s+(?:of\s+)?gas\b|\bsmell(?:s|ing)?\s+(?:of\s+|like\s+)?gas\b",
    r"\bcarbon\s+monoxide\b",
    r"\b(?:can(?:'|’)?t|cannot|can\s+not|not|stopped)\s+breath(?:e|ing)\b",
    r"\b(?:having|has|had|think)\b.{0,30}\b(?:heart\s+attack|stroke|seizure)\b",
    r"\bunconscious\b|\bnot\s+responding\b.{0,20}\b(?:he|she|him|her|mother|father|child|baby)\b",
    r"\b(?:bleeding)\s+(?:a\s+lot|badly|heavily|out|to\s+death)\b|\b(?:he|she|i)(?:'s|’s|'m|’m| is| am)\s+dying\b",
    r"\bdrowning\b|\bchoking\b|\boverdos",
    r"\b(?:wires?|cables?|power\s+lines?|transformer)\b.{0,40}\bspark|\bspark(?:s|ing)?\b.{0,40}\b(?:wires?|cables?|pole)\b",
    r"\b(?:live|fallen|downed)\s+(?:power\s+|electric\s+)?(?:wires?|cables?|lines?)\b|\belectrocuted\b",
    r"\b(?:kill|hurt)(?:ing)?\s+myself\b|\bsuicid|\bwant\s+to\s+die\b|\bend\s+my\s+life\b",
    r"\b(?:has|have|with|got)\s+a\s+(?:gun|knife)\b|\bbeing\s+(?:attacked|robbed|stabbed|beaten)\b|\bstabbed\b|\bshooting\b",
    r"\b(?:he|she|they)(?:'s|’s| is|'re|’re| are)\s+(?:going\s+to\s+kill|trying\s+to\s+kill|beating|attacking)\b",
    r"\bcall\s+(?:an?\s+)?(?:ambulance|the\s+police|police)\b|\bneed\s+(?:an?\s+)?ambulance\b",
)
_ZH = (
    "着火|着大火|起火|失火|火灾|火警|燃烧起来|火災|燒起來",
    "(?:煤气|燃气|天然气|瓦斯|煤氣|燃氣|天然氣).{0,6}(?:泄漏|泄露|漏气|洩漏|漏氣|味|中毒)",
    "漏煤气|漏燃气|漏气了|一氧化碳|漏煤氣|漏瓦斯",
    "救命|快死了|要死了|快不行了",
    "(?:不能|无法|没有|停止|無法|沒有)呼吸|喘不过气|喘不過氣|昏迷|晕倒|暈倒|失去意识|失去意識",
    "心脏病发|心脏骤停|心臟病發|心梗|中风了|中風了|大出血|流血不止|溺水|落水|中毒了|噎住",
    "自杀|自殺|不想活|轻生|輕生|跳楼|跳樓|割腕",
    "(?:有人|他|她|正在|持).{0,6}(?:拿刀|打人|抢劫|搶劫)|持刀|持枪|持槍|砍人|杀人|殺人",
    "爆炸了|发生爆炸|發生爆炸|坍塌|倒塌压|被困",
    "(?:电线|电缆|變壓器|变压器|電線|電纜).{0,8}(?:掉落|断落|掉下来|断了|斷落|掉下來|冒火|冒火花)|触电|觸電|电到人|電到人",
    "叫救护车|需要救护车|叫救護車|快报警|快報警",
)
_NOT = re.compile(
    r"\b(?:drill|exercise|insurance|fire\s+station|fire\s+department\s+hours|smoke\s+detector|training|course|"
    r"last\s+(?:year|month|week)|years?\s+ago|permit|bonfire|fireworks?|barbecue|movie|book)\b"
    r"|演习|演習|演练|演練|保险|保險|消防站|培训|培訓|讲座|講座|预防|預防|宣传|宣傳|去年|上个月|上個月|许可|許可|证明|證明|烟花|煙花",
    re.IGNORECASE,
)
_CRY = re.compile(
    r"\bhelp\s*!|\bhelp\s+(?:me|us)\b|\bnow\b|\bright\s+now\b|救命|现在|現在|快来|快來|正在", re.IGNORECASE
)
_DANGER = re.compile("|".join((*_EN, *_ZH)), re.IGNORECASE | re.DOTALL)
_LONGEST = 1600


def tells_danger(text: str) -> bool:
    """Whether a text tells that somebody may be in danger now."""
    words = unicodedata.normalize("NFKC", text[:_LONGEST])
    if _DANGER.search(words) is None:
        return False
    return _NOT.search(words) is None or _CRY.search(words) is not None
