"""Complaints are answered by people: nothing but the acknowledgement is said to them by a machine."""

from grm_console.desk.replying.acknowledgement import acknowledge
from grm_console.desk.replying.text import Text, Verdict
from grm_console.domain.complaint_words import is_complaint


def leave_to_people(text: Text) -> Verdict | None:
    """Acknowledge a complaint, and let no further rule answer it."""
    return acknowledge(text) if is_complaint(text.words) else None
