"""What the keys mean that a caller presses."""

CALL_BACK = "1"
"""While waiting, or instead of a message: be called back."""
CANNOT_SPEAK = "1"
"""The answer to the silent question that leads to the questions for yes or no."""


def offered_languages(languages: str) -> tuple[str, ...]:
    """The languages of a queue as it lists them, `en|zh`, in the order of their keys; nine at most."""
    return tuple(language for language in languages.split("|") if language)[:9]


def spoken_language(languages: str, wished: str, otherwise: str) -> str:
    """What a caller is spoken to in: the language wished for if the queue speaks it, else the queue's first.

    A queue that names no language speaks any that is wished for, else `otherwise`.
    """
    offered = offered_languages(languages)
    if wished and (not offered or wished in offered):
        return wished
    return next(iter(offered), otherwise)


def speaks(languages: str, language: str, otherwise: str) -> bool:
    """Whether a queue surely speaks a language; one that names none speaks `otherwise` alone."""
    return language in (offered_languages(languages) or (otherwise,))


def language_of_key(languages: str, keys: str) -> str:
    """The language a caller chose; empty for a key that stands for none."""
    offered = offered_languages(languages)
    chosen = int(keys) if len(keys) == 1 and keys.isascii() and keys.isdecimal() else 0
    return offered[chosen - 1] if 1 <= chosen <= len(offered) else ""
