"""Explanations of malformed XML: tags, prefixes and lines; agreement with libxml2; secrets."""

import re
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from contract_tests.toolkit.messages import NEWEST, build, in_envelope
from seqrkit.contract import examples
from seqrkit.contract.malformed_xml import first_slip, repaired
from seqrkit.errors import MessageError
from seqrkit.soap import parse


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("<a><b></a>", "missing-end", "<b> is not closed; add </b> before </a>"),
        ("<a xmlns:s='x'>\n<s:B></o:B></a>", "prefix", "</o:B> does not close <s:B> of line 2"),
        ("<a xmlns:s='x'>\n<s:B></o:B></a>", "prefix", "the prefix o is not declared"),
        ("<a><Foo></foo></a>", "case", "upper and lower case differ; write </Foo>"),
        ("<a>\n<p>\n<p></a>", "reopened", "line 3 opens <p> again inside <p> of line 2"),
        ("<a><title>x</titel></a>", "name", "the names differ; write </title>"),
        ("<a>AT&T</a>", "ampersand", "<a> contains a bare &; write &amp;"),
        ("<a x='AT&T'/>", "ampersand", "write &amp;"),
        ("<a>&nbsp;</a>", "entity", "write &#160;"),
        ("<a>3 < 5</a>", "less-than", "<a> contains a bare <; write &lt;"),
        ("<a><b>", "truncated", "the message ends inside <b> of line 1"),
        ("<a b=c/>", "attribute", "needs a value in quotes"),
        ("<a b='1' b='2'/>", "attribute", "the attribute b twice"),
        ("<s:a/>", "undeclared", 'add xmlns:s="http'),
        ("<a/>junk", "trailing", "text follows the end"),
        ("<a/><b/>", "trailing", "<b> follows the end"),
        ("\n<?xml version='1.0'?><a/>", "leading", "white space precedes the XML declaration"),
        ("<a>\x0b</a>", "character", "U+000B is not allowed"),
        ("", "empty", "is empty"),
    ],
)
def test_a_slip_is_named_with_what_to_write(text: str, kind: str, words: str):
    slip = first_slip(text)
    assert slip is not None
    assert slip.kind == kind
    assert words in slip.message


