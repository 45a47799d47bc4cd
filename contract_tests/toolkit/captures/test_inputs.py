"""Whatever people have at hand is recognized, unpacked and judged, each packing being a finding."""

import base64
import gzip
import html
import json
import re
import tomllib
import urllib.parse
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit import exchanges
from contract_tests.toolkit.captures.inputs import ENVELOPE, INPUTS, chunk, http
from contract_tests.toolkit.captures.logs import (
    LOGS,
    hexdump_C,
    od_c,
    tcpdump_x,
    wireshark_hex,
    xxd,
)
from contract_tests.toolkit.captures.tools import TOOLS
from contract_tests.toolkit.messages import NEWEST, build, in_envelope, to_bytes
from seqrkit.captures.packed_replies import payload_in
from seqrkit.contract import LintedMessage
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Journal

EXPECTED = Path(__file__).with_name("expected.toml")
MESSAGES = {name: in_envelope(build(NEWEST, name)) for name in NEWEST.elements}


def described(message: LintedMessage) -> str:
    """Return origin, name and rules of a message in one line."""
    rules = ", ".join(dict.fromkeys(each.id for each in message.findings))
    about = " ".join(filter(None, (message.origin, f"<{message.name}>")))
    return f"{about}: {rules or 'no findings'}"


@pytest.mark.parametrize("name", INPUTS)
def test_an_input_is_judged_as_what_it_is(name: str):
    expected = tomllib.loads(EXPECTED.read_text("utf-8"))
    assert [described(each) for each in NEWEST.lint_file(INPUTS[name])] == expected[name]


@pytest.mark.parametrize("name", INPUTS)
def test_each_finding_about_an_input_says_where(name: str):
    for finding in NEWEST.lint(INPUTS[name]):
        assert finding.line
        assert finding.message
        assert "hunter2" not in str(finding)


PACKAGING = {
    *("soap.excerpt", "soap.wrapped", "soap.http-header"),
    *("soap.media-type", "soap.surroundings", "soap.encoding"),
}
SHOWN = LOGS | TOOLS


@pytest.mark.parametrize("name", SHOWN)
def test_a_message_in_a_log_is_found_with_its_only_mistake(name: str):
    log = SHOWN[name]
    first, *others = NEWEST.lint_file(log if isinstance(log, bytes) else log.encode())
    ids = {each.id for each in first.findings}
    assert first.name == "sendInvoice"
    assert ids - PACKAGING == {"amount.value.pattern"}
    assert {each.name for each in others} <= {
        *("sendInvoice", "sendInvoiceResponse", "getPaymentStatus", "getPaymentStatusResponse")
    }


PREFIXES = st.one_of(
    st.sampled_from(["> ", "+", "12:", "web_1  | ", "[DEBUG] ", "\t", "2015-11-02T10:00:00Z "]),
    st.text("abc:[]|#>- 0123", min_size=1, max_size=20),
)


@given(st.sampled_from(sorted(MESSAGES)), PREFIXES, st.booleans())
def test_what_stands_before_each_line_is_removed(name: str, prefix: str, counted: bool):  # noqa: FBT001
    lines = MESSAGES[name].decode().splitlines()
    numbers = (f"{number} " if counted else "" for number, _ in enumerate(lines, 1))
    log = "\n".join(f"{prefix}{number}{line}" for number, line in zip(numbers, lines, strict=True))
    (message,) = NEWEST.lint_file(log.encode())
    assert message.name == name
    assert {each.id for each in message.findings} <= {"soap.excerpt"}


MARGINS = st.sampled_from(["    |", "  | ", "//", "# ", "> ", "\t* "])


