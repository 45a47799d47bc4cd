"""Away and back: snapshots hold everything but passwords, and what comes back is judged."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.shop import PASSWORD, RESELLER, Shop, context, standard
from seqrkit.clock import ManualClock
from seqrkit.errors import ConfigurationError
from seqrkit.model import CreditUserRequest, ReceiptDocument
from seqrkit.simulator.states.invoice_state import Step
from seqrkit.simulator.store.records import Terminal
from seqrkit.simulator.transactions import ledger, snapshots
from seqrkit.vocabulary import InvoiceStatus

LOGIN = "a-login-7f3a"


def busy(shop: Shop) -> str:
    """Something in every table; the reference of an invoice that is paid."""
    shop.service.configure({"tokens": [{"id": "CARD"}], "reports": [{"id": "R", "text": "1"}]})
    till = shop.register("Till 1")
    shop.call("assignSeqrId", till, seqr_id="TILL1")
    ers_reference = shop.sell(
        cashier_id="Bob", notification_url=f"http://shop:{LOGIN}@127.0.0.1/paid"
    )
    document = ReceiptDocument(mime_type="text/plain", receipt_data=b"\xff\x00")
    shop.call("submitPaymentReceipt", ers_reference=ers_reference, receipt_document=document)
    shop.refund(ers_reference, "10 SEK")
    shop.mark()
    request = CreditUserRequest(user_id=shop.phone.user_id, amount="5 EUR")
    shop.call("creditUser", credit_user_request=request)
    reference = shop.send(caller=till)
    shop.scan(reference)
    return reference


def taken(shop: Shop) -> dict[str, Any]:
    """A snapshot, once over JSON."""
    found: dict[str, Any] = json.loads(json.dumps(snapshots.snapshot(shop.service.transactions)))
    return found


def test_a_restored_snapshot_is_the_same() -> None:
    shop = Shop()
    busy(shop)
    before = taken(shop)
    assert all(before["tables"].values())
    busy(shop)
    assert taken(shop)["tables"] != before["tables"]
    assert snapshots.restore(shop.service.transactions, before) == []
    assert taken(shop) == before


def test_another_endpoint_restores_a_snapshot_without_passwords() -> None:
    shop, other = Shop(), Shop()
    reference = busy(shop)
    terminal = shop.service.transactions.run(lambda ledger: ledger.tx.find(Terminal, newest=1))[0]
    assert snapshots.restore(other.service.transactions, taken(shop)) == [terminal.id]
    assert taken(other)["tables"] == taken(shop)["tables"]
    for password in (PASSWORD, "", "scrypt"):
        reply = other.status(reference, caller=context(terminal.id, password))
        assert reply.result_code == 20
    assert other.send()


def test_a_snapshot_contains_no_password_and_no_hash() -> None:
    shop = Shop()
    busy(shop)
    text = json.dumps(taken(shop))
    for secret in (PASSWORD, LOGIN, "12345678", '"1234"', "scrypt", '"password":'):
        assert secret not in text
    hashes = shop.service.transactions.run(
        lambda ledger: [terminal.password for terminal in ledger.tx.find(Terminal)]
    )
    assert all(stored.rpartition(":")[2] not in text for stored in hashes)


def test_reset_leaves_the_published_principals_only() -> None:
    shop = Shop()
    start = taken(shop)["tables"]
    till = shop.register()
    busy(shop)
    shop.service.reset()
    assert taken(shop)["tables"] == start
    assert shop.status("1", caller=till).result_code == 29
    assert shop.sell()
    assert shop.call("markTransactionPeriod", RESELLER).result_code == 0


def _change(table: str, column: str, value: object) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["tables"][table][0][column] = value

    return change


def _drop_table(document: dict[str, Any]) -> None:
    del document["tables"]["period"]


def _drop_rows(document: dict[str, Any]) -> None:
    document["tables"]["invoice"] = None


def _short_row(document: dict[str, Any]) -> None:
    del document["tables"]["invoice"][0]["sent_at"]


def _twice(document: dict[str, Any]) -> None:
    document["tables"]["invoice"] *= 2


def _no_sequence(document: dict[str, Any]) -> None:
    document["tables"]["sequence"] = []


@pytest.mark.parametrize(
    "spoil",
    [
        lambda document: document.update(format=1),
        lambda document: document.update(tables=[]),
        lambda document: document.update(tables={}),
        lambda document: document["tables"].update(password=[]),
        _drop_table,
        _drop_rows,
        _short_row,
        _twice,
        _no_sequence,
        _change("invoice", "state", "[]"),
        _change("invoice", "state", "nonsense"),
        _change("invoice", "invoice", []),
        _change("invoice", "sent_at", "today"),
        _change("invoice", "sent_at", value=True),
        _change("invoice", "sent_at", 2**63),
        _change("invoice", "terminal", 99),
        _change("history", "status", "LOST"),
        _change("history", "invoice", 1),
        _change("movement", "amount", {"value": "much", "currency": "SEK"}),
        _change("movement", "invoice", "1"),
        _change("terminal", "kind", "a phone"),
        _change("terminal", "reseller", "nobody"),
        _change("period", "marked_at", "never"),
        _change("credit", "at", None),
        _change("receipt", "receipt_data", "*"),
        _change("receipt", "movement", "1"),
        _change("sequence", "value", "1"),
    ],
)
def test_a_damaged_snapshot_is_refused_and_changes_nothing(
    spoil: Callable[[dict[str, Any]], None],
) -> None:
    shop = Shop()
    busy(shop)
    before = taken(shop)
    spoiled = copy.deepcopy(before)
    spoil(spoiled)
    with pytest.raises(ConfigurationError) as refusal:
        snapshots.restore(shop.service.transactions, spoiled)
    assert "\n" not in str(refusal.value)
    assert taken(shop) == before


_EPOCH_YEAR = "0001-01-01T00:00:00+23:00"
_odd = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=5)
    | st.sampled_from([2**63 - 1, 10**400, 10**15, -1, 0])
    | st.sampled_from(["1E+300000000", "1E-300000000", "NaN", "-5", "\ud800", *InvoiceStatus])
    | st.sampled_from(["2026-01-01T00:00:00", "9999-12-31T23:59:59Z", _EPOCH_YEAR])
    | st.sampled_from([{"value": "5", "currency": "EUR"}, {"value": "-5", "currency": "SEK"}]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "value", "status"]) | st.text(max_size=5), inner)
    ),
    max_leaves=5,
)


def _places(value: object, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The path of everything within JSON data."""
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        each = value[key]  # type: ignore[index]
        yield (*path, key)
        yield from _places(each, (*path, key))


