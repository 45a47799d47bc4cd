"""HAR: what is written keeps to HAR 1.2, field by field, and gives no password away."""

import base64
import json
import re
from datetime import datetime

import pytest
from attrs import evolve

from contract_tests.toolkit import exchanges
from seqrkit.exchange import Exchange
from seqrkit.recording import har

# The required fields of each object in the specification, and their types; further ones are
# optional there, or its own to ignore when they begin with an underscore.
NAME_VALUE = {"name": str, "value": str}
SPECIFICATION: dict[str, dict] = {
    "log": {"version": str, "creator": dict, "entries": list},
    "creator": {"name": str, "version": str},
    "entry": {
        "startedDateTime": str,
        "time": float,
        "request": dict,
        "response": dict,
        "cache": dict,
        "timings": dict,
    },
    "request": {
        "method": str,
        "url": str,
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "queryString": list,
        "headersSize": int,
        "bodySize": int,
    },
    "response": {
        "status": int,
        "statusText": str,
        "httpVersion": str,
        "cookies": list,
        "headers": list,
        "content": dict,
        "redirectURL": str,
        "headersSize": int,
        "bodySize": int,
    },
    "postData": {"mimeType": str, "params": list, "text": str},
    "content": {"size": int, "mimeType": str},
    "timings": {"send": (int, float), "wait": (int, float), "receive": (int, float)},
}
OPTIONAL = {
    "log": {"pages", "browser", "comment"},
    "entry": {"pageref", "serverIPAddress", "connection", "comment"},
    "request": {"postData", "comment"},
    "content": {"compression", "text", "encoding", "comment"},
}


def check(kind: str, value: dict) -> None:
    """One object has what the specification asks for, and nothing that it does not know."""
    asked = SPECIFICATION[kind]
    for name, types in asked.items():
        assert isinstance(value[name], types), f"{kind}.{name} is {value[name]!r}"
    extra = {name for name in value if not name.startswith("_")} - set(asked)
    assert extra <= OPTIONAL.get(kind, set()), f"{kind} has {extra}"


def entries(*recorded: Exchange) -> list[dict]:
    """The entries of an archive, as read back from its bytes."""
    log = json.loads(har.har_bytes(recorded))["log"]
    check("log", log)
    check("creator", log["creator"])
    assert log["version"] == "1.2"
    return log["entries"]


@pytest.mark.parametrize("exchange", exchanges.ALL, ids=lambda e: e.failure_kind or e.status)
def test_every_exchange_keeps_to_the_specification(exchange: Exchange) -> None:
    [entry] = entries(exchange)
    check("entry", entry)
    for part in ("request", "response", "timings"):
        check(part, entry[part])
    check("postData", entry["request"]["postData"])
    check("content", entry["response"]["content"])
    assert datetime.fromisoformat(entry["startedDateTime"]) == exchange.started_at
    assert re.search(r"(Z|[+-]\d\d:\d\d)$", entry["startedDateTime"])
    assert entry["time"] == sum(entry["timings"].values()) == 12.5
    for header in entry["request"]["headers"] + entry["response"]["headers"]:
        assert {name: type(value) for name, value in header.items()} == NAME_VALUE


def test_messages_are_there_in_full_with_passwords_masked() -> None:
    [entry] = entries(exchanges.ANSWERED)
    sent = exchanges.REQUEST.replace(exchanges.PASSWORD.encode(), b"********")
    assert entry["request"]["postData"]["text"].encode() == sent
    assert entry["response"]["content"]["text"].encode() == exchanges.REPLY
    assert exchanges.PASSWORD not in json.dumps(entries(*exchanges.ALL))


def test_credentials_in_headers_and_address_are_masked() -> None:
    url = "https://till:hunter2@host/path?wsdl&a=1"
    headers = {"Authorization": "Basic aHVudGVyMg==", "cookie": "session=hunter2"}
    [entry] = entries(evolve(exchanges.ANSWERED, endpoint=url, request_headers=headers))
    assert "hunter2" not in json.dumps(entry)
    assert "aHVudGVyMg" not in json.dumps(entry)
    assert entry["request"]["url"] == "https://host/path?wsdl&a=1"
    assert entry["request"]["queryString"] == [
        {"name": "wsdl", "value": ""},
        {"name": "a", "value": "1"},
    ]


def test_bytes_that_are_not_text_are_stored_as_base64() -> None:
    [entry] = entries(exchanges.BINARY)
    content = entry["response"]["content"]
    assert content["encoding"] == "base64"
    assert base64.b64decode(content["text"]) == exchanges.BINARY.response


def test_a_missing_answer_shows_its_reason() -> None:
    [entry] = entries(exchanges.UNANSWERED)
    assert entry["response"]["status"] == 0
    assert entry["response"]["bodySize"] == -1
    assert "5 s" in entry["_error"]


def test_findings_and_result_code_are_shown_as_well() -> None:
    [entry] = entries(exchanges.ANSWERED)
    assert entry["_resultCode"] == 54
    assert {f["rule"] for f in entry["_findings"]} == {f.id for f in exchanges.ANSWERED.findings}


def test_no_exchanges_make_an_archive_too() -> None:
    assert json.loads(har.har_bytes(()))["log"]["entries"] == []
