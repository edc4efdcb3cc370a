"""Only what Twilio signed passes; the official validator makes and judges the signatures here."""

import hashlib
from urllib.parse import urlencode

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from twilio.request_validator import RequestValidator

from grm_console.channels.twilio.form import Form
from grm_console.channels.twilio.signature import FORM_TYPE, SignatureCheck
from grm_console.errors import SettingsError

TOKEN = "b7d9f0c1e2a34455667788990011aabb"
BASE = "https://desk.example.gov"
FIELDS = {
    "CallSid": "CA" + "0" * 32,
    "AccountSid": "AC" + "1" * 32,
    "From": "+14155550123",
    "To": "+14155550100",
    "CallStatus": "ringing",
    "Direction": "inbound",
    "FromZip": "",
    "FromCity": "SAN FRANCISCO",
    "CallerName": "Renée 陈丽",
}


def signed(url: str, form: object = None, token: str = TOKEN, algorithm: str | None = None) -> dict[str, str]:
    """Headers as Twilio would send them."""
    signature = RequestValidator(token).compute_signature(url, form, algorithm)
    return {"x-twilio-signature": signature, "content-type": FORM_TYPE + "; charset=UTF-8"}


def body_of(fields: object = FIELDS) -> bytes:
    return urlencode(fields).encode()  # type: ignore[arg-type]


def accepts(check: SignatureCheck, headers: dict[str, str], body: bytes = b"", path="/twilio/voice", query="") -> bool:
    return check.accepts(path=path, query=query, headers=headers, form=Form.parse(body), body=body)


