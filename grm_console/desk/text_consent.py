"""What a contact point wants of our texts, seen and changed at the desk: never silently, always with a reason."""

from secrets import token_hex

from grm_console.desk.actor import Actor
from grm_console.desk.conversation_views import ConsentLine, ConsentLog, ReachLine
from grm_console.desk.desk import Desk, record
from grm_console.domain.opt_out import OptOut
from grm_console.domain.permissions import Act
from grm_console.domain.reason import check_reason
from grm_console.domain.text_failures import failure_of
from grm_console.errors import InvalidInput, NotFound
from grm_console.i18n import _
from grm_console.store import conversations, text_state
from grm_console.store.intake import add_consent


def log_of(desk: Desk, actor: Actor, contact_point_id: int) -> ConsentLog:
    """Whether a contact point may be sent texts, and everything that led to it. Raises NotFound."""
    actor.require(Act.OPEN_CONTACT)
    with desk.store.reading() as connection:
        if conversations.point(connection, contact_point_id) is None:
            raise NotFound(_("This address is not in the store. Read the contact again."))
        words = text_state.consents_of(connection, contact_point_id)
        reach = text_state.reach_of(connection, contact_point_id)
        return ConsentLog(
            contact_point_id=contact_point_id,
            opted_out=text_state.opted_out(connection, contact_point_id),
            reached=text_state.unreached(connection, contact_point_id) is None,
            words=tuple(
                ConsentLine(row.at, OptOut(row.word), row.by or "", row.by_provider, row.reason) for row in words
            ),
            reach=tuple(
                ReachLine(row.at, row.reached, row.reason or failure_of(row.code).sentence(), row.by or "")
                for row in reach
            ),
        )


def set_consent(desk: Desk, actor: Actor, contact_point_id: int, opted_out: bool, reason: str) -> None:
    """Note that the citizen wants no more texts, or wants them again, as they said to somebody at the desk.

    What the carrier itself blocks stays blocked there until the citizen texts START. Raises InvalidInput without a
    reason, or if it is so already; NotFound.
    """
    actor.require(Act.TAKE_INTERACTION, Act.CHANGE_CONTACT)
    reason = check_reason(reason)
    with desk.store.writing() as write:
        if conversations.point(write.connection, contact_point_id) is None:
            raise NotFound(_("This address is not in the store. Read the contact again."))
        if text_state.opted_out(write.connection, contact_point_id) == opted_out:
            told = _("This number wants no texts already.") if opted_out else _("This number wants texts already.")
            raise InvalidInput({"opted_out": told})
        word = OptOut.STOP if opted_out else OptOut.START
        add_consent(
            write.connection,
            {
                "contact_point_id": contact_point_id,
                "word": word.value,
                "by_provider": False,
                "provider": "desk",
                "sid": token_hex(16),
                "reason": reason,
                "account_id": actor.account_id,
                "at": write.now,
            },
        )
        record(write, actor, Act.CHANGE_CONTACT, f"contact-point:{contact_point_id}", f"texts {word}", reason)
        write.changed("contact-point", contact_point_id)


def lift_unreached(desk: Desk, actor: Actor, contact_point_id: int, reason: str) -> None:
    """Let texts go again to a number the carrier called unreachable. Raises InvalidInput without a reason."""
    actor.require(Act.TAKE_INTERACTION, Act.CHANGE_CONTACT)
    reason = check_reason(reason)
    with desk.store.writing() as write:
        if text_state.unreached(write.connection, contact_point_id) is None:
            raise InvalidInput({"reached": _("Texts arrive at this number already, as far as we know.")})
        text_state.note_reach(
            write.connection, contact_point_id, True, write.now, reason=reason, account_id=actor.account_id
        )
        record(write, actor, Act.CHANGE_CONTACT, f"contact-point:{contact_point_id}", "texts arrive again", reason)
        write.changed("contact-point", contact_point_id)
