"""The reference and the receipt of each payment, in every reply that contains them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from seqrkit.errors import CannotPay, HttpError, ResultError, SoapFault
from seqrkit.exchange import date_in
from seqrkit.model import Invoice, PaymentStatusReply
from seqrkit.model_base import wire_names
from seqrkit.money import Amount
from seqrkit.suite.framework import Inapplicable, LeftOut, Need
from seqrkit.suite.framework.buyer import manual_buyer
from seqrkit.suite.framework.example_steps import MINUTES, Expected, literal
from seqrkit.suite.framework.failure_causes import OF_PAYMENTS, unreadable
from seqrkit.suite.framework.till import bill
from seqrkit.suite.properties.replay.replayed_request import OF_RECEIPTS, Replay
from seqrkit.vocabulary import InvoiceStatus

_NAME: Final = "Receipts"
"""The name of a cash register."""
AMOUNTS: Final = {
    "hundredths": bill("149.99 SEK"),
    # What 32 bits hold is positive: a negative amount would be refused, as one above a limit may
    # be.
    "beyond 32 bits": bill("45000123.45 SEK"),
    "no minor units": bill("1500 JPY"),
    "three decimals": bill("1.50 KWD"),
    "other rows": bill("10.00 SEK", invoice_rows=bill("7.00 SEK").invoice_rows),
}
"""Invoices, by what services lose or compute where they should keep the totalAmount."""
_POLLS: Final = 30
"""How often a cash register polls an invoice before it offers to cancel it."""
_UNIT: Final = timedelta(minutes=15)
"""All offsets of time zones are multiples of it."""
_FARTHEST: Final = timedelta(hours=14)
"""The largest offset of a time zone."""
_LATEST: Final = timedelta(minutes=3)
"""How long ago a payment may be that has just been made."""


def verify_payments(replay: Replay) -> None:
    """Have the buyer pay invoices, two of them alike, and read the first payment at the end."""
    # Not mappings, because a service can give two the same reference.
    sold, read = list[tuple[str, str]](), list[PaymentStatusReply]()
    totals = ("11.00 SEK", "12.00 SEK", "11.00 SEK")
    for total in totals:
        # Not paid: where references are numbers counted from 1, those of the invoices are ahead.
        replay.till.send(total)
        # One after the other: a cash register has only one open invoice.
        reference = replay.till.send(total)
        sold.append((reference, total))
        replay.till.buyer_pays(reference)
        status = replay.till.status(reference)
        replay.require_element("ersReference", status.ers_reference)
        for other in read:
            _verify_reference(replay, status, other.ers_reference, "that of another payment")
        read.append(status)
        known = [each for each, _ in sold]
        if len(read) == len(totals) and known == [each.ers_reference for each in read]:
            _verify_reference(replay, status, reference, "the invoiceReference")
        _verify_own_receipt(replay, status, reference, total)
    reference, total = sold[0]
    again = replay.till.status(reference)
    replay.expect("ersReference", again.ers_reference, read[0].ers_reference, cause=OF_PAYMENTS)
    replay.require_element("receipt", again.receipt or not read[0].receipt)
    _verify_own_receipt(replay, again, reference, total)


def verify_polls(replay: Replay) -> None:
    """Poll an invoice as often as the guides advise, without the pauses."""
    reference = replay.till.send()
    if replay.till.status(reference).status is not InvoiceStatus.ISSUED:
        raise Inapplicable("needs an invoice that is ISSUED at first")
    for _ in range(_POLLS):
        try:
            reply = replay.till.status(reference)
        except (ResultError, SoapFault, HttpError) as error:
            # The guides advise to poll once a second: a service, or a proxy, may demand it.
            said = f"needs a service that answers {_POLLS} polls without pauses"
            raise Inapplicable(said) from error
        earlier = replay.check.environment.causes.get(InvoiceStatus.ISSUED, "")
        replay.expect("status", reply.status, InvoiceStatus.ISSUED, cause=earlier)


def verify_amount(replay: Replay, invoice: Invoice) -> None:
    """Have the buyer pay an invoice; raise `LeftOut` unless service and buyer accept it."""
    total = invoice.total_amount
    if replay.check.environment.buyer is manual_buyer:
        raise LeftOut(f"asks nobody to pay {total} by hand")
    reply = replay.till.session.send_invoice(invoice, check=False)
    reference = reply.invoice_reference or ""
    if reply.result_code:
        raise Inapplicable(f"needs a service that accepts {total} ({replay.check.case.name})")
    try:
        replay.till.buyer_pays(reference)
    except CannotPay as error:
        raise Inapplicable(f"needs a buyer who can pay {total}") from error
    status = replay.till.status(reference)
    replay.require_element("receipt", status.receipt)
    _verify_own_receipt(replay, status, reference, total)


def verify_terminal(replay: Replay) -> None:
    """Have the buyer pay at a cash register, and look for its name or id in the receipt."""
    if not replay.shop.can_register:
        return
    till = replay.shop.register(_NAME)
    reference = till.send()
    till.buyer_pays(reference)
    receipt = till.status(reference).receipt
    found = receipt and receipt.terminal_id
    # The reference says that it is the name; its own name says that it is the id.
    said = f"terminalId of the receipt is {found}, expected {_NAME} or {till.terminal_id}"
    expects = Expected("receipt.terminalId", f"({_NAME}|{literal(till.terminal_id)})?")
    own = {None, _NAME, till.terminal_id}
    replay.require("terminalId of the receipt", found in own, said, expects)


def _verify_reference(
    replay: Replay, status: PaymentStatusReply, other: str | None, said: str
) -> None:
    """Fail if the ersReference of a payment is another reference."""
    found, own = status.ers_reference, Expected("ersReference", literal(other or ""), matches=False)
    said = f"ersReference is {found}, which is {said}"
    replay.require("ersReference", found != other, said, own, cause=OF_PAYMENTS)


def _verify_own_receipt(
    replay: Replay, status: PaymentStatusReply, reference: str, total: Amount | str | None
) -> None:
    """Compare the receipt, if there is one, with the invoice and its payment."""
    if status.receipt is None:
        return
    receipt, printed = status.receipt, status.receipt.invoice
    if status.ers_reference != reference:  # else that is wrong, unless it is a coincidence
        found = receipt.payment_reference
        replay.expect("paymentReference", found, status.ers_reference, cause=OF_RECEIPTS)
    if receipt.invoice_reference:
        expects = Expected("receipt.invoiceReference", literal(reference))
        found, name = receipt.invoice_reference, "invoiceReference of the receipt"
        replay.expect(name, found, reference, expects=expects, cause=OF_RECEIPTS)
    if isinstance(receipt.payment_date, datetime):  # otherwise the linter has a finding
        _verify_date(replay, receipt.payment_date)
    paid = printed and printed.total_amount
    replay.expect("totalAmount of the receipt", paid, total and Amount.of(total))


def _verify_date(replay: Replay, at: datetime) -> None:
    """Fail if the date of a payment of just now has no zone, or is a time zone away.

    That is how local time looks which is marked as UTC.
    """
    zone = Expected("receipt.paymentDate", ".*(Z|[+-][0-9]{2}:[0-9]{2})")
    said = "paymentDate has no time zone; that of the reference's example has one"
    replay.require("zone of paymentDate", at.tzinfo, said, zone)
    exchange = replay.check.session.exchanges[-1]
    now = date_in(exchange.response_headers, "Date") or exchange.started_at
    # An endpoint whose clock was moved differs by any other time.
    away = abs(at - now)
    from_unit = min(away % _UNIT, -away % _UNIT)
    is_zone = from_unit < _LATEST < away < _FARTHEST + _LATEST
    # Without a clock that tests can move, no service lives in another year.
    is_far = Need.CLOCK in replay.check.environment.unmet and away > _FARTHEST + _LATEST
    said = f"paymentDate is {at.isoformat()}, and the payment was made at {now.isoformat()}"
    expects = Expected(f"{MINUTES}receipt.paymentDate", "-?[0-9]")
    replay.require("time of paymentDate", not (is_zone or is_far), said, expects)


def not_printed(replay: Replay, reference: str) -> frozenset[str]:
    """Return the fields that the service prints on no receipt, as that of a usual invoice shows.

    The reference requires "the amount and other invoice information" of every receipt: the amount
    is not among them, and the rows only if nothing else is printed. `reference` is that of the
    invoice under test, about which the last reply must be.
    """
    fields = replay.shop.not_printed
    if fields is None:
        receipt = replay.till.status(replay.paid().reference).receipt
        is_readable = receipt and not unreadable(replay.check.session.exchanges[-1].reply_findings)
        printed = receipt.invoice if receipt else None
        names = wire_names(Invoice).items()
        absent = {wire_name for name, wire_name in names if not getattr(printed, name, None)}
        has_more = {"title", "clientInvoiceId", "cashierId", "footer", "issueDate"} - absent
        kept = {"totalAmount", "invoiceRows"} if has_more else {"totalAmount"}
        fields = frozenset(absent - kept)
        replay.shop.not_printed = fields if is_readable else None
        replay.till.status(reference)
    return fields
