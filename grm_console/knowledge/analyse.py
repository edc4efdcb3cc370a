"""One analyser for every language: text in, index terms out.

Latin words become English stems; runs of Chinese, Japanese or Korean characters become single characters and
bigrams, so that no dictionary of words is needed (reference: bigrams beat word segmentation on a hotline set).
"""

import re
import threading
import unicodedata
from functools import cache, lru_cache
from importlib import resources
from itertools import pairwise
from typing import Any

ANALYSER_VERSION = 1
"""Raised whenever the same text would give other terms: what was stored under a lower number is analysed anew."""

_CJK = "々〇぀-ヿㄅ-ㄯ㐀-䶿一-鿿가-힯豈-﫿\U00020000-\U0003ffff"
_PIECE = re.compile(rf"[{_CJK}]+|[^\W_{_CJK}]+(?:['’][^\W_{_CJK}]+)*")
_RUN = re.compile(rf"[{_CJK}]")
_LONGEST_WORD = 40
"""Characters of a Latin word that count; longer ones are addresses or noise."""

_STOP_WORDS = """
    a an the and or but so if then than of to in on at for from by with as about into it its this that these those
    there here is are am be been being was were do does did doing have has had having i im ive id me my mine we us
    our you your he she him her his they them their will would shall should can could may might must just also
    please hi hello hey thanks thank bye goodbye ok okay how what when where which who whom why whats hows wheres
"""
_DENIALS = """
    not no never cannot unable dont cant wont didnt doesnt isnt arent wasnt havent hasnt couldnt wouldnt
"""
DENIAL = "not"
"""The one term of all words that deny: "cannot verify" is another question than "how to verify"."""

_STOP_TERMS = dict.fromkeys(_STOP_WORDS.split(), "") | dict.fromkeys(_DENIALS.split(), DENIAL)
_STOP_RUNS = re.compile(
    "什么时候|怎么办|怎么样|是不是|有没有|能不能|可不可以|为什么|怎么|怎样|如何|什么|哪里|哪儿|去哪|找谁|多久|多少|请问|可以|"
    "您好|你好|谢谢|再见|[的了吗呢吧啊呀么我你您他她它们是]"
)


@cache
def _simplified() -> dict[int, str]:
    """Character to character, the first choice of OpenCC's table; a phrase table would cost more than it finds."""
    table = resources.files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text(encoding="utf-8")
    pairs = (line.split("\t") for line in table.splitlines())
    return {ord(pair[0]): pair[1].split(" ")[0] for pair in pairs if len(pair) == 2}


_stemming = threading.Lock()


@cache
def _stemmer() -> Any:
    # Imported at first use: the package loads the stemmers of thirty languages, a tenth of a second.
    from snowballstemmer.english_stemmer import EnglishStemmer

    return EnglishStemmer()


@lru_cache(maxsize=65_536)
def stem(word: str) -> str:
    """The index term of one folded Latin word, or "" for a stop word."""
    word = word.replace("’", "'").removesuffix("'s").replace("'", "")
    if not word.isascii():
        word = "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))
    if (term := _STOP_TERMS.get(word)) is not None:
        return term
    with _stemming:  # the stemmer keeps its word in itself
        return str(_stemmer().stemWord(word[:_LONGEST_WORD]))


def fold(text: str) -> str:
    """NFKC, lower case, Traditional to Simplified: the form in which texts are compared."""
    if text.isascii():
        return text.lower()
    return unicodedata.normalize("NFKC", text).lower().translate(_simplified())


def pieces(folded: str) -> list[str]:
    """The Latin words and CJK runs of a text, in its order."""
    return _PIECE.findall(folded)


def is_run(piece: str) -> bool:
    """Whether a piece is a run of CJK characters, not a word."""
    return piece >= "々" and _RUN.match(piece) is not None  # nearly all words fail the first, cheap test


def run_terms(run: str) -> list[str]:
    """Single characters and bigrams of a CJK run, broken where a function word stands."""
    terms: list[str] = []
    for part in _STOP_RUNS.split(run):
        terms += part
        terms += map("".join, pairwise(part))
    return terms


def analyse(text: str) -> list[str]:
    """The index terms of a text, repeated as often as they stand in it, in no promised order."""
    terms: list[str] = []
    for piece in pieces(fold(text)):
        if is_run(piece):
            terms += run_terms(piece)
        elif term := stem(piece):
            terms.append(term)
    return terms
