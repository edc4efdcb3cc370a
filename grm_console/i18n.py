"""Translation of our own sentences by gettext; English is the source language."""

import gettext
from pathlib import Path

_CATALOGUES = Path(__file__).parent / "locale"
_translation: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def use_language(language: str) -> None:
    """Switch all sentences made from now on to `language` (`en`, `zh`); unknown ones stay English."""
    global _translation, _language
    folder = {"zh": "zh_CN"}.get(language, language)
    _translation = gettext.translation("grm", _CATALOGUES, languages=[folder], fallback=True)
    _language = language if isinstance(_translation, gettext.GNUTranslations) else "en"


def language() -> str:
    """The language in use: `en` or `zh`."""
    return _language


def _(message: str) -> str:
    """The sentence in the language in use."""
    return _translation.gettext(message)
