"""Two contacts found to be one: side by side, merged by direction with a choice for each field, and taken back.

No row of the merged contact moves: it points at the survivor, and reads take the union. Only fields of the survivor
change, and the merge keeps what they were, so that undoing it gives back exactly what was.
"""

from collections.abc import Mapping
from typing import Any, Literal

from sqlalchemy import Connection

from grm_console.desk.actor import Actor
from grm_console.desk.contact_access import note_change, opened
from grm_console.desk.contact_changes import PREFERENCE, shown, tidy
from grm_console.desk.contact_sheet import FIELDS, WISHES, preferences_of
from grm_console.desk.contact_views import FieldPair, MergePreview
from grm_console.desk.desk import Desk
from grm_console.desk.duplicates import known_of
from grm_console.domain.addresses import AddressKind
from grm_console.domain.permissions import Act
from grm_console.domain.words import Certainty, ContactKind
from grm_console.errors import InvalidInput, NotFound, StaleChange
from grm_console.i18n import _
from grm_console.store import contact_book, contacts, merging
from grm_console.store.contacts import Liked
from grm_console.store.store import Write

Side = Literal["left", "right"]

MERGED_FIELDS = (*FIELDS, *(PREFERENCE + name for name in WISHES))
"""Every field that is chosen from one side; all else is kept of both."""

HAS_PREFERENCES = "preferences"
"""Whether the survivor has preferences of its own, kept beside the fields: a merge may have begun them."""

DIFFERENT_KINDS = "different kinds"
"""How the reason begins where a department is merged with what is none, so that nobody does it by mistake."""

SHORTEST_REASON = 3
LONGEST_REASON = 500


def merge_preview(desk: Desk, actor: Actor, left_id: int, right_id: int) -> MergePreview:
    """Two contacts side by side, both opened by the actor. Raises NotAllowed, InvalidInput if they are one already."""
    actor.require(Act.OPEN_CONTACT, Act.MERGE_CONTACTS)
    with desk.store.reading() as connection:
        left, right = opened(connection, actor, left_id), opened(connection, actor, right_id)
        _check_two(left, right)
        values = _values(connection, left), _values(connection, right)
        confidential = actor.may(Act.SEE_CONFIDENTIAL_CASES)
        return MergePreview(
            left_id=left.id,
            right_id=right.id,
            left_version=left.version,
            right_version=right.version,
            pairs=tuple(
                FieldPair(name, shown(values[0][name]), shown(values[1][name]), values[0][name] != values[1][name])
                for name in MERGED_FIELDS
            ),
            left_counts=_counts(connection, left.id, confidential=confidential),
            right_counts=_counts(connection, right.id, confidential=confidential),
            warnings=_warnings(connection, left, right),
        )


def merge(
    desk: Desk,
    actor: Actor,
    survivor_id: int,
    merged_id: int,
    chosen: Mapping[str, Side],
    versions: tuple[int, int],
    reason: str,
) -> int:
    """Make one contact of two; gives the merge's key, by which it is undone.

    `chosen` takes `left` for the survivor's and `right` for the merged one's value; a field not named keeps the
    survivor's unless that is empty. `versions` are the survivor's and the merged one's as the operator saw them.
    Raises NotAllowed unless the actor has opened both, StaleChange if one was changed or merged since, InvalidInput.
    """
    actor.require(Act.OPEN_CONTACT, Act.MERGE_CONTACTS)
    reason = tidy(reason)
    with desk.store.writing() as write:
        rows = contact_book.lock(write.connection, {survivor_id, merged_id})
        opened(write.connection, actor, survivor_id)
        opened(write.connection, actor, merged_id)
        survivor, merged = rows[survivor_id], rows[merged_id]
        _check_mergeable(survivor, merged, versions)
        if problems := _problems(survivor, merged, chosen, reason):
            raise InvalidInput(problems)
        before, after = _settled(write.connection, survivor, merged, chosen)
        _write_values(write.connection, survivor_id, after)
        key = merging.add_merge(
            write.connection,
            {
                "survivor_id": survivor_id,
                "merged_id": merged_id,
                "before": before,
                "after": after,
                "reason": reason,
                "at": write.now,
                "account_id": actor.account_id,
            },
        )
        contact_book.change_contact(write.connection, merged_id, {})
        note_change(write, actor, Act.MERGE_CONTACTS, survivor_id, f"merge {key} fields {','.join(after)}")
        note_change(write, actor, Act.MERGE_CONTACTS, merged_id, f"merge {key} into contact:{survivor_id}")
        return key


