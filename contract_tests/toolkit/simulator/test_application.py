"""The endpoint over HTTP: addresses, methods, media types, limits, and what it keeps to itself."""

from __future__ import annotations

import gzip
import logging
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any

import httpx
import pytest
from lxml import etree

from contract_tests.replies import Watch
from contract_tests.toolkit.simulator.hosting import Hosted, hosted
from contract_tests.toolkit.simulator.messages import PLAIN, call, send_invoice
from contract_tests.toolkit.simulator.test_lenient_reading import fault
from seqrkit import contract
from seqrkit._version import __version__
from seqrkit.errors import ConfigurationError
from seqrkit.simulator import Endpoint
from seqrkit.simulator.exchange_log import (
    MAX_EXCHANGES,
    MAX_STORED_BYTES,
    OBSERVERS,
    ObservedExchange,
)
from seqrkit.simulator.http import request_body
from seqrkit.simulator.http.own_address import base_url
from seqrkit.simulator.http.request_body import media_type
from seqrkit.simulator.pages import routes
from seqrkit.simulator.soap_answers import PendingExchange, SoapAnswers
from seqrkit.simulator.wire.codec import OLD_OPERATIONS
from seqrkit.soap import MAX_BYTES
from seqrkit.vocabulary import PATHS, Interface

NEW = Interface.CASHREGISTER_2
PATH = PATHS[NEW]
ADDRESS = "{http://schemas.xmlsoap.org/wsdl/soap/}address"
XS = "{http://www.w3.org/2001/XMLSchema}"


def location(description: bytes) -> str:
    """The address in a WSDL."""
    (address,) = etree.fromstring(description).iter(ADDRESS)
    return str(address.get("location"))


def parts(size: int, part: bytes = b" " * 65_536) -> Iterator[bytes]:
    """A body of that many bytes, never whole in memory."""
    for _ in range(0, size, len(part)):
        yield part


# Service descriptions


@pytest.mark.parametrize("query", ["wsdl", "WSDL", "Wsdl", "wsdl=", "wsdl=1", "a=b&wsdl"])
@pytest.mark.parametrize("interface", Interface)
def test_the_wsdl_names_the_address_of_the_request(
    interface: Interface, query: str, lenient: Hosted
) -> None:
    response = lenient.client.get(f"{PATHS[interface]}?{query}")
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/xml; charset=utf-8"
    assert location(response.content) == f"http://127.0.0.1:{lenient.port}{PATHS[interface]}"


@pytest.mark.parametrize("interface", Interface)
def test_the_description_is_one_document(interface: Interface, lenient: Hosted) -> None:
    root = etree.fromstring(lenient.client.get(f"{PATHS[interface]}?wsdl").content)
    assert not list(root.iter(f"{XS}import", f"{XS}include"))
    assert any(each.get("name") == "sendInvoice" for each in root.iter(f"{XS}complexType"))
    assert "placeholder" not in etree.tostring(root, encoding="unicode")


def test_the_description_answers_head(lenient: Hosted) -> None:
    response = lenient.client.head(f"{PATH}?wsdl")
    assert (response.status_code, response.content) == (200, b"")


FORWARDED = {
    "X-Forwarded-Proto": "https",
    "X-Forwarded-Host": "seqr.example.com",
    "X-Forwarded-Port": "8443",
}


@pytest.mark.parametrize(
    ("trusted", "headers", "base"),
    [
        (False, {"Host": "till.example:8080"}, "http://till.example:8080"),
        (False, {"Host": "[::1]:8080"}, "http://[::1]:8080"),
        (False, {"Host": "a.b", **FORWARDED}, "http://a.b"),
        (True, {"Host": "a.b", **FORWARDED}, "https://seqr.example.com:8443"),
        (True, {"Host": "a.b", "X-Forwarded-Proto": "https"}, "https://a.b"),
        (True, {"Host": "a.b:81", "X-Forwarded-Port": "443"}, "http://a.b:443"),
        (
            True,
            {
                "X-Forwarded-Proto": "https, http",
                "X-Forwarded-Host": "one.example:81, two",
                "X-Forwarded-Port": "443",
            },
            "https://one.example:81",
        ),
    ],
)
def test_the_address_is_the_one_the_client_used(
    trusted: int, headers: dict[str, str], base: str
) -> None:
    with hosted(own_url=partial(base_url, trust_forwarded=bool(trusted))) as there:
        response = there.client.get(f"{PATH}?wsdl", headers=headers)
        assert location(response.content) == base + PATH


