"""An answer as the text it would be to whoever is on an exchange, before it is sent or put into a reply."""

from grm_console.desk.actor import Actor
from grm_console.desk.answer_giving import givable
from grm_console.desk.article_renderings import text_of, told_of
from grm_console.desk.desk import Desk
from grm_console.desk.text_permits import permit_for
from grm_console.desk.views import AnswerByText
from grm_console.domain.addresses import read_address
from grm_console.domain.permissions import Act
from grm_console.errors import InvalidInput, StaleChange
from grm_console.i18n import _
from grm_console.store import conversations
from grm_console.text import mask_number


def by_text(desk: Desk, actor: Actor, interaction_id: int, version_id: int) -> AnswerByText:
    """The text of a version to whoever is on an exchange this actor holds.

    Raises InvalidInput (`article`, `text`): it may not be given, or no text may go there; StaleChange if it is not
    held; NotFound for what the actor may not see.
    """
    actor.require(Act.TAKE_INTERACTION, Act.GIVE_ANSWER)
    now = desk.store.now()
    with desk.store.reading() as connection:
        version = givable(connection, actor, version_id, now.astimezone().date())
        exchange = conversations.exchange(connection, interaction_id)
        if exchange is None or exchange.agent_id != actor.account_id:
            raise StaleChange(_("You no longer hold this exchange. What you typed is kept as its draft."))
        permit = permit_for(desk, connection, exchange, now)
    if permit.blocked:
        raise InvalidInput({"text": permit.blocked})
    line = read_address(permit.line, desk.region)
    address = read_address(exchange.address, desk.region)
    shown = address.display or address.address
    sent = text_of(told_of(version), line.display or permit.line)
    return AnswerByText(
        version_id=version.id,
        code=version.code,
        version=version.version,
        language=version.language,
        text=sent.text,
        cut=sent.cut,
        channel=permit.channel,
        address=mask_number(shown) if actor.masked else shown,
        our_line=line.display or permit.line,
        warnings=permit.warnings,
    )