def test_the_known_vector_of_the_documentation():
    """Twilio's documentation and the tests of its libraries use this request, with the token 12345."""
    fields = {
        "CallSid": "CA1234567890ABCDE",
        "Digits": "1234",
        "From": "+14158675309",
        "To": "+18005551212",
        "Caller": "+14158675309",
    }
    headers = {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8=", "content-type": FORM_TYPE}
    check = SignatureCheck(("12345",), "https://mycompany.com")

    assert accepts(check, headers, body_of(fields), "/myapp.php", "foo=1&bar=2")
    assert not accepts(check, headers, body_of({**fields, "Digits": "1235"}), "/myapp.php", "foo=1&bar=2")
    assert not accepts(check, headers, body_of(fields), "/myapp.php", "bar=2&foo=1")


def test_a_signed_call_passes_and_one_changed_byte_does_not():
    check = SignatureCheck((TOKEN,), BASE)
    headers = signed(BASE + "/twilio/voice", FIELDS)

    assert accepts(check, headers, body_of())
    assert check.accepts(path=b"/twilio/voice", query=b"", headers=headers, form=Form.parse(body_of()), body=body_of())
    assert not accepts(check, headers, body_of({**FIELDS, "From": "+14155550124"}))
    assert not accepts(check, headers, body_of(), path="/twilio/sms")
    assert not accepts(SignatureCheck(("x" * 32,), BASE), headers, body_of())


# The pitfalls of public trackers, numbered as in the facts about Twilio.


def test_pitfall_01_behind_a_tls_proxy_only_the_configured_address_counts():
    check = SignatureCheck((TOKEN,), BASE)
    proxied = {"host": "10.0.0.7:8000", "x-forwarded-proto": "http", "x-forwarded-host": "evil.example"}

    assert accepts(check, signed(BASE + "/twilio/voice", FIELDS) | proxied, body_of())
    assert not accepts(check, signed("http://10.0.0.7:8000/twilio/voice", FIELDS) | proxied, body_of())
    assert not accepts(check, signed("http://evil.example/twilio/voice", FIELDS) | proxied, body_of())


@pytest.mark.parametrize(
    ("base", "signed_as"),
    [
        ("https://desk.example.gov", "https://desk.example.gov:443"),
        ("https://desk.example.gov:443", "https://desk.example.gov"),
        ("http://desk.example.gov", "http://desk.example.gov:80"),
        ("https://desk.example.gov:8443", "https://desk.example.gov"),
        ("https://desk.example.gov:8443", "https://desk.example.gov:8443"),
        ("https://desk.example.gov/", "https://desk.example.gov"),
        ("https://desk.example.gov/hotline/", "https://desk.example.gov/hotline"),
        ("HTTPS://Desk.example.gov", "https://Desk.example.gov"),
    ],
)
def test_pitfall_02_signed_with_or_without_the_port(base, signed_as):
    assert accepts(SignatureCheck((TOKEN,), base), signed(signed_as + "/twilio/voice", FIELDS), body_of())


def test_pitfall_02_another_port_is_another_address():
    check = SignatureCheck((TOKEN,), BASE)
    assert not accepts(check, signed(BASE + ":8443/twilio/voice", FIELDS), body_of())


def test_pitfall_03_the_query_is_taken_as_it_came():
    check = SignatureCheck((TOKEN,), BASE)
    query = "z=%2f&a=1&b=+%20&a=0"
    headers = signed(f"{BASE}/twilio/voice?{query}", FIELDS)

    assert accepts(check, headers, body_of(), query=query)
    assert not accepts(check, headers, body_of(), query="a=1&a=0&b=+%20&z=%2f")
    assert not accepts(check, headers, body_of(), query="z=%2F&a=1&b=+%20&a=0")


def test_pitfall_04_a_get_signs_its_parameters_in_the_address_alone():
    check = SignatureCheck((TOKEN,), BASE)
    query = urlencode(FIELDS)
    headers = signed(f"{BASE}/twilio/voice?{query}")

    assert check.accepts(path="/twilio/voice", query=query.encode(), headers=headers, form=None, body=b"")
    form = Form.parse(query.encode())
    assert not check.accepts(path="/twilio/voice", query=query, headers=headers, form=form, body=b"")


def test_pitfall_05_blank_values_count():
    check = SignatureCheck((TOKEN,), BASE)
    without = {name: value for name, value in FIELDS.items() if value}

    assert accepts(check, signed(BASE + "/twilio/voice", FIELDS), body_of())
    assert not accepts(check, signed(BASE + "/twilio/voice", FIELDS), body_of(without))


def test_pitfall_06_white_space_counts():
    check = SignatureCheck((TOKEN,), BASE)
    fields = {"MessageSid": "SM1", "Body": "  hi \r\n "}

    assert accepts(check, signed(BASE + "/twilio/sms", fields), body_of(fields), "/twilio/sms")
    assert not accepts(check, signed(BASE + "/twilio/sms", fields), body_of({**fields, "Body": "hi"}), "/twilio/sms")


def test_pitfall_07_repeated_names_sign_each_value_once_and_sorted():
    check = SignatureCheck((TOKEN,), BASE)
    body = b"Tag=b&Tag=a&Tag=b"
    expected = RequestValidator(TOKEN).compute_signature(BASE + "/twilio/voiceTagaTagb", None)

    assert accepts(check, {"x-twilio-signature": expected}, body)
    assert accepts(check, {"x-twilio-signature": expected}, b"Tag=a&Tag=b")
    assert not accepts(check, {"x-twilio-signature": expected}, b"Tag=a")


def test_pitfall_08_a_json_body_is_refused_though_its_address_is_signed():
    check = SignatureCheck((TOKEN,), BASE)
    body = b'{"CallSid": "CA1"}'
    query = "bodySHA256=" + hashlib.sha256(body).hexdigest()
    headers = signed(f"{BASE}/twilio/voice?{query}") | {"content-type": "application/json"}

    def accepted(form: Form | None, headers: dict[str, str]) -> bool:
        return check.accepts(path="/twilio/voice", query=query, headers=headers, form=form, body=body)

    assert RequestValidator(TOKEN).validate(
        f"{BASE}/twilio/voice?{query}", body.decode(), headers["x-twilio-signature"]
    )
    assert not accepted(None, headers)
    assert not accepted(Form.parse(b""), headers)
    assert not accepted(Form.parse(body), headers)
    assert not accepted(None, headers | {"content-type": FORM_TYPE})


def test_pitfall_08_a_form_is_refused_under_another_media_type():
    check = SignatureCheck((TOKEN,), BASE)
    headers = signed(BASE + "/twilio/voice", FIELDS)

    assert not accepts(check, headers | {"content-type": "application/json"}, body_of())
    assert not accepts(check, headers | {"content-type": "multipart/form-data; boundary=x"}, body_of())
    del headers["content-type"]
    assert accepts(check, headers, body_of())


@pytest.mark.parametrize("signature", ["", " ", "x", "é" * 28, "\ud800" * 28, "=" * 28, "A" * 10_000])
def test_pitfall_09_an_odd_signature_is_a_refusal_and_never_an_error(signature):
    check = SignatureCheck((TOKEN,), BASE)

    assert not accepts(check, {"x-twilio-signature": signature}, body_of())
    assert not accepts(check, {}, body_of())


def test_pitfall_09_an_odd_target_is_a_refusal_and_never_an_error():
    check = SignatureCheck((TOKEN,), BASE)
    headers = signed(BASE + "/twilio/voice", FIELDS)

    for path in (b"/twilio/\xff", "/twilio/\ud800", "/twilio/voice#x", ""):
        assert not accepts(check, headers, body_of(), path=path)
    assert not accepts(check, headers, body_of(), query=b"\xff\xfe")


def test_pitfall_10_user_and_password_are_not_signed():
    check = SignatureCheck((TOKEN,), "https://user:pass@desk.example.gov:8443/")

    assert accepts(check, signed("https://desk.example.gov:8443/twilio/voice", FIELDS), body_of())
    assert accepts(check, signed("https://desk.example.gov/twilio/voice", FIELDS), body_of())


@pytest.mark.parametrize("base", ["https://[2001:db8::7]:8443", "https://[2001:db8::7]"])
def test_pitfall_10_an_ipv6_address_keeps_its_brackets(base):
    check = SignatureCheck((TOKEN,), base)

    assert accepts(check, signed("https://[2001:db8::7]/twilio/voice", FIELDS), body_of())
    assert accepts(check, signed(check.base_urls[1] + "/twilio/voice", FIELDS), body_of())


@pytest.mark.parametrize("tokens", [(), ("",), ("   ",), (TOKEN, "")])
def test_pitfall_11_no_start_without_a_secret(tokens):
    with pytest.raises(SettingsError, match="GRM_TWILIO_AUTH_TOKEN"):
        SignatureCheck(tokens, BASE)


@pytest.mark.parametrize("keys", [{"key1": ""}, {"": "secret"}, {"key1": " "}])
def test_pitfall_11_nor_with_an_empty_shared_key(keys):
    with pytest.raises(SettingsError, match="shared key"):
        SignatureCheck((TOKEN,), BASE, keys)


def test_pitfall_12_fragments_are_not_signed():
    check = SignatureCheck((TOKEN,), BASE + "#ct=3000&rc=5")

    assert accepts(check, signed(BASE + "/twilio/voice", FIELDS), body_of())


def test_pitfall_13_while_rotating_either_token_may_sign():
    old, new = "o" * 32, "n" * 32
    check = SignatureCheck((new, old), BASE)

    assert accepts(check, signed(BASE + "/twilio/voice", FIELDS, new), body_of())
    assert accepts(check, signed(BASE + "/twilio/voice", FIELDS, old), body_of())
    assert not accepts(check, signed(BASE + "/twilio/voice", FIELDS, "x" * 32), body_of())


def test_pitfall_14_a_replay_is_still_signed():
    """There is no time stamp to check; the store's unique key on the SID makes a replay harmless."""
    check = SignatureCheck((TOKEN,), BASE)
    headers = signed(BASE + "/twilio/voice", FIELDS)

    assert accepts(check, headers, body_of())
    assert accepts(check, headers, body_of())


def test_pitfall_15_a_prefix_of_the_signature_is_not_enough():
    check = SignatureCheck((TOKEN,), BASE)
    headers = signed(BASE + "/twilio/voice", FIELDS)
    signature = headers["x-twilio-signature"]

    for cut in (signature[:-1], signature + "=", signature[:-2] + "A=", signature.swapcase()):
        assert not accepts(check, headers | {"x-twilio-signature": cut}, body_of())


def test_pitfall_16_a_signature_of_the_wrong_length_costs_no_hash(monkeypatch):
    monkeypatch.setattr(RequestValidator, "compute_signature", lambda *_: pytest.fail("hashed"))
    check = SignatureCheck((TOKEN,), BASE)

    assert not accepts(check, {"x-twilio-signature": "short"}, b"Body=" + b"x" * 60_000)


# The newer scheme: keys of our own instead of the auth token.

SHARED = {"webhooks_sharedkey_1": "first secret", "webhooks_sharedkey_2": "second secret"}
SETTINGS = "x-twilio-webhooks-signature-settings"


def shared(secret: str, header: str, algorithm: str = "HMAC_SHA256") -> dict[str, str]:
    return signed(BASE + "/twilio/voice", FIELDS, secret, algorithm) | {SETTINGS: header}


@pytest.mark.parametrize(
    "header",
    [
        "key=webhooks_sharedkey_2,algorithm=HMAC_SHA256",
        " algorithm = hmac_sha256 , key = webhooks_sharedkey_2 , extra=1",
    ],
)
def test_a_shared_key_signs_with_its_own_secret(header):
    check = SignatureCheck((TOKEN,), BASE, SHARED)

    assert accepts(check, shared("second secret", header), body_of())
    assert not accepts(check, shared("first secret", header), body_of())
    assert not accepts(check, shared(TOKEN, header), body_of())
    assert not accepts(check, shared("second secret", header), body_of({**FIELDS, "To": "+1"}))
    assert accepts(SignatureCheck((), BASE, SHARED), shared("second secret", header), body_of())


@pytest.mark.parametrize(
    ("header", "algorithm"),
    [
        ("key=webhooks_sharedkey_9,algorithm=HMAC_SHA256", "HMAC_SHA256"),
        ("key=,algorithm=HMAC_SHA256", "HMAC_SHA256"),
        ("algorithm=HMAC_SHA256", "HMAC_SHA256"),
        ("key=webhooks_sharedkey_1,algorithm=HMAC_MD5", "HMAC_SHA1"),
        ("key=webhooks_sharedkey_1,algorithm=", "HMAC_SHA1"),
        ("key=webhooks_sharedkey_1", "HMAC_SHA1"),
        ("key=webhooks_sharedkey_1,algorithm=none", "HMAC_SHA256"),
    ],
)
@pytest.mark.parametrize("secret", ["first secret", TOKEN])
def test_an_unknown_key_or_algorithm_is_refused(header, algorithm, secret):
    check = SignatureCheck((TOKEN,), BASE, SHARED)

    assert not accepts(check, shared(secret, header, algorithm), body_of())


@pytest.mark.parametrize("header", ["", "  ", "something=else"])
def test_without_a_key_or_algorithm_in_it_the_header_means_the_auth_token(header):
    check = SignatureCheck((TOKEN,), BASE, SHARED)

    assert accepts(check, shared(TOKEN, header, "HMAC_SHA1"), body_of())
    assert not accepts(check, shared("first secret", header, "HMAC_SHA1"), body_of())


@pytest.mark.parametrize(
    "base", ["", "desk.example.gov", "ftp://desk.example.gov", "https://", "https://h:port", "https://[::1"]
)
def test_a_base_url_that_is_none_names_the_setting(base):
    with pytest.raises(SettingsError, match="GRM_PUBLIC_BASE_URL"):
        SignatureCheck((TOKEN,), base)


# Agreement with the official validator.

names = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(["Body", "body", "Body1", "Tag", "é"])
values = st.just("") | st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from([" ", "陈", "\0", "&=+%"])
bases = st.sampled_from(
    [
        "https://desk.example.gov",
        "https://desk.example.gov:443",
        "https://desk.example.gov:8443",
        "http://127.0.0.1:8000",
        "http://localhost",
        "https://Desk.Example.gov/hotline",
    ]
)
queries = st.sampled_from(["", "a=1", "z=1&a=%20+", "bodySHA256=abc", "Body=x"])


@settings(max_examples=1500, deadline=None)
@given(
    st.lists(st.tuples(names, values), max_size=8),
    bases,
    queries,
    st.sampled_from(["", ":443", ":80", ":8443"]),
    st.data(),
)
@example([("Tag", "b"), ("Tag", ""), ("Tag", "b")], "https://desk.example.gov", "", ":443", None)
def test_agrees_with_the_official_validator(pairs, base, query, signed_port, data):
    """Whatever is signed, with whatever port, for whatever address: both say the same."""
    body = urlencode(pairs).encode()
    form = Form.parse(body)
    target = "/twilio/voice" + ("?" + query if query else "")
    scheme, _, rest = base.partition("://")
    host, slash, prefix = rest.partition("/")
    signed_base = f"{scheme}://{host.partition(':')[0]}{signed_port}{slash}{prefix}"
    headers = signed(signed_base + target, form)
    sent = body
    if data is not None and data.draw(st.booleans(), label="changed on the way"):
        sent = urlencode(data.draw(st.lists(st.tuples(names, values), max_size=3))).encode()

    official = RequestValidator(TOKEN).validate(base + target, Form.parse(sent), headers["x-twilio-signature"])

    assert accepts(SignatureCheck((TOKEN,), base), headers, sent, query=query) == official


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=40) | st.binary(max_size=40),
    st.text(max_size=40) | st.binary(max_size=40),
    st.dictionaries(
        st.sampled_from(["x-twilio-signature", SETTINGS, "content-type"]),
        st.text(max_size=60) | st.just("A" * 27 + "="),
    ),
    st.binary(max_size=80),
    st.booleans(),
)
def test_nothing_raises_and_nothing_unsigned_passes(path, query, headers, body, with_form):
    check = SignatureCheck((TOKEN,), BASE, SHARED)
    form = Form.parse(body) if with_form else None

    assert check.accepts(path=path, query=query, headers=headers, form=form, body=body) is False
