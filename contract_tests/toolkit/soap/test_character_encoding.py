"""Which encoding a message is in, and how it is read in spite of wrong labels."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from seqrkit import soap
from seqrkit.errors import DtdRefused, NotXml
from seqrkit.soap.character_encoding import Source, charset_of, decide

TEXT = "Köpenhamn å"
BODY = f"<a>{TEXT}</a>"
LATIN = f'<?xml version="1.0" encoding="ISO-8859-1"?>{BODY}'.encode("latin-1")
ENVELOPE = (
    f'<s:Envelope xmlns:s="{soap.ENVELOPE_NAMESPACE}"><s:Body><a>{TEXT}</a></s:Body></s:Envelope>'
)
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>\n' + ENVELOPE


@pytest.mark.parametrize(
    ("data", "charset", "source"),
    [
        (BODY.encode(), None, Source.DEFAULT),
        (BODY.encode(), "utf-8", Source.DEFAULT),
        (BODY.encode("latin-1"), "iso-8859-1", Source.HTTP),
        (BODY.encode("cp1252"), "windows-1252", Source.HTTP),
        (LATIN, None, Source.DECLARATION),
        (LATIN, "x-nobody-knows", Source.DECLARATION),
        (LATIN, "utf-8", Source.DECLARATION),
        (BODY.encode("utf-16"), None, Source.MARK),
        (BODY.encode("utf-16-le"), "utf-16", Source.HTTP),
        (BODY.encode("utf-16-be"), "utf-16be", Source.HTTP),
        (f'<?xml version="1.0" encoding="utf-16"?>{BODY}'.encode(), "utf-8", Source.HTTP),
        (BODY.encode(), "utf-16", Source.DEFAULT),
    ],
)
def test_a_message_is_read_in_the_encoding_of_the_first_label_that_fits(
    data: bytes, charset: str | None, source: Source
):
    assert decide(data, charset).source in {source, Source.DEFAULT}
    assert soap.parse(data, charset=charset).text == TEXT


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-1", "utf-16", "x-unknown", "hex", None])
@pytest.mark.parametrize("declared", ["utf-8", "iso-8859-1", "utf-16", "x-unknown", None])
@pytest.mark.parametrize("used", ["utf-8", "iso-8859-1", "utf-16"])
def test_each_label_that_is_not_the_encoding_used_is_a_remark_that_says_what_to_change(
    used: str, declared: str | None, charset: str | None
):
    declaration = "" if declared is None else f'<?xml version="1.0" encoding="{declared}"?>'
    data = f"{declaration}{BODY}".encode(used)
    encoding = decide(data, charset)
    wrong = [label for label in (charset, declared) if label not in {None, encoding.name}]
    about = [remark for remark in encoding.remarks if "not UTF-8" not in remark]
    if not encoding.name.startswith(("utf-16", "iso8859", "cp1252")):
        assert len(about) == len(wrong)
    assert all("write " in remark or "send Content-Type" in remark for remark in encoding.remarks)
    misled = used == "utf-8" and encoding.name == "iso8859-1"  # any bytes can be ISO-8859-1
    assert misled or soap.read_document(data, charset=charset).root.text == TEXT


def test_a_declaration_that_the_bytes_contradict_is_refused_unless_http_names_the_charset():
    data = f'<?xml version="1.0" encoding="utf-16"?>{BODY}'.encode()
    with pytest.raises(NotXml, match=r'declaration says utf-16.*write encoding="utf-8"'):
        soap.parse(data)
    assert soap.parse(data, charset="utf-8").text == TEXT
    assert soap.read_document(data).root.text == TEXT


def test_undeclared_bytes_that_are_not_utf_8_are_named_with_byte_and_position():
    data = BODY.encode("latin-1")
    with pytest.raises(NotXml, match=r"byte 0xF6 at position 4 \(line 1\) is not UTF-8; declare"):
        soap.parse(data)
    document = soap.read_document(data)
    assert document.root.text == TEXT
    assert "0xF6" in document.refusal
    assert document.labels == ()


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("\n", "", "white space precedes the XML declaration"),
        ("\ufeff\ufeff", "", "byte order mark precedes"),
        ("\ufeff\r\n", "", "byte order mark precedes"),
        ("<br />\n<b>Warning</b>: x in y.php\n", "", '"<br /> <b>Warning</b>: x in y.php'),
        ("", "\0", "a NUL byte follows the message"),
        ("", "\n<!-- served by x", "follows the message"),
        ("--b\r\nContent-Type: application/xop+xml\r\n\r\n", "\r\n--b--\r\n", "turn MTOM off"),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_an_envelope_is_read_with_something_around_it(
    before: str, after: str, words: str, encoding: str
):
    declared = DECLARED.replace("UTF-8", encoding)
    data = f"{before}{declared}{after}".encode(encoding)
    with pytest.raises(NotXml):
        soap.parse(data)
    document = soap.read_document(data)
    (remark,) = document.surroundings
    assert words in remark
    assert document.root.findtext(".//a") == TEXT
    assert document.root.sourceline == before.count("\n") + 2


def test_a_mime_part_keeps_its_own_encoding_beside_a_binary_attachment():
    data = b"--b\r\n\r\n" + DECLARED.encode() + b"\r\n--b\r\n\r\n\xff\xd8\xff\x00\r\n--b--"
    assert soap.read_document(data).root.findtext(".//a") == TEXT


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\0",
        b"<html><p>Bad gateway",
        b"<s:Envelope>" * 2,
        ENVELOPE.encode() * 2,
        b"x" + ENVELOPE.encode()[:-1],
    ],
)
def test_only_a_part_with_exactly_one_envelope_is_read(data: bytes):
    with pytest.raises(NotXml):
        soap.read_document(data)


@pytest.mark.parametrize(
    "unit", [b" ", b"\n", b"\0", b"\xef\xbb\xbf", b"<", b"<?xml ", b"<a:Envelope ", b"<?xml ?> "]
)
def test_a_long_body_of_one_thing_is_refused_at_once(unit: bytes):
    with pytest.raises(NotXml):
        soap.read_document(unit * (2_000_000 // len(unit)), limit=4_000_000)


def test_a_document_type_before_an_envelope_is_refused():
    with pytest.raises(DtdRefused):
        soap.read_document(b"<!DOCTYPE a [<!ENTITY b 'c'>]>" + ENVELOPE.encode() + b"\0")


@pytest.mark.parametrize(
    "size", [9_000_000, 12_000_000], ids=["9 MB in one text", "12 MB in one text"]
)
def test_a_text_of_any_length_within_the_limit_is_read(size: int):
    assert len(soap.parse(b"<a>" + b"x" * size + b"</a>", limit=16_000_000).text or "") == size


def test_a_long_document_with_a_document_type_keeps_the_parsers_own_limits():
    bomb = (
        b"<!DOCTYPE a [<!ENTITY b '" + b"c" * 100_000 + b"'>]><a x='" + b"&b;" * 4_000_000 + b"'/>"
    )
    with pytest.raises((DtdRefused, NotXml)):
        soap.parse(bomb, limit=16_000_000)


@given(st.binary(max_size=60), st.sampled_from([None, "utf-8", "utf-16", "latin-1", "punycode"]))
def test_no_bytes_make_the_decision_fail(data: bytes, charset: str | None):
    encoding = decide(data, charset)
    assert isinstance(encoding.text(data), str)


@given(
    st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), min_size=1),
    st.sampled_from(["utf-8", "utf-16", "iso-8859-1", "windows-1252"]),
    st.booleans(),
)
def test_libxml2_reads_the_same_where_it_decides_by_itself(text: str, used: str, http: bool):  # noqa: FBT001
    root = etree.Element("a")
    root.text = text
    try:
        data = etree.tostring(root, encoding=used, xml_declaration=True)
    except UnicodeEncodeError:
        return
    assert soap.parse(data, charset=used if http else None).text == etree.fromstring(data).text


@pytest.mark.parametrize(
    ("header", "charset"),
    [
        ("text/xml; charset=utf-8", "utf-8"),
        ('text/xml;CHARSET="ISO-8859-1"', "ISO-8859-1"),
        ("text/xml", None),
        (None, None),
    ],
)
def test_the_charset_is_a_parameter_of_the_content_type(header: str | None, charset: str | None):
    assert charset_of(header) == charset