@given(st.sampled_from(sorted(MESSAGES)), MARGINS, st.sampled_from(["", " +", "$"]))
def test_what_stands_before_each_line_but_the_first_is_removed(name: str, margin: str, end: str):
    first, *lines = MESSAGES[name].decode().splitlines()
    width = max(map(len, lines))
    padded = (f"{line.ljust(width)}{end}" if end == " +" else line + end for line in lines)
    log = "\n".join([f"val xml = {first}{end}", *(f"{margin}{line}" for line in padded)])
    (message,) = NEWEST.lint_file(log.encode())
    assert message.name == name
    assert {each.id for each in message.findings} <= {"soap.excerpt"}


@given(st.sampled_from(sorted(MESSAGES)), st.sampled_from([r"\1<\2", r"<\1\2"]))
def test_the_colors_of_a_terminal_are_removed(name: str, order: str):
    colored = re.sub(r"<()(/?[\w:]+)", order.replace(r"\1", "\x1b[01;34m"), MESSAGES[name].decode())
    (message,) = NEWEST.lint_file(colored.replace(">", "\x1b[0m>").encode())
    assert message.name == name
    assert not message.findings


def netty(data: bytes) -> str:
    """A table of netty's LoggingHandler."""
    rows = [data[at : at + 16] for at in range(0, len(data), 16)]
    texts = ["".join(chr(byte) if 32 <= byte < 127 else "." for byte in row) for row in rows]
    return "+--------+\n" + "".join(
        f"|{16 * number:08x}| {row.hex(' '):47} |{text:16}|\n"
        for number, (row, text) in enumerate(zip(rows, texts, strict=True))
    )


@pytest.mark.parametrize("dump", [hexdump_C, xxd, wireshark_hex, tcpdump_x, od_c, netty])
@given(name=st.sampled_from(sorted(MESSAGES)))
def test_a_message_in_a_dump_is_found(dump: Callable[[bytes], str], name: str):
    (message,) = NEWEST.lint_file(dump(http(MESSAGES[name])).encode())
    assert message.name == name
    assert not message.findings


@given(st.sampled_from(sorted(MESSAGES)), st.sampled_from(["- ", "-", "\u25bc", "\u2212"]))
def test_what_a_browser_shows_of_a_tree_is_read(name: str, mark: str):
    lines = MESSAGES[name].decode().splitlines()
    opens = re.compile(r"\s*<[^/?!][^<>]*[^/]>\s*$")
    tree = "\n".join(f"{mark if opens.match(line) else '  '}{line.strip()}" for line in lines)
    (message,) = NEWEST.lint_file(tree.encode())
    assert message.name == name
    assert {each.id for each in message.findings} <= {"soap.excerpt"}


@given(st.sampled_from(sorted(MESSAGES)))
def test_a_message_whose_lines_are_strings_of_json_is_read(name: str):
    lines = MESSAGES[name].decode().splitlines()
    (message,) = NEWEST.lint_file(json.dumps({"body": lines}).encode())
    assert message.name == name
    assert not message.findings


BODY = "soapenv:Body"
STRUCTURES = {
    "envelope": ("soapenv:Envelope", "soapenv:envelope", "<envelope> is not an element of SOAP"),
    "misspelt": ("soapenv:Envelope", "soapenv:Envelop", "<Envelop> is not an element of SOAP"),
    "body": (BODY, "soapenv:body", "<body> is not an element of SOAP; write <Body>"),
    "no Body": (
        f"<{BODY}>",
        "<!-- -->",
        "is directly inside <Envelope>; put it into <soapenv:Body>",
    ),
    "in the Header": (
        BODY,
        "soapenv:Header",
        "is directly inside <Header>; put it into <soapenv:Body>",
    ),
    "two Bodies": (f"</{BODY}>", f"</{BODY}><{BODY}/>", "has another Body; only the first is read"),
    "two Headers": (f"<{BODY}>", f"<soapenv:Header/><soapenv:Header/><{BODY}>", "another Header"),
    "late Header": (f"</{BODY}>", f"</{BODY}><soapenv:Header/>", "the Header follows the Body"),
    "namespace": (BODY, "b:Body", '<Body> is in the namespace "urn:b"'),
    "context": (
        f"<{BODY}>",
        f"<soapenv:Header><context/></soapenv:Header><{BODY}>",
        "<context> in",
    ),
}


