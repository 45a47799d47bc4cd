"""The rules across the messages of one session."""

import pytest
from lxml import etree

from contract_tests.toolkit.messages import CONTRACTS, NEWEST, at, build
from seqrkit import strategies
from seqrkit.contract import SESSION_RULES, Contract, Finding, SessionRules, Severity

CONTRACTS_BY_NAME = pytest.mark.parametrize("judge", CONTRACTS.values(), ids=list(CONTRACTS))


def message(name: str, **texts: str) -> etree._Element:
    """A message of sample values, without tokens, with some texts changed, by names of elements."""
    element = build(NEWEST, name)
    for tokens in element.findall("tokens"):
        element.remove(tokens)
    for tag, text in texts.items():
        for each in element.iter(tag):
            each.text = text
    return element


class Session:
    """A session whose requests have a clientReference of their own."""

    def __init__(self) -> None:
        self.rules = SessionRules()
        self.number = 0

    def check(self, name: str, **texts: str) -> tuple[Finding, ...]:
        self.number += 1
        own = {} if "clientReference" in texts else {"clientReference": str(self.number)}
        return self.rules.check(message(name, **own, **texts))

    def ids(self, name: str, **texts: str) -> list[str]:
        return [finding.id for finding in self.check(name, **texts)]

    def sell(self, reference: str, status: str, version: str = "1", paid: str = "") -> None:
        """Send an invoice, and read its status once."""
        assert self.ids("sendInvoice", acknowledgmentMode="REQUIRE_ACKNOWLEDGMENT") == []
        assert self.ids("sendInvoiceResponse", invoiceReference=reference) == []
        assert self.ids("getPaymentStatus", invoiceReference=reference, invoiceVersion="0") == []
        reply = {"status": status, "version": version, "ersReference": paid}
        assert self.ids("getPaymentStatusResponse", **reply) == []


@CONTRACTS_BY_NAME
@pytest.mark.parametrize("rule", SESSION_RULES)
def test_the_last_message_of_a_broken_session_breaks_its_rule(judge: Contract, rule: str) -> None:
    session = SessionRules()
    *kept, broken = strategies.broken_session(rule, judge.interface)
    assert [session.check(each) for each in kept] == [()] * len(kept)
    (finding,) = session.check(broken)
    assert finding.rule is judge.rules[rule]
    assert finding.severity is Severity.WARNING
    assert finding.value is not None
    assert at(broken, finding.path.partition("/")[2]).text == finding.value


@CONTRACTS_BY_NAME
@pytest.mark.parametrize("rule", SESSION_RULES)
def test_each_message_of_a_broken_session_is_valid(judge: Contract, rule: str) -> None:
    for each in strategies.broken_session(rule, judge.interface):
        found = judge.lint_element(each)
        assert [finding for finding in found if finding.severity is Severity.ERROR] == []


def test_a_repeated_reference_is_reported_for_the_same_client() -> None:
    session = Session()
    assert session.ids("sendInvoice", clientId="till", clientReference="1") == []
    assert session.ids("sendInvoice", clientId="till", clientReference="2") == []
    assert session.ids("sendInvoice", clientId="web", clientReference="1") == []
    (finding,) = session.check("getPaymentStatus", clientId="till", clientReference="1")
    assert finding.id == "context.clientReference.unique"
    assert finding.path == "getPaymentStatus/context/clientReference"
    assert finding.message == "1 was already used by sendInvoice; use a new one"


def test_tills_with_one_client_id_share_its_references() -> None:
    session = Session()
    assert session.ids("sendInvoice", clientReference="1", id="till-1") == []
    (finding,) = session.check("sendInvoice", clientReference="1", id="till-2")
    assert finding.message == (
        '1 was already used by sendInvoice of "till-1", which has the same clientId; use a new one'
    )


@pytest.mark.parametrize("blank", ["", " \n"])
def test_a_blank_reference_is_not_a_repeated_one(blank: str) -> None:
    session = Session()
    for _ in range(2):
        assert session.ids("sendInvoice", clientReference=blank) == []


