"""Who acts: an account with what it may do; no use case runs without one."""

from dataclasses import dataclass

from grm_console.desk.spoken import role_word
from grm_console.domain.permissions import Act
from grm_console.errors import NotAllowed
from grm_console.i18n import _


@dataclass(frozen=True, slots=True)
class Actor:
    """A signed-in account, or the program itself by a named system account."""

    account_id: int
    name: str
    full_name: str
    role: str
    organisation_id: int
    organisation: str
    acts: frozenset[Act]
    device: str = ""
    masked: bool = False
    """Contractors see numbers masked."""
    must_change_password: bool = False
    """Signed in with a one-time password: nothing is allowed before it is changed."""

    def require(self, *acts: Act) -> None:
        """Raise NotAllowed unless the actor's role may do all of this."""
        if self.must_change_password:
            raise NotAllowed(_("Choose a password of your own first: the one you have is for one time only."))
        for act in acts:
            if act not in self.acts:
                raise NotAllowed(
                    _("The role {role} may not do this ({act}). Ask the administrator for another role.").format(
                        role=role_word(self.role), act=act.value
                    )
                )

    @property
    def work(self) -> Act:
        """The act under which what happens to an exchange is on record: an operator's work, the program's, or that of
        whoever has people told an answer again."""
        own = (act for act in (Act.TAKE_INTERACTION, Act.RECEIVE_EVENTS, Act.TELL_AGAIN) if act in self.acts)
        return next(own, Act.RECEIVE_EVENTS)

    def may(self, act: Act) -> bool:
        """Whether the actor's role may do this."""
        return act in self.acts and not self.must_change_password
