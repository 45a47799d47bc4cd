"""What an integrator sees go wrong when no result code says it, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Symptom:
    """Something that goes wrong: what it means, why it mostly is, what to do, how to see it here.

    `see` are codes, behaviours and other symptoms that go with it.
    """

    id: str
    title: str
    means: str
    causes: tuple[str, ...]
    cures: tuple[str, ...]
    provoke: tuple[str, ...] = ()
    repeat: str = ""
    see: tuple[str, ...] = ()


_ALL: Final = (
    Symptom(
        "no-reply",
        "No reply came: a timeout, or a connection that broke",
        "The request may have been carried out all the same; only its reply is lost.",
        ("The network, or a service that is slow or restarting.",),
        (
            (
                "Do not take it for a refusal: find out what became of it with getPaymentStatus, "
                "and only then repeat."
            ),
            "Send sendInvoice with a clientReference of your own, by which the service finds it.",
        ),
        (
            "After it was carried out: `seqrkit faults add drop-after --count 1`",
            "Before: `seqrkit faults add drop-before --count 1`",
            "Never answered: `seqrkit faults add no-answer --count 1`",
        ),
        "Each operation differs: `seqrkit explain refundPayment` says it for that one.",
        ("reversed", "slow"),
    ),
    Symptom(
        "unreachable",
        "Connection refused, no such host, or a certificate that is not accepted",
        "The request was never sent.",
        (
            "A wrong host, port or path; a firewall; nothing started yet.",
            "A certificate of an authority that this machine does not know.",
        ),
        (
            "Start an endpoint with `seqrkit serve`, and name it with SEQR_ENDPOINT.",
            "Give the authority's certificate with connect(ca=...).",
        ),
        repeat="Nothing was sent, so it may be repeated.",
    ),
    Symptom(
        "http-error",
        "An HTML page or an HTTP status instead of a reply",
        "Something in front of the service answered: a proxy, a login page, a wrong path.",
        ("A path that is not the interface's; a proxy; a service that is down (502, 503, 504).",),
        ("Check the path: it ends with /cashregister-2 or /extclientproxy/service/v2.",),
        (
            "`seqrkit faults add http-503 --count 1`",
            "`seqrkit faults add garbage --count 1`",
            "`seqrkit faults add half-reply --count 1`",
        ),
        "After a status below 500 yes; after another one as after no reply at all.",
        ("no-reply",),
    ),
    Symptom(
        "soap-fault",
        "A SOAP fault, HTTP 500",
        "The service could not read the message; nothing was done.",
        (
            "No XML, no SOAP 1.1 envelope, an unknown operation or namespace, a DTD.",
            "In strict mode: anything that is otherwise put up with.",
        ),
        ("`seqrkit lint FILE` says where the message is wrong, and by which rule.",),
        ("`seqrkit serve --strict` and any message with an unknown element.",),
        "Once it is right.",
        ("soap.not-soap", "soap.unknown-operation", "soap.version"),
    ),
    Symptom(
        "reversed",
        "The buyer paid, and the invoice is CANCELED all the same",
        "A payment that the merchant does not ask for within 20 s is reversed.",
        ("Polling stopped, or only started after the buyer had gone.",),
        (
            "Poll getPaymentStatus once a second until PAID or CANCELED.",
            "After a lost reply ask again: once PAID was answered, the payment is final.",
        ),
        ("Pay a bill, and `seqrkit clock advance 20` before getPaymentStatus.",),
        see=("reversal", "reversal.polled", "no-reply"),
    ),
    Symptom(
        "bill-waits",
        "The buyer's phone shows a bill that cannot be paid",
        "The bill waits for the merchant's updateInvoice, PENDING_ISSUER_ACKNOWLEDGE.",
        (
            "acknowledgmentMode is REQUIRE_ACKNOWLEDGMENT, or left out, which means the same.",
            "It is OPTIONAL_ACKNOWLEDGMENT, and the buyer has a loyalty card to offer.",
        ),
        (
            "Send NO_ACKNOWLEDGMENT where no loyalty is taken.",
            "Else answer the token: updateInvoice with the amount, and the token with status 1.",
        ),
        ("`seqrkit phone loyalty-card 9752`, then scan an invoice with OPTIONAL_ACKNOWLEDGMENT.",),
        see=("scan.required", "scan.optional", "scan.unstated", "1"),
    ),
    Symptom(
        "canceled-by-itself",
        "An open invoice is CANCELED, and nobody cancelled it",
        "A cash register has one open invoice; a reservation holds for a time.",
        (
            "Another sendInvoice on the same terminal took its place.",
            "The reservation was not committed within commitReservationTimeout seconds.",
            "Two cash registers share one terminalId.",
        ),
        ("Register each cash register as a terminal of its own.",),
        ("Send two invoices from a terminal that registerTerminal made.",),
        see=("supersede", "reservation.lapses", "reversed"),
    ),
    Symptom(
        "not-notified",
        "The notificationUrl is not called",
        "It is called once the invoice is PAID, and once it is RESERVED; for nothing else.",
        (
            "The address cannot be reached from the service.",
            "This endpoint posts to this machine only, unless told otherwise.",
            "The receiver did not answer 200, three times.",
        ),
        (
            "`seqrkit serve --notify-allow HOST` lets it post to another host.",
            "Poll as well: a notification is a hint, getPaymentStatus is the answer.",
        ),
        ("`seqrkit faults add notification-lost --count 1`",),
        see=("notification", "64"),
    ),
    Symptom(
        "part-paid-unseen",
        "A part was paid, and the status is still ISSUED",
        "extclientproxy-v2 has no PARTIALLY_PAID, and says ISSUED for it.",
        ("The older interface is in use.",),
        ("Use cashregister-2, or go by the status PAID only.",),
        ('`seqrkit phone pay-part "50 SEK"`',),
        see=("pay.part", "pay.part-older-interface"),
    ),
    Symptom(
        "code-does-not-scan",
        "The buyer's app does not take the code",
        "A code says HTTP://SEQR.SE/R and the invoiceReference, or Q and the seqrId.",
        (
            "Another text in it; a light code on a dark ground; no quiet zone around it.",
            "A code of a terminal that has no invoice open.",
        ),
        ("Show reply.qr as it is; on the phone itself show its link instead.",),
        ("`seqrkit phone scan HTTP://SEQR.SE/R1`",),
        see=("54",),
    ),
    Symptom(
        "empty-report",
        "A report is not ready, or lacks sales",
        "A period runs from the mark before it to its own; a report takes 3 s after the mark.",
        (
            "It was asked for too early.",
            "006 and 007 of a period marked without TERMINALID are never ready.",
            "Somebody else marked the period in between.",
        ),
        ("Ask again a few seconds later; mark with TERMINALID for reports of a terminal.",),
        see=("2", "period.shop", "report.not-ready", "report.never-ready"),
    ),
    Symptom(
        "amounts",
        "An amount is refused, or is a hundred times too large",
        "Amounts are decimals with a point, in units of the currency: 149.99.",
        ("A decimal comma, a thousands separator, öre or cents instead of kronor or euros.",),
        ('Give amounts as text or Decimal: `Amount.of("149.99 SEK")`, never as float.',),
        see=("49", "invoice.total", "invoice.currency"),
    ),
    Symptom(
        "slow",
        "Answers take long",
        "The service takes its time, or this endpoint was told to.",
        ("A fault of the kind slow.", "A real service under load."),
        ("Give clients a timeout of 30 s and poll once a second, not more often.",),
        ('`seqrkit faults add slow --delay "uniform 1 3"`',),
        see=("no-reply", "93"),
    ),
    Symptom(
        "control-refused",
        "The endpoint may not be controlled from here",
        "On this machine control is open; from elsewhere it needs a token.",
        (
            "No token, or another one: `seqrkit serve` printed it.",
            "The endpoint was asked for under a name that is not this machine's.",
            "A page of another site tried it.",
        ),
        (
            "Set SEQR_CONTROL_TOKEN, or give --token; in a browser add ?token=TOKEN.",
            "Ask for it as http://127.0.0.1:PORT or http://localhost:PORT.",
        ),
    ),
    Symptom(
        "clock",
        "The clock cannot be turned",
        "The endpoint runs on the real clock.",
        ("It was started without --manual-clock.",),
        (
            "`seqrkit serve --manual-clock`",
            "In Python: connect(clock=ManualClock()), then session.clock.advance(seconds=20).",
        ),
    ),
    Symptom(
        "no-bill",
        "The phone has no bill",
        "Nothing was scanned since the endpoint started or was reset.",
        ("Another endpoint was asked, or it was started anew.",),
        ("`seqrkit phone scan CODE` with the invoiceQRCode of sendInvoice's reply.",),
    ),
    Symptom(
        "store",
        "The database refuses",
        "The file is in use, full, read-only, or of another version.",
        ("Another process holds it for long.", "It was written by another version of seqrkit."),
        ("Give another file with --db, or none to keep everything in memory.",),
        see=("90",),
    ),
)

SYMPTOMS: Final[Mapping[str, Symptom]] = MappingProxyType({each.id: each for each in _ALL})
"""Every symptom, by its id."""
