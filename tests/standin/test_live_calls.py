"""Live calls through the official client: telephones rung into a conference, held, coached, dropped, ended."""

from typing import Any

import pytest
from standin.small_desk import DEPARTMENT, LINE, OPERATOR, PUBLIC, Desk, Stage, response, stage

from grm_console.standin.phones import Habit

V = f"{PUBLIC}/twilio/voice"
ENQUEUE = response(f'<Enqueue waitUrl="{V}/wait" action="{V}/left">grm</Enqueue>')
WAIT, END = response("<Pause length='10'/>"), response("<Hangup/>")
EVENTS = "start end join leave mute hold"


def desk() -> Desk:
    return Desk(
        {"/twilio/voice": [ENQUEUE], "/twilio/voice/wait": [WAIT], "/twilio/voice/after": [END], "/left": [response()]}
    )


def add(on: Stage, number: str, to: str = OPERATOR, conference: str = "call-1", **more: Any) -> Any:
    values = {
        "conference_status_callback": f"{V}/conference",
        "conference_status_callback_event": EVENTS.split(),
        "status_callback": f"{V}/leg?leg=call-1-{number}",
        "status_callback_event": ["initiated", "ringing", "answered", "completed"],
        "label": f"call-1-{number}",
    } | more
    return on.client.conferences(conference).participants.create(from_=LINE, to=to, **values)


def join(on: Stage, sid: str, label: str = "call-1-0", action: str = f"{V}/after") -> Any:
    document = (
        f'<Response><Dial action="{action}"><Conference participantLabel="{label}" beep="false" '
        f'statusCallback="{V}/conference" statusCallbackEvent="{EVENTS}">call-1</Conference></Dial></Response>'
    )
    return on.client.calls(sid).update(twiml=document)


def legs(on: Stage, number: str) -> list[str]:
    came = [fields for target, fields, _ in on.desk.asked if target == f"/twilio/voice/leg?leg=call-1-{number}"]
    return [fields["CallStatus"] for fields in sorted(came, key=lambda fields: int(fields["SequenceNumber"]))]


def steps(on: Stage) -> list[tuple[str, str]]:
    events = on.events("/twilio/voice/conference")
    return [(fields["StatusCallbackEvent"], fields.get("ParticipantLabel", "")) for fields in events]


async def connected(on: Stage, **more: Any) -> tuple[str, str, str]:
    """A citizen waits, an operator is rung in, both talk; the SIDs of conference, citizen and operator."""
    on.rings()
    await on.until("call waits")
    operator = await on.rest(lambda: add(on, "1", **more))
    await on.until("phone joins", sid=operator.call_sid)
    sid = on.told[0]["sid"]
    await on.rest(lambda: join(on, sid))
    await on.until("call talks")
    return operator.conference_sid, sid, operator.call_sid


async def test_a_call_from_ring_to_end_by_the_official_client() -> None:
    async with stage(desk(), talk=1e6) as on:
        conference, citizen, operator = await connected(on)
        participants = on.client.conferences(conference).participants
        await on.rest(lambda: participants("call-1-0").update(hold=True))
        assert (await on.rest(lambda: participants(citizen).fetch())).hold is True
        await on.rest(lambda: participants(citizen).update(hold=False))
        await on.rest(lambda: participants(operator).update(muted=True))
        shown = await on.rest(lambda: participants.list(limit=9))
        assert {(one.label, one.hold, one.muted) for one in shown} == {
            ("call-1-0", False, False),
            ("call-1-1", False, True),
        }
        (running,) = await on.rest(lambda: on.client.conferences.list(friendly_name="call-1", limit=5))
        assert (running.sid, running.status) == (conference, "in-progress")

        assert await on.rest(lambda: participants(operator).delete())
        await on.until("phone ends", sid=operator)
        assert await on.refused(lambda: participants(operator).delete()) == (404, 20404)
        await on.rest(lambda: on.client.conferences(conference).update(status="completed"))
        await on.until("call ends", sid=citizen)
        assert await on.refused(lambda: on.client.conferences(conference).update(status="completed")) == (404, 20404)
        assert await on.refused(lambda: add(on, "2", conference=conference)) == (404, 20404)
        ended = await on.rest(lambda: on.client.calls(citizen).fetch())
        assert (ended.status, ended.direction) == ("completed", "inbound")
        await on.webhooks.settle()

        assert legs(on, "1") == ["initiated", "ringing", "in-progress", "completed"]
        assert steps(on) == [
            ("participant-join", "call-1-1"),
            ("participant-join", "call-1-0"),
            ("conference-start", ""),
            ("participant-hold", "call-1-0"),
            ("participant-unhold", "call-1-0"),
            ("participant-mute", "call-1-1"),
            ("participant-leave", "call-1-1"),
            ("participant-leave", "call-1-0"),
            ("conference-end", ""),
        ]
        events = on.events("/twilio/voice/conference")
        assert all(fields["FriendlyName"] == "call-1" and fields["ConferenceSid"] == conference for fields in events)
        assert all("CallSid" not in fields for fields in events if not fields.get("ParticipantLabel"))
        assert [fields["ReasonParticipantLeft"] for fields in events if "ReasonParticipantLeft" in fields] == [
            "participant_updated_via_api",
            "conference_ended_via_api",
        ]
        assert events[-1]["ReasonConferenceEnded"] == "conference-ended-via-api"
        assert {fields["QueueResult"] for fields in on.events("/twilio/voice/left")} == {"redirected"}
        (after,) = on.events("/twilio/voice/after")
        assert (after["DialCallStatus"], after["DialBridged"], "DialCallSid" in after) == ("answered", "true", False)


