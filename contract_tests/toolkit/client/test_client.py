"""Calls of the client for every operation: arguments, request, record and reply."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import attrs
import pytest

from contract_tests.replies import wire_schema
from contract_tests.toolkit.calls import CALLS, CREDENTIALS, CREDIT, INVOICE, OPERATIONS, posted
from contract_tests.toolkit.messages import CONTRACTS, build, in_envelope
from contract_tests.toolkit.peer import Peer, peer, replying
from seqrkit import ManualClock, model, soap
from seqrkit._version import __version__
from seqrkit.client import Client, Credentials
from seqrkit.contract import Severity
from seqrkit.errors import (
    ConfigurationError,
    ContractViolation,
    UnwritableRequest,
)
from seqrkit.model_base import Request
from seqrkit.money import Amount
from seqrkit.simulator.wire.codec import wire_codec
from seqrkit.vocabulary import Interface, PrincipalType


@pytest.fixture(scope="module")
def service() -> Iterator[Peer]:
    with peer(replying) as one:
        yield one


@pytest.fixture
def client(service: Peer) -> Iterator[Client]:
    with Client(service.url(), CREDENTIALS) as one:
        yield one


def speaking(service: Peer, interface: Interface, **options: object) -> Client:
    return Client(service.url(interface), CREDENTIALS, **options)  # type: ignore[arg-type]


def test_every_operation_has_a_method():
    assert set(CALLS) == set(CONTRACTS[Interface.CASHREGISTER_2].operations)


@pytest.mark.parametrize(("interface", "operation"), OPERATIONS)
def test_every_call_is_posted_as_it_is_shown_and_breaks_no_other_rule(
    service: Peer, interface: Interface, operation: str
):
    with speaking(service, interface) as client:
        reply = CALLS[operation](client)
        (exchange,) = client.exchanges
    assert isinstance(reply, model.REPLIES[operation])
    assert exchange.request == service.heard[-1]
    assert exchange.operation == operation
    # No reply of this session has returned the token that the update contains.
    expected = ["session.tokens.known"] if operation == "updateInvoice" else []
    assert [each.id for each in (*exchange.findings, *exchange.reply_findings)] == expected
    assert (exchange.status, exchange.result_code, exchange.number) == (200, 0, 1)
    payload = soap.read_envelope(soap.parse(exchange.request)).payload
    schema = wire_schema(interface)
    assert schema.validate(payload), schema.error_log


@pytest.mark.parametrize(("interface", "operation"), OPERATIONS)
def test_every_call_uses_the_principal_of_its_operation(
    service: Peer, interface: Interface, operation: str
):
    with speaking(service, interface) as client:
        CALLS[operation](client)
        context = posted(client).context
    first = CONTRACTS[interface].operations[operation].principals[0]
    assert context.initiator_principal_id.type == first
    if first == PrincipalType.TERMINALID:
        assert (context.initiator_principal_id.id, context.password) == ("till-1", "till & pass")
    else:
        principal = model.PrincipalId(id="shop", type="RESELLERUSER", user_id="9900")
        assert (context.initiator_principal_id, context.password) == (principal, "shop <pass>")


@pytest.mark.parametrize(("interface", "operation"), OPERATIONS)
@pytest.mark.parametrize("every", [True, False])
def test_what_one_reader_reads_the_writer_writes(
    service: Peer, interface: Interface, operation: str, *, every: bool
):
    sample = in_envelope(build(CONTRACTS[interface], operation, every=every))
    request = wire_codec(interface).read(sample).request
    assert request is not None
    with speaking(service, interface) as client:
        client.send(request)
    assert wire_codec(interface).read(service.heard[-1]).request == request


@pytest.mark.parametrize(("interface", "operation"), OPERATIONS)
def test_a_reply_is_read_with_everything_in_it(service: Peer, interface: Interface, operation: str):
    with speaking(service, interface) as client:
        reply = CALLS[operation](client)
        read = soap.read_envelope(soap.parse(client.exchanges[-1].response or b"")).payload
    leaves = [e for e in read.iter() if len(e) == 0 and (e.text or "").strip()]
    assert leaves
    assert len(leaves) == len(list(values(reply)))


def values(part: object) -> Iterator[object]:
    """Everything in a model that is a leaf on the wire."""
    for each in attrs.astuple(part, recurse=False):  # type: ignore[arg-type]
        for item in each if isinstance(each, tuple) else (each,):
            if isinstance(item, Amount):
                yield from (item.currency, item.value)
            elif attrs.has(type(item)):
                yield from values(item)
            elif item is not None:
                yield item


def test_what_is_left_out_of_a_standard_payment_is_filled_in(service: Peer):
    clock = ManualClock()
    with speaking(service, Interface.CASHREGISTER_2, clock=clock) as client:
        client.send_invoice(model.Invoice())
        client.refund_payment("1", model.Invoice())
        sent, refunded = (posted(client, index) for index in (0, 1))
    standard = model.Invoice(
        payment_mode="IMMEDIATE_DEBIT",
        acknowledgment_mode="NO_ACKNOWLEDGMENT",
        issue_date=clock.now(),
    )
    assert sent.invoice == refunded.invoice == standard


def test_what_is_given_is_not_replaced(client: Client):
    given = model.Invoice(
        payment_mode="RESERVATION_REQUIRED",
        acknowledgment_mode="REQUIRE_ACKNOWLEDGMENT",
        issue_date=datetime(2020, 2, 29, tzinfo=UTC),
    )
    client.send_invoice(given)
    sent = posted(client)
    assert sent.invoice == given


def test_an_update_keeps_the_modes_it_is_given(client: Client):
    client.update_invoice("1", model.Invoice(title="x"))
    sent = posted(client)
    assert (sent.invoice.payment_mode, sent.invoice.acknowledgment_mode) == (None, None)


def test_send_sends_what_it_is_given_but_for_a_missing_context(client: Client):
    client.send(model.SendInvoice(invoice=model.Invoice(title="x")))
    sent = posted(client)
    assert sent.invoice == model.Invoice(title="x")
    context = sent.context
    assert (context.channel, context.client_request_timeout) == ("WS", 0)
    assert context.client_id == f"seqrkit {__version__}"
    assert len(context.client_reference or "") <= 32


def test_a_given_context_is_kept_with_all_that_it_lacks(client: Client):
    context = model.ClientContext(client_request_timeout=5, client_comment="as it is")
    client.send(model.CancelInvoice(context=context, invoice_reference="1"))
    sent = posted(client)
    assert sent.context == context


def test_each_request_has_a_client_reference_of_its_own(client: Client):
    for _ in range(20):
        client.get_payment_status("1")
    references = {posted(client, n).context.client_reference for n in range(20)}
    assert len(references) == 20


def test_a_seed_makes_the_client_references_repeatable(service: Peer):
    sent = []
    for _ in range(2):
        with speaking(service, Interface.CASHREGISTER_2, seed=7, clock=ManualClock()) as client:
            CALLS["sendInvoice"](client)
            CALLS["getPaymentStatus"](client)
            sent.append([exchange.to_dict()["request"] for exchange in client.exchanges])
    assert sent[0] == sent[1]
    assert sent[0][0] != sent[0][1]


def test_a_client_reference_used_again_is_a_finding(client: Client):
    request = model.CancelInvoice(context=client.context("cancelInvoice"), invoice_reference="1")
    client.send(request)
    client.send(request)
    first, second = client.exchanges
    assert first.findings == ()
    assert "context.clientReference.unique" in [finding.id for finding in second.findings]


def test_references_are_taken_from_the_replies_that_carry_them(client: Client):
    reply = client.send_invoice(INVOICE)
    client.cancel_invoice(reply)
    assert posted(client).invoice_reference == reply.invoice_reference
    status = client.get_payment_status(reply)
    client.refund_payment(status, INVOICE)
    assert posted(client).ers_reference == status.ers_reference


def test_an_amount_can_be_written_with_the_currency_first_or_last(client: Client):
    client.commit_reservation("1", "12.50 EUR")
    assert posted(client).amount == Amount(Decimal("12.50"), "EUR")


def test_another_terminal_shares_the_journal_and_the_connection(service: Peer):
    with speaking(service, Interface.CASHREGISTER_2) as client:
        client.cancel_invoice("1")
        connections = service.connections
        other = client.as_terminal("till-2", "other pass")
        other.cancel_invoice("2")
        assert service.connections == connections
        assert len(client.exchanges) == len(other.exchanges) == 2
        principals = [posted(client, n).context.initiator_principal_id.id for n in (0, 1)]
    assert principals == ["till-1", "till-2"]


def test_connections_are_kept_alive(service: Peer):
    before = service.connections
    with speaking(service, Interface.CASHREGISTER_2) as client:
        for _ in range(5):
            client.cancel_invoice("1")
    assert service.connections == before + 1


def test_overlapping_calls_keep_their_replies_apart(service: Peer):
    together = threading.Barrier(8)

    with speaking(service, Interface.CASHREGISTER_2) as client:

        def work(number: int) -> None:
            together.wait()
            for step in range(10):
                client.cancel_invoice(f"{number}-{step}")
                client.send_invoice(INVOICE)

        threads = [threading.Thread(target=work, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        exchanges = list(client.exchanges)
    assert len(exchanges) == 160
    for exchange in exchanges:
        answered = soap.local(soap.read_envelope(soap.parse(exchange.response or b"")).payload)
        assert answered == f"{exchange.operation}Response"
    asked = {
        getattr(
            wire_codec(Interface.CASHREGISTER_2).read(e.request).request, "invoice_reference", None
        )
        for e in exchanges
        if e.operation == "cancelInvoice"
    }
    assert asked == {f"{number}-{step}" for number in range(8) for step in range(10)}


def test_strict_sends_nothing_that_breaks_the_contract(service: Peer):
    heard = len(service.heard)
    with speaking(service, Interface.CASHREGISTER_2, strict=True) as client:
        with pytest.raises(
            ContractViolation, match=r"sendInvoice was not sent.*\(and .* more\)"
        ) as caught:
            client.send_invoice(model.Invoice(title="Grand Cinema"))
        client.send_invoice(INVOICE)
    assert {finding.severity for finding in caught.value.findings} == {Severity.ERROR}
    assert len(service.heard) == heard + 1


def test_without_strict_the_findings_are_recorded_and_the_request_is_sent(client: Client):
    client.send_invoice(model.Invoice(title="Grand Cinema"))
    found = {finding.id for finding in client.exchanges[-1].findings}
    assert "invoice.totalAmount.required" in found


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (model.CreditUser(credit_user_request=CREDIT), "has no operation"),
        (
            model.SendInvoice(invoice=model.Invoice(commit_reservation_timeout=60)),
            "no commitReservationTimeout in invoice",
        ),
        (model.CommitReservation(amount="1 SEK"), "no amount in commitReservation"),
    ],
)
def test_what_the_older_interface_does_not_have_is_not_sent_to_it(
    service: Peer, request_: Request, words: str
):
    heard = len(service.heard)
    with speaking(service, Interface.EXTCLIENTPROXY_V2) as client:
        with pytest.raises(UnwritableRequest, match=words):
            client.send(request_)
        assert len(client.exchanges) == 0
    assert len(service.heard) == heard


@pytest.mark.parametrize(
    ("request_", "words"),
    [
        (model.GetPaymentStatus(invoice_reference="1"), "it must have invoiceVersion"),
        (model.CancelInvoice(context=model.ClientContext()), "context.*clientRequestTimeout"),
        (model.AssignSeqrId(seqr_id="bell \x07"), "XML compatible"),
        (model.SendInvoice(invoice=model.Invoice(issue_date=5)), "isoformat"),  # type: ignore[arg-type]
        (model.SendInvoice(invoice={"title": "x"}), "invoice cannot be a dict"),  # type: ignore[arg-type]
    ],
)
def test_a_request_that_zeep_refuses_names_the_alternative(
    client: Client, request_: Request, words: str
):
    with pytest.raises(UnwritableRequest, match=words) as caught:
        client.send(request_)
    assert "send_raw" in str(caught.value)


@pytest.mark.parametrize(
    ("operation", "missing", "named"),
    [
        ("cancelInvoice", "terminal_id", "SEQR_TERMINAL_ID"),
        ("cancelInvoice", "terminal_password", "SEQR_TERMINAL_PASSWORD"),
        ("registerTerminal", "reseller_id", "SEQR_RESELLER_ID"),
        ("registerTerminal", "reseller_user", "SEQR_RESELLER_USER"),
        ("registerTerminal", "reseller_password", "SEQR_RESELLER_PASSWORD"),
    ],
)
def test_missing_credentials_are_named_by_argument_and_variable(
    service: Peer, operation: str, missing: str, named: str
):
    with Client(service.url(), attrs.evolve(CREDENTIALS, **{missing: None})) as client:
        with pytest.raises(
            ConfigurationError, match=rf"{operation}.*set {named} or pass {missing}="
        ):
            CALLS[operation](client)
        assert len(client.exchanges) == 0


def test_a_combined_reseller_id_needs_no_user(service: Peer):
    combined = Credentials(reseller_id="shop/9900", reseller_password="1234")
    with Client(service.url(), combined) as client:
        CALLS["registerTerminal"](client)
        principal = posted(client).context.initiator_principal_id
    assert principal == model.PrincipalId(id="shop/9900", type="RESELLERUSER")


def test_the_principal_of_a_context_can_be_chosen(client: Client):
    context = client.context("executeReport", principal="TERMINALID")
    assert context.initiator_principal_id == model.PrincipalId(id="till-1", type="TERMINALID")
    with pytest.raises(ConfigurationError, match="is not a principal"):
        client.context("executeReport", principal="NOBODY")


def test_no_password_is_in_any_representation(client: Client):
    CALLS["registerTerminal"](client)
    request = model.SendInvoice(context=client.context("sendInvoice"))
    shown = f"{client!r} {client.exchanges!r} {client.exchanges[-1]} {CREDENTIALS} {request}"
    shown += client.envelope(request).decode()
    for password in ("till & pass", "till &amp; pass", "shop <pass>", "shop &lt;pass>", "s3cret"):
        assert password not in shown
    assert soap.MASK in shown


@pytest.mark.parametrize(("interface", "operation"), OPERATIONS)
def test_a_request_is_begun_with_what_the_client_fills_in_and_nothing_else(
    service: Peer, interface: Interface, operation: str
):
    with speaking(service, interface, clock=ManualClock()) as client:
        begun = client.begun(operation)
        findings = client.contract.lint(client.envelope(begun))
    assert operation == begun.OPERATION
    assert {finding.rule.kind for finding in findings} <= {"required"}
    invoice = getattr(begun, "invoice", None)
    if invoice is not None:
        filled = {name for name, value in attrs.asdict(invoice).items() if value is not None}
        modes = set() if operation == "updateInvoice" else {"payment_mode", "acknowledgment_mode"}
        assert filled == modes | {"issue_date"}
    as_terminal = client.begun(operation, principal="TERMINALID")
    assert as_terminal.context.initiator_principal_id.type == "TERMINALID"  # type: ignore[attr-defined]


def test_a_report_is_fetched_as_the_principal_whose_credentials_are_known():
    terminal = Credentials(terminal_id="till-1", terminal_password="till & pass")
    with peer(replying) as one, Client(one.url(), terminal) as client:
        client.execute_report("STD_RECON_001", "en", {"transactionPeriodId": "1"})
        assert posted(client).context.initiator_principal_id.type == "TERMINALID"
    with peer(replying) as one, Client(one.url(), CREDENTIALS) as client:
        client.execute_report("STD_RECON_001", "en", {"transactionPeriodId": "1"})
        first = client.contract.operations["executeReport"].principals[0]
        assert posted(client).context.initiator_principal_id.type == first
    with peer(replying) as one, Client(one.url()) as client:
        with pytest.raises(ConfigurationError, match=r"reseller's user.*SEQR_RESELLER_ID"):
            client.execute_report("STD_RECON_001")
        assert not one.heard


def test_an_exchange_has_the_reference_of_its_request():
    with peer(replying) as one, Client(one.url(), CREDENTIALS, seed=1) as client:
        client.cancel_invoice("1")
        client.send_raw(b"not XML")
    (cancelled, broken) = client.exchanges
    assert cancelled.client_reference == posted(client, 0).context.client_reference
    assert broken.client_reference is None
