"""What tells a person is masked in both languages, whatever stands around it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.masking import ADDRESS, EMAIL, NAME, NUMBER, is_masked, mask

AROUND = st.sampled_from(
    ["", "where is ", "please help, ", "请问", "我想咨询，", "bins: ", "water since monday. ", "住房补贴怎么申请？"]
)
PEOPLE = st.sampled_from(["Rosa Diaz", "王小明", "O'Neill", "Jean-Luc Moreau", "欧阳修", "李雷"])
PHONES = st.from_regex(r"(\+1 ?)?\(?[2-9]\d{2}\)?[ .-]\d{3}[ .-]?\d{4}|1[3-9]\d{9}|\+86 1[3-9]\d{9}", fullmatch=True)
IDS = st.from_regex(r"\d{17}[0-9X]|\d{3}-\d{2}-\d{4}|26-\d{6}-\d|[A-Z]{1,2}\d{7}", fullmatch=True)
MAILS = st.from_regex(r"[a-z]{1,8}(\.[a-z]{1,5})?@[a-z]{2,8}\.(org|cn|example)", fullmatch=True)


@given(AROUND, PHONES | IDS, AROUND)
def test_no_number_of_a_person_is_left(before: str, number: str, after: str) -> None:
    shown = mask(f"{before} {number} {after}")
    assert NUMBER in shown
    digits = [char for char in number if char.isdigit()]
    assert "".join(digits[-4:]) not in shown.replace("-", "").replace(" ", "")


@given(AROUND, MAILS, AROUND)
def test_no_mail_address_is_left(before: str, address: str, after: str) -> None:
    shown = mask(f"{before} {address} {after}")
    assert EMAIL in shown
    assert address.partition("@")[2] not in shown


@given(AROUND, PEOPLE, AROUND)
def test_known_names_are_masked_wherever_they_stand(before: str, name: str, after: str) -> None:
    shown = mask(f"{before} {name} {after}", [name])
    assert NAME in shown
    assert all(part not in shown for part in name.split())


@given(st.text(max_size=300), st.lists(st.text(max_size=12), max_size=3))
def test_any_text_is_masked_without_error_and_twice_is_once(words: str, names: list[str]) -> None:
    shown = mask(words, names)
    assert mask(shown, names) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("My name is Maria Lopez, I need a form", f"My name is {NAME}, I need a form"),
        ("Mr O'Neill of 14 Old Quay Road has no water", f"{NAME} of {ADDRESS} has no water"),
        ("我叫王小明，住人民路12号3单元501室", f"我叫{NAME}，{ADDRESS}{ADDRESS}{ADDRESS}"),
        ("张女士问居住证", f"{NAME}问居住证"),
        ("京A12345停在门口", f"{NUMBER}停在门口"),
        ("this is John Smith, flat 4B", f"this is {NAME}, {ADDRESS}"),
    ],
)
def test_names_and_places_that_nobody_told_us(said: str, shown: str) -> None:
    assert mask(said) == shown
    assert is_masked(shown)


@pytest.mark.parametrize(
    "said",
    [
        "Is the library open on Sunday?",
        "what does a ton of water cost in 2026",
        "水费多少钱一吨，3吨以内",
        "call 112 or 911 now",
        "请问居住证怎么办理",
        "where can I charge my electric car",
    ],
)
def test_an_ordinary_question_stays_as_it_is(said: str) -> None:
    assert mask(said) == said
