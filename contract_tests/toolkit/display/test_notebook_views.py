"""Notebook representations without widgets: HTML, and text for terminals."""

import inspect
import tracemalloc
from collections.abc import Iterator
from decimal import Decimal

import pytest
from attrs import evolve
from hypothesis import given, settings
from IPython.core.formatters import DisplayFormatter

import seqrkit
from contract_tests.toolkit import exchanges
from contract_tests.toolkit.display.balance import Balance
from seqrkit import (
    Invoice,
    InvoiceRow,
    Journal,
    ManualClock,
    QrCode,
    Report,
    Session,
    model,
    strategies,
)
from seqrkit.display import sequence_diagram
from seqrkit.display.message_fields import fields_of
from seqrkit.model_base import Message
from seqrkit.notebook_repr import Shown

HOSTILE = "<script>alert(1)</script>&\x1b[31m\n"
FORMATTER = DisplayFormatter()
INVOICE = Invoice(
    title="Grand Cinema",
    client_invoice_id="42",
    invoice_rows=[
        InvoiceRow(item_description="Movie ticket", item_quantity=2, item_total_amount="149.99 SEK")
    ],
    total_amount="149.99 SEK",
)


def shown(thing: object) -> tuple[str, str]:
    """Return the text and the HTML's text that IPython gets; both are deterministic."""
    bundle, again = (FORMATTER.format(thing)[0] for _ in range(2))
    assert bundle == again
    assert set(bundle) == {"text/plain", "text/html"}
    read = Balance(bundle["text/html"])
    assert read.open == []
    assert all(load.startswith("data:image/svg+xml;base64,") for load in read.loads)
    assert "<script" not in bundle["text/html"]
    assert "\x1b" not in bundle["text/plain"]
    return bundle["text/plain"], " ".join(" ".join(read.text[1:]).split())  # the style is first


@pytest.fixture
def seqr() -> Iterator[Session]:
    with seqrkit.connect(clock=ManualClock(), seed=1, quiet=True) as session:
        yield session


def test_every_model_class_can_be_displayed() -> None:
    classes = [cls for _, cls in inspect.getmembers(model, inspect.isclass)]
    own = [cls for cls in classes if cls.__module__ == model.__name__]
    assert own
    assert all(issubclass(cls, Message) for cls in own)


@pytest.mark.parametrize("operation", model.REQUESTS)
def test_a_request_is_displayed_with_every_value_but_the_password(operation: str) -> None:
    @settings(max_examples=settings().max_examples // 5)
    @given(strategies.valid(operation))
    def judge(request: strategies.Message) -> None:
        text, html = shown(request)
        for name, value in fields_of(request):
            assert f"  {name} " in text
            assert value in text
            assert " ".join(value.split()) in html
        assert ("context.password", "********") in fields_of(request)

    judge()


def test_an_invoice_is_displayed_as_a_bill() -> None:
    text, html = shown(INVOICE)
    assert text.splitlines() == [
        "Grand Cinema",
        "  2 \N{MULTIPLICATION SIGN} Movie ticket                    149.99 SEK",
        "  total                               149.99 SEK",
        "  clientInvoiceId  42",
    ]
    assert "Movie ticket 149.99 SEK total 149.99 SEK clientInvoiceId 42" in html
    assert shown(Invoice())[0].splitlines()[0] == "no title"


def test_a_reply_is_displayed_with_its_meaning_and_qr_code(seqr: Session) -> None:
    reply = seqr.send_invoice(INVOICE)
    text, html = shown(reply)
    assert text.startswith("SendInvoiceReply: 0 SUCCESS\n")
    assert str(reply.invoice_reference) in text
    assert html.endswith(str(reply.qr))
    failed = seqr.get_payment_status("1", check=False)
    text, html = shown(failed)
    meaning = "This terminal has no invoice with the given invoiceReference."
    assert text.startswith(f"PaymentStatusReply: 54 INVALID_INVOICE_REFERENCE\n{meaning}")
    assert meaning in html


def test_a_qr_code_is_displayed_as_picture_and_as_characters() -> None:
    code = QrCode("HTTP://SEQR.SE/R1")
    text, html = shown(code)
    assert text == f"{code.payload}\n{code.text()}"
    assert html == code.payload


def test_a_report_is_displayed_as_a_table(seqr: Session) -> None:
    sent = seqr.send_invoice(INVOICE)
    seqr.phone.scan(sent.qr).pay()
    reply = seqr.get_payment_status(sent)
    period = seqr.mark_transaction_period().transaction_period_id
    seqr.clock.sleep(3)
    told = seqr.execute_report("STD_RECON_003", parameters={"transactionPeriodId": period})
    text, html = shown(told.report)
    assert text.splitlines()[-3:] == [
        "  TerminalId                 CashierId  SalesAmount  ErsReference",
        "  ─────────────────────────  ─────────  ───────────  ─────────────────────────",
        f"  public_test_shop_terminal  NULL         149.99000  {reply.ers_reference}",
    ]
    assert f"TransactionPeriodId {period}" in html
    assert "CashierId SalesAmount ErsReference public_test_shop_terminal NULL" in html
    assert shown(told)[0] == f"ExecuteReportReply: 0 SUCCESS\n{text}"
    assert html in shown(told)[1]


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (b"day;sum\n1;2", "day;sum"),
        (b"", "Report"),
        (b"<a>text</a>", "<a>text</a>"),
        (b"<a><Meta><Day>1</Day></Meta></a>", "no rows"),
        (b"<a><Row><B>1</B></Row><Row><C>2</C></Row></a>", "B  C"),
    ],
)
def test_any_report_can_be_displayed(document: bytes, said: str) -> None:
    assert said in shown(Report(content=document, content_string=document.decode()))[0]


