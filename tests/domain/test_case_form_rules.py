"""What a case needs before it can be opened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.case_form import MAX_DETAILS, MAX_SHORT, MAX_SUMMARY, AskedField, asked, problems


def _field(
    code: str = "q", type: str = "text", *, required: bool = True, when: tuple[str, str] | None = None
) -> AskedField:
    return AskedField(code, f"Label {code}", type, required, frozenset({"home", "street"}), when)


def test_nothing_at_all_names_service_and_summary() -> None:
    assert set(problems("", " \n", "", "", [], {})) == {"service", "summary"}


def test_every_limit_is_named_by_its_field() -> None:
    found = problems(
        "s", "x" * (MAX_SUMMARY + 1), "x" * (MAX_DETAILS + 1), "x" * (MAX_SHORT + 1), [_field()], {"q": "x" * 501}
    )
    assert set(found) == {"summary", "details", "place", "answer:q"}
    assert problems("s", "x" * MAX_SUMMARY, "x" * MAX_DETAILS, "x" * MAX_SHORT, [_field()], {"q": "x" * 500}) == {}


@pytest.mark.parametrize(
    ("type", "good", "bad"),
    [
        ("number", ["12", "-1.5", "1e3"], ["twelve", "nan", "inf", "12 m"]),
        ("date", ["2026-11-23"], ["23.11.2026", "2026-02-30", "yesterday"]),
        ("datetime", ["2026-11-23 09:00", "2026-11-23T09:00", "2026-11-23"], ["9 o'clock", "2026-11-23 25:00"]),
        ("yesno", ["yes", "no"], ["True", "maybe", "YES"]),
        ("choice", ["home", "street"], ["palace", "Home"]),
        ("text", ["anything"], []),
    ],
)
def test_each_type_takes_its_values(type: str, good: list[str], bad: list[str]) -> None:
    for value in good:
        assert problems("s", "m", "", "", [_field(type=type)], {"q": f" {value} "}) == {}
    for value in bad:
        found = problems("s", "m", "", "", [_field(type=type)], {"q": value})
        assert found["answer:q"].startswith("Label q is ")


def test_an_optional_answer_may_be_left_out_but_not_wrong() -> None:
    optional = [_field(type="number", required=False)]
    assert problems("s", "m", "", "", optional, {}) == {}
    assert set(problems("s", "m", "", "", optional, {"q": "many"})) == {"answer:q"}


def test_a_conditional_question_is_asked_only_then() -> None:
    fields = [_field("ill", "yesno"), _field("need", when=("ill", "yes"))]
    assert [f.code for f in asked(fields, {"ill": "no"})] == ["ill"]
    assert problems("s", "m", "", "", fields, {"ill": "no", "need": "x" * 999}) == {}
    assert set(problems("s", "m", "", "", fields, {"ill": " yes "})) == {"answer:need"}


@given(st.text(max_size=30), st.sampled_from(["number", "date", "datetime", "yesno", "choice", "text"]))
def test_no_answer_breaks_the_rules(value: str, type: str) -> None:
    found = problems("s", "m", "", "", [_field(type=type)], {"q": value})
    assert set(found) <= {"answer:q"}
    assert all(sentence.endswith(".") for sentence in found.values())