@pytest.mark.parametrize("case", STRUCTURES)
@pytest.mark.parametrize("name", ["sendInvoice", "cancelInvoice", "getPaymentStatusResponse"])
def test_a_message_is_judged_despite_a_mistake_in_the_envelope(name: str, case: str):
    right, wrong, words = STRUCTURES[case]
    text = MESSAGES[name].decode().replace("</resultDescription>", "&amp;amp;</resultDescription>")
    text = text.replace("<channel>WS<", "<channel>extWS<").replace(right, wrong)
    if case == "no Body":
        text = text.replace(f"</{BODY}>", "")
    text = text.replace("<b:Body", '<b:Body xmlns:b="urn:b"')
    (message,) = NEWEST.lint_file(text.encode())
    first, second = message.findings
    assert message.name == name
    assert words in first.message
    assert second.id in {"context.channel.recommended", "wire.escaped-twice"}


PACKINGS = {
    "escaped": lambda data: html.escape(data.decode()).encode(),
    "a JSON string": lambda data: json.dumps(data.decode()).encode(),
    "base64": base64.encodebytes,
    "gzip": gzip.compress,
    "lines of HTML": lambda data: (
        b"<div>%s</div>"
        % b"</div><div>".join(html.escape(line).encode() for line in data.decode().splitlines())
    ),
    "rsyslog": lambda data: b"<165>1 2026-11-27T10:00:00Z pos - " + data.replace(b"\n", b"#012"),
    "PowerShell": lambda data: (
        b'-Body "' + data.replace(b'"', b'`"').replace(b"\n", b"$([char]10)") + b'"'
    ),
    "a field of Wireshark's XML": lambda data: (
        b'<pdml><field show="&lt;x&gt;" value="' + data.hex().encode() + b'"/></pdml>'
    ),
    "URL-encoded": lambda data: urllib.parse.quote_plus(data).encode(),
    "CDATA": lambda data: b"<a><![CDATA[" + data + b"]]></a>",
    "a literal": lambda data: b's = "' + data.replace(b'"', b'\\"').replace(b"\n", b"\\n") + b'"',
}


@given(st.sampled_from(sorted(MESSAGES)), st.lists(st.sampled_from(sorted(PACKINGS)), max_size=1))
def test_a_packed_message_is_unpacked_and_only_its_packing_is_found(name: str, packings: list[str]):
    data = MESSAGES[name]
    for packing in packings:
        data = PACKINGS[packing](data)
    (message,) = NEWEST.lint_file(data)
    assert message.name == name
    assert {each.id for each in message.findings} == ({"soap.wrapped"} if packings else set())


FRAMINGS = {
    "CRLF": http,
    "LF": lambda body: http(body, eol="\n"),
    "chunked": lambda body: http(chunk(body), extra=["Transfer-Encoding: chunked"], length=False),
    "gzip": lambda body: http(gzip.compress(body), extra=["Content-Encoding: gzip"]),
    "both": lambda body: http(
        chunk(gzip.compress(body)),
        extra=["Content-Encoding: gzip", "Transfer-Encoding: chunked"],
        length=False,
    ),
    "a proxy": lambda body: http(body, start="POST http://extdev.seqr.se/soap HTTP/1.1"),
}


@given(
    st.lists(
        st.tuples(st.sampled_from(list(NEWEST.operations)), st.sampled_from(sorted(FRAMINGS))),
        min_size=1,
        max_size=5,
    ),
    st.sampled_from([b"", b"\n", b"\r\n\r\n"]),
)
def test_the_messages_of_a_capture_are_found_in_order(
    requests: list[tuple[str, str]], between: bytes
):
    capture = between.join(FRAMINGS[framing](MESSAGES[name]) for name, framing in requests)
    found = NEWEST.lint_file(capture)
    assert [each.name for each in found] == [name for name, _ in requests]
    numbers = range(1, len(requests) + 1)
    assert [each.origin for each in found] == [f"request {number}" for number in numbers]
    assert not [each for each in found[0].findings if each.id.startswith(("soap.", "wire."))]


