"""The steps of the demo scenario: one working day of a cinema's cash register.

They are data, in schemas/demo.toml, with the invoices that they send.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Final

from seqrkit import schemas
from seqrkit.contract import Contract, examples
from seqrkit.demo import actions
from seqrkit.demo.player import Fact, Step
from seqrkit.model import Invoice, InvoiceRow
from seqrkit.vocabulary import AcknowledgmentMode, InvoiceStatus, PaymentMode, ResultCode

_SCENARIO: Final = schemas.read_toml("demo.toml")


def _invoice(entry: dict[str, Any]) -> Invoice:
    usual = {
        "title": "Grand Cinema",
        "payment_mode": PaymentMode.IMMEDIATE_DEBIT,
        "acknowledgment_mode": AcknowledgmentMode.NO_ACKNOWLEDGMENT,
        "cashier_id": "Bob",
        "footer": "Enjoy the film",
    }
    rows = [
        InvoiceRow(item_description=item, item_quantity=1, item_total_amount=amount)
        for item, amount in entry.pop("rows").items()
    ]
    return Invoice(invoice_rows=rows, **(usual | entry))


INVOICES: Final = {name: _invoice(dict(each)) for name, each in _SCENARIO["invoice"].items()}


def _step(entry: dict[str, Any]) -> Step:
    action: Any = getattr(actions, entry["action"])
    findings = entry.get("findings", ())
    if "invoice" in entry:
        action = partial(action, invoice=INVOICES[entry["invoice"]])
    if "example" in entry:
        example = next(each for each in examples() if each.name == entry["example"])
        action, findings = partial(action, example=example), example.findings
    return Step(
        title=entry["title"],
        why=entry["why"],
        action=action,
        operation=entry.get("operation"),
        needs=tuple(map(Fact, entry.get("needs", ()))),
        gives=tuple(map(Fact, entry.get("gives", ()))),
        code=ResultCode(entry.get("code", ResultCode.SUCCESS)),
        status=InvoiceStatus(entry["status"]) if "status" in entry else None,
        findings=frozenset(findings),
    )


STEPS: Final = tuple(map(_step, _SCENARIO["step"]))
"""All steps in order; between them they use every operation."""


def steps(contract: Contract) -> tuple[Step, ...]:
    """Return the steps for an interface: all whose operation it has."""
    return tuple(each for each in STEPS if each.operation in {None, *contract.operations})
