"""The words by which a name is found: in any script, in parts, said in pinyin, or misspelt.

Nothing here knows of a person but the name, so that nothing but the name can put one hit above another. Of the
packages opencc and pypinyin only the tables are read: importing pypinyin would take 0.1 s and 57 MB.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib import resources
from importlib.util import find_spec
from itertools import combinations, groupby, pairwise
from pathlib import Path

LONGEST_NAME = 200
"""Characters of a name that count; what follows is never typed to find somebody."""
LONGEST_WORD = 40
MOST_TERMS = 64
MOST_WORDS = 8
"""Words of a query that count."""
MOST_READINGS = 3
"""Ways in which a word without spaces is cut into syllables: `fangan` is fang an and fan gan."""
WHOLE = "="
"""Begins the term of a whole name; no word begins so."""
KEY_LENGTH = 16
"""Characters by which hits of one kind are put in order; then their keys decide."""

_ASCII_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)*")
_CJK = re.compile("[々〇ぁ-ゖァ-ヺーㄅ-ㄯ㐀-䶿一-鿿가-힣豈-﫿\U00020000-\U0003ffff]")
_MARKS = re.compile("[\u0300-\u036f\u064b-\u0652]")
"""Accents of Latin, Greek and Cyrillic, and Arabic vowel signs; the signs of other scripts are letters."""
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i", "þ": "th", "’": "'", "ʼ": "'"})
_ENTRY = re.compile(r'"(\d+)": "([^",]*)')
"""A character's number and the first of its readings, in pypinyin's table."""

_TONES = re.compile("[\u0300\u0301\u0304\u030c]")
_TONE_DIGIT = re.compile(r"([a-z]+)[1-5]")
_NO_SYLLABLES = frozenset({"m", "n", "o", "ng", "hm", "hng", "ê"})
"""Sounds of the table that are no part of a name."""
_SURNAMES = {
    **{"单": "shan", "仇": "qiu", "区": "ou", "朴": "piao", "查": "zha", "盖": "ge", "解": "xie", "任": "ren"},
    **{"曾": "zeng", "纪": "ji", "华": "hua", "翟": "zhai", "乐": "yue", "召": "shao", "缪": "miao", "折": "she"},
    **{"洗": "xian", "员": "yun", "秘": "bi", "种": "chong", "尉": "yu", "燕": "yan", "卜": "bu", "宓": "mi"},
}
"""Characters that are said otherwise when they are a surname."""

Words = tuple[str, ...]


def fold(text: str) -> str:
    """The form in which names are compared: no case, accents or full width; traditional becomes simplified."""
    if text.isascii():
        return text.lower()
    marked = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", text).casefold())
    return unicodedata.normalize("NFC", _MARKS.sub("", marked)).translate(_LETTERS).translate(_simplified())


def words_of(text: str) -> list[str]:
    """The words of a name in their order, folded, as far as they count."""
    return [word[:LONGEST_WORD] for word in split_words(text[:LONGEST_NAME])]


def split_words(text: str) -> list[str]:
    """The words of a text, folded; a run of Chinese, Japanese or Korean characters is one word."""
    folded = fold(text)
    found = _ASCII_WORD.findall(folded) if folded.isascii() else _split(folded)
    return [bare for word in found if (bare := word.replace("'", ""))]


def name_terms(*names: str) -> list[str]:
    """Every term by which a contact of these names is found, each once, at most `MOST_TERMS`, in a fixed order."""
    terms: dict[str, None] = {}
    for name in names:
        if not name:
            continue
        words = words_of(name)
        said = [syllable for word in words for syllable in _spoken(word)] if _is_sayable(words) else []
        for whole in (words, said):
            if whole:
                terms[whole_term(whole)] = None
        terms.update(dict.fromkeys(term for word in words for term in _parts(word)))
        for sounds in (said, [_as_u(syllable) for syllable in said]):
            terms.update(dict.fromkeys([*sounds, *map("-".join, pairwise(sounds))]))
        if "'" in name or "’" in name:
            # Somebody may type o brien for O'Brien.
            terms.update(dict.fromkeys(re.findall(r"[^\W_]+", fold(name[:LONGEST_NAME]))))
        if words and is_run(words[0]) and (reading := _SURNAMES.get(words[0][0])):
            terms[reading] = None
            terms[whole_term([reading, *said[1:]])] = None
            terms.update(dict.fromkeys("-".join(pair) for pair in [(reading, *said[1:2])] if len(pair) == 2))
    return list(terms)[:MOST_TERMS]


def name_key(name: str) -> str:
    """By what names are put in order."""
    return " ".join(words_of(name))[:KEY_LENGTH]


def whole_term(words: Iterable[str]) -> str:
    """The term of a whole name, in whatever order its words are said."""
    return WHOLE + " ".join(sorted(words))[: LONGEST_WORD * 2]


def read_query(text: str) -> list[Words]:
    """The ways to read what was typed as words of a name, the plainest first; none if it holds no word.

    `chenli` is one word, and chen-li; `陈丽华` is 陈丽 + 丽华, which only names with both have.
    """
    typed = words_of(text)[:MOST_WORDS]
    if not typed:
        return []
    plain = tuple(part for word in typed for part in _typed_parts(word))
    cut = _ways([_said_in_pairs(word) for word in typed])
    return list(dict.fromkeys(tuple(dict.fromkeys(way)) for way in (plain, *cut)))


def whole_terms(text: str) -> list[str]:
    """The terms under which a contact stands whose whole name was typed, plain or without spaces in pinyin."""
    typed = words_of(text)[:MOST_WORDS]
    ways = [tuple(typed), *_ways([_said(word) for word in typed])] if typed else []
    return list(dict.fromkeys(map(whole_term, ways)))


def is_run(word: str) -> bool:
    """Whether a word is a run of Chinese, Japanese or Korean characters."""
    return not word.isascii() and _CJK.match(word) is not None


@lru_cache(maxsize=65_536)
def syllables(word: str, *, unfinished: bool = False) -> list[Words]:
    """The shortest ways to say a Latin word in pinyin, at most `MOST_READINGS`; none if it is not pinyin.

    With `unfinished` the last syllable may still be being typed.
    """
    if not word.isascii() or not word.isalpha() or len(word) > LONGEST_WORD:
        return []
    known, begun = _syllables()
    ways: list[list[Words]] = [[] for _ in range(len(word) + 1)]
    ways[0] = [()]
    for end in range(1, len(word) + 1):
        found: dict[Words, None] = {}
        for start in range(max(0, end - 6), end):
            piece = word[start:end]
            if ways[start] and (piece in known or (unfinished and end == len(word) and piece in begun)):
                found.update(dict.fromkeys((*way, _canonical(piece)) for way in ways[start]))
        least = min(map(len, found), default=0)
        ways[end] = [way for way in found if len(way) == least][:MOST_READINGS]
    return ways[-1]


def edits_allowed(word: str) -> int:
    """How many slips a word may hold and still be meant: none in two letters, two from eight on."""
    if len(word) < 3 or not word[0].isalpha() or "-" in word or is_run(word):
        return 0
    return 1 if len(word) < 8 else 2


def deletions(word: str, edits: int) -> list[str]:
    """The word and what is left of it when up to `edits` characters are missing: two words so near share one."""
    left = {word}
    for count in range(1, edits + 1):
        for gone in combinations(range(len(word)), count):
            left.add("".join(char for at, char in enumerate(word) if at not in gone))
    return sorted(left)


def edits_between(one: str, other: str) -> int:
    """Wrong, missing and extra characters and swaps of neighbours between two words (optimal string alignment)."""
    before: list[int] = []
    above = list(range(len(other) + 1))
    for row, char in enumerate(one, 1):
        here = [row]
        for column, wanted in enumerate(other, 1):
            cost = min(above[column] + 1, here[-1] + 1, above[column - 1] + (char != wanted))
            if row > 1 and column > 1 and char == other[column - 2] and one[row - 2] == wanted:
                cost = min(cost, before[column - 2] + 1)
            here.append(cost)
        before, above = above, here
    return above[-1]


def _split(folded: str) -> Iterator[str]:
    for kind, chars in groupby(folded, _kind):
        if kind:
            yield "".join(chars)


def _kind(char: str) -> str:
    category = unicodedata.category(char)
    if category[0] not in "LNM":
        return "word" if char == "'" else ""
    return "run" if _CJK.match(char) else "word"


def _parts(word: str) -> list[str]:
    """The terms of one word of a name: itself, or the characters and pairs of a run."""
    return [*word, *map("".join, pairwise(word))] if is_run(word) else [word]


def _typed_parts(word: str) -> list[str]:
    """What must be there for a typed word: itself, or the pairs of a run."""
    return list(map("".join, pairwise(word))) if is_run(word) and len(word) > 1 else [word]


def _is_sayable(words: list[str]) -> bool:
    """Whether a name may be Chinese: it has Chinese characters, or is pinyin from end to end."""
    return bool(words) and all(_spoken(word) for word in words)


def _spoken(word: str) -> Words:
    """The syllables of a run of Chinese characters, or of a word in pinyin; none if it is neither."""
    if is_run(word):
        sounds = _sounds()
        return tuple(sounds[ord(char)] for char in word if ord(char) in sounds)
    return next(iter(syllables(word)), ())


def _said(word: str, *, unfinished: bool = False) -> list[Words]:
    """The ways in which a typed word may be syllables, `chen2` and `lyu` as they stand in the terms; else the word."""
    toned = _TONE_DIGIT.fullmatch(word)
    bare = toned.group(1) if toned and toned.group(1) in _syllables()[0] else word
    return syllables(bare, unfinished=unfinished) or [(bare,)]


def _said_in_pairs(word: str) -> list[Words]:
    """The terms of a typed word that is being said: syllables written together stand beside each other in the name."""
    if is_run(word):
        return [tuple(_typed_parts(word))]
    return [tuple(map("-".join, pairwise(way))) or way for way in _said(word, unfinished=True)]


def _ways(choices: list[list[Words]]) -> list[Words]:
    """The first ways to choose one of each."""
    ways: list[Words] = [()]
    for choice in choices:
        ways = [way + one for way in ways for one in choice][:MOST_READINGS]
    return ways


def _as_u(syllable: str) -> str:
    return syllable.replace("v", "u") if syllable.startswith(("lv", "nv")) else syllable


def _canonical(syllable: str) -> str:
    return {"lyu": "lv", "nyu": "nv", "lyue": "lve", "nyue": "nve"}.get(syllable, syllable)


@cache
def _sounds() -> dict[int, str]:
    """How each character is mostly said, without tone, ü as v; the first reading of pypinyin's table."""
    package = find_spec("pypinyin")
    assert package is not None
    assert package.origin is not None
    table = Path(package.origin).with_name("pinyin_dict.json").read_text(encoding="utf-8")
    # Line by line: as one JSON object it would leave three times the memory behind.
    return {int(entry[1]): _plain_sound(entry[2]) for entry in _ENTRY.finditer(table)}


@lru_cache(maxsize=2048)
def _plain_sound(reading: str) -> str:
    return unicodedata.normalize("NFC", _TONES.sub("", unicodedata.normalize("NFD", reading))).replace("ü", "v")


@cache
def _syllables() -> tuple[frozenset[str], frozenset[str]]:
    """All syllables as they may be typed, and all beginnings of one."""
    known = set(_sounds().values()) - _NO_SYLLABLES
    known |= {sound.replace("v", "u") for sound in known} | {"lyu", "nyu", "lyue", "nyue"}
    known = {sound for sound in known if sound.isascii()}
    return frozenset(known), frozenset(sound[:length] for sound in known for length in range(1, len(sound) + 1))


@cache
def _simplified() -> dict[int, str]:
    """Character to character, the first choice of OpenCC's table."""
    table = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines())
    return {ord(pair[0]): pair[1].split(" ")[0] for pair in pairs if len(pair) == 2}
