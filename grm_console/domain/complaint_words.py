"""Words by which a text is a complaint or a demand: a person answers those, never a machine."""

import re
import unicodedata

_WORDS = re.compile(
    r"\b(?:complain(?:t|ts|ing)?|unacceptable|disgrace(?:ful)?|outrag(?:e|eous)|rude(?:ly)?|corrupt(?:ion)?|brib\w*|"
    r"lawyer|attorney|ombudsman|sue|appeal|compensation|refund|harass\w*|discriminat\w*|negligen\w*|incompeten\w*|"
    r"fed\s+up|still\s+(?:no|not|nothing|waiting)|nobody\s+(?:came|cares|answers)|third\s+time|again\s+and\s+again|"
    r"speak\s+to\s+(?:a\s+)?(?:person|human|someone|supervisor|manager))\b"
    r"|投诉|投訴|举报|舉報|抱怨|不满|不滿|态度|態度|太差|恶劣|惡劣|贪污|貪污|受贿|受賄|腐败|腐敗|律师|律師|赔偿|賠償|退款"
    r"|没人管|沒人管|一直没|一直沒|还没|還沒|多次反映|再次反映|上访|上訪|起诉|起訴|歧视|歧視|人工|转人工|真人",
    re.IGNORECASE,
)


def is_complaint(text: str) -> bool:
    """Whether a text complains, or asks for a person."""
    return _WORDS.search(unicodedata.normalize("NFKC", text[:1600])) is not None
