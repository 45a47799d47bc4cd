"""Secrets: found in a request, and masked in every escaping and nowhere else."""

from __future__ import annotations

import html
from base64 import b64encode
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.escapings import ESCAPINGS, escaped, readings
from contract_tests.toolkit.exchanges import REQUEST
from seqrkit import soap
from seqrkit.soap import MASK, Secrets

HOSTILE_SECONDS = 5
"""A limit that only something quadratic exceeds, however busy the machine is."""
SECRETS = [
    "s3cret",
    "pa ss/1",
    "p&s<w>\"o\\r'd",
    "100%25!",
    "\N{EURO SIGN}\N{LATIN SMALL LETTER E WITH ACUTE}\N{GRINNING FACE}-x",
    "a+b=c&d;",
    "\\u0041\\\\9",
]
TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=20)


@given(st.data(), st.sampled_from(SECRETS), TEXTS, TEXTS)
def test_a_secret_is_masked_in_every_escaping(
    data: st.DataObject, secret: str, before: str, after: str
) -> None:
    written = data.draw(escaped(secret))
    shown = Secrets((secret,)).mask(f"{before} {written} {after}")
    assert MASK in shown
    assert not any(secret in each for each in readings(shown))


@given(st.text(st.characters(codec="utf-8"), min_size=4, max_size=12))
@settings(max_examples=40)
def test_any_secret_is_masked_in_every_escaping(secret: str) -> None:
    secrets = Secrets.of(b"", secret)
    for name, escape in ESCAPINGS.items():
        if secrets.values:
            assert secret not in secrets.mask(f'a "{escape(secret)}" b'), name


@pytest.mark.parametrize("name", ESCAPINGS)
@pytest.mark.parametrize("secret", SECRETS)
def test_nothing_else_is_masked(secret: str, name: str) -> None:
    shown = Secrets((secret,)).mask(f"a '{ESCAPINGS[name](secret)}' b")
    assert shown == f"a '{MASK}' b"


@given(TEXTS)
def test_a_text_without_the_secret_stays_as_it_is(text: str) -> None:
    secrets = Secrets(("never-in-it",))
    assert secrets.mask(text) == text
    assert secrets.mask_bytes(text.encode()) == soap.mask(text.encode())


@pytest.mark.parametrize(
    ("content", "secret"),
    [
        ("plain-1", "plain-1"),
        ("a&amp;b&lt;c", "a&b<c"),
        ("&#115;3cret", "s3cret"),
        ("<![CDATA[a&b<c>]]>", "a&b<c>"),
        ("s3<!-- no -->cret", "s3cret"),
        ("\n    s3cret\n  ", "s3cret"),
    ],
)
def test_the_passwords_of_a_request_are_its_secrets(content: str, secret: str) -> None:
    request = REQUEST.replace(b"s3cret-pass", content.encode())
    assert secret in Secrets.of(request).values
    assert Secrets.of(request.decode().encode("utf-16")).values == Secrets.of(request).values


@pytest.mark.parametrize("content", ["", "abc", MASK, "****"])
def test_short_and_masked_passwords_are_not_searched_for(content: str) -> None:
    assert Secrets.of(REQUEST.replace(b"s3cret-pass", content.encode())).values == ()


def test_a_password_in_a_url_of_the_request_is_a_secret() -> None:
    url = b"<notificationUrl>https://user:p%40ss&amp;1@shop.example/x?mail=a@b</notificationUrl>"
    assert Secrets.of(url).values == ("p@ss&1",)


def test_a_number_is_not_masked_inside_of_references_and_longer_numbers() -> None:
    text = (
        "<invoiceReference>139712345</invoiceReference><ns:ersReference>1234</ns:ersReference>"
        "<title>1234</title> 512345 code=1234;"
    )
    assert Secrets(("1234",)).mask(text) == text.replace(
        ">1234</title>", f">{MASK}</title>"
    ).replace("=1234;", f"={MASK};")


