"""Sessions are read from both formats as they were, and shown as text and as a page."""

from __future__ import annotations

import base64
import gzip
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit import exchanges
from contract_tests.toolkit.commands import Ended, run
from contract_tests.toolkit.exchanges import PASSWORD
from seqrkit.captures.session_format import to_line
from seqrkit.display.highlight import readable
from seqrkit.display.session_page import session_page
from seqrkit.errors import ConfigurationError
from seqrkit.exchange import Exchange
from seqrkit.recording.har import har, har_bytes
from seqrkit.recording.session_files import read_session

TEXTUAL = (exchanges.ANSWERED, exchanges.UNANSWERED, exchanges.FAULT)


def lines(*shown: Exchange) -> bytes:
    return b"".join(to_line(each.to_dict()) for each in shown)


def facts(exchange: Exchange) -> tuple[object, ...]:
    return (
        exchange.operation,
        exchange.endpoint,
        exchange.status,
        exchange.masked_request,
        exchange.masked_response,
        exchange.result_code,
        exchange.started_at,
    )


def test_json_lines_are_read_as_they_were_written() -> None:
    found = read_session(lines(*exchanges.ALL))
    assert list(map(facts, found)) == list(map(facts, exchanges.ALL))


def test_an_archive_is_read_as_it_was_written() -> None:
    found = read_session(har_bytes(TEXTUAL))
    assert list(map(facts, found)) == list(map(facts, TEXTUAL))
    assert found[1].failure == exchanges.UNANSWERED.failure


def test_what_a_crash_leaves_is_skipped() -> None:
    whole = lines(*TEXTUAL)
    assert len(read_session(whole[:-40])) == len(TEXTUAL) - 1


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        b'{"log": {"entries": []}}',
        b'{"log": {"entries": 1}}',
        b"\xff\xfe",
        b"null",
        b'{"log": {"entries": [{"request": {"method": "GET", "url": "x"}}]}}',
        b"<a/>",
        b"1",
    ],
)
def test_a_file_without_exchanges_is_refused(data: bytes) -> None:
    with pytest.raises(ConfigurationError, match="no exchange is in it"):
        read_session(data)


def test_tools_leave_parts_out_and_encode_bodies() -> None:
    entry: dict[str, Any] = json.loads(json.dumps(har([exchanges.ANSWERED])))["log"]["entries"][0]
    for part, name in [("request", "headers"), ("response", "headers")]:
        del entry[part][name]
    entry.pop("time")
    text = entry["response"]["content"]["text"].encode()
    entry["response"]["content"] |= {
        "text": base64.b64encode(text).decode(),
        "encoding": "base64",
    }
    get = {"request": {"method": "GET", "url": "http://host/?wsdl"}, "response": {"status": 200}}
    (found,) = read_session(json.dumps({"log": {"entries": [get, entry]}}).encode())
    assert found.result_code == exchanges.ANSWERED.result_code
    assert found.number == 1


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["request", "response", "text", "url"]), inner)
        ),
    )
)
def test_any_archive_is_read_or_refused(content: object) -> None:
    entry = {"request": {"method": "POST", "postData": {"text": "<a/>"}, "url": content}}
    timed = {**entry, "startedDateTime": content, "time": content}
    for each in (content, entry, {**entry, "response": content}, timed):
        try:
            read_session(json.dumps({"log": {"entries": [each]}}).encode())
        except ConfigurationError as error:
            assert error.sentence  # noqa: PT017 - either way is right


@pytest.fixture
def session(tmp_path: Path) -> Path:
    path = tmp_path / "session.jsonl"
    path.write_bytes(lines(*exchanges.ALL))
    return path


Show = Callable[..., Ended]


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Show:
    return lambda *arguments: run(capsys, "show", *map(str, arguments))


def test_a_session_is_shown_with_its_findings_and_without_passwords(
    session: Path, show: Show
) -> None:
    result = show(session)
    assert result.code == 0
    assert "4 of 4 exchanges" in result.out
    assert "54 INVALID_INVOICE_REFERENCE" in result.out
    for each in exchanges.ANSWERED.findings:
        assert each.id in result.out
    assert PASSWORD not in result.out
    assert "soapenv:Body" not in result.out
    assert "soapenv:Body" in show(session, "--envelopes").out


@pytest.mark.parametrize(
    ("options", "count"),
    [
        (("--code", "54"), 1),
        (("--operation", exchanges.ANSWERED.operation), 4),
        (("--finding", "no.such.rule"), 0),
        (("--reference", "no such reference"), 0),
    ],
)
def test_filters(session: Path, show: Show, options: tuple[str, ...], count: int) -> None:
    result = show(session, *options)
    assert result.code == (0 if count else 1)
    assert (f"{count} of 4" if count else "none of the 4") in result.out + result.err


def test_a_file_of_another_kind_is_a_misuse(tmp_path: Path, show: Show) -> None:
    other = tmp_path / "notes.txt"
    other.write_text("hello")
    result = show(other)
    assert result.code == 2
    assert "no exchange is in it" in result.err


def messages(page: str) -> list[list[Any]]:
    packed = re.search(r'id="messages">([^<]*)<', page)
    assert packed is not None
    unpacked: list[list[Any]] = json.loads(gzip.decompress(base64.b64decode(packed[1])))
    return unpacked


def test_the_page_holds_each_message_once_and_loads_nothing(
    session: Path, tmp_path: Path, show: Show
) -> None:
    file = tmp_path / "session.html"
    result = show(session, "--html", file)
    assert result.code == 0
    page = file.read_text("utf-8")
    assert PASSWORD not in page
    assert 'http-equiv="Content-Security-Policy"' in page
    assert [each[0] for each in messages(page)] == [
        readable(each.masked_request)[0] for each in exchanges.ALL
    ]
    assert not [each for each in messages(page) if PASSWORD in json.dumps(each)]


def test_the_page_of_ten_thousand_exchanges_has_at_most_30_mb() -> None:
    many = [evolve(exchanges.ANSWERED, number=number) for number in range(1, 10_001)]
    assert len(str(session_page(many, "many"))) < 30_000_000


def test_text_of_a_message_is_escaped() -> None:
    hostile: Mapping[str, Any] = {**exchanges.ANSWERED.to_dict(), "operation": "</script><b>x"}
    page = str(session_page([Exchange.from_dict(hostile)], "<i>head"))
    assert "<b>x" not in page
    assert "<i>head" not in page
