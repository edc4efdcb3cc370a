"""What a caller comes to next, decided from one look at the store; words and rules here, documents at the door.

Nothing here writes. The place that a caller has in the queue is told by its number alone, never why it is so.
"""

from zoneinfo import ZoneInfo

from grm_console.desk import overflow
from grm_console.desk.blocked import blocks_call
from grm_console.desk.caller_look import Way, look
from grm_console.desk.caller_words import Sentence
from grm_console.desk.desk import Desk
from grm_console.desk.phrases import spoken_moment
from grm_console.desk.way_points import CallerStep, WayPoint
from grm_console.domain.caller_keys import CALL_BACK, CANNOT_SPEAK
from grm_console.domain.service_level import day_of
from grm_console.domain.wait_estimate import LATEST, estimate_minutes
from grm_console.domain.words import Direction, EndReason
from grm_console.store import caller_steps as rows

WINDOW_TRIES = 2
"""How often a caller is asked for the window before they wait on or leave a message."""

TOLD_EVERY = 30
"""Seconds after which a waiting caller is told something."""
_EARLY = 5
"""The carrier counts whole seconds, and music may be a little shorter: so much sooner is in time."""

QUESTIONS = ("silent", "silent-danger", "silent-ambulance", "silent-police")
"""What a caller is asked who cannot speak; all but the first are answered with yes or no."""

_AWAY = (EndReason.CLOSED, EndReason.OVERFLOW)
"""Ends that leave a caller the choice between a callback and a message."""

_UNKNOWN = CallerStep(WayPoint.UNKNOWN)
_WAIT_ON = CallerStep(WayPoint.QUEUE)


def first_step(desk: Desk, provider: str, sid: str) -> CallerStep:
    """A call that has just come in: kept out, asked for the language, sent away, or welcomed to wait."""
    return _come_in(desk, provider, sid, new=True)


def language_step(desk: Desk, provider: str, sid: str) -> CallerStep:
    """After the language was asked for, chosen or not."""
    return _come_in(desk, provider, sid, new=False)


def wait_step(desk: Desk, provider: str, sid: str, turn: int, waited: int | None) -> CallerStep:
    """What a waiting caller hears: now and then the place and an honest estimate, in between that it is kept.

    `turn` counts from 0 what was told in this wait, `waited` its seconds as the carrier counts them: something is told
    every TOLD_EVERY, however short the music is. Who has waited for as long as the queue allows leaves the waiting,
    but for an emergency service that calls back.
    """
    with look(desk, provider, sid) as way:
        if way is None:
            return _UNKNOWN
        music = way.row.music or ""
        early = waited is not None and (waited + _EARLY) // TOLD_EVERY < turn
        if way.talks:
            return CallerStep(
                WayPoint.WAIT, (way.say("hold"),) if turn % 2 and not early else (), again=early, music=music
            )
        if not way.waits:
            return CallerStep(WayPoint.LEAVE) if way.reason in _AWAY else CallerStep(WayPoint.END)
        if way.is_emergency:
            return CallerStep(WayPoint.WAIT, (), music=music)
        longest = way.row.longest_wait_seconds
        if longest and (waited if waited is not None else _waited(way)) >= longest:
            return CallerStep(WayPoint.LEAVE, ends=EndReason.OVERFLOW)
        told = () if early else _while_waiting(way, turn)
        return CallerStep(WayPoint.WAIT, told, again=early, music=music, keys=way.can_be_called)


def left_step(desk: Desk, provider: str, sid: str) -> CallerStep:
    """A caller who has left the waiting by a key or by our wish."""
    with look(desk, provider, sid, windows=True) as way:
        if way is None:
            return _UNKNOWN
        if way.waits and rows.pressed(way.connection, provider, way.row.thread, "wait") == CALL_BACK:
            return _ask_window(way)
        return _go_on(way)


def after_step(desk: Desk, provider: str, sid: str) -> CallerStep:
    """A caller whose talk was left without the call's end, or who is sent back to wait."""
    with look(desk, provider, sid) as way:
        return _UNKNOWN if way is None else _go_on(way)


