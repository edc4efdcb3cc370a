import csv
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grm_console.domain.addresses import Address, AddressKind, read_address, search_digits

TABLE = Path(__file__).parent.parent / "data" / "ugly_numbers.csv"
regions = st.sampled_from(["US", "CN", "DE", "GB", "AR", "MX", "IT", "", "ZZ", "us"])
numberish = st.text(st.sampled_from("0123456789+-()/. ;,#x:@\n０１＋٣\u202a转extABc<>~"), max_size=30)


def ugly_numbers() -> list[tuple[str, str, str, str]]:
    """The rows of the table; in `raw`, backslash escapes stand for what an editor would not show."""
    with TABLE.open(encoding="utf-8", newline="") as file:
        return [
            (
                row["raw"].encode("ascii", "backslashreplace").decode("unicode_escape"),
                row["region"],
                row["kind"],
                row["address"],
            )
            for row in csv.DictReader(file)
        ]


@pytest.mark.parametrize(("raw", "region", "kind", "address"), ugly_numbers())
def test_ugly_numbers(raw: str, region: str, kind: str, address: str) -> None:
    assert read_address(raw, region) == Address(AddressKind(kind), address, raw)


@given(st.one_of(st.text(), numberish), regions, st.sampled_from([None, *AddressKind]))
@example("´", "US", None)
@example("@", "US", AddressKind.SIP)
@example(".;", "US", AddressKind.SIP)
@example("x" * 300, "US", None)
@example("1" * 300, "US", None)
@example("a@" + "b" * 300, "US", None)
@example("whatsapp:" + "…" * 300, "US", None)
@example("\ud800@\ud800", "US", None)
def test_any_string_is_read_and_its_normal_form_is_final(raw: str, region: str, expect: AddressKind | None) -> None:
    found = read_address(raw, region, expect=expect)
    assert found.raw == raw
    assert len(found.address) <= 255
    assert "\x00" not in found.address
    found.address.encode()
    assert isinstance(found.display, str)
    assert (found.address == "") == (found.kind is AddressKind.WITHHELD)
    again = read_address(found.address, region, expect=expect)
    assert (again.kind, again.address) == (found.kind, found.address)


@given(st.integers(1, 999_999_999_999_999), regions)
@example(320_000_000_000, "US")
@example(2_000_275_735_597, "US")
def test_a_phone_is_the_same_whatever_the_region(digits: int, region: str) -> None:
    found = read_address(f"+{digits}", region)
    if found.kind is AddressKind.PHONE:
        assert read_address(found.address, "US").address == found.address
        assert found.number == found.address


def test_long_strings_stay_apart() -> None:
    one, two = (read_address("x" * 300 + end, "US") for end in "ab")
    assert one.kind is two.kind is AddressKind.OTHER
    assert one.address != two.address


@pytest.mark.parametrize(
    ("raw", "expect", "kind", "address"),
    [
        ("202-555-0142", AddressKind.WHATSAPP, AddressKind.WHATSAPP, "whatsapp:+12025550142"),
        ("whatsapp:+12025550142", AddressKind.PHONE, AddressKind.WHATSAPP, "whatsapp:+12025550142"),
        ("alice@Example.org", AddressKind.SIP, AddressKind.SIP, "sip:alice@example.org"),
        ("tommy", AddressKind.CLIENT, AddressKind.CLIENT, "client:tommy"),
        ("1234567", AddressKind.SHORT_CODE, AddressKind.SHORT_CODE, "1234567"),
        ("911", AddressKind.PHONE, AddressKind.SHORT_CODE, "911"),
        ("anonymous", AddressKind.WHATSAPP, AddressKind.WITHHELD, ""),
        ("12 Water  Lane\n", AddressKind.POSTAL, AddressKind.POSTAL, "12 water lane"),
        (" ", AddressKind.POSTAL, AddressKind.WITHHELD, ""),
        ("not an address", AddressKind.EMAIL, AddressKind.OTHER, "not an address"),
    ],
)
def test_expectation_settles_what_the_text_does_not_say(
    raw: str, expect: AddressKind, kind: AddressKind, address: str
) -> None:
    found = read_address(raw, "US", expect=expect)
    assert (found.kind, found.address) == (kind, address)


@pytest.mark.parametrize(
    ("raw", "repliable", "dialable", "display", "number"),
    [
        ("+12025550142", True, True, "+1 202-555-0142", "+12025550142"),
        ("whatsapp:+12025550142", True, False, "+1 202-555-0142", "+12025550142"),
        ("whatsapp:US.1234abcd", True, False, "US.1234abcd", ""),
        ("whatsapp:+9991234", True, False, "+9991234", ""),
        ("messenger:123456", True, False, "123456", ""),
        ("74454", False, True, "74454", ""),
        ("MYBANK", False, False, "MYBANK", ""),
        ("client:tommy", False, True, "tommy", ""),
        ("sip:alice@example.org", False, True, "alice@example.org", ""),
        ("li@example.org", False, False, "li@example.org", ""),
        ("anonymous", False, False, "", ""),
        ("+86282452253", False, False, "", ""),
        ("+1911", False, False, "+1911", ""),
    ],
)
def test_what_can_be_done_with_an_address(raw: str, repliable: bool, dialable: bool, display: str, number: str) -> None:
    found = read_address(raw, "US")
    assert (found.repliable, found.dialable, found.display, found.number) == (
        repliable,
        dialable,
        display,
        number,
    )


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("202-555-0142", "2025550142"),
        ("5550142", "5550142"),
        ("0142", "142"),
        ("020 7946 0958", "2079460958"),
        ("+44 (0)20 7946 0958", "442079460958"),
        ("0044 20 7946 0958", "442079460958"),
        ("WhatsApp:+1 202 555 0142", "12025550142"),
        ("202-555-0142 ext 12", "2025550142"),
        ("１３８ ００１３ ８０００", "13800138000"),
        ("911", "911"),
        ("Chen Li", ""),
        ("li@example.org", ""),
        ("12 Water Lane", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_search_digits(typed: str, digits: str) -> None:
    assert search_digits(typed) == digits


@given(st.sampled_from(["+12025550142", "+442079460958", "+8613800138000", "+390212345678", "+49301234567"]))
def test_a_number_as_displayed_is_found_again(number: str) -> None:
    assert number.endswith(search_digits(read_address(number, "US").display))


@given(st.one_of(st.text(), numberish))
def test_search_digits_never_raises_and_gives_digits_only(typed: str) -> None:
    found = search_digits(typed)
    assert found == "" or (found.isascii() and found.isdigit())


def test_importing_the_module_does_not_load_phonenumbers() -> None:
    code = "import sys, grm_console.domain.addresses; print('phonenumbers' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "False"