SENT = in_envelope(build(NEWEST, "sendInvoice")).decode()
T = "My Sample Store"
SLIPS = [
    (T, "a<b", "<title> contains a bare <; write &lt;"),
    (T, "I <3 you", "<title> contains a bare <; write &lt;"),
    (T, "Bob <bob@x.se>", "<title> contains a bare <; write &lt;"),
    (T, "a ]]> b", "<title> contains ]]>; write ]]&gt;"),
    (T, "<![cdata[A & B]]>", "a CDATA section begins with <![CDATA["),
    (T, "<![CDATA [A & B]]>", "a CDATA section begins with <![CDATA["),
    (T, "Tom & Jerry", "<title> contains a bare &; write &amp;"),
    (T, "A &amp B", "&amp has no semicolon; write &amp;"),
    (T, "A &#38 B", "&#38 has no semicolon; write &#38;"),
    (T, "A &AMP; B", "&AMP; is in upper case; write &amp;"),
    (T, "&ouml;", "&ouml; is an HTML entity; in XML write &#246;"),
    (T, "&company;", "the entity &company; is not defined"),
    (T, "&#0;x", "&#0; is not a character of XML; remove it"),
    (T, "&#x1F;x", "&#x1F; is not a character of XML; remove it"),
    (T, f"&#{'9' * 5000};x", "is not a character of XML; remove it"),
    (T, "&#xD83D;&#xDE00;", "a pair of surrogates; write the character as &#x1F600;"),
    (T, "&#X41;", "&#X41; has an upper-case X; write &#x41;"),
    (T, "<?= $title ?>", "<?= $title ?> is a part of a template that was not filled in"),
    (T, "<%= title %>", "<%= title %> is a part of a template that was not filled in"),
    (T, "<![CDATA[A & B]>", "<![CDATA[ of line 20 has no ]]>; write ]]>"),
    (T, "a <!-- b > c", "<!-- of line 20 has no -->; write -->"),
    ("<title>", "", "<title> is missing before its text; write <title>"),
    ("<title>", "&lt;title&gt;", "<title> is missing before its text; write <title>"),
    ("<title>", "<title><title>", "<title> is opened twice; remove one"),
    ("<title>", "<<title>", "< is doubled; write one, or &lt; for text"),
    ("</title>", "<//title>", "/ is doubled; write </"),
    ("<title>", "<ti\u00adtle>", "the invisible character U+00AD (soft hyphen) is inside"),
    ("<title>", "<ti\u200btle>", "the invisible character U+200B (zero width space) is"),
    ("<title>", "</foo><title>", "no <foo> is open; remove </foo>"),
    ("</invoiceRows>", "", "add </invoiceRows> before <totalAmount> in line 44"),
    ("</context>", "", "add </context> before <invoice> in line 16"),
    ("</invoice>", "", "add </invoice> before <tokens> in line 54"),
    ("</initiatorPrincipalId>", "", "add </initiatorPrincipalId> before <password> in line 14"),
    ("<title>", "<title", "<title is not closed by >; write <title>"),
    ("<title>", "<1title>", "<1title> begins with a digit, which names in XML do not"),
    ("<title>", "<my title>", "<my title> is not a tag of XML; write <title>"),
    ("<title>", "<a:b:title>", "<a:b:title> is not a tag of XML; write <title>"),
    ("</title>", '</title lang="en">', "</title> has more than a name; write </title>"),
    ("</title>", "</title></title>", "it occurs twice; remove one"),
    ("</soapenv:Body>", "</soapenv:Header>", "the names differ; write </soapenv:Body>"),
    ("<soapenv:Body>", "<soapenv:Body\u00a0>", "white space that XML does not know; write a blank"),
    ("xmlns:ext=", "xmls:ext=", "is misspelt; write xmlns:ext"),
    ("xmlns:ext=", "xmlnsext=", "is misspelt; write xmlns:ext"),
    ("xmlns:ext=", "xmlns :ext=", "white space is inside of the attribute xmlns"),
    ("xmlns:ext=", "xmlns:ext", "= is missing after the attribute xmlns:ext"),
    ("xmlns:ext=", ", xmlns:ext=", ", is between the attributes of <ext:sendInvoice>; remove it"),
    ("<title>", "<title a=&quot;1&quot;>", "has escaped quotes; write straight ones"),
    (T, "x\0y", "there is a NUL byte in <title>; remove it"),
    ("<title>", "<ti\0tle>", "the character U+0000 is inside of a tag; remove it"),
    ("<title>", "<\u200btitle>", "the invisible character U+200B (zero width space) follows <"),
    ("<title>", '<title a="1"b="2">', "white space is missing after the attribute a of <title>"),
    ("<title>", '<title a="<">', "the attribute a of <title> contains a bare <; write &lt;"),
    ("<title>", "<title a=1>", "the attribute a of <title> needs a value in quotes"),
    ("<title>", "<title a=\u20181\u2019>", "has typographic quotes; write straight ones"),
    ("<title>", "<title a=`1`>", "has typographic quotes; write straight ones"),
    ("<title>", "<!-- a -- b --><title>", "a comment contains --, which XML does not allow"),
    ("<title>", "<!-- a ---><title>", "a comment contains --, which XML does not allow"),
    ("<title>", "<!- a --><title>", "a comment begins with <!--"),
    ("<title>", "< title>", "white space follows < in line 20; write <title>"),
    ("</title>", "< /title>", "white space follows < in line 20; write </title>"),
    ("</title>", "</ title>", "white space follows < in line 20; write </title>"),
    ("</title>", "<\\title>", "<\\title> has a backslash; write </title>"),
    ("<clientComment>", "<client\nComment>", "inside the name of a tag; write <clientComment>"),
    ("<soapenv:Body>", '<soapenv:Body><?xml version="1.0"?>', "an XML declaration is inside <soap"),
    (
        "</invoice>",
        "</invoice>\n</invoice>",
        "<ext:sendInvoice> of line 3: it occurs twice",
    ),
    ("</title>", "<title/>", "<title/> is written for </title>"),
    ("</title>", "</t\u0456tle>", "U+0456 (cyrillic small letter byelorussian-ukrainian i)"),
    ("<title>", "\uff1ctitle\uff1e", "write <title> with < and >, not with U+FF1C (fullwidth"),
    (
        "<title>",
        "<!\u2014 a \u2014><title>",
        "U+2014 (em dash); a comment is <!-- ... -->",
    ),
    ("<title>", "<?php a\n<title>", "<? of line 20 has no ?>; write ?>"),
    ("<title>", "<!-- a\n<title>", "the comment <!-- of line 20 has no -->; write -->"),
    ("<title>", '<title a="1" a="2">', "<title> has the attribute a twice; remove one"),
    ("<title>", "<title a=\"1'>", "the attribute a of <title> has no closing quote"),
    ("</soapenv:Envelope>", "", "it is truncated, or </soapenv:Envelope> is missing"),
    ("</soapenv:Envelope>", "</soapenv:Env", "ends inside the tag </soapenv:Env, inside"),
    ("xmlns:soapenv", "xmlns;soapenv", "is misspelt; write xmlns:soapenv"),
    ('xmlns:ext="http://external.interfaces.ers.seamless.com/"', 'xmlns:ext=""', "ext is empty"),
    ("<title>", "<!-- a -- ><title>", "a comment ends with -- >; write -->"),
    ("<title>", "<!-- a --!><title>", "a comment ends with --!>; write -->"),
    ("<title>", "<!- a -><title>", "a comment begins with <!--"),
    ('envelope/">', 'envelope/"/>', "<soapenv:Envelope/> is empty, but closed again later"),
    ("<ext:", "<ext::", "<ext:: has a second colon or white space after the prefix; write <ext:"),
    ("<ext:", "<ext: ", "has a second colon or white space after the prefix; write <ext:"),
    ("<clientId>", "<client Id>", "white space is inside the name of a tag; write <clientId>"),
]