@pytest.mark.parametrize("word", ["soap", "Envelope", "schemas", "quot", "encoding"])
def test_a_word_is_not_masked_inside_of_markup(word: str) -> None:
    masked = Secrets((word,)).mask_bytes(soap.fault("Client", f"he said {word}"))
    assert soap.parse(masked) is not None
    assert f"he said {word}".encode() not in masked


def test_repetitions_are_masked_and_the_password_itself_is_kept() -> None:
    request = REQUEST.replace(b"<channel>extWS", b"<channel>s3cret-pass")
    secrets = Secrets.of(request)
    assert secrets.mask_repetitions(request) == REQUEST.replace(b"extWS", MASK.encode())
    assert b"s3cret-pass" not in secrets.mask_bytes(request)


def test_a_longer_secret_is_masked_before_one_that_it_contains() -> None:
    secrets = Secrets.of(b"", "abc-1", "abc-1-and-more")
    assert secrets.mask("abc-1-and-more abc-1") == f"{MASK} {MASK}"


def test_a_long_secret_is_masked_in_every_escaping() -> None:
    secret = "long & <secret>/\N{EURO SIGN}" * 40
    for name, escape in ESCAPINGS.items():
        shown = Secrets((secret,)).mask(f"a '{escape(secret)}' b")
        assert shown == f"a '{MASK}' b", name


@pytest.mark.parametrize("piece", ["\\", "%25", "%", "&amp;", "&#0", "&", "amp;", "\\u00", "0"])
@pytest.mark.parametrize("secret", ["&&&&&&&&", "\\\\\\\\\\", "%%%%%%%%", "00000000x", "amp;amp;"])
def test_a_hostile_text_is_searched_in_no_time(secret: str, piece: str) -> None:
    secrets = Secrets((secret,))
    secrets.mask("&")
    start = perf_counter()
    secrets.mask(piece * 100_000)
    assert perf_counter() - start < HOSTILE_SECONDS


@example("secret-1")
@given(st.text(min_size=4))
def test_secrets_never_show_themselves(secret: str) -> None:
    assert repr(Secrets((secret,))) == "Secrets()"


@given(st.text(min_size=6, max_size=40), st.binary(max_size=8), st.binary(max_size=8))
def test_a_secret_in_base64_is_masked_whatever_is_around_it(
    secret: str, before: bytes, after: bytes
) -> None:
    data = secret.encode("utf-8", "replace")
    written = b64encode(before + data + after).decode()
    secrets = Secrets((secret,))
    masked = secrets.mask(f"Basic {written}")
    assert MASK in masked
    assert len(masked.removeprefix("Basic ").replace(MASK, "")) <= len(written) - len(data)
    headers = {"Authorization": f"Basic {written}"}
    assert secrets.mask_headers(headers) == {"Authorization": masked}


DIVISIONS = ["<!-- x -->", "]]><![CDATA[", "<?x y?>"]


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "Nd", "P"]), min_size=4, max_size=12),
    st.sampled_from(DIVISIONS),
)
def test_a_secret_is_masked_although_markup_divides_it(secret: str, division: str) -> None:
    known = Secrets.of(b"", secret)
    if "CDATA" in division:
        body = f"<a><![CDATA[{division.join(secret)}]]></a>"
    else:
        body = f"<a>{division.join(map(html.escape, secret))}</a>"
    masked = known.mask_bytes(body.encode())
    parser = etree.XMLParser(remove_comments=True, remove_pis=True)
    read = etree.fromstring(masked, parser).text or ""
    assert secret not in read or not known.values


@pytest.mark.parametrize("repeated", ["0", "a", "a&", " b", "\\", "%25"])
def test_a_long_secret_that_repeats_itself_is_searched_in_no_time(repeated: str) -> None:
    secret = (repeated * 90_000)[:90_000]
    secrets = Secrets((secret,))
    start = perf_counter()
    shown = secrets.mask(f"{secret[:-3]}<title>&amp;{'y' * 600}</title>")
    assert perf_counter() - start < HOSTILE_SECONDS
    assert secret[:30] not in shown