def undo_merge(desk: Desk, actor: Actor, merge_id: int) -> tuple[str, ...]:
    """Make two contacts of one again, whatever was merged before or after; gives the fields left as they are.

    A field of the survivor goes back to what it was, unless it was edited since: then it is kept, and named. Raises
    NotFound, NotAllowed unless the actor has opened the contact, StaleChange if somebody undid the merge already.
    """
    actor.require(Act.OPEN_CONTACT, Act.MERGE_CONTACTS)
    with desk.store.writing() as write:
        found = _merge_found(write, merge_id)
        living = opened(write.connection, actor, found.survivor_id)
        # Whoever merges or undoes anything within this contact locks the living one: all is read anew behind the lock.
        rows = contact_book.lock(write.connection, {living.id, found.survivor_id, found.merged_id})
        if rows[living.id].merged_into_id is not None:
            raise StaleChange(_("This contact was merged meanwhile. Open it again, then undo."))
        found = _merge_found(write, merge_id)
        if found.undone_at is not None:
            raise StaleChange(_("Somebody has undone this merge already. Read the contact again."))
        kept = _restore(write, rows[found.survivor_id], found)
        merging.end_merge(write.connection, merge_id, found.merged_id, write.now, actor.account_id)
        contact_book.change_contact(write.connection, found.merged_id, {})
        note_change(
            write,
            actor,
            Act.MERGE_CONTACTS,
            found.survivor_id,
            f"undo merge {merge_id} fields {','.join(found.before)}",
        )
        note_change(write, actor, Act.MERGE_CONTACTS, found.merged_id, f"undo merge {merge_id}")
        if living.id != found.survivor_id:
            write.changed("contact", living.id)
        return kept


def not_the_same(desk: Desk, actor: Actor, one_id: int, other_id: int) -> None:
    """Remember that two contacts are two, so that they are not proposed again; the actor has opened one of them."""
    actor.require(Act.OPEN_CONTACT, Act.MERGE_CONTACTS)
    with desk.store.writing() as write:
        one = opened(write.connection, actor, one_id)
        other = contacts.living_row(write.connection, other_id)
        if other is None:
            raise NotFound(_("This contact is not in the store. Look for duplicates again."))
        _check_two(one, other)
        low, high = sorted((one.id, other.id))
        merging.note_different(write.connection, low, high, write.now, actor.account_id)
        note_change(write, actor, Act.MERGE_CONTACTS, one.id, f"not the same as contact:{other.id}")


def _check_two(one: Any, other: Any) -> None:
    if one.id == other.id:
        raise InvalidInput({"contact": _("These are one contact already. Choose another one to compare with.")})


def _check_mergeable(survivor: Any, merged: Any, versions: tuple[int, int]) -> None:
    _check_two(survivor, merged)
    if merged.merged_into_id == survivor.id or survivor.merged_into_id == merged.id:
        raise InvalidInput({"contact": _("These are one contact already. Undo that merge first, if it was wrong.")})
    if survivor.merged_into_id is not None or merged.merged_into_id is not None:
        raise StaleChange(_("One of the two was merged into another contact meanwhile. Open that one instead."))
    if (survivor.version, merged.version) != tuple(versions):
        raise StaleChange(_("One of the two was changed since you looked. Look at both again, then merge."))


def _problems(survivor: Any, merged: Any, chosen: Mapping[str, Side], reason: str) -> dict[str, str]:
    problems = {}
    for name, side in chosen.items():
        if name not in MERGED_FIELDS or side not in ("left", "right"):
            problems[name] = _("Choose the left or the right value of a field that is shown, e.g. the left name.")
    kinds = {survivor.kind, merged.kind}
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        problems["reason"] = _(
            "Say in {least} to {most} characters why they are the same, e.g. same e-mail, confirmed by phone."
        ).format(least=SHORTEST_REASON, most=LONGEST_REASON)
    elif len(kinds) > 1 and ContactKind.DEPARTMENT in kinds:
        starts = (DIFFERENT_KINDS, _("different kinds"))
        if not reason.casefold().startswith(tuple(start.casefold() for start in starts)):
            problems["reason"] = _(
                "One is a department, the other is not. If that is right, begin the reason with {words}, "
                "e.g. {words}: entered as a citizen by mistake."
            ).format(words=starts[1])
    return problems


def _values(connection: Connection, living: Any) -> dict[str, Any]:
    """Every field that a merge chooses, of one contact."""
    wishes = preferences_of(connection, living.id)
    return {name: getattr(living, name) for name in FIELDS} | {
        PREFERENCE + name: getattr(wishes, name) for name in WISHES
    }


