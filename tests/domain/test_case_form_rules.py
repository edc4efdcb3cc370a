"""What a case needs before it can be opened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grm_console.domain.case_form import ELEMENTS, MAX_TEXT, AskedField, asked, limit_of, problems

MATTER = {"summary": "m"}


def _field(
    code: str = "q", type: str = "text", *, required: bool = True, when: tuple[str, str] | None = None
) -> AskedField:
    return AskedField(code, f"Label {code}", type, required, frozenset({"home", "street"}), when)


def test_nothing_at_all_names_service_and_summary() -> None:
    assert set(problems("", dict.fromkeys(ELEMENTS, " \n"), [], {})) == {"service", "summary"}


def test_every_limit_is_named_by_its_field_with_an_example() -> None:
    full = {name: "x" * limit_of(name) for name in ELEMENTS}
    assert problems("s", full, [_field()], {"q": "x" * MAX_TEXT}) == {}
    found = problems("s", {name: value + "x" for name, value in full.items()}, [_field()], {"q": "x" * (MAX_TEXT + 1)})
    assert set(found) == {*ELEMENTS, "answer:q"}
    assert all("e.g." in found[name] for name in ELEMENTS if name != "summary")
    assert "200" in found["summary"]


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
        assert problems("s", MATTER, [_field(type=type)], {"q": f" {value} "}) == {}
    for value in bad:
        found = problems("s", MATTER, [_field(type=type)], {"q": value})
        assert found["answer:q"].startswith("Label q is ")


def test_an_optional_answer_may_be_left_out_but_not_wrong() -> None:
    optional = [_field(type="number", required=False)]
    assert problems("s", MATTER, optional, {}) == {}
    assert set(problems("s", MATTER, optional, {"q": "many"})) == {"answer:q"}


def test_a_conditional_question_is_asked_only_then() -> None:
    fields = [_field("ill", "yesno"), _field("need", when=("ill", "yes"))]
    assert [f.code for f in asked(fields, {"ill": "no"})] == ["ill"]
    assert problems("s", MATTER, fields, {"ill": "no", "need": "x" * (MAX_TEXT + 1)}) == {}
    assert set(problems("s", MATTER, fields, {"ill": " yes "})) == {"answer:need"}


def test_an_answer_that_is_no_longer_asked_asks_nothing_further() -> None:
    fields = [_field("ill", "yesno"), _field("need", when=("ill", "yes")), _field("dose", when=("need", "insulin"))]
    answers = {"ill": "yes", "need": "insulin", "dose": "2"}
    assert [f.code for f in asked(fields, answers)] == ["ill", "need", "dose"]
    assert [f.code for f in asked(fields, answers | {"ill": "no"})] == ["ill"]


@given(st.text(max_size=30), st.sampled_from(["number", "date", "datetime", "yesno", "choice", "text"]))
def test_no_answer_breaks_the_rules(value: str, type: str) -> None:
    found = problems("s", MATTER, [_field(type=type)], {"q": value})
    assert set(found) <= {"answer:q"}
    assert all(sentence.endswith(".") for sentence in found.values())
