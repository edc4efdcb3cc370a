"""What a contact without a name is called, and that such a name is known again."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.addresses import read_address
from grm_console.domain.unnamed import is_unnamed, unnamed
from grm_console.domain.words import Channel, Direction

DAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("channel", "direction", "address", "day", "expected"),
    [
        (Channel.VOICE, Direction.INBOUND, "+12025550142", None, "Caller +1 202-555-0142"),
        (Channel.VOICE, Direction.INBOUND, "anonymous", None, "Caller, number withheld"),
        (Channel.SMS, Direction.INBOUND, "CITYBANK", None, "Sender CITYBANK"),
        (Channel.VOICE, Direction.INBOUND, "", DAY, "Caller, call 23 Nov"),
        (Channel.COUNTER, Direction.INBOUND, "", DAY, "Visitor, counter 23 Nov"),
        (Channel.COUNTER, Direction.INBOUND, "+12025550142", DAY, "Caller +1 202-555-0142"),
        (Channel.LETTER, Direction.INBOUND, "", DAY, "Sender, letter 23 Nov"),
        (Channel.LETTER, Direction.INBOUND, "12 Lotus Lane", DAY, "Sender 12 Lotus Lane"),
        (Channel.EMAIL, Direction.OUTBOUND, "li@mail.example", DAY, "Recipient li@mail.example"),
    ],
)
def test_a_contact_without_a_name_is_called_by_what_is_known(
    channel: Channel, direction: Direction, address: str, day: date | None, expected: str
) -> None:
    assert unnamed(channel, direction, read_address(address, "US"), day) == expected


@given(
    st.sampled_from(Channel),
    st.sampled_from(Direction),
    st.sampled_from(["+12025550142", "", "12 Lotus Lane", "li@mail.example", "sip:desk@city.example"]),
    st.none() | st.dates(),
)
def test_such_a_name_is_known_again(channel: Channel, direction: Direction, address: str, day: date | None) -> None:
    assert is_unnamed(unnamed(channel, direction, read_address(address, "US"), day))


@pytest.mark.parametrize("name", ["Chen Li", "Sender, Ramón", "Visitor", "Caller Smith", "陈莉", "Recipient Lane"])
def test_a_name_of_a_person_is_none(name: str) -> None:
    assert not is_unnamed(name)