def _settled(
    connection: Connection, survivor: Any, merged: Any, chosen: Mapping[str, Side]
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The survivor's fields that change: as they were, and as they will be.

    Where either has preferences, the survivor has its own from now on, so that the choice made here counts.
    """
    left, right = _values(connection, survivor), _values(connection, merged)
    before, after = {}, {}
    for name in MERGED_FIELDS:
        side = chosen.get(name) or ("left" if left[name] or not right[name] else "right")
        if side == "right" and left[name] != right[name]:
            before[name], after[name] = left[name], right[name]
    if contacts.preference_row(connection, merged.id) or contacts.preference_row(connection, survivor.id):
        before[HAS_PREFERENCES] = contact_book.own_preference(connection, survivor.id)
        after[HAS_PREFERENCES] = True
    return before, after


def _write_values(connection: Connection, contact_id: int, values: Mapping[str, Any]) -> None:
    """Set fields of a contact, those of its preferences included, and count its version up."""
    contact_book.change_contact(connection, contact_id, {name: values[name] for name in FIELDS if name in values})
    if HAS_PREFERENCES not in values and not any(name.startswith(PREFERENCE) for name in values):
        return
    now = preferences_of(connection, contact_id)
    liked = Liked(**{name: values.get(PREFERENCE + name, getattr(now, name)) for name in WISHES})
    if values.get(HAS_PREFERENCES, True) or liked != Liked():
        contact_book.write_preference(connection, contact_id, liked)
    else:
        contact_book.delete_preference(connection, contact_id)


def _restore(write: Write, survivor: Any, found: Any) -> tuple[str, ...]:
    """Give the survivor back what it was before this merge; gives the fields that were edited since.

    Where a later merge, which stands, set the same field, that merge takes over what this one had found: undoing it
    leads there, in whatever order merges are undone.
    """
    now = _values(write.connection, survivor)
    now[HAS_PREFERENCES] = contact_book.own_preference(write.connection, survivor.id)
    later = merging.later_merges(write.connection, found.survivor_id, found.id)
    inherited: dict[int, dict[str, Any]] = {}
    back, kept = {}, []
    for name, was in found.before.items():
        heir = next((one for one in later if name in one.before), None)
        if heir is not None and heir.before[name] == found.after[name]:
            inherited.setdefault(heir.id, dict(heir.before))[name] = was
        elif heir is None and now[name] == found.after[name]:
            back[name] = was
        elif name != HAS_PREFERENCES:
            kept.append(name)
    for key, before in inherited.items():
        merging.inherit(write.connection, key, before)
    _write_values(write.connection, found.survivor_id, back)
    return tuple(kept)


def _merge_found(write: Write, merge_id: int) -> Any:
    found = merging.merge_row(write.connection, merge_id)
    if found is None:
        raise NotFound(_("This merge is not in the store. Read the contact again."))
    return found


def _counts(connection: Connection, contact_id: int, *, confidential: bool) -> tuple[tuple[str, int], ...]:
    labels = {
        "exchanges": _("exchanges"),
        "cases": _("cases"),
        "points": _("addresses"),
        "relations": _("relations"),
        "notes": _("notes"),
    }
    counted = merging.counts_of(connection, contact_id, confidential=confidential)
    return tuple((labels[name], count) for name, count in counted.items())


def _warnings(connection: Connection, left: Any, right: Any) -> tuple[str, ...]:
    warnings = []
    if left.kind != right.kind:
        warnings.append(_("They differ in kind."))
    emails = [_confirmed_emails(connection, one.id) for one in (left, right)]
    if emails[0] and emails[1] and emails[0].isdisjoint(emails[1]):
        warnings.append(_("Both have confirmed, different e-mail addresses."))
    if merging.found_different(connection, left.id, [right.id]):
        warnings.append(_("Somebody looked at the two before and found that they are not the same."))
    one, other = known_of(connection, [left.id])[left.id], known_of(connection, [right.id])[right.id]
    if not one.emails & other.emails and not one.numbers & other.numbers:
        warnings.append(_("They share no number and no e-mail address."))
    return tuple(warnings)


def _confirmed_emails(connection: Connection, contact_id: int) -> set[str]:
    return {
        row.address
        for row in contact_book.holdings_of(connection, contact_id)
        if row.kind == AddressKind.EMAIL and row.certainty == Certainty.CONFIRMED
    }
