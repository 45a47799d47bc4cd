"""Away and back: snapshots hold everything but passwords, and what comes back is judged."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.shop import PASSWORD, RESELLER, Shop, context
from seqrkit.errors import ConfigurationError
from seqrkit.model import CreditUserRequest, ReceiptDocument
from seqrkit.simulator.store.records import Terminal
from seqrkit.simulator.transactions import snapshots


def busy(shop: Shop) -> str:
    """Something in every table; the reference of an invoice that is paid."""
    shop.service.configure({"tokens": [{"id": "CARD"}], "reports": [{"id": "R", "text": "1"}]})
    till = shop.register("Till 1")
    shop.call("assignSeqrId", till, seqr_id="TILL1")
    ers_reference = shop.sell(cashier_id="Bob")
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
    for secret in (PASSWORD, "12345678", '"1234"', "scrypt", '"password":'):
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


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.data())
def test_a_snapshot_with_any_value_in_any_field_is_restored_or_refused(data: st.DataObject) -> None:
    shop = Shop()
    busy(shop)
    document = taken(shop)
    table = data.draw(st.sampled_from(sorted(document["tables"])))
    row = document["tables"][table][0]
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(_json)
    before = taken(shop)
    try:
        snapshots.restore(shop.service.transactions, document)
    except ConfigurationError:
        assert taken(shop) == before
    else:
        assert json.loads(json.dumps(taken(shop)))["tables"].keys() == before["tables"].keys()
