"""The language a text is written in, as far as its letters and its commonest words tell; silence where they do not."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache

_SCRIPTS = (
    ("ja", "\u3040", "\u30ff"),
    ("ko", "\uac00", "\ud7af"),
    ("zh", "\u4e00", "\u9fff"),
    ("ru", "\u0400", "\u04ff"),
    ("ar", "\u0600", "\u06ff"),
    ("he", "\u0590", "\u05ff"),
    ("hi", "\u0900", "\u097f"),
    ("th", "\u0e00", "\u0e7f"),
    ("el", "\u0370", "\u03ff"),
)
"""A language for each script, the commonest that writes with it; kana before Han, for Japanese has both."""

_OTHER_LETTERS = {language for language, _first, _last in _SCRIPTS} | {"uk", "bg", "sr", "fa", "ur", "ka", "hy", "am"}
_A_WORD = 3
"""Latin letters from which on a text has words in them."""

_COMMON = {
    "en": "the a an is are was do does did how what when where why who which can could my your you i we it of to in on "
    "for and not no there have has this that with from please get need want will at be",
    "es": "el la los las un una es está están cómo como qué que cuándo cuando dónde donde por para mi su y en del con "
    "se puedo necesito quiero hay tengo no al de recogen pagar",
    "fr": "le la les un une est sont comment que quoi quand où pour mon ma mes votre et dans du des avec je vous nous "
    "puis pas sur de il y à quelle quel faut",
    "de": "der die das ein eine ist sind wie was wann wo warum wer kann ich mein meine sie und nicht im am für von zu "
    "mit auf den dem wird gibt habe muss",
    "pt": "o os as um uma é são como que quando onde por para meu minha e em do da dos com se posso preciso quero há "
    "tenho não ao de no na",
    "it": "il lo gli un una è sono come che quando dove perché per mio mia e in del della con si posso devo ho non di "
    "al quale",
    "vi": "là của và có không tôi bạn được cho một những khi nào ở đâu làm sao thế cần muốn giờ ngày",
}
_SPEAKS: dict[str, list[str]] = {}
"""The languages of each of those words."""
for _language, _words in _COMMON.items():
    for _word in set(_words.split()):
        _SPEAKS.setdefault(_word, []).append(_language)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


@lru_cache(maxsize=512)  # every text that comes in is asked about twice
def written_language(text: str) -> str:
    """The code of the language, or "" if nothing tells it surely."""
    text = unicodedata.normalize("NFC", text[:400])
    if not text.isascii():
        letters = [char for char in text if char.isalpha()]
        for language, first, last in _SCRIPTS:
            share = sum(first <= char <= last for char in letters)
            if share and share * (10 if language == "ja" else 3) >= len(letters):
                return language
    told = Counter(language for word in _WORD.findall(text) for language in _SPEAKS.get(word.casefold(), ()))
    most = told.most_common(2)
    if not most or (len(most) == 2 and most[0][1] == most[1][1]):
        return ""
    return most[0][0]


def may_be_written_in(text: str, language: str) -> bool:
    """Whether the letters of a text are those of a language: words in Latin letters are no Chinese and no Arabic."""
    if language.partition("-")[0] not in _OTHER_LETTERS:
        return True
    return sum("a" <= char <= "z" for char in text[:400].casefold()) < _A_WORD
