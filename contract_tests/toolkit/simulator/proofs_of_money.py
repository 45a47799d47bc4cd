"""Proofs of terminals, references, refunds, credits, periods and reports."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from lxml.etree import fromstring

from contract_tests.toolkit.simulator.proofs import Scenario, proof
from contract_tests.toolkit.simulator.shop import RESELLER, Shop, context, standard
from seqrkit.model import CreditUserRequest, ReceiptDocument
from seqrkit.simulator.store.records import Movement
from seqrkit.vocabulary import Interface

SHOP_REPORT = "Reconciliation/Shop.xml"
DETAILS = "Reconciliation/STD_RECON_003.xml"


def report(shop: Shop, name: str = SHOP_REPORT, **parameters: str) -> str:
    """The text of a report of a period that ends now."""
    period = shop.mark(**parameters)
    shop.clock.advance(5)
    return str(shop.report(name, period, **parameters).report.content_string)


def cells(text: str, name: str) -> list[str]:
    return re.findall(rf"<{name}>(.*?)</{name}>", text)


def paid(shop: Shop, total: str = "100 SEK", **fields: Any) -> tuple[str, str]:
    """A payment that nobody has seen: the references of invoice and payment."""
    reference = shop.send(total, **fields)
    shop.scan(reference).pay()
    moved = shop.service.transactions.run(
        lambda ledger: ledger.tx.find(Movement, invoice=reference)
    )
    return reference, moved[0].reference


def status(shop: Shop, reference: str) -> str:
    return str(shop.status(reference).status)


def credit(shop: Shop, amount: str = "5 EUR", **fields: Any) -> Any:
    shop.sell()
    request = CreditUserRequest(user_id=shop.phone.user_id, amount=amount, **fields)
    return shop.call("creditUser", credit_user_request=request)


@proof("caller.combined-id", 0)
def a_reseller_with_its_user_in_the_id(shop: Shop) -> Any:
    caller = context("public_test_shop/9900", "1234", "")
    return shop.call("markTransactionPeriod", caller).result_code


@proof("terminal.id", 32)
def the_id_of_a_new_terminal(shop: Shop) -> Any:
    return len(shop.register().initiator_principal_id.id)  # type: ignore[union-attr,arg-type]


@proof("reference.invoice", 13)
def an_invoice_reference(shop: Shop) -> Any:
    return len(shop.send())


@proof("reference.long", 25)
def an_ers_reference(shop: Shop) -> Any:
    return len(shop.sell())


@proof("seqr-id.freed", 0)
def the_seqr_id_of_a_terminal_that_is_gone(shop: Shop) -> Any:
    first, second = shop.register(), shop.register()
    shop.call("assignSeqrId", first, seqr_id="TILL1")
    shop.call("unregisterTerminal", first)
    return shop.call("assignSeqrId", second, seqr_id="TILL1").result_code


@proof("seqr-id.again", 0)
def the_same_seqr_id_twice(shop: Shop) -> Any:
    till = shop.register()
    shop.call("assignSeqrId", till, seqr_id="TILL1")
    return shop.call("assignSeqrId", till, seqr_id="TILL1").result_code


@proof("code.invoice", expected=True)
def the_code_in_a_reply(shop: Shop) -> Any:
    reply = shop.call("sendInvoice", invoice=standard())
    return reply.invoice_qr_code == f"HTTP://SEQR.SE/R{reply.invoice_reference}"


@proof("code.terminal", "100 SEK")
def a_scan_of_a_static_code(shop: Shop) -> Any:
    shop.caller = shop.register()
    shop.call("assignSeqrId", seqr_id="TILL1")
    shop.send()
    return str(shop.phone.scan("HTTP://SEQR.SE/QTILL1").total)


@proof("code.link", ["100 SEK", "100 SEK"])
def a_link_opened_on_the_phone(shop: Shop) -> Any:
    links = [f"{scheme}://SEQR.SE/R{shop.send()}" for scheme in ("seqr", "seqr-debug")]
    return [str(shop.phone.scan(link).total) for link in links]


@proof("send.qr-code", None)
def the_code_in_a_cash_registers_reply(shop: Shop) -> Any:
    return shop.call("sendInvoice", shop.register(), invoice=standard()).invoice_qr_code


@proof("time.zone", expected=True)
def a_date_without_a_zone(shop: Shop) -> Any:
    naive = datetime(2026, 1, 1, 12)  # noqa: DTZ001 - that is the point
    date = shop.phone.bill(shop.send(issue_date=naive)).invoice.issue_date
    return date is not None and date.tzinfo is not None


@proof("refund.part", [0, 0])
def a_refund_in_two_parts(shop: Shop) -> Any:
    ers_reference = shop.sell()
    return [shop.refund(ers_reference, part).result_code for part in ("1 SEK", "2 SEK")]


@proof("refund.own-reference", expected=False)
def the_reference_of_a_refund(shop: Shop) -> Any:
    ers_reference = shop.sell()
    return shop.refund(ers_reference, "1 SEK").ers_reference == ers_reference


@proof("refund.text", "Sum of refunds can not be more than original transaction")
def the_text_of_code_98(shop: Shop) -> Any:
    return shop.refund(shop.sell(), "101 SEK").result_description


@proof("refund.acknowledges", "PAID")
def a_refund_before_any_poll(shop: Shop) -> Any:
    reference, payment = paid(shop)
    shop.refund(payment, "1 SEK")
    shop.clock.advance(60)
    return status(shop, reference)


@proof("receipt.acknowledges", "PAID")
def a_receipt_before_any_poll(shop: Shop) -> Any:
    reference, payment = paid(shop)
    shop.call("submitPaymentReceipt", ers_reference=payment, receipt_document=ReceiptDocument())
    shop.clock.advance(60)
    return status(shop, reference)


@proof("receipt.several", [0, 0])
def two_empty_receipts_of_a_payment(shop: Shop) -> Any:
    ers_reference = shop.sell()
    sent = [shop.call("submitPaymentReceipt", ers_reference=ers_reference) for _ in range(2)]
    return [reply.result_code for reply in sent]


@proof("receipt.any", 0)
def a_receipt_of_a_refund(shop: Shop) -> Any:
    refund = shop.refund(shop.sell(), "1 SEK").ers_reference
    return shop.call("submitPaymentReceipt", ers_reference=refund).result_code


@proof("credit.token", ["I_GAMING_INTEGRATION"])
def the_token_of_a_buyer_who_paid(shop: Shop) -> Any:
    shop.change_reseller(gaming=True)
    reference, _ = paid(shop)
    return [token.id for token in shop.status(reference).customer_tokens or ()]


@proof("credit.partner", [0, 1, 0])
def the_tokens_for_a_shop_then_a_gaming_partner_then_the_older_interface(shop: Shop) -> Any:
    reference, _ = paid(shop)
    found = [shop.status(reference)]
    shop.change_reseller(gaming=True)
    found += [shop.status(reference, interface=interface) for interface in Interface]
    return [len(each.customer_tokens or ()) for each in found]


@proof("credit.words", ["Credit from Merchant", "Withdrawal from iGaming"])
def the_words_for_a_shop_and_for_a_gaming_partner(shop: Shop) -> Any:
    shop.service.configure({"users": [{"id": shop.phone.user_id, "language": "zu"}]})
    credit(shop)
    shop.change_reseller(gaming=True)
    credit(shop)
    return [each.description for each in shop.phone.credits]


@proof("documented.description", "SUM_OF_REFUNDS_CAN_NOT_BE_MORE_THAN_ORIGINAL_TRANSACTION")
def the_description_of_code_98_in_documented_mode(shop: Shop) -> Any:
    shop.service.configure({"documented": True})
    return shop.refund(shop.sell(), "101 SEK").result_description


@proof("credit.rate", expected=True)
def two_credits_of_the_same_amount(shop: Shop) -> Any:
    credit(shop)
    shop.clock.advance(86_400)
    credit(shop)
    first, second = (each.received for each in shop.phone.credits)
    return first == second


@proof("credit.converted", "SEK")
def a_credit_in_euros(shop: Shop) -> Any:
    credit(shop)
    return shop.phone.credits[0].received.currency


@proof("credit.description", "Kreditering från butik")
def a_credit_without_a_description(shop: Shop) -> Any:
    shop.service.configure({"users": [{"id": shop.phone.user_id, "language": "sv"}]})
    credit(shop)
    return shop.phone.credits[0].description


@proof("credit.correlation", "42")
def the_correlation_of_a_credit(shop: Shop) -> Any:
    return credit(shop, correlation_id="42").correlation_id


@proof("period.shop", ["1"])
def a_sale_in_the_shops_period(shop: Shop) -> Any:
    shop.sell()
    reply = shop.report(SHOP_REPORT, _marked(shop))
    return cells(reply.report.content_string, "SalesCount") if reply.report else None


@proof("period.terminal", ["1"])
def a_sale_in_a_terminals_period(shop: Shop) -> Any:
    till = shop.register()
    reference = shop.send(caller=till)
    shop.scan(reference).pay()
    shop.status(reference, caller=till)
    terminal = till.initiator_principal_id.id or ""  # type: ignore[union-attr]
    period = _marked(shop, TERMINALID=terminal)
    reply = shop.report("Reconciliation/STD_RECON_006.xml", period, TERMINALID=terminal)
    return cells(reply.report.content_string, "SalesCount") if reply.report else None


def _marked(shop: Shop, **parameters: str) -> str:
    period = shop.mark(**parameters)
    shop.clock.advance(5)
    return period


@proof("report.language", 0)
def a_report_in_another_language(shop: Shop) -> Any:
    shop.mark()
    shop.clock.advance(10)
    report = shop.call("executeReport", RESELLER, report_id=SHOP_REPORT, language="sv")
    return report.result_code


@proof("report.latest", 0)
def a_report_without_a_period(shop: Shop) -> Any:
    _marked(shop)
    return shop.report(SHOP_REPORT).result_code


@proof("report.refunds", ["99.00000"])
def a_refund_in_a_report(shop: Shop) -> Any:
    shop.refund(shop.sell(), "1 SEK")
    return cells(report(shop), "SalesTotal")


@proof("report.reversed", ["100.00000", "-100.00000"])
def a_reversed_payment_in_a_report(shop: Shop) -> Any:
    paid(shop)
    shop.clock.advance(60)
    return cells(report(shop, DETAILS), "SalesAmount")


@proof("report.decimals", ["100.00000"])
def an_amount_in_a_report(shop: Shop) -> Any:
    shop.sell()
    return cells(report(shop, DETAILS), "SalesAmount")


@proof("report.no-cashier", ["NULL"])
def a_sale_without_a_cashier_in_a_report(shop: Shop) -> Any:
    shop.sell(cashier_id=None)
    return cells(report(shop, DETAILS), "CashierId")


@proof("report.title", "")
def the_title_of_a_report(shop: Shop) -> Any:
    return shop.report(SHOP_REPORT, _marked(shop)).report.title


@proof("report.type", "text/html")
def the_type_of_a_report(shop: Shop) -> Any:
    return shop.report(SHOP_REPORT, _marked(shop)).report.mime_type


@proof("report.meta", ["ResellerId", "TransactionPeriodId", "GeneratedAt"])
def the_head_of_a_report(shop: Shop) -> Any:
    return names_in(report(shop), "Meta")


def names_in(text: str, part: str) -> list[str]:
    """The names of the elements in the first such part of a report."""
    found = fromstring(text.encode()).find(part)
    return [] if found is None else [str(each.tag) for each in found]


def columns(name: str) -> Scenario:
    """Return a scenario that returns the root element of a report and the elements of a row."""

    def scenario(shop: Shop) -> Any:
        shop.caller = shop.register()
        terminal = shop.caller.initiator_principal_id.id or ""  # type: ignore[union-attr]
        shop.sell()
        own = {"TERMINALID": terminal} if name[-1] in "67" else {}
        text = report(shop, f"Reconciliation/{name}.xml", **own)
        return fromstring(text.encode()).tag, names_in(text, "Row")

    return scenario


for behaviour, name, root, row in (
    ("shop-sum", "Shop", "ResellerTransactionSummary", "SalesCount SalesTotal"),
    (
        "terminal-sums",
        "STD_RECON_002",
        "TerminalTransactionSummary",
        "TerminalId SalesCount SalesTotal",
    ),
    (
        "details",
        "STD_RECON_003",
        "TransactionDetails",
        "TerminalId CashierId SalesAmount ErsReference",
    ),
    (
        "cashier-sums",
        "STD_RECON_004",
        "CashierTransactionSummary",
        "CashierId SalesCount SalesTotal",
    ),
    (
        "sum-of-terminal",
        "STD_RECON_006",
        "TerminalTransactionSummary",
        "SalesCount SalesTotal",
    ),
    ("details-of-terminal", "STD_RECON_007", "TransactionDetails", "ErsReference SalesAmount"),
):
    proof(f"report.{behaviour}", (root, row.split()))(columns(name))


@proof("report.currencies", ["EUR", "SEK"])
def sales_in_two_currencies(shop: Shop) -> Any:
    shop.sell("1 SEK")
    shop.sell("1 EUR")
    return cells(report(shop), "Currency")


@proof("report.names", 0)
def a_report_by_its_short_name(shop: Shop) -> Any:
    return shop.report("STD_RECON_001", _marked(shop)).result_code


@proof("terminal.published", 0)
def the_published_terminal(shop: Shop) -> Any:
    return shop.call("sendInvoice", invoice=standard()).result_code