@given(
    st.lists(st.sampled_from(sorted(MESSAGES)), min_size=2, max_size=4),
    st.sampled_from([b"", b"\n", b"\n2015-12-25 12:34:56 INFO received\n", b"\n<!-- next -->\n"]),
)
def test_concatenated_messages_are_separated(names: list[str], between: bytes):
    found = NEWEST.lint_file(between.join(MESSAGES[name] for name in names))
    assert [each.name for each in found] == names


@given(st.sampled_from(sorted(MESSAGES)), st.sampled_from(["utf-8", "utf-16", "iso-8859-1"]))
def test_lines_of_a_log_are_lines_of_the_file(name: str, encoding: str):
    before = "12:00:00 INFO request\n" * 7
    data = before + MESSAGES[name].decode().replace("<soapenv:Body>", "<soapenv:Body><x/>")
    (message,) = NEWEST.lint_file(data.encode(encoding))
    line = next(each.line for each in message.findings if each.id == "soap.unknown-operation")
    assert line == 9


def test_a_recorded_session_is_linted_line_by_line(tmp_path: Path):
    path = tmp_path / "session.jsonl"
    journal = Journal(path)
    for each in exchanges.ALL:
        journal.record(each)
    journal.close()
    found = NEWEST.lint_file(path.read_bytes())
    assert sum(each.origin.endswith("request") for each in found) == len(exchanges.ALL)
    for message in found:
        number = int(message.origin.split()[1].rstrip(","))
        assert {each.line for each in message.findings} <= {number}


SLIPS = {
    "prefix": ("</soapenv:Body>", "</soap:Body>"),
    "case": ("</context>", "</Context>"),
    "missing close": ("</clientId>", ""),
    "ampersand": ("<channel>", "<channel><!-- -->"),
    "quotes": ('xmlns:ext="', "xmlns:ext='"),
}


@pytest.mark.parametrize("operation", NEWEST.operations)
@pytest.mark.parametrize("slip", ["prefix", "case", "missing close"])
def test_a_slip_does_not_hide_the_other_mistakes(operation: str, slip: str):
    old, new = SLIPS[slip]
    data = MESSAGES[operation].decode().replace(old, new, 1)
    data = data.replace("<channel>WS<", "<channel>extWS<")
    ids = [each.id for each in NEWEST.lint(data.encode())]
    assert ids == ["soap.not-xml", "context.channel.recommended"]


@pytest.mark.parametrize("as_", ["invoice", "sendInvoice", "updateInvoice"])
def test_as_names_the_type_of_a_fragment(as_: str):
    found = NEWEST.lint(b"<invoice><title>x</title></invoice>", as_=as_)
    assert "invoice.totalAmount.required" in {each.id for each in found}
    assert "soap.excerpt" not in {each.id for each in found}


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("PAID", "getPaymentStatusResponse.status"),
        ("1", "token.status"),
        ("PAYED", "getPaymentStatusResponse.status"),
    ],
)
def test_a_single_value_is_judged_as_what_it_fits(text: str, path: str):
    first, *_ = NEWEST.lint(f"<status>{text}</status>".encode())
    assert f"<status> is judged as {path}" in first.message


def test_an_unknown_type_of_a_fragment_is_refused_with_the_choices():
    with pytest.raises(ConfigurationError, match=r"'bill' is not .*: invoice, receiptInvoice"):
        NEWEST.lint(b"<invoice/>", as_="bill")


@pytest.mark.parametrize("name", NEWEST.operations)
def test_each_part_of_a_request_is_judged_as_in_the_request(name: str):
    element = build(NEWEST, name)
    for part in element:
        assert not [each for each in NEWEST.lint(to_bytes(part)) if each.id != "soap.excerpt"]


