"""What makes a password: length instead of kinds of characters, and nothing that is guessed first.

Source: NIST SP 800-63B, section 5.1.1.2.
"""

from grm_console.i18n import _

SHORTEST = 12
LONGEST = 200
FEWEST_DIFFERENT = 5

_GUESSED_FIRST = {
    "000000000000", "111111111111", "123123123123", "1234567890", "12345678901", "123456789012", "1234567890123",
    "123456789123", "1q2w3e4r5t6y", "1qaz2wsx3edc", "abc123456789", "abcd12345678", "abcdefghijkl", "abcdefghijklm",
    "administrator", "administrator1", "changeme1234", "changemenow", "correcthorsebatterystaple", "hotlinehotline",
    "iloveyou1234", "letmein12345", "password1234", "password12345", "password123456", "password1password",
    "passwordpassword", "qazwsxedcrfv", "qwerty123456", "qwertyuiop12", "qwertyuiop123", "qwertyuiopas",
    "qwertyuiopasdf", "trustno1trustno1", "unbelievable", "welcome12345", "welcometothejungle", "woaini1314520",
}  # fmt: skip
"""Of the commonest passwords those that are long enough, without their punctuation."""


def password_problem(password: str, *names: str, old: str = "") -> str:
    """The rule a new password breaks, as a sentence with an example; empty if it may be used.

    `names` are the account's names, `old` is the password it replaces.
    """
    example = _("Take e.g. four words that do not belong together: copper-window-tuesday-goat.")
    if not SHORTEST <= len(password) <= LONGEST:
        rule = _("A password has {least} to {most} characters.").format(least=SHORTEST, most=LONGEST)
    elif password == old:
        rule = _("The new password must not be the old one.")
    elif any(name and _core(name) and _core(password).strip("0123456789") == _core(name) for name in names):
        rule = _("A password must not be your name.")
    elif len(set(password)) < FEWEST_DIFFERENT or _core(password) in _GUESSED_FIRST:
        rule = _("This password is among the first that are guessed.")
    else:
        return ""
    return f"{rule} {example}"


def _core(words: str) -> str:
    """The letters and digits alone, without case."""
    return "".join(filter(str.isalnum, words)).casefold()
