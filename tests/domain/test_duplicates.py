"""The weighted rules: what makes two contacts worth a look, and what never does."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.duplicates import THRESHOLD, WEIGHTS, Known, Likeness, Sign, likeness
from grm_console.domain.words import ContactKind


def known(name: str, *, other: str = "", address: str = "", email: str = "", number: str = "") -> Known:
    return Known(
        ContactKind.CITIZEN,
        name,
        other,
        address,
        frozenset({email} - {""}),
        frozenset({number} - {""}),
    )


CHEN = known("Chen Li", other="陈莉", address="12 Lotus Lane", email="chen@mail.example", number="+12025550142")


@pytest.mark.parametrize(
    ("other", "proposed"),
    [
        (known("LI, chén", number="+12025550142"), True),
        (known("Ｃｈｅｎ Ｌｉ", address="12, Lotus lane"), True),
        (known("陳莉", number="+12025550142"), True),
        (known("Caller +1 202-555-0142", number="+12025550142", email="chen@mail.example"), True),
        (known("Mrs Chen Li", email="chen@mail.example"), True),
        # The household: another name, however much is shared.
        (known("Chen Guo", number="+12025550142", address="12 Lotus Lane"), False),
        (known("Chen Guo", number="+12025550142", address="12 Lotus Lane", email="chen@mail.example"), False),
        # A telephone alone, a name alone, an address alone.
        (known("Caller +1 202-555-0142", number="+12025550142"), False),
        (known("Chen Li", other="陈莉"), False),
        (known("Caller, number withheld", address="12 Lotus Lane"), False),
        # One letter makes another name where names are short, and other characters another person.
        (known("Chen Lin", number="+12025550142"), False),
        (known("Chen Li", other="陈丽", number="+12025550142"), False),
        (replace(CHEN, kind=ContactKind.DEPARTMENT), False),
        (replace(CHEN, kind=ContactKind.BUSINESS), False),
        (CHEN, True),
    ],
)
def test_who_is_proposed(other: Known, proposed: bool) -> None:
    assert likeness(CHEN, other).proposed is proposed


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("Ana Maria Silva", "Ana Silva", True),
        ("A. Silva", "Ana Silva", True),
        ("Ana Meier", "Ana Maier", True),
        ("Ana Meier", "Ana Meiers", True),
        ("Meier", "Maier", True),
        ("Ana Meier", "Ana Baier", False),
        ("Li", "Lin", False),
        ("Ana", "Ana Silva", False),
        ("Ana Silva", "Bo Silva", False),
    ],
)
def test_nearly_the_same_name(one: str, other: str, near: bool) -> None:
    assert (Sign.NEAR_NAME in likeness(known(one), known(other)).signs) is near


def test_reasons_and_objections_the_heaviest_first() -> None:
    found = likeness(CHEN, replace(CHEN, address="1 Elm Street", emails=frozenset({"li@mail.example"})))
    assert found.reasons == (Sign.SAME_NAME, Sign.SAME_NUMBER, Sign.SAME_OTHER_NAME)
    assert found.against == (Sign.OTHER_EMAIL, Sign.OTHER_ADDRESS)
    assert found.score == 40 + 30 + 15 - 5 - 5


words = st.sampled_from(["Chen Li", "li chen", "陈莉", "Ana", "A. Li", "", "Caller 12", "Meier", "Maier"])
some = st.builds(
    Known,
    st.sampled_from(ContactKind),
    words,
    words,
    st.sampled_from(["", "12 Lotus Lane", "1 Elm St"]),
    st.frozensets(st.sampled_from(["a@b.example", "c@d.example"])),
    st.frozensets(st.sampled_from(["+1", "+2"])),
)


@given(some, some)
def test_the_order_of_the_two_does_not_matter_and_the_score_is_a_percentage(one: Known, other: Known) -> None:
    found = likeness(one, other)
    assert found == likeness(other, one)
    assert 0 <= found.score <= 100
    if one.kind is not other.kind:
        assert not found.proposed


@given(some, some)
def test_a_shared_number_alone_never_makes_two_people_one(one: Known, other: Known) -> None:
    found: Likeness = likeness(one, other)
    if set(found.reasons) <= {Sign.SAME_NUMBER, Sign.SAME_ADDRESS}:
        assert not found.proposed
    assert WEIGHTS[Sign.SAME_NUMBER] + WEIGHTS[Sign.SAME_ADDRESS] < THRESHOLD


@given(some, some, st.text(max_size=20), st.text(max_size=20))
def test_any_text_can_be_compared(one: Known, other: Known, name: str, address: str) -> None:
    likeness(replace(one, name=name), replace(other, other_name=name, address=address))
