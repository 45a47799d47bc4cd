"""The shapes of what the control API takes and answers, as JSON Schema."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from seqrkit.simulator.behaviours import SOURCES
from seqrkit.simulator.faults import Kind
from seqrkit.vocabulary import InvoiceStatus

Shape = Mapping[str, Any]

TEXT: Final[Shape] = {"type": "string"}
WHOLE: Final[Shape] = {"type": "integer"}
NUMBER: Final[Shape] = {"type": "number"}
YES_OR_NO: Final[Shape] = {"type": "boolean"}
TIME: Final[Shape] = {"type": "string", "format": "date-time"}
ANY: Final[Shape] = {"type": "object"}
STATUS: Final[Shape] = {"type": "string", "enum": [each.value for each in InvoiceStatus]}


def maybe(shape: Shape) -> Shape:
    """That, or null."""
    return {"anyOf": [shape, {"type": "null"}]}


def listing(of: Shape) -> Shape:
    """A list of that."""
    return {"type": "array", "items": of}


def record(optional: Mapping[str, Shape] | None = None, **fields: Shape) -> Shape:
    """An object of exactly these members."""
    return {
        "type": "object",
        "properties": {**fields, **(optional or {})},
        "required": list(fields),
        "additionalProperties": False,
    }


AMOUNT: Final = record(value=maybe(TEXT), currency=maybe(TEXT))
PROBLEM: Final = record(error=TEXT, help=TEXT)
CLOCK: Final = record(now=TIME, manual=YES_OR_NO)
STATE: Final = record(
    version=TEXT,
    interfaces={"type": "object", "additionalProperties": TEXT},
    clock=CLOCK,
    strict=YES_OR_NO,
    counts=record(invoices=WHOLE, exchanges=WHOLE, terminals=WHOLE, faults=WHOLE),
)
SNAPSHOT: Final = record(seqrkit=TEXT, format=WHOLE, at=TIME, tables=ANY)
RESTORED: Final = record(invoices=WHOLE, without_password=listing(TEXT))

_INVOICE: Final = {
    "reference": TEXT,
    "status": STATUS,
    "version": WHOLE,
    "title": TEXT,
    "total": AMOUNT,
    "paid": AMOUNT,
    "refunded": AMOUNT,
    "reserved": AMOUNT,
    "terminal": record(id=TEXT, name=TEXT),
    "created_at": TIME,
    "due_at": maybe(TIME),
    "code": TEXT,
}
ROW: Final = record(
    description=maybe(TEXT),
    quantity=maybe(TEXT),
    unit=maybe(TEXT),
    unit_price=maybe(AMOUNT),
    discount=maybe(AMOUNT),
    total=maybe(AMOUNT),
    tax_rate=maybe(TEXT),
    ean=maybe(TEXT),
    sku=maybe(TEXT),
)
TOKEN: Final = record(
    id=maybe(TEXT), description=maybe(TEXT), value=maybe(TEXT), status=maybe(WHOLE)
)
INVOICE: Final = record(**_INVOICE)
WHOLE_INVOICE: Final = record(
    **_INVOICE,
    rows=listing(ROW),
    tokens=listing(TOKEN),
    timeline=listing(
        record(
            at=TIME,
            event=TEXT,
            status=STATUS,
            version=WHOLE,
            behaviour=maybe(TEXT),
            code=maybe(WHOLE),
        )
    ),
    payments=listing(record(reference=TEXT, kind=TEXT, amount=AMOUNT, at=TIME)),
    receipts=listing(record(payment=TEXT, type=maybe(TEXT), mime_type=maybe(TEXT), text=TEXT)),
    notifications=listing(ANY),
)

_EXCHANGE: Final = {
    "number": WHOLE,
    "at": TIME,
    "ms": NUMBER,
    "interface": TEXT,
    "operation": TEXT,
    "status": WHOLE,
    "code": maybe(WHOLE),
    "description": maybe(TEXT),
    "client_reference": maybe(TEXT),
    "invoice_reference": maybe(TEXT),
    "ers_reference": maybe(TEXT),
    "fault": maybe(TEXT),
    "findings": record(errors=WHOLE, warnings=WHOLE),
}
FINDING: Final = record(
    rule=TEXT,
    severity=TEXT,
    path=TEXT,
    line=maybe(WHOLE),
    message=TEXT,
    source=TEXT,
    note=TEXT,
)
EXCHANGE: Final = record(**_EXCHANGE)
WHOLE_EXCHANGE: Final = record(
    **{**_EXCHANGE, "findings": listing(FINDING)},
    request=TEXT,
    response=TEXT,
    notes=listing(
        record(rule=TEXT, path=TEXT, wrong=TEXT, taken=TEXT, behaviour=TEXT, source=TEXT)
    ),
)
FOUND: Final = record(exchanges=listing(EXCHANGE), invoices=listing(INVOICE))
TERMINAL: Final = record(
    id=TEXT, name=TEXT, kind=TEXT, state=TEXT, seqr_id=maybe(TEXT), current=maybe(TEXT)
)
CARD: Final = record(value=TEXT, id=TEXT, description=TEXT)
BILL: Final = record(
    reference=TEXT,
    status=STATUS,
    title=TEXT,
    rows=listing(ROW),
    total=AMOUNT,
    open=AMOUNT,
    paid=AMOUNT,
    waiting=YES_OR_NO,
    footer=maybe(TEXT),
    receiver=TEXT,
    cashier=maybe(TEXT),
    opened_url=maybe(TEXT),
    receipt=maybe(
        record(
            payment_reference=TEXT,
            paid_at=maybe(TIME),
            amount=AMOUNT,
            receiver=TEXT,
            terminal=TEXT,
            payer_terminal=maybe(TEXT),
            client_invoice_id=maybe(TEXT),
        )
    ),
    code=TEXT,
)
BEHAVIOUR: Final = record(
    id=TEXT,
    statement=TEXT,
    source={"type": "string", "enum": list(SOURCES)},
    place=TEXT,
    code=maybe(WHOLE),
)
FAULT: Final = record(id=WHOLE, struck=WHOLE, left=maybe(WHOLE), says=TEXT, fault=ANY)
A_FAULT: Final = record(
    {
        "code": maybe({"type": ["integer", "string"]}),
        "delay": maybe({"type": ["number", "string"]}),
        "carried_out": maybe(YES_OR_NO),
        "operation": maybe(TEXT),
        "terminal": maybe(TEXT),
        "count": maybe(WHOLE),
        "probability": NUMBER,
        "seed": maybe(WHOLE),
    },
    kind={"type": "string", "enum": [kind.value for kind in Kind]},
)
DONE: Final = record(done=TEXT)