@pytest.mark.parametrize(("right", "wrong", "words"), SLIPS)
def test_a_message_with_a_slip_is_judged_without_it(right: str, wrong: str, words: str):
    message = in_envelope(build(NEWEST, "sendInvoice")).decode()
    (judged,) = NEWEST.lint_file(message.replace(right, wrong, 1).encode())
    first, *others = judged.findings
    assert judged.name == "sendInvoice"
    assert words in first.message
    assert {each.id for each in others} <= {"soap.not-xml", "wire.attribute"}


@given(st.sampled_from(sorted(NEWEST.elements)), st.integers(1, 40))
def test_a_message_that_is_cut_off_in_its_last_tags_is_judged(name: str, cut: int):
    message = in_envelope(build(NEWEST, name)).rstrip()
    (judged,) = NEWEST.lint_file(message[:-cut])
    assert judged.name == name
    assert {each.id for each in judged.findings} == {"soap.not-xml"}


@pytest.mark.parametrize("name", ["invoiceRows", "clientReference", "Envelope", "Body"])
def test_white_space_in_the_name_of_both_tags_is_explained(name: str):
    spaced = re.sub(rf"(</?(?:\w+:)?{name[:4]})(?={name[4:]})", r"\1 ", SENT) if name[4:] else SENT
    (judged,) = NEWEST.lint_file(spaced.encode())
    assert judged.name == "sendInvoice"
    assert {each.id for each in judged.findings} <= {"soap.not-xml"}
    assert bool(judged.findings) is (spaced != SENT)


FRAGMENTS = st.sampled_from(
    ["<a>", "</a>", "<b:c>", "</b:c>", "<d/>", "&", "&amp;", "<", ">", "x", '"', "<!--", "-->", " "]
)


