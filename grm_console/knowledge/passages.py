"""Long answers are ranked by their best part."""

import re

PASSAGE_LENGTH = 300
"""Characters from which a passage ends at the next sentence."""

_SENTENCE = re.compile(r"[^.!?。！？；;\n]*[.!?。！？；;\n]*")


def passages(answer: str) -> list[str]:
    """The answer in parts of about `PASSAGE_LENGTH` characters, each whole sentences; never empty.

    A rest shorter than half a passage stays with the one before it.
    """
    if len(answer) <= PASSAGE_LENGTH * 3 // 2:
        return [answer]
    parts: list[str] = []
    part = ""
    for sentence in _SENTENCE.findall(answer):
        while len(part) + len(sentence) > PASSAGE_LENGTH * 2:  # no full stop for long: cut where it is full
            room = PASSAGE_LENGTH - len(part) if len(part) < PASSAGE_LENGTH else 0
            parts.append(part + sentence[:room])
            part, sentence = "", sentence[room:]
        part += sentence
        if len(part) >= PASSAGE_LENGTH:
            parts.append(part)
            part = ""
    if part and parts and len(part) < PASSAGE_LENGTH // 2:
        parts[-1] += part
    elif part:
        parts.append(part)
    return parts