@pytest.mark.parametrize("exchange", exchanges.ALL, ids=lambda e: e.failure_kind or e.status)
def test_an_exchange_is_displayed_with_both_envelopes(exchange: seqrkit.Exchange) -> None:
    text, html = shown(exchange)
    assert "cancelInvoice" in text
    assert "cancelInvoice" in html
    assert exchanges.PASSWORD not in text + html


def test_a_finding_is_displayed_with_rule_and_source() -> None:
    finding = exchanges.ANSWERED.findings[0]
    text, html = shown(finding)
    assert text == str(finding)
    assert finding.rule.source in html
    assert repr(finding) == f"<Finding {finding}>"


def test_a_session_is_a_sequence_diagram(seqr: Session) -> None:
    assert "no exchanges yet" in shown(seqr)[0]
    assert "no exchanges yet" in shown(seqr)[1]
    reply = seqr.send_invoice(INVOICE)
    for _ in range(3):
        seqr.get_payment_status(reply)
    seqr.phone.scan(reply.qr).pay()
    paid = seqr.get_payment_status(reply)
    text, html = shown(seqr)
    reference = str(reply.invoice_reference)
    lines = text.splitlines()
    assert lines[0] == "cashregister-2 at http://embedded/soap/merchant/cashregister-2"
    assert {len(line) for line in lines[1:]} == {100}
    assert [" ".join(line.strip("│─◀▶· ").replace("─", "").split()) for line in lines[2:]] == [
        "1 sendInvoice Grand Cinema 149.99 SEK 12:00:00",
        f"0 SUCCESS · {reference}",
        f"2-4 getPaymentStatus {reference} 3 times 12:00:00",
        "0 SUCCESS · ISSUED",
        "the buyer has paid",
        f"5 getPaymentStatus {reference} 12:00:00",
        f"0 SUCCESS · PAID {paid.ers_reference}",
    ]
    assert f"1 sendInvoice Grand Cinema 149.99 SEK 12:00:00 0 SUCCESS {reference}" in html
    assert "the buyer has paid" in html


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("decline", ["the bank of the buyer has declined"]),
        ("cancel", ["the buyer or the service has cancelled"]),
        ("pay", ["the buyer has paid"]),
        ("status", []),
    ],
)
def test_the_diagram_shows_what_the_buyer_has_done(
    act: str, said: list[str], seqr: Session
) -> None:
    reply = seqr.send_invoice(INVOICE)
    seqr.get_payment_status(reply)
    action = getattr(seqr.phone.scan(reply.qr), act)
    _ = action() if callable(action) else action
    seqr.get_payment_status(reply)
    seqr.cancel_invoice(reply, check=False)
    seqr.get_payment_status(reply)
    steps = sequence_diagram.steps(seqr.exchanges)
    assert [each.buyer for each in steps if each.buyer] == said


def test_the_diagram_of_exchanges_counts_them(seqr: Session) -> None:
    for _ in range(5):
        seqr.get_payment_status("no such reference", check=False)
    assert shown(seqr.exchanges)[0].startswith("5 exchanges\n")


def test_the_diagram_shows_why_a_request_has_no_reply() -> None:
    journal = Journal()
    for exchange in exchanges.ALL:
        journal.record(exchange)
    text, html = shown(journal)
    assert "did not answer within 5 s" in text
    assert "did not answer within 5 s" in html
    assert [step.succeeded for step in sequence_diagram.steps(journal)] == [False] * 4


def test_a_diagram_does_not_keep_the_messages() -> None:
    tracemalloc.start()
    try:
        for number in range(30):
            message = f"<a>{number}{'x' * 100_000}</a>".encode()
            sequence_diagram.steps([evolve(exchanges.ALL[0], request=message)])
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 1_500_000  # a few messages are remembered for their secrets


def test_a_long_session_shows_its_latest_exchanges() -> None:
    journal = Journal()
    for number in range(sequence_diagram.MOST + 7):
        journal.record(exchanges.ALL[number % 2])
    for shape in shown(journal):
        assert "… 7 earlier exchanges" in shape
        assert f"{sequence_diagram.MOST + 7} cancelInvoice" in shape
        assert " 7 cancelInvoice" not in shape


def test_values_in_messages_never_become_markup() -> None:
    hostile = InvoiceRow(item_description=HOSTILE, item_quantity=Decimal(1))
    invoice = Invoice(title=HOSTILE, footer=HOSTILE, invoice_rows=[hostile])
    reply = model.SendInvoiceReply(
        result_code=4711, result_description=HOSTILE, invoice_reference="1", invoice_qr_code=HOSTILE
    )
    report = Report(title=HOSTILE, content_string=HOSTILE)
    journal = Journal()
    journal.record(evolve(exchanges.ANSWERED, operation=HOSTILE))
    for thing in (invoice, hostile, reply, report, journal):
        shown(thing)


def test_an_object_without_a_view_shows_its_repr() -> None:
    class Thing(Shown):
        def __repr__(self) -> str:
            return "a thing"

    assert Thing()._repr_mimebundle_() == {"text/plain": "a thing"}
