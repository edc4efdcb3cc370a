"""Twilio's REST API as the desk's carrier."""

from collections.abc import Callable
from datetime import datetime
from typing import Any
from urllib.parse import quote

from grm_console.channels.twilio.account import REPORT_RETRIES
from grm_console.channels.twilio.conference import LEG_EVENTS, join_document, participant_fields
from grm_console.channels.twilio.media import ATTACHMENT, SOUND, fetch
from grm_console.channels.twilio.parameters import MAX_MEDIA
from grm_console.channels.twilio.past import attachments_of, calls_page, texts_page
from grm_console.channels.twilio.rest import asked, rest_client
from grm_console.desk.ports import CALL_IS_OVER, PastEvents
from grm_console.errors import CarrierError, SettingsError
from grm_console.i18n import _

DETECTION_SECONDS = 10
"""How long Twilio listens until it gives up with `unknown`; 3 to 59, it would take 30."""


class TwilioCarrier:
    """Sends texts, rings telephones, and moves and ends calls; implements `desk.ports.Carrier`.

    Only a text and a ring do something anew each time: after a lost answer they are not `retryable` but `unknown`.
    Everything else may be asked twice, so every failure of it that may pass is `retryable`.
    """

    def __init__(self, account_sid: str, auth_token: str, *, api_base_url: str, public_base_url: str) -> None:
        """Raises SettingsError unless account and token are set. No request is made yet."""
        if not account_sid or not auth_token:
            raise SettingsError(
                _("Texts and calls need an account; set GRM_TWILIO_ACCOUNT_SID and GRM_TWILIO_AUTH_TOKEN.")
            )
        self._credentials = (account_sid, auth_token)
        self._api_base_url = api_base_url
        self._client = rest_client(account_sid, auth_token, api_base_url)
        self._text_status_url = public_base_url + "/twilio/sms/status"
        self._voice_url = public_base_url + "/twilio/voice"
        self._conference_url = f"{self._voice_url}/conference{REPORT_RETRIES}"
        self._recording_url = f"{self._voice_url}/recording{REPORT_RETRIES}"

    def end_call(self, sid: str) -> None:
        """Hang up a call, also one that still rings; one that has ended meanwhile is no error."""
        _gone_is_fine(lambda: self._client.calls(sid).update(status="completed"))

    def send_text(self, sender: str, recipient: str, body: str, label: str) -> str:
        """Send a text and ask for reports on it; gives Twilio's SID, which says no more than that it is queued.

        The reports' address names the text, so that they find it even if this request's answer is lost.
        """
        reports = f"{self._text_status_url}?text={quote(label, safe='')}{REPORT_RETRIES}"
        message = asked(
            lambda: self._client.messages.create(to=recipient, from_=sender, body=body, status_callback=reports),
            harmless_twice=False,
        )
        return _named(message.sid)

    def ring(
        self,
        *,
        conference: str,
        label: str,
        to: str,
        caller_id: str,
        seconds: int,
        muted: bool = False,
        coach: str = "",
        record: bool = False,
        detects: bool = False,
    ) -> str:
        """Ring a telephone into a conference, which is made if none runs; gives the SID of the leg's call.

        Twilio rings up to 5 seconds longer than asked and takes 5 to 600. Who waits in the call hears it ring, unless
        it joins to listen or to whisper: then nobody may notice. Whether a machine picks up is told to an address of
        its own within DETECTION_SECONDS, while they are connected already; participants know no `async_amd` (21263).
        """
        unheard = muted or bool(coach)
        leg = f"leg={quote(label, safe='')}"
        listening: dict[str, Any] = {
            "machine_detection": "Enable",
            "machine_detection_timeout": DETECTION_SECONDS,
            "amd_status_callback": f"{self._voice_url}/machine?{leg}{REPORT_RETRIES}",
            "amd_status_callback_method": "POST",
        }
        whisper: dict[str, Any] = {"coaching": True, "call_sid_to_coach": coach} if coach else {}
        participant = asked(
            lambda: self._client.conferences(conference).participants.create(
                from_=caller_id,
                to=to,
                timeout=seconds,
                muted=muted,
                early_media=not unheard,
                status_callback=f"{self._voice_url}/leg?{leg}{REPORT_RETRIES}",
                status_callback_method="POST",
                status_callback_event=list(LEG_EVENTS),
                **participant_fields(label, self._conference_url, record, recording_url=self._recording_url),
                **whisper,
                **(listening if detects else {}),
            ),
            harmless_twice=False,
        )
        return _named(participant.call_sid)

    def join(self, *, sid: str, conference: str, label: str, record: bool = False) -> None:
        """Move a live call into a conference; raises with a code of `CALL_IS_OVER` if the caller has hung up."""
        document = join_document(
            conference,
            label,
            self._conference_url,
            self._voice_url + "/after",
            record,
            recording_url=self._recording_url,
        )
        asked(lambda: self._client.calls(sid).update(twiml=document.decode()), harmless_twice=True)

    def send(self, *, sid: str, step: str) -> None:
        """Have a live call ask for a step of ours; raises with a code of `CALL_IS_OVER` if it has ended."""
        asked(
            lambda: self._client.calls(sid).update(url=f"{self._voice_url}/{step}", method="POST"),
            harmless_twice=True,
        )

    def change_leg(
        self,
        *,
        conference_sid: str,
        sid: str,
        held: bool | None = None,
        muted: bool | None = None,
        coaching: bool | None = None,
        coach: str = "",
    ) -> None:
        """Hold, mute or coach with a leg; a held one hears Twilio's music. What is None stays as it is."""
        given = {"hold": held, "muted": muted, "coaching": coaching, "call_sid_to_coach": coach or None}
        changes: dict[str, Any] = {name: value for name, value in given.items() if value is not None}
        asked(lambda: self._client.conferences(conference_sid).participants(sid).update(**changes), harmless_twice=True)

    def drop_leg(self, *, conference_sid: str, sid: str) -> None:
        """Take a leg out of its conference; one that has not joined is hung up, one that is gone is no error."""
        if conference_sid:
            try:
                asked(lambda: self._client.conferences(conference_sid).participants(sid).delete(), harmless_twice=True)
                return
            except CarrierError as error:
                if error.code not in CALL_IS_OVER:
                    raise
        self.end_call(sid)

    def end_conference(self, *, conference_sid: str) -> None:
        """End a conference for all who are in it; one that is over already is no error."""
        _gone_is_fine(lambda: self._client.conferences(conference_sid).update(status="completed"))

    def fetch_recording(self, url: str) -> tuple[str, bytes]:
        """The media type and audio of a recording; as WAV unless the address ends in `.mp3`."""
        return fetch(url, self._credentials, self._api_base_url, SOUND)

    def fetch_attachment(self, url: str) -> tuple[str, bytes]:
        """The media type and content of what came with a text."""
        return fetch(url, self._credentials, self._api_base_url, ATTACHMENT)

    def past_texts(self, since: datetime, until: datetime, *, recipient: str = "", following: str = "") -> PastEvents:
        """A page of the account's texts between two moments, whole seconds, to one recipient or to anybody."""
        return texts_page(self._client, since, until, recipient, following)

    def past_calls(self, since: datetime, until: datetime, *, following: str = "") -> PastEvents:
        """A page of the account's calls that began between two moments, whole seconds, and are over."""
        return calls_page(self._client, since, until, following)

    def attachments_of(self, sid: str) -> tuple[tuple[str, str], ...]:
        """(media type, address) of what came with a text, as its webhook would have named them."""
        return attachments_of(self._client, sid, MAX_MEDIA)


def _gone_is_fine(request: Callable[[], object]) -> None:
    try:
        asked(request, harmless_twice=True)
    except CarrierError as error:
        if error.code not in CALL_IS_OVER:
            raise


def _named(sid: str | None) -> str:
    """The id an answer gives to what was made; CarrierError, `unknown`, for an answer without one."""
    if not sid:
        raise CarrierError(_("Twilio's answer names nothing; look whether it was carried out."), unknown=True)
    return str(sid)
