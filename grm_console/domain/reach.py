"""Which doors may be used towards a contact: what they asked for binds everybody, at the desk and in the program."""

from typing import Protocol

from grm_console.domain.words import Channel
from grm_console.i18n import _


class Wishes(Protocol):
    """The part of a contact's preferences that forbids something."""

    @property
    def text_only(self) -> bool:
        """Whether the contact is served in writing only, e.g. because they do not hear."""

    @property
    def never_call(self) -> bool:
        """Whether the contact asked not to be rung."""


_TEXTS = frozenset({Channel.SMS, Channel.WHATSAPP})


def doors_allowed(preferences: Wishes, opted_out: bool) -> frozenset[Channel]:
    """The doors by which we may go to the contact; `opted_out` says that the number to use said STOP.

    A counter visit is never forbidden: there, one can write on paper or sign.
    """
    silent = frozenset({Channel.VOICE}) if preferences.text_only or preferences.never_call else frozenset[Channel]()
    return frozenset(Channel) - silent - (_TEXTS if opted_out else frozenset())


def why_not(channel: Channel, preferences: Wishes, opted_out: bool) -> str:
    """Why a door may not be used towards the contact, as a sentence; empty if it may."""
    if channel in doors_allowed(preferences, opted_out):
        return ""
    if channel in _TEXTS:
        return _("This number said STOP, so no text may go to it. Choose another door.")
    if preferences.text_only:
        return _("This contact is served in writing only, so do not call. Choose a door in writing.")
    return _("This contact asked never to be called. Choose a door in writing.")
