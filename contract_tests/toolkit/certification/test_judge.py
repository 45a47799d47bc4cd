"""A rehearsal passes its procedure; with a mistake, exactly the tests that forbid it fail."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

import seqrkit
from seqrkit import Exchange, ManualClock
from seqrkit.assessment import Item, Verdict
from seqrkit.certification import PROCEDURES, Sales, judge
from seqrkit.certification.procedures import certification_tests
from seqrkit.certification.rehearsal import rehearse
from seqrkit.contract import SessionRules, Severity
from seqrkit.vocabulary import Interface

Session = Sequence[Exchange]
Change = Callable[[Session], Session]


def rehearsed(procedure: str, interface: str = Interface.CASHREGISTER_2) -> Session:
    with seqrkit.connect(
        interface=interface, clock=ManualClock(), seed=1, terminal_id=None, quiet=True
    ) as seqr:
        rehearse(seqr, procedure)
        # As a session file has them: passwords masked, messages linted again.
        return tuple(Exchange.from_dict(dict(each.to_dict())) for each in seqr.exchanges)


POS = rehearsed("pos")
WEBSHOP = rehearsed("webshop")


def sales(session: Iterable[Exchange]) -> Sales:
    """The sales of exchanges that are judged as one session."""
    rules = SessionRules()
    return Sales(each.judged(rules) for each in session)


def judged(session: Session, procedure: str = "pos") -> dict[str, Item]:
    return {each.id: each for each in judge(sales(session), procedure)}


def wrong(session: Session, procedure: str = "pos") -> dict[str, Verdict]:
    items = judged(session, procedure)
    return {id_: i.verdict for id_, i in items.items() if i.verdict is not Verdict.PASSED}


def without(*operations: str) -> Change:
    return lambda session: [each for each in session if each.operation not in operations]


def rewritten(operation: str, pattern: str, new: str, *, in_reply: bool = False) -> Change:
    """Replace what matches in all messages of an operation, as if the client had sent that."""

    def change(session: Session) -> Session:
        made = []
        for each in session:
            saved = dict(each.to_dict())
            key = "response" if in_reply else "request"
            if each.operation == operation:
                saved[key], count = re.subn(pattern, new, str(saved[key]), flags=re.DOTALL)
                assert count
            made.append(Exchange.from_dict(saved))
        return made

    return change


def paced(seconds: float) -> Change:
    """Let a client poll an invoice six times, with so many seconds between the requests."""

    def change(session: Session) -> Session:
        at = next(n for n, each in enumerate(session) if each.operation == "getPaymentStatus")
        first = session[at].started_at
        polls = [
            evolve(session[at], started_at=first + timedelta(seconds=seconds * n)) for n in range(6)
        ]
        rest = timedelta(seconds=seconds * 6)
        later = [evolve(each, started_at=each.started_at + rest) for each in session[at + 1 :]]
        return [*session[:at], *polls, *later]

    return change


@pytest.mark.parametrize("interface", Interface)
@pytest.mark.parametrize("procedure", PROCEDURES)
def test_a_rehearsal_passes(procedure: str, interface: Interface) -> None:
    assert not wrong(rehearsed(procedure, interface), procedure)


@pytest.mark.parametrize("procedure", PROCEDURES)
def test_the_tests_are_numbered_as_in_the_procedure(procedure: str) -> None:
    numbers = [each.number for each in certification_tests(procedure) if each.number is not None]
    assert numbers == list(range(1, {"pos": 9, "webshop": 6}[procedure] + 1))


def test_nothing_is_seen_in_an_empty_session() -> None:
    assert set(wrong([]).values()) == {Verdict.NOT_SEEN}
    assert len(wrong([])) == len(certification_tests("pos"))


MISTAKES = {
    "no interval": (paced(0.05), {"advice.poll-interval"}, "0.05 s"),
    "slow": (paced(30), {"advice.poll-interval"}, "every 30 s"),
    "never cancels": (
        without("cancelInvoice"),
        {"pos.cancel", "advice.abandoned"},
        "missing: cancelInvoice; seen so far",
    ),
    "old version": (
        rewritten("getPaymentStatus", "(<invoiceVersion>).*?<", r"\g<1>0<"),
        {"advice.latest-version"},
        "invoiceVersion is 0, but the latest is 1",
    ),
    "wrong currency": (
        rewritten("sendInvoice", "<currency>SEK", "<currency>XXX"),
        {"advice.messages"},
        "XXX",
    ),
    "refused invoice": (
        rewritten("sendInvoice", "<resultCode>0", "<resultCode>49", in_reply=True),
        {
            *(f"pos.{test}" for test in ("send", "status", "receipt", "cancel", "refund")),
            "advice.abandoned",
        },
        "49 INVALID_INVOICE_DATA, not 0 SUCCESS",
    ),
    "no receipt": (
        without("submitPaymentReceipt"),
        {"pos.receipt"},
        "missing: submitPaymentReceipt",
    ),
    "no static code": (without("assignSeqrId"), {"pos.static-code"}, "missing: assignSeqrId"),
    "same clientInvoiceId": (
        rewritten("sendInvoice", "(<clientInvoiceId>).*?<", r"\g<1>4711<"),
        {"advice.invoice-id"},
        "4711 was already used in exchange 3",
    ),
    "no clientReference": (
        rewritten("sendInvoice", "<clientReference>.*?</clientReference>", ""),
        {"pos.send", "advice.messages"},
        "context/clientReference is missing; it is to name your system",
    ),
    "timeout": (
        rewritten("sendInvoice", "(<clientRequestTimeout>)0", r"\g<1>30"),
        {"pos.send", "advice.messages"},
        "context/clientRequestTimeout is 30; it must be 0",
    ),
    "no quantity": (
        rewritten("sendInvoice", "<itemQuantity>.*?</itemQuantity>", ""),
        {"pos.send", "advice.messages"},
        "itemQuantity is missing in invoiceRow 1",
    ),
    "no rows": (
        rewritten("sendInvoice", "<invoiceRows>.*?</invoiceRows>", ""),
        {"pos.send"},
        "the request has no invoiceRow",
    ),
    "terminal registers itself": (
        rewritten("registerTerminal", "RESELLERUSER", "TERMINALID"),
        {"pos.register", "advice.messages"},
        "it must be RESELLERUSER",
    ),
    "no closing": (
        without("markTransactionPeriod"),
        {"pos.closing"},
        "missing: markTransactionPeriod",
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_mistake_is_named(mistake: str) -> None:
    change, ids, reason = MISTAKES[mistake]
    items = judged(change(POS))
    found = {id_ for id_, item in items.items() if item.verdict is not Verdict.PASSED}
    assert found == ids
    said = [items[id_].evidence for id_ in ids]
    said += [failure.sentence for id_ in ids for failure in items[id_].failures]
    assert any(reason in each for each in said), said


def test_an_invoice_reference_in_place_of_the_ers_reference() -> None:
    (sent,) = re.findall("<invoiceReference>(.*?)<", str(POS[2].to_dict()["response"]))
    change = rewritten("refundPayment", "(<ersReference>).*?<", rf"\g<1>{sent}<")
    items = judged(change(POS))
    (failure,) = items["advice.ers-reference"].failures
    assert "is the invoiceReference that sendInvoice returned" in failure.sentence
    assert failure.deviation == "advice.ers-reference: session.ersReference.payment"


def test_polling_the_earlier_invoice_too_early_fails_with_the_time() -> None:
    second = [n for n, each in enumerate(POS) if each.operation == "sendInvoice"][1]
    early = [
        each
        if n <= second
        else evolve(each, started_at=POS[second].started_at + timedelta(seconds=12))
        for n, each in enumerate(POS)
    ]
    (failure,) = judged(early)["pos.status"].failures
    assert "12 s after sendInvoice" in failure.sentence
    assert failure.exchange == POS[second + 1].number


def test_failures_of_one_kind_are_one_failure_with_the_other_exchanges() -> None:
    change = rewritten("sendInvoice", "(<clientRequestTimeout>)0", r"\g<1>30")
    (failure,) = judged(change(POS))["pos.send"].failures
    others = [each.number for each in POS if each.operation == "sendInvoice"][1:]
    assert failure.sentence.endswith(f"(also exchange {others[0]})")


def test_a_refused_invoice_counts_only_if_none_is_accepted() -> None:
    """As after a wrong password or a mistyped currency."""
    at = next(n for n, each in enumerate(POS) if each.operation == "sendInvoice")
    refused = rewritten("sendInvoice", "<resultCode>0", "<resultCode>49", in_reply=True)([POS[at]])
    assert not set(wrong([*POS[:at], *refused, *POS[at:]])) - {"advice.invoice-id"}


def test_an_open_invoice_of_a_live_session_is_not_yet_given_up() -> None:
    at = next(n for n, each in enumerate(POS) if each.operation == "sendInvoice")
    for number, verdict in ((at + 1, Verdict.NOT_SEEN), (len(POS), Verdict.PASSED)):
        items = {each.id: each for each in judge(Sales(POS[:number]), "pos", is_live=True)}
        assert items["advice.abandoned"].verdict is verdict
    later = [evolve(POS[-1], started_at=POS[at].started_at + timedelta(seconds=61))]
    items = {each.id: each for each in judge(Sales([*POS[: at + 1], *later]), "pos", is_live=True)}
    assert items["advice.abandoned"].verdict is Verdict.NOT_FOLLOWED


def test_webshop_sales_overlap() -> None:
    """A status of one invoice between two of another changes nothing."""
    assert not wrong(WEBSHOP, "webshop")
    sends = [each for each in WEBSHOP if each.operation == "sendInvoice"]
    moved = [sends[0], sends[1], *(each for each in WEBSHOP if each not in sends)]
    assert set(wrong(moved, "webshop")) == {"webshop.status"}  # nothing is sent after the scan


@given(keep=st.sets(st.integers(min_value=0, max_value=len(POS) - 1)))
def test_leaving_out_exchanges_never_passes_more(keep: set[int]) -> None:
    fewer = [each for n, each in enumerate(POS) if n in keep]
    for item in judge(Sales(fewer), "pos"):
        seen = {failure.exchange for failure in item.failures}
        assert seen <= {each.number for each in fewer}
        assert not (item.failures and item.severity is Severity.ERROR)


def test_messages_that_cannot_be_read_are_no_obstacle() -> None:
    broken = [evolve(each, request=b"\xff<", response=b"<html>") for each in POS]
    assert set(wrong(broken)) <= {each.id for each in judge(Sales(broken), "pos")}
    assert judged([evolve(each, response=None, status=None) for each in POS])