@pytest.mark.parametrize(
    ("trusted", "prefix", "base"),
    [
        (False, "/shop/api", "http://till.example"),
        (True, "/shop/api/", "http://till.example/shop/api"),
        (True, "/", "http://till.example"),
        (True, "shop", "http://till.example"),
        (True, '/"><x', "http://till.example"),
        (True, "//evil.example", "http://till.example"),
    ],
)
def test_the_address_includes_the_path_prefix_of_a_trusted_proxy(
    trusted: int, prefix: str, base: str
) -> None:
    headers = {b"host": b"till.example", b"x-forwarded-prefix": prefix.encode()}
    assert base_url({}, headers, trust_forwarded=bool(trusted)) == base


def test_a_configured_base_url_is_the_address() -> None:
    with Endpoint(base_url="https://shop.example/seqr/") as endpoint:
        headers = {"Host": "shop.example"}
        described = httpx.get(f"{endpoint.url()}?wsdl", headers=headers, trust_env=False)
    assert location(described.content) == f"https://shop.example/seqr{PATH}"


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example", "https://", "http://a b"])
def test_an_invalid_base_url_is_rejected(url: str) -> None:
    with pytest.raises(ConfigurationError, match="base URL"):
        Endpoint(base_url=url)


@pytest.mark.parametrize("host", ['a"b', "a/b", "a b", "<x>", "a:b", "", "a@b"])
@pytest.mark.parametrize("name", ["host", "x-forwarded-host"])
def test_a_host_that_cannot_be_one_is_not_believed(host: str, name: str) -> None:
    scope = {"scheme": "http", "server": ("127.0.0.1", 8080)}
    headers = {name.encode(): host.encode()}
    assert base_url(scope, headers, trust_forwarded=True) == "http://127.0.0.1:8080"


def test_the_wsdl_for_a_client_without_host_header_names_the_socket_address(
    lenient: Hosted,
) -> None:
    answer = raw(lenient.port, b"GET %s?wsdl HTTP/1.0\r\n\r\n" % PATH.encode())
    assert f'location="http://127.0.0.1:{lenient.port}{PATH}"'.encode() in answer


