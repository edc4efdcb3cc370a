"""Kinds of files that come with texts, and how a file of each is called."""

_SUFFIXES = {
    "image/jpeg": ".jpg",
    "image/png": ".png",
    "image/gif": ".gif",
    "image/webp": ".webp",
    "image/heic": ".heic",
    "audio/mpeg": ".mp3",
    "audio/ogg": ".ogg",
    "audio/amr": ".amr",
    "audio/mp4": ".m4a",
    "audio/aac": ".aac",
    "video/mp4": ".mp4",
    "video/3gpp": ".3gp",
    "application/pdf": ".pdf",
    "text/vcard": ".vcf",
    "text/x-vcard": ".vcf",
    "text/plain": ".txt",
    "text/calendar": ".ics",
}
"""Those that carriers pass on (Twilio documentation, accepted content types for media); nothing that is run."""


def suffix_of(media_type: str) -> str:
    """The suffix of a file of this kind; `.bin` for a kind that is not in the list, whatever its sender calls it."""
    return _SUFFIXES.get(media_type.partition(";")[0].strip().lower(), ".bin")
