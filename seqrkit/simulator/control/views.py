"""The JSON objects of the control API: their schemas, and how they are built.

A `View` names the members of an object once, with the attribute that each one shows. Its schema
is part of the OpenAPI description, so the two cannot differ.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from operator import attrgetter
from typing import Any, Final

from seqrkit.money import Amount
from seqrkit.simulator.behaviours import SOURCES
from seqrkit.simulator.faults import Kind
from seqrkit.vocabulary import InvoiceStatus

Schema = Mapping[str, Any]

_MAX_TEXT: Final = 200
"""Characters of a text in a list, which clients choose the length of."""

TEXT: Final[Schema] = {"type": "string"}
INTEGER: Final[Schema] = {"type": "integer"}
NUMBER: Final[Schema] = {"type": "number"}
BOOLEAN: Final[Schema] = {"type": "boolean"}
TIME: Final[Schema] = {"type": "string", "format": "date-time"}
OBJECT: Final[Schema] = {"type": "object"}
STATUS: Final[Schema] = {"type": "string", "enum": [each.value for each in InvoiceStatus]}


def optional(schema: Schema) -> Schema:
    """Return the schema of a value that may be null."""
    return {"anyOf": [schema, {"type": "null"}]}


def array(items: Schema) -> Schema:
    """Return the schema of an array."""
    return {"type": "array", "items": items}


def record(not_required: Mapping[str, Schema] | None = None, **members: Schema) -> Schema:
    """Return the schema of an object with exactly these members."""
    return {
        "type": "object",
        "properties": {**members, **(not_required or {})},
        "required": list(members),
        "additionalProperties": False,
    }


@dataclass(frozen=True, slots=True)
class Attribute:
    """A member that shows an attribute of another name; `path` may contain dots."""

    path: str
    schema: Schema


class View:
    """A JSON object made from an object's attributes.

    Members show the attribute of their own name unless an `Attribute` names another one.
    """

    def __init__(self, **members: Schema | Attribute) -> None:
        attributes = {
            name: each if isinstance(each, Attribute) else Attribute(name, each)
            for name, each in members.items()
        }
        self.members = members
        self.schema: Schema = record(**{name: each.schema for name, each in attributes.items()})
        self._getters = {name: attrgetter(each.path) for name, each in attributes.items()}

    def __call__(self, source: object, **given: object) -> dict[str, Any]:
        """Return the JSON object of `source`; `given` are members that it does not have itself."""
        return {
            name: to_json(given[name] if name in given else get(source))
            for name, get in self._getters.items()
        }


def to_json(value: object) -> object:
    """Return a value as JSON data: amounts and decimals as exact text, times in UTC."""
    if isinstance(value, Amount):
        return {"value": to_json(value.value), "currency": value.currency}
    if isinstance(value, Decimal):
        # A JSON number becomes a float in most languages, and no float equals 149.99.
        return f"{value:f}"
    if isinstance(value, datetime):
        utc = value.astimezone(UTC)
        # JavaScript has milliseconds, and its own dates end with Z.
        return utc.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return value


def shortened(members: Mapping[str, Any]) -> dict[str, Any]:
    """Return a JSON object as an item of a list: with long texts cut."""
    return {
        name: shortened(value)
        if isinstance(value, dict)
        else f"{value[:_MAX_TEXT]}..."
        if isinstance(value, str) and len(value) > _MAX_TEXT
        else value
        for name, value in members.items()
    }


AMOUNT: Final = record(value=optional(TEXT), currency=optional(TEXT))
PROBLEM: Final = record({"code": INTEGER}, error=TEXT, help=TEXT)
DONE: Final = record(done=TEXT)
CLOCK: Final = record(now=TIME, manual=BOOLEAN)
STATE: Final = record(
    version=TEXT,
    interfaces={"type": "object", "additionalProperties": TEXT},
    clock=CLOCK,
    strict=BOOLEAN,
    documented=BOOLEAN,
    counts=record(invoices=INTEGER, exchanges=INTEGER, terminals=INTEGER, faults=INTEGER),
)
WORLD: Final = record(
    name=TEXT,
    base_url=TEXT,
    interfaces={"type": "object", "additionalProperties": TEXT},
    clock=CLOCK,
)
NEW_WORLD: Final = record({"name": optional(TEXT), "manual_clock": optional(BOOLEAN)})
SNAPSHOT: Final = record(seqrkit=TEXT, format=INTEGER, at=TIME, tables=OBJECT)
SETTINGS: Final[Schema] = {"$ref": "#/components/schemas/Settings"}
RESTORED: Final = record(invoices=INTEGER, without_password=array(TEXT))
ROW: Final = View(
    description=Attribute("item_description", optional(TEXT)),
    quantity=Attribute("item_quantity", optional(TEXT)),
    unit=Attribute("item_unit", optional(TEXT)),
    unit_price=Attribute("item_unit_price", optional(AMOUNT)),
    discount=Attribute("item_discount", optional(AMOUNT)),
    total=Attribute("item_total_amount", optional(AMOUNT)),
    tax_rate=Attribute("item_tax_rate", optional(TEXT)),
    ean=Attribute("item_ean", optional(TEXT)),
    sku=Attribute("item_sku", optional(TEXT)),
)
TOKEN: Final = View(
    id=optional(TEXT), description=optional(TEXT), value=optional(TEXT), status=optional(INTEGER)
)
HISTORY_ENTRY: Final = View(
    at=TIME,
    event=TEXT,
    status=STATUS,
    version=INTEGER,
    behaviour=optional(TEXT),
    code=optional(INTEGER),
)
PAYMENT: Final = View(reference=TEXT, kind=TEXT, amount=AMOUNT, at=TIME)
RECEIPT: Final = View(
    payment=Attribute("movement", TEXT),
    type=Attribute("receipt_type", optional(TEXT)),
    mime_type=optional(TEXT),
    text=TEXT,
)
TERMINAL: Final = View(
    id=TEXT, name=TEXT, kind=TEXT, state=TEXT, seqr_id=optional(TEXT), current=optional(TEXT)
)
INVOICE: Final = View(
    reference=TEXT,
    status=STATUS,
    version=INTEGER,
    title=TEXT,
    total=AMOUNT,
    paid=AMOUNT,
    refunded=AMOUNT,
    reserved=AMOUNT,
    terminal=record(id=TEXT, name=TEXT),
    created_at=TIME,
    due_at=Attribute("due", optional(TIME)),
    code=TEXT,
)
INVOICE_DETAILS: Final = View(
    **INVOICE.members,
    rows=array(ROW.schema),
    tokens=array(TOKEN.schema),
    timeline=array(HISTORY_ENTRY.schema),
    payments=array(PAYMENT.schema),
    receipts=array(RECEIPT.schema),
    notifications=array(OBJECT),
)
EXCHANGE: Final = View(
    number=Attribute("observed.number", INTEGER),
    at=Attribute("observed.started_at", TIME),
    ms=Attribute("milliseconds", NUMBER),
    interface=Attribute("observed.interface", TEXT),
    operation=Attribute("observed.operation", TEXT),
    status=Attribute("observed.status", INTEGER),
    code=Attribute("outcome.result_code", optional(INTEGER)),
    description=optional(TEXT),
    client_reference=Attribute("references.client", optional(TEXT)),
    invoice_reference=Attribute("references.invoice", optional(TEXT)),
    ers_reference=Attribute("references.ers", optional(TEXT)),
    fault=optional(TEXT),
    findings=Attribute("finding_counts", optional(record(errors=INTEGER, warnings=INTEGER))),
)
FINDING: Final = View(
    side=TEXT,
    rule=Attribute("rule.id", TEXT),
    severity=TEXT,
    path=TEXT,
    line=optional(INTEGER),
    message=TEXT,
    source=TEXT,
    note=Attribute("rule.note", TEXT),
)
NOTE: Final = View(
    rule=TEXT,
    path=TEXT,
    wrong=TEXT,
    taken=TEXT,
    behaviour=Attribute("behaviour.id", TEXT),
    source=Attribute("behaviour.source", TEXT),
)
EXCHANGE_DETAILS: Final = View(
    **{**EXCHANGE.members, "findings": array(FINDING.schema)},
    request=TEXT,
    response=TEXT,
    notes=array(NOTE.schema),
)
FOUND: Final = record(exchanges=array(EXCHANGE.schema), invoices=array(INVOICE.schema))
CARD: Final = record(value=TEXT, id=TEXT, description=TEXT)
BILL_RECEIPT: Final = View(
    payment_reference=Attribute("ers_reference", TEXT),
    paid_at=optional(TIME),
    amount=AMOUNT,
    receiver=TEXT,
    terminal=TEXT,
    payer_terminal=optional(TEXT),
    client_invoice_id=optional(TEXT),
)
BILL: Final = View(
    reference=TEXT,
    status=STATUS,
    title=TEXT,
    rows=array(ROW.schema),
    total=AMOUNT,
    open=AMOUNT,
    paid=AMOUNT,
    waiting=BOOLEAN,
    footer=optional(TEXT),
    receiver=TEXT,
    cashier=optional(TEXT),
    opened_url=optional(TEXT),
    receipt=optional(BILL_RECEIPT.schema),
    terminal=TEXT,
    tokens=array(TOKEN.schema),
    receipts=array(RECEIPT.schema),
    code=TEXT,
)
BEHAVIOUR: Final = View(
    id=TEXT,
    statement=TEXT,
    source={"type": "string", "enum": list(SOURCES)},
    place=TEXT,
    code=optional(INTEGER),
)
FAULT: Final = record(id=INTEGER, struck=INTEGER, left=optional(INTEGER), says=TEXT, fault=OBJECT)
NEW_FAULT: Final = record(
    {
        "code": optional({"type": ["integer", "string"]}),
        "delay": optional({"type": ["number", "string"]}),
        "carried_out": optional(BOOLEAN),
        "operation": optional(TEXT),
        "terminal": optional(TEXT),
        "count": optional(INTEGER),
        "probability": NUMBER,
        "seed": optional(INTEGER),
    },
    kind={"type": "string", "enum": [kind.value for kind in Kind]},
)
