"""What is read from a request body or a query string, and what is refused before any hashing."""

from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from grm_console.channels.twilio.form import MAX_BODY, MAX_FIELDS, MAX_NAME, MAX_VALUE, Form, FormRefused

some_bytes = st.binary(max_size=200) | st.lists(
    st.sampled_from([b"a", b"=", b"&", b"+", b"%", b"%C3%A9", b"%FF", b"\xff", b"%00", b"\xe4\xbd\xa0", b"%e4%bd"])
).map(b"".join)


def test_blank_values_repeated_and_unknown_names_are_kept():
    form = Form.parse(b"FromZip=&Body=a+b%26c&Tag=2&Tag=1&Tag=2&Brand_new=x&NoEquals&&=nameless")

    assert form.lists == {
        "FromZip": [""],
        "Body": ["a b&c"],
        "Tag": ["2", "1", "2"],
        "Brand_new": ["x"],
        "NoEquals": [""],
        "": ["nameless"],
    }
    assert form["Tag"] == "2"
    assert form.getlist("Tag") == form.getall("Tag") == ["2", "1", "2"]
    assert form.getlist("absent") == []
    assert form.get("absent") is None


def test_white_space_is_never_trimmed():
    assert Form.parse(urlencode({"Body": "  hello \n"}).encode())["Body"] == "  hello \n"


def test_an_empty_body_is_an_empty_form():
    assert len(Form.parse(b"")) == 0
    assert not Form.parse(b"")


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=40)), max_size=20))
def test_what_was_encoded_comes_back(pairs):
    form = Form.parse(urlencode(pairs).encode())

    expected: dict[str, list[str]] = {}
    for name, value in pairs:
        expected.setdefault(name, []).append(value)
    assert form.lists == expected
    assert form.damaged == any("\0" in name + value for name, value in pairs)


@settings(deadline=None)
@given(some_bytes)
@example(b"Body=caf%E9&From=%2B1")
@example(b"Body=caf\xe9")
def test_any_bytes_read_as_the_standard_library_reads_them(raw):
    form = Form.parse(raw)

    expected: dict[str, list[str]] = {}
    for name, value in parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True):
        expected.setdefault(name, []).append(value)
    assert form.lists == expected
    for name, values in form.storable().lists.items():
        for text in (name, *values):
            assert "\0" not in text
            text.encode()  # no lone surrogates


def test_bytes_that_are_no_utf8_mark_the_form_damaged_and_stay_as_evidence():
    raw = b"From=%2B14155550123&CallerName=Jos%E9"

    form = Form.parse(raw)

    assert form.damaged
    assert form["From"] == "+14155550123"
    assert form["CallerName"] == "Jos\ufffd"
    assert form.raw == raw


def test_nul_stays_in_what_is_hashed_and_leaves_what_is_stored():
    form = Form.parse(b"Body=a%00b")

    assert form["Body"] == "a\0b"
    assert form.storable()["Body"] == "a\ufffdb"
    assert Form.parse(b"Body=ab").storable()["Body"] == "ab"


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"a" * (MAX_BODY + 1), 413),
        (b"&".join([b"a=1"] * (MAX_FIELDS + 1)), 400),
        (b"&" * MAX_FIELDS, 400),
        (b"n" * (MAX_NAME + 1) + b"=1", 400),
        (b"Body=" + b"x" * (MAX_VALUE + 1), 400),
    ],
)
def test_limits_refuse_with_a_status_and_a_reason(raw, status):
    with pytest.raises(FormRefused) as refusal:
        Form.parse(raw)

    assert refusal.value.status == status
    assert refusal.value.reason == str(refusal.value)
    assert ";" in refusal.value.reason


def test_just_within_the_limits_is_read():
    assert len(Form.parse(b"&".join(b"p%d=1" % n for n in range(MAX_FIELDS)))) == MAX_FIELDS
    assert len(Form.parse(b"Body=" + b"x" * MAX_VALUE)["Body"]) == MAX_VALUE
    assert len(Form.parse(urlencode({"Body": "\N{GRINNING FACE}" * 1600}).encode())["Body"]) == 1600