def test_the_longest_input_is_judged_in_linear_time():
    assert NEWEST.lint(f"12:00:00 INFO {ENVELOPE}\n".encode() * 400, limit=2**24)


SAVED: dict[str, dict[str, object]] = {
    name: {"number": 1, "request": text.decode(), "response": None, "request_headers": {}}
    for name, text in MESSAGES.items()
}


@given(
    st.lists(st.sampled_from(sorted(NEWEST.operations)), min_size=1, max_size=4),
    st.sampled_from([None, 0, 2, "\t"]),
    st.sampled_from(["\n", "\r\n", "", "\n\n", "\n\x1e", ", "]),
    st.booleans(),
)
def test_json_documents_are_read_however_they_are_written(
    names: list[str],
    indent: int | str | None,
    between: str,
    listed: bool,  # noqa: FBT001
):
    saved = [SAVED[name] for name in names]
    text = between.join(json.dumps(each, indent=indent) for each in saved)
    found = NEWEST.lint_file((json.dumps(saved, indent=indent) if listed else text).encode())
    assert [each.name for each in found] == names
    assert not [each for message in found for each in message.findings if each.id == "soap.wrapped"]


ANY_TEXT = st.text(st.characters()) | st.sampled_from(["sendInvoice", "request", "a:Envelope"])
ANY_JSON = st.recursive(
    ANY_TEXT | st.integers() | st.none(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=9,
)


@given(ANY_JSON, st.sampled_from([b"", b"\n\xff", b"\n{}"]))
def test_any_json_document_is_searched(document: object, after: bytes):
    data = json.dumps({"response": 1, "a": document}).encode() + after
    assert all(each.findings for each in NEWEST.lint_file(data))
    assert payload_in(data) is None


def as_octets(data: bytes) -> str:
    return " ".join(f"{byte:02x}" for byte in data)


NUMBERS: dict[str, Callable[[bytes], str]] = {
    "digits": bytes.hex,
    "octets": as_octets,
    "words": lambda data: " ".join(data.hex()[at : at + 8] for at in range(0, 2 * len(data), 8)),
    "colons": lambda data: data.hex(":"),
    "C": lambda data: ", ".join(f"0x{byte:02X}" for byte in data),
    "Python": lambda data: "".join(f"\\x{byte:02x}" for byte in data),
    "Go": lambda data: " ".join(map(str, data)),
    "Java": lambda data: ", ".join(str(byte - (byte & 0x80) * 2) for byte in data),
    "base64": lambda data: base64.b64encode(data).decode(),
    "lines of base64": lambda data: base64.encodebytes(data).decode(),
}


@given(
    st.sampled_from(sorted(MESSAGES)),
    st.sampled_from(sorted(NUMBERS)),
    st.sampled_from(["", "body: [", "<", "x = ["]),
    st.sampled_from(["utf-8", "utf-16", "http"]),
)
def test_a_message_written_as_numbers_is_found(name: str, form: str, before: str, encoding: str):
    data = MESSAGES[name]
    data = http(data) if encoding == "http" else data.decode().encode(encoding)
    if encoding == "utf-16" and form in {"Go", "Java"}:
        return  # nothing writes that
    (message,) = NEWEST.lint_file(f"{before}{NUMBERS[form](data)}\n".encode())
    assert message.name == name
    assert {each.id for each in message.findings} <= {"soap.wrapped", "soap.excerpt"}


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"BZh91AY&SY\0\1", "compressed data (bzip2)"),
        (b"\xd4\xc3\xb2\xa1\2\0", "a packet capture; in Wireshark, follow the HTTP stream"),
        (b"%PDF-1.4", "a PDF document"),
        (b"PK\3\4\0", "a ZIP archive"),
        (http(b"\x1b\x2f\0", extra=["Content-Encoding: br"]), "is encoded as br, and cannot be"),
    ],
)
def test_a_file_of_another_kind_is_named(data: bytes, words: str):
    assert any(words in each.message for each in NEWEST.lint(data))
