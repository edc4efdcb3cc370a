"""What an operator has typed for an exchange, kept as it is typed and restored after a crash."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from grm_console.desk.actor import Actor
from grm_console.desk.desk import Desk
from grm_console.desk.parking import own
from grm_console.desk.views import CaseForm
from grm_console.domain.permissions import Act
from grm_console.domain.words import Confidentiality
from grm_console.store import interactions


def load(desk: Desk, actor: Actor, interaction_id: int) -> CaseForm | None:
    """The form typed so far; None if nothing was."""
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.reading() as connection:
        kept = interactions.draft_of(connection, interaction_id)
    return None if kept is None else form_from(kept)


def save(desk: Desk, actor: Actor, interaction_id: int, form: CaseForm) -> datetime:
    """Keep the form as it stands; gives when. Only whoever holds the exchange may, or has parked it.

    The last words may come after the parking: they are typed, so they are kept.
    """
    actor.require(Act.TAKE_INTERACTION)
    with desk.store.writing() as write:
        own(write, actor, interaction_id)
        interactions.save_draft(write.connection, interaction_id, actor.account_id, asdict(form), write.now)
        write.audit(actor.account_id, actor.organisation_id, "draft.save", f"interaction:{interaction_id}", "typing")
        return write.now


def form_from(kept: dict[str, Any]) -> CaseForm:
    """A form from its JSON values; unknown fields of another version are left out."""
    values = {name: kept[name] for name in CaseForm.__dataclass_fields__ if name in kept}
    values["confidentiality"] = Confidentiality(values.get("confidentiality", Confidentiality.OPEN))
    values["answers"] = tuple((str(code), str(value)) for code, value in values.get("answers", ()))
    return CaseForm(**values)