@pytest.mark.parametrize(("sent", "findings"), [("1", 0), ("01", 0), ("0", 1), ("2", 1), ("", 0)])
def test_a_poll_sends_the_version_of_the_latest_reply(sent: str, findings: int) -> None:
    session = Session()
    session.sell("7", "RESERVED")
    found = session.check("getPaymentStatus", invoiceReference="7", invoiceVersion=sent)
    assert [each.id for each in found] == ["session.invoiceVersion.latest"] * findings
    for each in found:
        assert each.message == f"invoiceVersion is {sent}, but the latest is 1"


def test_the_versions_of_invoices_are_independent() -> None:
    session = Session()
    session.sell("7", "RESERVED", version="3")
    session.sell("8", "RESERVED", version="5")
    for reference, version in (("7", "3"), ("8", "5"), ("9", "0")):
        sent = {"invoiceReference": reference, "invoiceVersion": version}
        assert session.ids("getPaymentStatus", **sent) == []


@pytest.mark.parametrize("operation", ["updateInvoice", "cancelInvoice", "commitReservation"])
@pytest.mark.parametrize(
    ("status", "findings"),
    [("ISSUED", 0), ("RESERVED", 0), ("PENDING_ISSUER_ACKNOWLEDGE", 0), ("PAID", 1)]
    + [(status, 1) for status in ("CANCELED", "FAILED", "EXPIRED")],
)
def test_an_invoice_is_not_changed_after_its_end(
    operation: str, status: str, findings: int
) -> None:
    session = Session()
    session.sell("7", status, version="0")
    found = session.ids(operation, invoiceReference="7")
    assert found == ["session.invoiceReference.open"] * findings


@pytest.mark.parametrize("operation", ["updateInvoice", "cancelInvoice"])
def test_an_invoice_is_not_changed_after_it_was_canceled(operation: str) -> None:
    session = Session()
    session.sell("7", "ISSUED", version="0")
    assert session.ids("cancelInvoice", invoiceReference="7") == []
    assert session.ids("cancelInvoiceResponse") == []
    assert session.ids(operation, invoiceReference="7") == ["session.invoiceReference.open"]


@pytest.mark.parametrize("operation", ["refundPayment", "submitPaymentReceipt"])
def test_an_invoice_reference_is_not_an_ers_reference(operation: str) -> None:
    session = Session()
    session.sell("7", "PAID", paid="2012")
    assert session.ids(operation, ersReference="2012") == []
    (finding,) = session.check(operation, ersReference="7")
    assert finding.message == "7 is the invoiceReference that sendInvoice returned"


def test_refunds_add_up_to_the_payment_at_most() -> None:
    session = Session()
    session.sell("7", "PAID", paid="2012")  # of 149.99
    found: tuple[Finding, ...] = ()
    for value, findings in (("100", 0), ("49.98", 0), ("0.02", 1)):
        refund = message("refundPayment", ersReference="2012", clientReference=value)
        at(refund, "invoice/totalAmount/value").text = value
        found = session.rules.check(refund)
        assert [each.id for each in found] == ["session.refund.sum"] * findings
        assert session.ids("refundPaymentResponse", ersReference="2013") == []
    assert found[0].message == (
        "the refunds of this payment add up to 150.00, but its amount is 149.99"
    )


def test_a_refused_refund_does_not_count() -> None:
    session = Session()
    session.sell("7", "PAID", paid="2012")
    for _ in range(3):
        assert session.ids("refundPayment", ersReference="2012") == []
        assert session.ids("refundPaymentResponse", resultCode="97") == []


def test_a_reply_to_another_operation_is_ignored() -> None:
    session = SessionRules()
    request = message("getPaymentStatus", invoiceReference="7")
    session.reply(message("sendInvoiceResponse"), request)
    assert session.request(message("cancelInvoice", invoiceReference="7")) == ()


