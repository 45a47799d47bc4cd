"""The body of sendInvoice as OpenAPI has it, for Schemathesis: the same fields and limits.

What JSON Schema cannot say (rows that add up, one currency, decimals of a currency) is left out,
which is in its favour.
"""

from __future__ import annotations

from typing import Final

from seqrkit import schemas

JSON = dict[str, object]

_TEXT: Final[JSON] = {"type": "string", "minLength": 1}
_FREE: Final[JSON] = {"type": "string"}
_URL: Final[JSON] = {"type": "string", "pattern": "^https?://.+$"}


def _object(required: str, **properties: JSON) -> JSON:
    return {
        "type": "object",
        "properties": properties,
        "required": required.split(),
        "additionalProperties": False,
    }


def _amount(least: float) -> JSON:
    value: JSON = {"type": "number", "minimum": least, "maximum": 999_999, "multipleOf": 0.01}
    codes: JSON = {"type": "string", "enum": list(schemas.currencies())}
    return _object("currency value", currency=codes, value=value)


_CONTEXT: Final = _object(
    "channel clientId clientReference clientRequestTimeout initiatorPrincipalId password",
    channel={"type": "string", "enum": ["WS", "ClientWS"]},
    clientComment={"type": "string", "maxLength": 80},
    clientId=_TEXT,
    clientReference={"type": "string", "minLength": 1, "maxLength": 32},
    clientRequestTimeout={"type": "integer", "enum": [0]},
    initiatorPrincipalId=_object(
        "id type", id=_TEXT, type={"type": "string", "enum": ["TERMINALID"]}
    ),
    password=_TEXT,
)
_ROW: Final = _object(
    "itemQuantity itemTotalAmount",
    itemDescription=_FREE,
    itemDiscount=_amount(-999_999),
    itemEAN={"type": "string", "pattern": "^[0-9]{13}$"},
    itemQuantity={"type": "number", "minimum": 1, "maximum": 999_999},
    itemSKU=_FREE,
    itemTaxRate={"type": "integer", "minimum": 0, "maximum": 99},
    itemTotalAmount=_amount(-999_999),
    itemUnit={"type": "string", "minLength": 1, "maxLength": 35},
    itemUnitPrice=_amount(-999_999),
)
_INVOICE: Final = _object(
    "paymentMode acknowledgmentMode issueDate title clientInvoiceId totalAmount cashierId footer",
    paymentMode={"type": "string", "enum": ["IMMEDIATE_DEBIT", "RESERVATION_DESIRED"]},
    acknowledgmentMode={"type": "string", "enum": ["NO_ACKNOWLEDGMENT", "REQUIRE_ACKNOWLEDGMENT"]},
    issueDate={"type": "string", "format": "date-time"},
    title=_TEXT,
    clientInvoiceId=_TEXT,
    invoiceRows={"type": "array", "items": _ROW, "minItems": 1, "maxItems": 4},
    totalAmount=_amount(0.01),
    cashierId=_TEXT,
    footer=_TEXT,
    backURL=_URL,
    notificationUrl=_URL,
    commitReservationTimeout={"type": "integer", "minimum": 0, "maximum": 999_999},
)
_TOKEN: Final = _object(
    "status",
    description=_FREE,
    id=_FREE,
    status={"type": "integer", "enum": [1, 90, 99]},
    value=_FREE,
)
_BODY: Final = _object(
    "context invoice",
    context=_CONTEXT,
    invoice=_INVOICE,
    tokens={"type": "array", "items": _TOKEN, "maxItems": 4},
)
PATH: Final = "/sendInvoice"
DOCUMENT: Final[JSON] = {
    "openapi": "3.0.3",
    "info": {"title": "sendInvoice", "version": "1"},
    "paths": {
        PATH: {
            "post": {
                "requestBody": {
                    "required": True,
                    "content": {"application/json": {"schema": _BODY}},
                },
                "responses": {"200": {"description": "OK"}},
            }
        }
    },
}