async def test_a_citizen_hangs_up_when_they_are_back_from_hold_and_the_rest_break_up() -> None:
    async with stage(desk(), talk=30.0, pace=50.0) as on:
        conference, citizen, operator = await connected(on)
        await on.rest(lambda: on.client.conferences(conference).participants(citizen).update(hold=True))
        await on.until("call is held")
        department = await on.rest(lambda: add(on, "2", DEPARTMENT))
        await on.until("phone joins", sid=department.call_sid)
        assert "call ends" not in [h["what"] for h in on.told]
        await on.rest(lambda: on.client.conferences(conference).participants(citizen).update(hold=False))
        assert (await on.until("call ends", sid=citizen))["why"] == "the caller hung up"
        # The department hangs up when it is left alone, an operator stays until the desk cuts the line.
        await on.rest(lambda: on.client.conferences(conference).participants(operator).delete())
        assert (await on.until("phone ends", sid=department.call_sid))["why"] == "nobody was there"
        await on.webhooks.settle()

        end = on.events("/twilio/voice/conference")[-1]
        assert end["ReasonConferenceEnded"] == "last-participant-left"
        assert end["CallSidEndingConference"] == department.call_sid


@pytest.mark.parametrize(
    ("habit", "states"),
    [(Habit.BUSY, ["initiated", "ringing", "busy"]), (Habit.NO_ANSWER, ["initiated", "ringing", "no-answer"])],
)
async def test_a_telephone_that_is_not_answered_leaves_without_having_joined(habit: Habit, states: list[str]) -> None:
    async with stage(desk(), habits={OPERATOR: habit}) as on:
        one = await on.rest(lambda: add(on, "1", timeout=10))
        await on.until("phone ends", sid=one.call_sid)
        await on.webhooks.settle()

        assert legs(on, "1") == states
        (left,) = on.events("/twilio/voice/conference")
        assert (left["StatusCallbackEvent"], left["ReasonParticipantLeft"], left["ParticipantCallStatus"]) == (
            "participant-leave",
            "participant_add_failed",
            states[-1],
        )
        assert (await on.rest(lambda: on.client.conferences(one.conference_sid).fetch())).status == "completed"


async def test_the_carrier_tells_whether_a_person_or_a_machine_has_picked_up() -> None:
    detection = {
        "machine_detection": "Enable",
        "machine_detection_timeout": 10,
        "amd_status_callback": f"{V}/machine?leg=call-1-2",
    }
    async with stage(desk(), talk=1e6, habits={DEPARTMENT: Habit.MACHINE}) as on:
        await connected(on)
        machine = await on.rest(lambda: add(on, "2", DEPARTMENT, **detection))
        assert (await on.until("phone was answered", sid=machine.call_sid))["by"] == "machine_start"
        person = await on.rest(lambda: add(on, "3", "+12025550177", **detection))
        assert (await on.until("phone was answered", sid=person.call_sid))["by"] == "human"
        await on.until("phone ends", sid=machine.call_sid)
        await on.webhooks.settle()
        told = on.events("/twilio/voice/machine")
        assert [fields["AnsweredBy"] for fields in told] == ["machine_start", "human"]
        assert told[0].keys() == {"CallSid", "AccountSid", "AnsweredBy", "MachineDetectionDuration"}
        ends = [fields for fields in on.events("/twilio/voice/leg") if fields["CallStatus"] == "completed"]
        assert ends[0]["AnsweredBy"] == "machine_start"
        refused = lambda: add(on, "4", machine_detection="Guess")  # noqa: E731
        assert (await on.refused(refused))[0] == 400