def test_a_reply_without_a_request_is_ignored() -> None:
    assert SessionRules().check(message("getPaymentStatusResponse")) == ()


@pytest.mark.parametrize(
    ("mode", "status", "findings"),
    [
        ("NO_ACKNOWLEDGMENT", "ISSUED", 1),
        ("NO_ACKNOWLEDGMENT", "RESERVED", 0),  # an update changes a reserved invoice
        ("REQUIRE_ACKNOWLEDGMENT", "ISSUED", 0),
        ("OPTIONAL_ACKNOWLEDGMENT", "ISSUED", 0),
    ],
)
def test_an_update_has_no_effect_after_a_scan_without_acknowledgment(
    mode: str, status: str, findings: int
) -> None:
    session = Session()
    session.check("sendInvoice", acknowledgmentMode=mode)
    session.check("sendInvoiceResponse", invoiceReference="7")
    session.check("getPaymentStatus", invoiceReference="7", invoiceVersion="0")
    session.check("getPaymentStatusResponse", status=status, version="0", ersReference="")
    found = session.ids("updateInvoice", invoiceReference="7")
    assert found == ["session.updateInvoice.before-scan"] * findings
    assert session.ids("updateInvoiceResponse") == []
    again = session.ids("updateInvoice", invoiceReference="7")
    assert again == found


def test_an_issued_invoice_in_a_raised_version_may_be_paid_in_part() -> None:
    session = Session()
    assert session.ids("sendInvoice") == []
    assert session.ids("sendInvoiceResponse", invoiceReference="7") == []
    found: tuple[Finding, ...] = ()
    for version, findings in (("0", 0), ("1", 1), ("2", 1)):
        session.check("getPaymentStatus", invoiceReference="7", invoiceVersion=version)
        reply = message("getPaymentStatusResponse", status="ISSUED", version=version)
        at(reply, "return/customerTokens").clear()
        found = session.rules.check(reply)
        assert [each.id for each in found] == ["session.status.part-paid"] * findings
    (finding,) = found
    assert finding.path == "getPaymentStatusResponse/return/status"
    assert finding.message == "the version is 2, without an update or a token"


@pytest.mark.parametrize("seen", ["sendInvoice", "updateInvoice", "a token", "nothing"])
def test_a_raised_version_has_other_reasons(seen: str) -> None:
    session = Session()
    if seen != "nothing":
        session.check("sendInvoice", acknowledgmentMode="REQUIRE_ACKNOWLEDGMENT")
        session.check("sendInvoiceResponse", invoiceReference="7")
    if seen == "updateInvoice":
        session.check("updateInvoice", invoiceReference="7")
        session.check("updateInvoiceResponse")
    session.check("getPaymentStatus", invoiceReference="7", invoiceVersion="0")
    reply = message("getPaymentStatusResponse", status="ISSUED", version="1")
    if seen != "a token":
        at(reply, "return/customerTokens").clear()
    found = [each.id for each in session.rules.check(reply)]
    assert found == ["session.status.part-paid"] * (seen == "sendInvoice")


def test_a_token_is_known_once_a_reply_has_returned_one_of_its_kind() -> None:
    sent = build(NEWEST, "sendInvoice")
    assert SessionRules().check(sent) == ()  # a message alone
    assert SessionRules(knows_token=lambda _: True).check(sent) == ()
    session = Session()
    session.rules = SessionRules(knows_token=lambda _: False)
    (finding,) = session.rules.check(sent)
    kind = at(sent, "tokens/id").text
    assert (finding.id, finding.value) == ("session.tokens.known", kind)
    assert finding.message == f'no reply has returned a token with the id "{kind}"'
    session.check("getPaymentStatus", invoiceReference="7")
    session.check("getPaymentStatusResponse", id=str(kind))
    found = session.rules.check(build(NEWEST, "updateInvoice"))
    assert "session.tokens.known" not in [each.id for each in found]