def choice_step(desk: Desk, provider: str, sid: str, keys: str) -> CallerStep:
    """A caller who was asked whether to be called back; anything but that key leads to the voicemail."""
    with look(desk, provider, sid, windows=True) as way:
        if way is None:
            return _UNKNOWN
        if keys == CALL_BACK and way.can_be_called:
            return _ask_window(way)
        return CallerStep(WayPoint.VOICEMAIL, (way.say("voicemail"),))


def window_step(desk: Desk, provider: str, sid: str, turn: int, keys: str) -> CallerStep:
    """A caller who was asked when to be called back; keys were taken in before, and are judged by what became of them.

    `turn` counts how often it was asked before.
    """
    with look(desk, provider, sid, windows=True) as way:
        if way is None:
            return _UNKNOWN
        if way.reason is EndReason.CALLBACK:
            return CallerStep(WayPoint.END, (way.say("callback-made"),))
        if way.talks or not (way.waits or way.reason in _AWAY):
            return _go_on(way)
        if keys in way.windows or not way.can_be_called:
            return _without_callback(way, (way.say("callback-refused"),))
        return _ask_window(way) if turn < WINDOW_TRIES else _without_callback(way, ())


def voicemail_step(desk: Desk, provider: str, sid: str, *, kept: bool) -> CallerStep:
    """A caller who is asked for a message, or who has left one."""
    with look(desk, provider, sid) as way:
        if way is None:
            return _UNKNOWN
        if way.talks:
            return _WAIT_ON
        if kept:
            return CallerStep(
                WayPoint.END,
                (way.say("voicemail-kept"),),
                ends=EndReason.VOICEMAIL if way.reason is not EndReason.VOICEMAIL else None,
            )
        return CallerStep(WayPoint.VOICEMAIL, (way.say("voicemail"),))


def silent_step(desk: Desk, provider: str, sid: str, turn: int, keys: str | None) -> CallerStep:
    """A caller in a talk who may be unable to speak: the question `turn`, the next one, or back to the operator.

    `keys` is None where the question is to be asked, else how it was answered; no answer leads back.
    """
    with look(desk, provider, sid) as way:
        if way is None:
            return _UNKNOWN
        if not way.talks:
            return _go_on(way)
        asked = turn
        if keys is not None:
            goes_on = keys == CANNOT_SPEAK if turn == 0 else bool(keys)
            asked = turn + 1 if goes_on else len(QUESTIONS)
        if asked < len(QUESTIONS):
            return CallerStep(WayPoint.QUESTION, (way.say(QUESTIONS[asked]),), thread=way.row.thread)
        return CallerStep(WayPoint.CONFERENCE, thread=way.row.thread, records=bool(way.row.records))


def _come_in(desk: Desk, provider: str, sid: str, *, new: bool) -> CallerStep:
    with look(desk, provider, sid) as way:
        if way is None:
            return _UNKNOWN
        if way.reason is EndReason.BLOCKED:
            return CallerStep(WayPoint.BLOCKED)
        if not way.waits and way.reason not in _AWAY:
            return _go_on(way)
        recorded = (way.say("recording-notice"),) if way.row.records else ()
        if way.waits and way.is_emergency:
            return CallerStep(WayPoint.QUEUE, (way.say("emergency-callback"), *recorded))
        if way.waits and blocks_call(way.connection, way.row.contact_point_id, way.now):
            return CallerStep(WayPoint.BLOCKED, ends=EndReason.BLOCKED)
        asks = new and len(way.languages) > 1
        full = _is_full(way)
        # Before the language is known another queue helps if it might; who chooses one it does not speak is sent away.
        helped = full and any(_helps(way, one) for one in (way.languages if asks else (way.language,)))
        away = way.reason or (
            EndReason.CLOSED if _is_closed(way) else EndReason.OVERFLOW if full and not helped else None
        )
        ends = away if way.reason is None else None
        if asks:
            greeting = () if away else (way.say("greeting"),)
            return CallerStep(WayPoint.LANGUAGE, greeting + _language_menu(way), ends=ends)
        if away is not None:
            words = (way.say("emergency-notice"), *_why_away(way, away))
            if way.can_be_called:
                return CallerStep(WayPoint.CHOICE, (*words, way.say("choice")), ends=ends)
            return CallerStep(WayPoint.VOICEMAIL, (*words, way.say("voicemail")), ends=ends)
        welcome = (way.say("greeting"),) if new else ()
        return CallerStep(WayPoint.QUEUE, (*welcome, way.say("emergency-notice"), *recorded), overflows=helped)