@pytest.fixture(scope="module")
def lived() -> tuple[Shop, dict[str, Any]]:
    """A shop, and a snapshot of it with payments that are reversed in 20 seconds."""
    shop = Shop()
    busy(shop)
    shop.scan(shop.send()).pay()
    return shop, taken(shop)


@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_snapshot_with_any_value_anywhere_is_refused_or_restored_and_usable(
    lived: tuple[Shop, dict[str, Any]], data: st.DataObject
) -> None:
    shop, good = lived
    shop.clock = shop.service.transactions.clock = ManualClock()
    snapshots.restore(shop.service.transactions, good)
    spoiled = copy.deepcopy(good)
    *path, key = data.draw(st.sampled_from([*_places(good)]))
    inner: Any = spoiled
    for each in path:
        inner = inner[each]
    inner[key] = data.draw(_odd)
    try:
        snapshots.restore(shop.service.transactions, spoiled)
    except ConfigurationError as refusal:
        sentence = refusal.sentence
    else:
        sentence = ""
    if sentence:
        assert "\n" not in sentence
        assert len(sentence) < 400
        assert taken(shop) == good
        return
    with shop.service.transactions.store.read() as tx:
        restored = {"format": good["format"], "tables": json.loads(json.dumps(tx.dump()))}
    snapshots.restore(shop.service.transactions, restored)
    with shop.service.transactions.store.read() as tx:
        assert json.loads(json.dumps(tx.dump())) == restored["tables"]
    shop.clock.advance(60)
    assert taken(shop)
    for row in restored["tables"]["invoice"]:
        shop.status(str(row["reference"]))
    shop.call("sendInvoice", invoice=standard())


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        (["invoice", 0, "due"], "tomorrow", "due"),
        (["invoice", 0, "sent_at"], "2026-01-01T12:00:00", "no time zone"),
        (["invoice", 0, "state", "paid_at"], "9999-12-31T23:00:00Z", "use 1970 to 9999"),
        (["invoice", 0, "state", "version"], "x", "version"),
        (["invoice", 0, "state", "tokens"], [{"status": "x"}], "status"),
        (["invoice", 0, "state", "tokens"], "x", "tokens"),
        (["invoice", 0, "state", "total", "value"], float("nan"), "state.total has no value"),
        (["invoice", 0, "state", "paid", "value"], "1E+300000000", "without an exponent"),
        (["invoice", 0, "state", "paid", "currency"], "EUR", "not in one currency"),
        (["invoice", 0, "state", "refunded", "value"], "100000", "more refunded than paid"),
        (["invoice", 0, "invoice", "title"], float("inf"), "would be read back as None"),
        (["history", 0, "event"], "explodes", "is not an event"),
        (["movement", 0, "number"], 2**62, "larger than 10^18"),
        (["movement", 0, "amount", "value"], "-5", "which is not positive"),
        (["invoice", 0, "reference"], 2**63 - 1, "not from 1 to 10"),
        (["invoice", 0, "reference"], -1, "not from 1 to 10"),
        (["invoice", 0, "state", "version"], -1, "state.version is negative"),
        (["terminal", 0, "name"], "a\0b", "name has a character that XML does not allow"),
        (["sequence", 0, "value"], 2**62, "1000000000000000000"),
        (["sequence", 0, "value"], -1, ">= 0"),
        (["sequence", 0], {}, "value"),
    ],
)
def test_a_refused_snapshot_is_explained(
    lived: tuple[Shop, dict[str, Any]], path: list[Any], value: object, says: str
) -> None:
    shop, good = lived
    spoiled = copy.deepcopy(good)
    inner = spoiled["tables"]
    for each in path[:-1]:
        inner = inner[each]
    inner[path[-1]] = value
    with pytest.raises(ConfigurationError, match=re.escape(says)):
        snapshots.restore(shop.service.transactions, spoiled)


def test_an_event_that_stays_due_stops_the_sweep_and_a_reset_helps(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    shop = Shop()
    reference = shop.send()
    shop.scan(reference).pay()
    monkeypatch.setattr(ledger, "step", lambda invoice, *_: Step(invoice))
    shop.clock.advance(60)
    assert f"what is due of invoice {reference} cannot be" in shop.service.problem
    assert shop.status(reference).result_code == 90
    shop.service.reset()
    assert shop.call("sendInvoice", invoice=standard()).result_code == 0
