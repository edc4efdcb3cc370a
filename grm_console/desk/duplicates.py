"""Contacts that may be the same one: found by what both have, compared by weighted rules, decided by a person."""

from collections.abc import Collection

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import opened
from grm_console.desk.contact_views import Duplicate
from grm_console.desk.desk import Desk
from grm_console.domain.addresses import Address, AddressKind
from grm_console.domain.duplicates import Known, Sign, fold, likeness
from grm_console.domain.name_terms import whole_term, words_of
from grm_console.domain.permissions import Act
from grm_console.domain.words import ContactKind
from grm_console.i18n import _
from grm_console.store import likely_same, merging

SHOWN = 20


def duplicates(desk: Desk, actor: Actor, contact_id: int) -> tuple[Duplicate, ...]:
    """The contacts that may be the same as this opened one, likeliest first; what was found to be two is left out."""
    actor.require(Act.OPEN_CONTACT, Act.MERGE_CONTACTS)
    with desk.store.reading() as connection:
        living = opened(connection, actor, contact_id)
        names = {whole_term(words) for name in (living.name, living.other_name) if (words := words_of(name))}
        others = likely_same.sharing_a_point(connection, living.id)
        if address := fold(living.address):
            namesakes = likely_same.of_the_same_name(connection, living.id, names)
            others |= {key for key, theirs in namesakes if fold(theirs) == address}
        others -= merging.found_different(connection, living.id, sorted(others))
        known = known_of(connection, {living.id, *others})
    own = known.pop(living.id)
    compared = [(key, other, likeness(own, other)) for key, other in known.items()]
    compared = [one for one in compared if one[2].proposed]
    compared.sort(key=lambda one: (-one[2].score, one[1].name, one[0]))
    return tuple(
        Duplicate(
            contact_id=key,
            kind=other.kind,
            name=other.name,
            other_name=other.other_name,
            score=like.score,
            reasons=tuple(sign_words(sign) for sign in like.reasons),
            against=tuple(sign_words(sign) for sign in like.against),
        )
        for key, other, like in compared[:SHOWN]
    )


def known_of(connection: Connection, contacts: Collection[int]) -> dict[int, Known]:
    """What is known of living contacts, with the addresses of all that was merged into them."""
    emails: dict[int, set[str]] = {}
    numbers: dict[int, set[str]] = {}
    for contact, kind, address in likely_same.points_of(connection, contacts):
        if kind == AddressKind.EMAIL:
            emails.setdefault(contact, set()).add(address)
        elif number := Address(AddressKind(kind), address, address).number:
            numbers.setdefault(contact, set()).add(number)
    return {
        row.id: Known(
            ContactKind(row.kind),
            row.name,
            row.other_name,
            row.address,
            frozenset(emails.get(row.id, ())),
            frozenset(numbers.get(row.id, ())),
        )
        for row in likely_same.rows_of(connection, contacts)
    }


def sign_words(sign: Sign) -> str:
    """What speaks for or against, in plain words."""
    return {
        Sign.SAME_EMAIL: _("same e-mail"),
        Sign.SAME_NAME: _("same name"),
        Sign.SAME_NUMBER: _("same number"),
        Sign.NEAR_NAME: _("nearly the same name"),
        Sign.SAME_ADDRESS: _("same address"),
        Sign.SAME_OTHER_NAME: _("same name in the other script"),
        Sign.OTHER_EMAIL: _("different e-mail"),
        Sign.OTHER_ADDRESS: _("different address"),
        Sign.OTHER_SCRIPT_DIFFERS: _("different name in the other script"),
        Sign.OTHER_NAME: _("different name"),
        Sign.OTHER_KIND: _("different kind"),
    }[sign]
