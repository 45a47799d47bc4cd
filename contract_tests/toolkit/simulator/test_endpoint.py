"""The endpoint as an object: started, stopped, and what stands in its way."""

from __future__ import annotations

import asyncio
import socket
import subprocess
import sys
import threading
from pathlib import Path

import httpx
import pytest

from contract_tests.toolkit.simulator.messages import PLAIN
from seqrkit.clock import ManualClock, SystemClock
from seqrkit.errors import ConfigurationError, EndpointError, PortInUse, StoreError
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import PATHS, Interface


def answers(endpoint: Endpoint) -> bool:
    """Whether it answers a request with success."""
    reply = httpx.post(endpoint.url(), content=PLAIN, trust_env=False)
    return reply.status_code == 200 and "<resultCode>0</resultCode>" in reply.text


def listens(port: int) -> bool:
    """Whether anybody takes connections there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_it_answers_while_it_is_entered_and_not_after() -> None:
    endpoint = Endpoint()
    states = [endpoint.is_running]
    with endpoint:
        states.append(endpoint.is_running)
        assert answers(endpoint)
    states.append(endpoint.is_running)
    assert states == [False, True, False]
    assert not listens(endpoint.port)


def test_it_shows_its_address() -> None:
    with Endpoint() as endpoint:
        assert endpoint.base_url == f"http://127.0.0.1:{endpoint.port}"
        assert repr(endpoint) == f"<Endpoint {endpoint.base_url}>"
        for interface, path in PATHS.items():
            assert (
                endpoint.url(interface) == endpoint.url(str(interface)) == endpoint.base_url + path
            )
    assert repr(endpoint) == "<Endpoint stopped>"


def test_starting_and_stopping_twice_does_no_harm() -> None:
    endpoint = Endpoint()
    endpoint.stop()
    assert endpoint.start() is endpoint.start()
    port = endpoint.port
    assert answers(endpoint)
    endpoint.stop()
    endpoint.stop()
    assert not listens(port)
    endpoint.close()
    endpoint.close()


def test_it_can_be_started_again_with_what_it_knew() -> None:
    endpoint = Endpoint().start()
    httpx.post(endpoint.url(), content=PLAIN, trust_env=False)
    endpoint.stop()
    endpoint.start()
    reply = httpx.post(endpoint.url(), content=PLAIN, trust_env=False)
    endpoint.close()
    assert "<resultCode>0</resultCode>" in reply.text
    assert len(endpoint.application.exchanges) == 2


def test_two_are_two() -> None:
    with Endpoint() as one, Endpoint() as other:
        assert one.port != other.port
        assert answers(one)
        assert not len(other.application.exchanges)


def test_it_works_inside_a_running_event_loop() -> None:
    async def notebook() -> bool:
        with Endpoint() as endpoint:
            return answers(endpoint)

    assert asyncio.run(notebook())


def test_its_clock_is_the_one_it_was_given() -> None:
    clock = ManualClock()
    with Endpoint(clock=clock) as endpoint:
        assert answers(endpoint)
        (seen,) = endpoint.application.exchanges
        assert endpoint.clock is clock
        assert seen.started_at == clock.now()
    with Endpoint() as endpoint:
        assert isinstance(endpoint.clock, SystemClock)


def test_a_request_that_is_being_answered_is_answered_before_the_end() -> None:
    endpoint = Endpoint().start()
    handle, asked, stopping = endpoint.service.handle_all, threading.Event(), threading.Event()

    def slow(*arguments: object) -> object:
        asked.set()
        stopping.wait(10)
        return handle(*arguments)  # type: ignore[arg-type]

    endpoint.application.service.handle_all = slow  # type: ignore[method-assign,assignment]
    answered: list[bool] = []
    client = threading.Thread(target=lambda: answered.append(answers(endpoint)))
    client.start()
    assert asked.wait(10)
    stop = threading.Thread(target=endpoint.stop)
    stop.start()
    stopping.set()
    stop.join(10)
    client.join(10)
    endpoint.close()
    assert answered == [True]


def test_an_idle_connection_does_not_hold_it_up() -> None:
    endpoint = Endpoint().start()
    with httpx.Client(trust_env=False) as client:
        assert client.post(endpoint.url(), content=PLAIN).is_success
        endpoint.close()
        assert not listens(endpoint.port)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0", "::1"])  # noqa: S104
def test_it_listens_at_the_given_address(host: str) -> None:
    if host == "::1" and not _has_ipv6():
        pytest.skip("this machine has no IPv6")
    with Endpoint(host=host) as endpoint:
        assert answers(endpoint)


def _has_ipv6() -> bool:
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


# What stands in its way


def test_a_port_in_use_is_one_sentence() -> None:
    with Endpoint() as one:
        other = Endpoint(port=one.port)
        with pytest.raises(
            PortInUse, match=rf"port {one.port} of 127\.0\.0\.1 is in use"
        ) as caught:
            other.start()
        assert not other.is_running
        assert "\n" not in str(caught.value)
    other.start()
    assert answers(other)
    other.close()


@pytest.mark.parametrize(
    ("host", "port", "sentence"),
    [
        ("127.0.0.1", 65_536, "port 65536 is invalid"),
        ("127.0.0.1", -1, "port -1 is invalid"),
        ("192.0.2.1", 0, "cannot listen on port 0 of 192.0.2.1"),
        ("no.such.host.invalid", 0, "cannot listen on port 0 of no.such.host.invalid"),
    ],
)
def test_an_address_that_cannot_be_bound_is_one_sentence(
    host: str, port: int, sentence: str
) -> None:
    endpoint = Endpoint(host=host, port=port)
    with pytest.raises(EndpointError, match=sentence):
        endpoint.start()
    endpoint.close()


def test_an_invalid_database_is_an_error_before_the_server_starts(tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(StoreError, match=r"letter\.txt"):
        Endpoint(letter)
    assert letter.read_text().startswith("Dear Sir")


def test_an_interface_that_was_never_published_has_no_address() -> None:
    with Endpoint() as endpoint, pytest.raises(ConfigurationError, match="cashregister-9"):
        endpoint.url("cashregister-9")


def test_a_database_file_keeps_every_answered_request(tmp_path: Path) -> None:
    with Endpoint(tmp_path / "shop.db") as endpoint:
        reply = httpx.post(endpoint.url(), content=PLAIN, trust_env=False).text
        reference = reply.split("<invoiceReference>")[1].split("<")[0]
    with Endpoint(tmp_path / "shop.db") as endpoint:
        bill = endpoint.phone.scan(f"HTTP://SEQR.SE/R{reference}")
    assert bill.reference == reference


def test_it_stops_with_its_process() -> None:
    program = (
        "from seqrkit.simulator import Endpoint\n"
        "print(Endpoint().start().base_url)\n"
        "Endpoint().start()\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "always", "-c", program],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 0
    assert done.stdout.startswith("http://127.0.0.1:")
    assert done.stderr == ""


def test_the_published_credentials_are_ready() -> None:
    assert (PUBLISHED.terminal_id, PUBLISHED.terminal_password) == (
        "public_test_shop_terminal",
        "12345678",
    )
    assert (PUBLISHED.reseller_id, PUBLISHED.reseller_user) == ("public_test_shop", "9900")
    assert list(PATHS) == list(Interface)