async def test_a_telephone_still_ringing_can_be_cancelled_and_is_no_participant_yet() -> None:
    async with stage(desk(), habits={OPERATOR: Habit.NO_ANSWER}, pace=20.0) as on:
        one = await on.rest(lambda: add(on, "1", timeout=600))
        participants = on.client.conferences(one.conference_sid).participants
        assert await on.refused(lambda: participants(one.call_sid).delete()) == (404, 20404)
        assert await on.refused(lambda: add(on, "1")) == (400, 16025)
        await on.rest(lambda: on.client.calls(one.call_sid).update(status="completed"))
        await on.until("phone ends", sid=one.call_sid)
        await on.webhooks.settle()

        assert legs(on, "1")[-1] == "canceled"


async def test_a_supervisor_coaches_the_operator_then_joins() -> None:
    async with stage(desk(), talk=1e6) as on:
        conference, citizen, operator = await connected(on)
        strange = "CA" + "0" * 32
        ear = {"muted": True, "coaching": True}
        assert await on.refused(lambda: add(on, "9", "+12025550199", **ear, call_sid_to_coach=strange)) == (400, 13240)
        one = await on.rest(lambda: add(on, "2", "+12025550199", **ear, call_sid_to_coach=operator))
        await on.until("phone joins", sid=one.call_sid)
        participants = on.client.conferences(conference).participants
        heard = await on.rest(lambda: participants(one.call_sid).fetch())
        assert (heard.coaching, heard.muted, heard.call_sid_to_coach) == (True, True, operator)
        joined = await on.rest(lambda: participants(one.call_sid).update(coaching=False, muted=False))
        assert (joined.coaching, joined.muted) == (False, False)
        assert await on.refused(lambda: participants(citizen).update(coaching=True)) == (400, 20001)


async def test_a_call_taken_out_of_its_conference_by_the_desk_leaves_it_at_once() -> None:
    small = desk()
    small.answers["/twilio/voice/silent"] = [response("<Pause length='100000'/>")]
    async with stage(small, talk=1e6) as on:
        conference, citizen, _ = await connected(on)
        await on.rest(lambda: on.client.calls(citizen).update(url=f"{V}/silent", method="POST"))
        left = await on.until("call leaves", sid=citizen)
        assert left["why"] == "participant_updated_via_api"
        await on.rest(lambda: join(on, citizen))
        await on.webhooks.settle()
        shown = await on.rest(lambda: on.client.conferences(conference).participants.list(limit=9))
        assert len(shown) <= 2
        assert not on.events("/twilio/voice/after"), "a move is no end of the Dial"


async def test_a_label_that_is_taken_is_not_admitted_and_the_next_verb_runs() -> None:
    async with stage(desk(), talk=1e6) as on:
        on.rings()
        await on.until("call waits")
        one = await on.rest(lambda: add(on, "1"))
        await on.until("phone joins", sid=one.call_sid)
        await on.rest(lambda: join(on, on.told[0]["sid"], "call-1-1"))
        await on.until("call ends")
        await on.webhooks.settle()

        assert steps(on) == [("participant-join", "call-1-1")]


async def test_a_citizen_called_back_is_a_citizen_and_numbers_must_be_ours() -> None:
    async with stage(desk()) as on:
        operator = await on.rest(lambda: add(on, "1"))
        await on.until("phone joins", sid=operator.call_sid)
        await on.rest(lambda: add(on, "0", "+12025550142"))
        assert (await on.until("phone rings", number="+12025550142"))["who"] == "citizen"
        await on.until("phone talks")
        await on.until("phone ends", why="the caller hung up")

        participants = on.client.conferences("call-2").participants
        assert await on.refused(lambda: participants.create(from_="+19995550100", to=OPERATOR)) == (400, 21210)
        assert await on.refused(lambda: participants.create(from_=LINE, to="")) == (400, 21211)


async def test_a_recorded_conference_reports_its_recording_without_a_call() -> None:
    recording = {"conference_record": "record-from-start", "conference_recording_status_callback": f"{V}/recording"}
    async with stage(desk(), talk=1e6) as on:
        conference, *_ = await connected(on, **recording)
        await on.rest(lambda: on.client.conferences(conference).participants("call-1-0").fetch())
        await on.until("call talks")
        await on.rest(lambda: on.client.conferences(conference).update(status="completed"))
        await on.webhooks.settle()

        (told,) = on.events("/twilio/voice/recording")
        assert (told["ConferenceSid"], told["RecordingSource"], "CallSid" in told) == (conference, "Conference", False)