def raw(port: int, request: bytes) -> bytes:
    """What comes back until the server closes."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = b""
        while piece := connection.recv(65_536):
            answer += piece
        return answer


# Other addresses and methods


@pytest.mark.parametrize("path", ["/", "/nope", "/soap/merchant", "/cashregister-2", f"{PATH}/x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_unknown_path_names_the_two_descriptions(
    method: str, path: str, lenient: Hosted
) -> None:
    response = lenient.client.request(method, path)
    assert response.status_code == 404
    base = f"http://127.0.0.1:{lenient.port}"
    assert response.text == (
        f"there is nothing at {path}; the services are described at "
        f"{base}/soap/merchant/cashregister-2?wsdl and {base}/extclientproxy/service/v2?wsdl\n"
    )


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_requests_are_posted(method: str, lenient: Hosted) -> None:
    response = lenient.client.request(method, PATH)
    assert response.status_code == 405
    assert response.headers["allow"] == "POST"
    assert f"{PATH}?wsdl" in response.text


def test_health_says_which_endpoint_this_is(lenient: Hosted) -> None:
    response = lenient.client.get("/healthz")
    assert response.status_code == 200
    base = f"http://127.0.0.1:{lenient.port}"
    assert response.json() == {
        "server": "seqrkit",
        "status": "ok",
        "version": __version__,
        "services": {interface.value: base + path for interface, path in PATHS.items()},
    }


def test_pages_are_loaded_beside_the_event_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    threads = []
    pages = routes.pages

    def observed(*given: Any) -> Any:
        threads.append(threading.current_thread().name)
        return pages(*given)

    monkeypatch.setattr(routes, "pages", observed)
    with hosted() as there:
        assert there.client.get("/healthz").is_success
    assert threads == ["seqrkit work"]


def test_health_is_not_posted_to(lenient: Hosted) -> None:
    assert lenient.client.post("/healthz").status_code == 405


# Media types and sizes


@pytest.mark.parametrize(
    "kind",
    ["application/json", "application/x-www-form-urlencoded", "text/plain", "x", "text/xmlx"],
)
def test_what_is_not_xml_by_its_media_type_is_refused(kind: str, lenient: Hosted) -> None:
    response = lenient.post(PLAIN, {"Content-Type": kind})
    found = fault(response)
    assert found.code == "Client"
    assert kind.partition(";")[0] in found.reason
    assert "text/xml; charset=utf-8" in found.reason
    assert "[soap.media-type]" in found.reason


def test_a_content_coding_that_is_not_known_is_refused(lenient: Hosted) -> None:
    response = lenient.post(PLAIN, {"Content-Encoding": "br"})
    assert response.headers["accept-encoding"] == "gzip, deflate"
    assert "'br'" in fault(response).reason


@pytest.mark.parametrize(
    ("value", "is_xml", "charset"),
    [
        (b"", True, None),
        (b"TEXT/XML", True, None),
        (b"application/soap+xml; charset=UTF-8", True, "UTF-8"),
        (b"text/xml;charset='utf-8'", True, "utf-8"),
        (b"text/xml; charset=", True, None),
        (b"text/xml; charset=nope", True, "nope"),
        (b"\xff", False, None),
    ],
)
def test_a_media_type_is_read(value: bytes, is_xml: int, charset: str | None) -> None:
    assert (media_type(value).is_xml, media_type(value).charset) == (is_xml, charset)


def test_a_large_message_delays_no_other(lenient: Hosted, monkeypatch: pytest.MonkeyPatch) -> None:
    read, is_read, may_end = SoapAnswers.read, threading.Event(), threading.Event()

    def observed(answers: SoapAnswers, pending: PendingExchange) -> None:
        if pending.body == large:
            is_read.set()
            assert may_end.wait(10)
        read(answers, pending)

    monkeypatch.setattr(SoapAnswers, "read", observed)
    large = PLAIN + b" " * (MAX_BYTES - len(PLAIN))
    with ThreadPoolExecutor(1) as client:
        waiting = client.submit(lenient.post, large)
        assert is_read.wait(10)
        assert httpx.post(
            lenient.client.base_url.join(PATH), content=PLAIN, trust_env=False
        ).is_success
        assert not waiting.done()
        may_end.set()
        assert waiting.result(10).is_success


def test_the_largest_message_is_read_and_one_more_byte_is_not(lenient: Hosted) -> None:
    filled = PLAIN + b" " * (MAX_BYTES - len(PLAIN))
    assert lenient.post(filled).status_code == 200
    too_large = lenient.post(filled + b" ")
    reason = fault(too_large).reason
    assert reason.startswith("the body is larger than the limit of 1,048,576 bytes; ")
    assert "--max-bytes" in reason
    assert lenient.post(PLAIN).status_code == 200


def test_a_hundred_megabytes_are_cut_off(lenient: Hosted) -> None:
    response = lenient.client.post(PATH, content=parts(100_000_000))
    assert "larger than the limit" in fault(response).reason
    assert response.headers["connection"] == "close"
    assert lenient.post(PLAIN).status_code == 200


def test_a_hundred_megabytes_announced_are_refused_before_they_come(lenient: Hosted) -> None:
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n".encode()
    with socket.create_connection(("127.0.0.1", lenient.port), timeout=10) as connection:
        connection.sendall(head)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 500 ")


@pytest.mark.parametrize("length", [b"9" * 5000, b"18446744073709551616"])
def test_a_length_beyond_all_measure_is_refused(length: bytes, lenient: Hosted) -> None:
    head = b"POST %s HTTP/1.1\r\nHost: localhost\r\nContent-Length: %s\r\n\r\n" % (
        PATH.encode(),
        length,
    )
    assert raw(lenient.port, head).split(b" ", 2)[1] in {b"400", b"500"}


def test_a_small_body_that_unpacks_to_a_large_one_is_refused(lenient: Hosted) -> None:
    bomb = gzip.compress(b" " * 100_000_000)
    assert len(bomb) < MAX_BYTES
    answer = lenient.post(bomb, {"Content-Encoding": "gzip"})
    assert "larger than the limit" in fault(answer).reason


# Connections


def test_a_connection_is_kept(lenient: Hosted) -> None:
    request = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(PLAIN)}\r\n\r\n".encode()
        + PLAIN
    )
    last = request.replace(b"Host: localhost", b"Host: localhost\r\nConnection: close")
    assert raw(lenient.port, request + request + last).count(b"HTTP/1.1 200 OK") == 3


def test_a_client_that_disconnects_halfway_affects_no_other(lenient: Hosted) -> None:
    asked = len(lenient.service.asked)
    with socket.create_connection(("127.0.0.1", lenient.port), timeout=10) as connection:
        connection.sendall(
            f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n<".encode()
        )
    assert lenient.post(PLAIN).status_code == 200
    assert len(lenient.service.asked) == asked + 1


def test_something_that_is_not_http_is_refused(lenient: Hosted) -> None:
    assert raw(lenient.port, b"\x16\x03\x01 hello\r\n\r\n").startswith(b"HTTP/1.1 400 ")
    assert lenient.post(PLAIN).status_code == 200


def test_expect_100_continue_is_answered(lenient: Hosted) -> None:
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {len(PLAIN)}\r\n"
        "Expect: 100-continue\r\nConnection: close\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", lenient.port), timeout=10) as connection:
        connection.sendall(head.encode())
        assert connection.recv(65_536) == b"HTTP/1.1 100 Continue\r\n\r\n"
        connection.sendall(PLAIN)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 OK\r\n")


@pytest.mark.parametrize("start", ["<soap", ""])
def test_a_body_that_does_not_end_is_not_waited_for(
    start: str, lenient: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lenient.application, "body_seconds", 0)
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{start}"
    answer = raw(lenient.port, head.encode())
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"the body was not complete after 0 s" in answer


def test_a_body_that_is_refused_is_not_read_to_its_end(
    lenient: Hosted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_body, "DRAIN_SECONDS", 0)
    head = f"POST {PATH} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n<soap"
    assert raw(lenient.port, head.encode()).startswith(b"HTTP/1.1 500 ")


# Operations outside the API


@pytest.mark.parametrize("operation", sorted(OLD_OPERATIONS))
@pytest.mark.parametrize("interface", Interface)
def test_an_operation_of_the_old_service_is_answered_91(
    operation: str, interface: Interface, lenient: Hosted
) -> None:
    response = lenient.post(call(operation, "<channel/>"), interface=interface)
    assert response.status_code == 200
    assert f"{operation}Response" in response.text
    assert "<resultCode>91</resultCode>" in response.text
    assert lenient.service.asked[-1] == (operation, None, interface)


# What goes wrong here stays here


@pytest.fixture
def failing(lenient: Hosted) -> Iterator[Hosted]:
    """An endpoint whose service fails with a secret in its words."""
    lenient.service.failure = ValueError("the password is 12345678")
    yield lenient
    lenient.service.failure = None
    lenient.application.answers.debug = False


def test_the_explanation_of_a_malformed_request_delays_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explaining, release = threading.Event(), threading.Event()

    def slow(*_: object) -> tuple[()]:
        explaining.set()
        assert release.wait(10)
        return ()

    with Endpoint() as endpoint, httpx.Client(trust_env=False) as client:
        monkeypatch.setattr(contract.Contract, "lint_message", slow)
        thread = threading.Thread(
            target=httpx.post,
            args=(endpoint.url(),),
            kwargs={"content": PLAIN.replace(b"</context>", b""), "trust_env": False},
        )
        thread.start()
        assert explaining.wait(10)
        assert client.post(endpoint.url(), content=PLAIN).status_code == 200
        release.set()
        thread.join()


def test_a_defect_is_a_fault_without_a_trace(
    failing: Hosted, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        response = failing.post(PLAIN)
    found = fault(response)
    assert found.code == "Server"
    assert "internal error" in found.reason
    assert "ValueError" not in response.text
    assert "12345678" not in response.text
    (record,) = caplog.records
    assert record.getMessage().startswith("ValueError on sendInvoice at ")
    assert "12345678" not in caplog.text
    assert failing.client.get("/healthz").is_success


def test_the_traceback_is_logged_with_debug(
    failing: Hosted, caplog: pytest.LogCaptureFixture
) -> None:
    failing.application.answers.debug = True
    assert failing.post(PLAIN).status_code == 500
    assert "Traceback" in caplog.text


# What is remembered


def test_an_exchange_is_remembered_as_it_was(lenient: Hosted) -> None:
    response = lenient.post(send_invoice(more="<colour/>"))
    *_, seen = lenient.application.exchanges
    assert seen.request == send_invoice(more="<colour/>")
    assert seen.response == response.content
    assert (seen.operation, seen.interface, seen.status) == ("sendInvoice", NEW, 200)
    assert seen.started_at == lenient.service.clock.now()
    assert 0 < seen.duration < 10
    assert [note.rule for note in seen.notes] == ["invoice.unknown-element"]


def test_a_password_shows_nowhere(lenient: Hosted) -> None:
    lenient.post(call("registerTerminal", "<password>s3cr3t</password>"))
    *_, seen = lenient.application.exchanges
    assert b"s3cr3t" in seen.request
    shown = [repr(seen), seen.masked_request.decode(), seen.masked_response.decode()]
    assert not any("s3cr3t" in each or "12345678" in each for each in shown)


def test_what_is_refused_is_remembered_too(lenient: Hosted) -> None:
    lenient.post(PLAIN, {"Content-Type": "text/plain"})
    *_, seen = lenient.application.exchanges
    assert (seen.operation, seen.status) == ("", 500)


def test_memory_is_bounded() -> None:
    with hosted() as there:
        for _ in range(MAX_EXCHANGES + 5):
            there.post(PLAIN)
        there.post(send_invoice(more="<footer>" + "x" * 500_000 + "</footer>"))
        kept = list(there.application.exchanges)
        assert len(kept) == MAX_EXCHANGES == len(there.application.exchanges)
        assert kept[-1].number == MAX_EXCHANGES + 6
        assert len(kept[-1].request) == MAX_STORED_BYTES


def test_an_observer_sees_everything_and_cannot_harm(
    lenient: Hosted, caplog: pytest.LogCaptureFixture
) -> None:
    seen: list[ObservedExchange] = []

    def clumsy(each: ObservedExchange) -> None:
        seen.append(each)
        msg = "clumsy"
        raise RuntimeError(msg)

    OBSERVERS.append(clumsy)
    try:
        assert lenient.post(PLAIN).status_code == 200
    finally:
        OBSERVERS.remove(clumsy)
    assert [each.operation for each in seen] == ["sendInvoice"]
    assert "an observer failed" in caplog.text


def test_every_reply_of_the_test_suite_is_judged(lenient: Hosted, every_reply: Watch) -> None:
    lenient.post(PLAIN)
    lenient.post(b"not XML")
    assert (every_reply.seen, every_reply.problems) == (2, [])
    *_, fault_seen = lenient.application.exchanges
    every_reply(fault_seen._replace(response=b"<html/>"))
    assert len(every_reply.problems) == 1
    every_reply.problems.clear()