def _go_on(way: Way) -> CallerStep:
    """Where a call belongs by its state alone."""
    if way.waits or way.talks:
        return _WAIT_ON
    if way.reason in _AWAY:
        return _after_away(way)
    if way.reason is EndReason.CALLBACK:
        return CallerStep(WayPoint.END, (way.say("callback-made"),))
    return CallerStep(WayPoint.END, (way.say("goodbye"),))


def _after_away(way: Way) -> CallerStep:
    words = (way.say("overflow"),) if way.reason is EndReason.OVERFLOW else (way.say("closed"),)
    if way.can_be_called:
        return CallerStep(WayPoint.CHOICE, (*words, way.say("choice")))
    return CallerStep(WayPoint.VOICEMAIL, (*words, way.say("voicemail")))


def _without_callback(way: Way, words: tuple[Sentence, ...]) -> CallerStep:
    """Whoever cannot be called back, or does not say when, waits on if they waited, else may leave a message."""
    if way.waits:
        return CallerStep(WayPoint.QUEUE, words)
    return CallerStep(WayPoint.VOICEMAIL, (*words, way.say("voicemail")))


def _ask_window(way: Way) -> CallerStep:
    if not (way.can_be_called and way.windows):
        return _without_callback(way, (way.say("callback-refused"),))
    menu = tuple(way.say(f"window-{choice.kind}", key=key) for key, choice in way.windows.items())
    return CallerStep(WayPoint.WINDOW, menu)


def _language_menu(way: Way) -> tuple[Sentence, ...]:
    """Each language by its key in its own words; one without any is not offered."""
    lines = ((language, way.say("language", language, key=key)) for key, language in enumerate(way.languages, start=1))
    return tuple(line for language, line in lines if line.language == language)


def _is_closed(way: Way) -> bool:
    return way.row.direction == Direction.INBOUND and not way.opening.open


def _is_full(way: Way) -> bool:
    """Whether a call that comes in now is one too many for its queue, and no other queue helps out yet."""
    if way.row.direction != Direction.INBOUND or not way.row.capacity or way.row.overflowed_to is not None:
        return False
    place = rows.place(way.connection, way.row, way.now)
    return place is not None and place.calls_before >= way.row.capacity


def _helps(way: Way, language: str) -> bool:
    other = way.row.overflow_queue_id
    return other is not None and overflow.has_room(way.desk, way.connection, other, language)


def _why_away(way: Way, reason: EndReason) -> tuple[Sentence, ...]:
    if reason is EndReason.OVERFLOW:
        return (way.say("overflow"),)
    closed = way.say("closed")
    opens_at = way.opening.opens_at
    if opens_at is None:
        return (closed,)
    zone = ZoneInfo(way.opening.time_zone)
    # Said in the language of the words it stands in, which may be another than the caller's.
    spoken = way.say("opens").language
    when = spoken_moment(opens_at.astimezone(zone), way.now.astimezone(zone), spoken)
    return closed, way.say("opens", when=when)


def _while_waiting(way: Way, turn: int) -> tuple[Sentence, ...]:
    if turn == 0:
        return ()
    place = rows.place(way.connection, way.row, way.now) if turn % 2 else None
    if place is None or way.row.queue_id is None:
        return (way.say("hold"),)
    position = place.before + 1
    said = [way.say("position", position=position)]
    waits = rows.latest_waits(way.connection, way.row.queue_id, day_of(way.now)[0], LATEST)
    minutes = estimate_minutes(waits, position, place.waiting)
    if minutes is not None:
        said.append(way.say("estimate", minutes=minutes))
    if way.can_be_called:
        said.append(way.say("callback-offer"))
    return tuple(said)


def _waited(way: Way) -> float:
    since = way.row.waiting_since
    return 0.0 if since is None else (way.now - since).total_seconds()
