"""The target of a run: its interfaces, what the suite may do there, and the rate of requests."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.peer import hanging, peer
from seqrkit import ManualClock
from seqrkit.client.rate_limit import Pace
from seqrkit.errors import ConfigurationError, EndpointUnreachable, HttpError, TransportError
from seqrkit.session import published
from seqrkit.simulator import Endpoint
from seqrkit.suite.framework import Need
from seqrkit.suite.runner.target import TEST_HOSTS, Target
from seqrkit.vocabulary import NEWEST, PATHS, Interface, ResultCode

EMBEDDED = Target()
SHOP = Target("https://shop.example")


@pytest.mark.parametrize("interface", Interface)
def test_the_interface_is_the_given_one_or_that_of_the_path(interface: Interface) -> None:
    assert EMBEDDED.interfaces == SHOP.interfaces == tuple(Interface)
    assert Target("https://shop.example/w/tests/").interfaces == tuple(Interface)
    for prefix in ("", "/gateway", "/w/tests"):
        address = f"https://shop.example{prefix}{PATHS[interface]}"
        for end in ("", "/", "?wsdl"):
            assert Target(address + end).interfaces == (interface,)
    assert Target("https://shop.example/pay").interfaces == (NEWEST,)
    assert Target("https://shop.example", interface).interfaces == (interface,)
    assert SHOP.address(interface) == f"https://shop.example{PATHS[interface]}"
    assert EMBEDDED.address(interface) == f"http://127.0.0.1:8080{PATHS[interface]}"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "[::1]", "localhost"])
def test_an_endpoint_on_this_machine_may_be_written_to(host: str) -> None:
    target = Target(f"http://{host}:1")
    assert target.is_local
    assert target.may_write


@pytest.mark.parametrize("host", ["shop.example", "10.0.0.1", "localhost.example", "127.0.0.1.nl"])
def test_another_host_may_not_be_written_to_without_permission(host: str) -> None:
    target = Target(f"https://{host}/x")
    assert not target.may_write
    assert Need.WRITES in target.unmet_needs
    assert "is not a known test host" in (target.skip_reason({Need.WRITES, Need.ENDPOINT}) or "")
    assert Target(f"https://{host}", allow_writes=True).skip_reason({Need.WRITES}) is None


@pytest.mark.parametrize("host", sorted(TEST_HOSTS))
def test_the_vendor_s_test_hosts_may_be_written_to(host: str) -> None:
    assert Target(f"https://{host}").may_write


def test_the_unmet_needs_of_endpoints() -> None:
    assert EMBEDDED.skip_reason(set(Need)) is None
    assert set(SHOP.unmet_needs) == {*Need} - {Need.ENDPOINT}
    with Endpoint() as real:
        assert set(Target(real.base_url).unmet_needs) == {Need.CLOCK, Need.INSIDE}
    with Endpoint(clock=ManualClock()) as manual:
        assert set(Target(manual.base_url).unmet_needs) == {Need.INSIDE}
    with Endpoint(token="a-token-of-the-test") as guarded:
        assert Need.BUYER in Target(guarded.base_url).unmet_needs
        assert Need.BUYER not in Target(guarded.base_url, token="a-token-of-the-test").unmet_needs


@given(st.sets(st.sampled_from(Need)))
def test_no_option_gives_a_service_of_others_what_only_seqrkit_has(needs: set[Need]) -> None:
    assert EMBEDDED.can_meet(needs)
    assert SHOP.can_meet(needs) is not bool(needs & {Need.INSIDE, Need.PHONE, Need.CLOCK})


def test_an_endpoint_of_seqrkit_can_have_a_phone_and_a_clock() -> None:
    with Endpoint(token="a-token-of-the-test") as guarded:
        target = Target(guarded.base_url)
        assert target.can_meet({Need.PHONE, Need.CLOCK})
        assert not target.can_meet({Need.INSIDE})


def test_a_served_endpoint_is_used_with_the_published_credentials() -> None:
    with Endpoint(clock=ManualClock()) as served:
        target = Target(served.base_url)
        target.check_connection()
        with target.connect(NEWEST) as session:
            reply = session.get_payment_status("1", check=False)
            assert reply.result_code is ResultCode.INVALID_INVOICE_REFERENCE
            session.clock.sleep(5)
        with target.connect([*Interface][-1]) as other:
            assert other.clock is session.clock
    with pytest.raises(EndpointUnreachable, match=r"cannot be reached \(.*refused"):
        target.check_connection()


def test_an_address_without_a_soap_service_is_an_error() -> None:
    with Endpoint() as served:
        with pytest.raises(HttpError, match="404 Not Found: check the path"):
            Target(f"{served.base_url}/nowhere").check_connection()
        with pytest.raises(TransportError, match=r"answered with HTTP \d+"):
            Target(f"{served.base_url}/phone", NEWEST).check_connection()


def test_a_silent_server_is_waited_for_once() -> None:
    with peer(hanging) as silent:
        target = Target(silent.url(NEWEST), connection={"timeout": 0.1})
        with pytest.raises(TransportError, match="did not answer completely within"):
            target.check_connection()
        assert silent.connections == 1


def test_all_missing_credentials_are_named() -> None:
    with Endpoint(token="a-token-of-the-test") as guarded:
        target = Target(guarded.base_url, credentials={"terminal_id": "t"})
        with pytest.raises(
            ConfigurationError, match=r"missing credentials: SEQR_TERMINAL_PASSWORD, "
        ):
            target.check_connection()
        Target(guarded.base_url, credentials=published()).check_connection()


@pytest.mark.parametrize(("token", "said"), [(None, "missing"), ("wrong", "refused")])
def test_a_missing_or_wrong_control_token_is_named(token: str | None, said: str) -> None:
    with Endpoint(token="a-token-of-the-test") as guarded:
        target = Target(guarded.base_url, token=token)
        with pytest.raises(ConfigurationError, match=f"SEQR_CONTROL_TOKEN is {said}"):
            target.check_connection()


@pytest.mark.parametrize(
    ("name", "value", "code"),
    [
        ("terminal_password", "wrong", "20 AUTHENTICATION_FAILED: check SEQR_TERMINAL_ID"),
        ("reseller_user", "1", "37 INITIATOR_PRINCIPAL_NOT_FOUND: check SEQR_RESELLER_ID"),
    ],
)
def test_wrong_credentials_are_named(name: str, value: str, code: str) -> None:
    with Endpoint() as served:
        target = Target(served.base_url, credentials={**published(), name: value})
        with pytest.raises(ConfigurationError, match=code):
            target.check_connection()


def test_the_credentials_of_a_terminal_are_enough() -> None:
    alone = {name: text for name, text in published().items() if name.startswith("terminal")}
    with Endpoint(token="a-token-of-the-test") as guarded:
        Target(guarded.base_url, credentials=alone).check_connection()


def test_the_rate_of_requests_is_limited() -> None:
    clock = ManualClock()
    pace = Pace(4, clock)
    for _ in range(9):
        pace.wait()
    assert clock.monotonic() == 2
    clock.advance(10)
    pace.wait()
    assert clock.monotonic() == 12
    with pytest.raises(ConfigurationError, match="the rate is -1"):
        Pace(-1)