@given(st.lists(FRAGMENTS, max_size=12).map("".join))
def test_the_scanner_accepts_what_libxml2_accepts(text: str):
    try:
        etree.fromstring(f"<r xmlns:b='b'>{text}</r>")
    except etree.XMLSyntaxError:
        return
    assert first_slip(f"<r xmlns:b='b'>{text}</r>") is None


@given(data=st.data())
def test_no_damage_to_a_message_shows_its_password(data: st.DataObject):
    name = data.draw(st.sampled_from(list(NEWEST.operations)))
    message = in_envelope(build(NEWEST, name)).replace(b">my_password<", b">hunter2<")
    secret = message.find(b"hunter2")
    damage = data.draw(
        st.sampled_from([b"<", b">", b"&", b"</", b"&x;", b"'", b"\x00", b"<x", b"</context-"])
    )
    place = data.draw(st.just(secret) | st.integers(secret - 12, secret + 20))
    for finding in NEWEST.lint(message[:place] + damage + message[place:]):
        assert "hunter2" not in str(finding)
        assert "unter2" not in str(finding)


def test_each_malformed_example_of_the_reference_is_recognized():
    malformed = [each for each in examples() if "soap.not-xml" in each.findings]
    assert len(malformed) > 10
    for each in malformed:
        with pytest.raises(MessageError):
            parse(each.envelope)
        finding, *_ = NEWEST.lint(each.envelope)
        assert "the reference has this slip too" in finding.message, each.name
        assert "does not close" in finding.message, each.name
        assert finding.line


@pytest.mark.parametrize(
    "text",
    [
        "<a>" + "<b>x\n" * 55_000,
        "<a>" + "<b>x\n" * 55_000 + "</a>",
        "".join(f'<a xmlns:p{number}="u">' for number in range(20_000)) + "</b>",
    ],
    ids=["truncated", "unclosed", "prefixes"],
)
def test_the_time_grows_with_the_length_only(text: str):
    started = process_time()
    slips, _ = repaired(text)
    assert slips
    assert process_time() - started < 5


@pytest.mark.parametrize(
    ("place", "text"), [("<soapenv:Body>", "Body"), ("</soapenv:Body>", "Envelope")]
)
def test_text_between_the_parts_of_an_envelope_is_reported(place: str, text: str):
    message = in_envelope(build(NEWEST, "sendInvoice")).decode().replace(place, f"{place}1f4")
    (finding,) = NEWEST.lint(message.encode())
    assert finding.message == f'the text "1f4" is directly inside <{text}>; remove it'


@pytest.mark.parametrize("text", ["\ufeff", "\u00a0", "\u200b"])
def test_an_invisible_character_between_elements_is_found_where_it_is(text: str):
    message = in_envelope(build(NEWEST, "sendInvoice")).decode()
    (finding,) = NEWEST.lint(message.replace("<title>", f"{text}<title>", 1).encode())
    assert finding.id == "wire.text"
    assert finding.line == 20
    assert f"U+{ord(text):04X}" in finding.message


def test_a_message_that_ends_inside_a_character_is_truncated():
    message = in_envelope(build(NEWEST, "sendInvoice")).decode().replace(T, "Caf\u00e9")
    first, *_ = NEWEST.lint(message.encode().partition(b"\xa9")[0])
    assert first.message == "the message ends inside a character of line 20: it is truncated"


def test_a_message_in_the_text_of_a_body_is_judged():
    message = in_envelope(build(NEWEST, "sendInvoice")).decode()
    start, end = message.index("<ext:sendInvoice"), message.index("</soapenv:Body>")
    data = f"{message[:start]}<![CDATA[{message[start:end]}]]>{message[end:]}"
    (judged,) = NEWEST.lint_file(data.encode())
    assert judged.name == "sendInvoice"
    assert [each.id for each in judged.findings] == ["soap.wrapped"]
