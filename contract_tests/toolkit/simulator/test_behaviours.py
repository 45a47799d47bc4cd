"""The table of behaviours: each entry is complete, displayed alone, and applied by the code."""

import ast
import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

import seqrkit
from contract_tests.toolkit.simulator.invoices import HELD, TOTAL
from seqrkit.clock import DEFAULT_START
from seqrkit.model import CustomerToken
from seqrkit.money import Amount
from seqrkit.simulator import behaviours
from seqrkit.simulator.behaviours import SOURCES, TABLE, Behaviour, Refusal, behaviour, refusal
from seqrkit.simulator.states import HANDLERS, step
from seqrkit.simulator.states import invoice_state as what
from seqrkit.simulator.states.invoice_state import Event, InvoiceState
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode, ResultCode

BACK_REFERENCE = re.compile(
    r"(Nor|So|And|The same|It|They|This|That|These|Those|Without it|Otherwise|Also|Then)\b"
)
"""How a statement begins that can only be understood after the one before it."""


@pytest.mark.parametrize("behaviour", TABLE.values(), ids=str)
def test_every_entry_has_a_statement_a_source_and_a_place(behaviour: Behaviour) -> None:
    assert behaviour.statement.endswith(".")
    assert behaviour.source in SOURCES
    assert bool(behaviour.place) == (behaviour.source != "A")
    assert re.fullmatch(r"[a-z]+([.-][a-z]+)*", behaviour.id)


@pytest.mark.parametrize("behaviour", TABLE.values(), ids=str)
def test_every_statement_can_be_understood_alone(behaviour: Behaviour) -> None:
    assert BACK_REFERENCE.match(behaviour.statement) is None
    assert re.match(r"[A-Za-z0-9]", behaviour.statement)


def used_ids() -> Iterator[tuple[str, str]]:
    """The function and the id of each look-up of an entry in the package."""
    for path in Path(seqrkit.__file__).parent.rglob("*.py"):
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(call, ast.Call) and ast.unparse(call.func) in {"behaviour", "refusal"}:
                for part in ast.walk(call.args[0]):
                    if isinstance(part, ast.Constant) and isinstance(part.value, str):
                        yield ast.unparse(call.func), part.value


def test_each_id_in_the_code_is_in_the_table_and_each_refusal_is_used() -> None:
    used = {}
    for function, id_ in used_ids():
        assert isinstance(TABLE[id_], Refusal if function == "refusal" else Behaviour), id_
        used[id_] = TABLE[id_]
    assert {each for each in TABLE.values() if each.code is not None} <= set(used.values())


def test_a_refusal_is_looked_up_as_one() -> None:
    assert refusal("caller.type").code is ResultCode.ACCESS_DENIED
    for unknown in ("invoice.issued", "nonsense"):
        with pytest.raises(KeyError):
            refusal(unknown)


def test_an_id_stands_in_the_table_once() -> None:
    row = "| x | It does. | A |  |  |"
    assert list(behaviours._read(row)) == ["x"]
    with pytest.raises(ValueError, match="two behaviours have the id x"):
        behaviours._read(f"{row}\n{row}")


def test_an_entry_without_a_source_or_place_is_refused() -> None:
    with pytest.raises(ValueError, match="source letter"):
        Behaviour("x", "It does.", "D")
    with pytest.raises(ValueError, match="source letter"):
        Behaviour("x", "It does.", "A", "somewhere")


OF_TRANSITIONS = {
    each
    for each in TABLE.values()
    if each.id.startswith(
        ("phone.", "scan.", "pay.", "buyer.c", "cancel.", "update.", "commit", "reservation.l")
    )
} - {
    behaviour("scan.terminal"),
    behaviour("pay.part-older-interface"),
    behaviour("commit.final"),
} | {
    behaviour("confirmation"),
    behaviour("supersede"),
    behaviour("supersede.not-money"),
    behaviour("reversal"),
    behaviour("reversal.polled"),
    behaviour("receipt.acknowledges"),
    behaviour("refund.own-reference"),
    refusal("refund.sum"),
    refusal("invoice.other-currency"),
}
"""The entries about what an event does to an invoice."""


SEK, EUR = Amount.of("50 SEK"), Amount.of("1 EUR")
MUCH = Amount.of("999 SEK")
CARD = CustomerToken(id="CARD", value="1")
EVENTS: list[Event] = [
    what.Scan("buyer"),
    what.Scan("buyer", (CARD,)),
    what.BeginConfirmation(),
    what.LeaveConfirmation(),
    *(what.Confirm("2", amount) for amount in (None, Amount.of("40 SEK"), MUCH)),
    what.Decline(),
    what.BuyerCancel(),
    *(what.Update(total) for total in (SEK, MUCH, EUR)),
    what.Cancel(),
    what.Poll(),
    *(what.Commit("3", amount) for amount in (None, SEK, MUCH)),
    *(what.Refund("4", amount) for amount in (SEK, MUCH, EUR)),
    what.SubmitReceipt(),
    what.Supersede(),
    what.Lapse("5"),
]
"""Every kind of event, with each amount that makes a difference."""


def states() -> Iterator[InvoiceState]:
    """Return an invoice for each combination of what decides its further life."""
    flags = (False, True)
    for status, mode, acknowledgment, scanned, acknowledged, confirming, withdrawn in product(
        InvoiceStatus,
        (None, *PaymentMode),
        (None, *AcknowledgmentMode),
        flags,
        flags,
        flags,
        flags,
    ):
        yield InvoiceState(
            "1397222701693",
            TOTAL,
            status,
            mode=mode,
            acknowledgment=acknowledgment,
            scanned=scanned,
            acknowledged=acknowledged,
            confirming=confirming,
            withdrawn=withdrawn and status is InvoiceStatus.CANCELED,
            due=DEFAULT_START if status in {InvoiceStatus.PAID, InvoiceStatus.RESERVED} else None,
            **HELD.get(status, {}),  # type: ignore[arg-type]
        )


def test_transitions_apply_every_entry_about_them() -> None:
    assert {type(event) for event in EVENTS} == set(HANDLERS)
    applied: set[Behaviour] = set()
    for invoice, event in product(states(), EVENTS):
        outcome = step(invoice, event, DEFAULT_START)
        if outcome.behaviour is None:
            assert outcome.invoice.status is invoice.status
            assert not outcome.effects
        else:
            applied.add(outcome.behaviour)
    assert applied <= set(TABLE.values())
    assert applied >= OF_TRANSITIONS
