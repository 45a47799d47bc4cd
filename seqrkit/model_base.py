"""The base classes of the messages in `seqrkit.model`, and the converters of their fields."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Generic, Self, TypeVar, cast

import attrs

from seqrkit.errors import InvalidDecimal
from seqrkit.money import decimal_of
from seqrkit.notebook_repr import Shown
from seqrkit.vocabulary import ReceiptType

if TYPE_CHECKING:
    from seqrkit.model import ReceiptDocument, Reply
    from seqrkit.qr import QrCode
    from seqrkit.reports import ReportRow
    from seqrkit.rows import Rows

_Item = TypeVar("_Item")
_Member = TypeVar("_Member", bound=Enum)
_Reply = TypeVar("_Reply", bound="Reply")
_Value = TypeVar("_Value", bound=str | int | None)

WIRE = "wire"
"""The key in a field's metadata for a name on the wire that is not the field's in camelCase."""
MASKED = "'********'"


class Message(Shown):
    """A request, a reply, or a part of one."""

    __slots__ = ()


class Request(Message):
    """A request of one operation."""

    __slots__ = ()
    OPERATION: ClassVar[str]


class RequestFor(Request, Generic[_Reply]):
    """A request whose operation has replies of that class."""

    __slots__ = ()


class InvoiceCode:
    """Adds the QR code of the invoice to a reply."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def invoice_reference(self) -> str | None:
            """Defined by the reply's class."""

        @property
        def invoice_qr_code(self) -> str | None:
            """Defined by the reply's class."""

    @property
    def qr(self) -> QrCode | None:
        """The code the buyer scans, or `None` in a reply without an invoice.

        A cash register's reply may lack the code (the documents give it to webshops only), and a
        faulty one may be too long; it is then made of the invoiceReference, which says the same.
        """
        from seqrkit.qr import LONGEST, QrCode, invoice_code  # deferred: for those who look at it

        made = invoice_code(self.invoice_reference) if self.invoice_reference else None
        codes = (QrCode(each) for each in (self.invoice_qr_code, made) if each)
        return next((code for code in codes if len(code.data) <= LONGEST), None)


class ReportTable:
    """Adds the typed rows of its document to a report."""

    __slots__ = ()

    if TYPE_CHECKING:

        @property
        def content(self) -> bytes | None:
            """Defined by the report's class."""

        @property
        def content_string(self) -> str | None:
            """Defined by the report's class."""

    @property
    def document(self) -> bytes:
        """The document: `content`, or `content_string` as UTF-8 if there is no content."""
        return self.content or (self.content_string or "").encode(errors="replace")

    @property
    def rows(self) -> Rows[ReportRow]:
        """The rows with exact amounts; displayed as a table, ``rows.to_pandas()`` for pandas.

        Raises `MessageError` for a document that is not an XML table, and for a number that cannot
        be read. A row has a currency only if the report says one.
        """
        from seqrkit.reports import report_rows  # deferred: imports lxml

        return report_rows(self.document)

    @property
    def totals(self) -> Rows[ReportRow]:
        """The number of sales and the sum of `rows`, one row for each currency.

        Refunds lower the sum. Raises what `rows` raises.
        """
        from seqrkit.reports import totals  # deferred: imports lxml

        return totals(self.rows)


class HtmlDocument:
    """Adds a constructor for HTML to a receipt document."""

    __slots__ = ()

    @classmethod
    def html(cls, page: str, receipt_type: ReceiptType | str = ReceiptType.PAYMENT_RECEIPT) -> Self:
        """Return an HTML page as a receipt document, for `submit_payment_receipt`."""
        data = page.encode(errors="replace")
        return cls(mime_type="text/html", receipt_data=data, receipt_type=receipt_type)  # type: ignore[call-arg]


class PaymentReceipt:
    """Adds the receipt of a payment as a document."""

    __slots__ = ()

    def html(self) -> ReceiptDocument:
        """Return this receipt as an HTML document, for `submit_payment_receipt`.

        It has the title, rows, total and footer of the invoice, the date and the references.
        """
        from seqrkit.html import render  # deferred, as is the model, which imports this module
        from seqrkit.model import Invoice, Receipt, ReceiptDocument

        receipt = cast("Receipt", self)
        paid = receipt.payment_date
        facts = {
            "Seller": receipt.receiver_name,
            "Terminal": receipt.terminal_id,
            "Paid": paid.isoformat(" ", "minutes") if paid else None,
            "Invoice": receipt.invoice_reference,
            "Payment": receipt.payment_reference,
        }
        invoice = receipt.invoice or Invoice()
        page = render("receipt.html", invoice=invoice, facts=facts.items())
        return ReceiptDocument.html(str(page))


def masked(password: str | None) -> str:
    """Return what represents a password in `repr`."""
    # Whether a password is set is worth showing; it explains code 20.
    return "None" if password is None else MASKED


def exact(number: Decimal | int | str | None) -> Decimal | None:
    """Return a quantity or a rate as a decimal.

    Raises `InvalidDecimal` for a float and for anything that XML Schema does not call a decimal.
    """
    if number is None or (isinstance(number, Decimal) and number.is_finite()):
        return number
    if isinstance(number, float):
        msg = f'{number!r} is not an exact number; write Decimal("{number!r}") or "{number!r}"'
        raise InvalidDecimal(msg)
    text = str(number).strip()
    found = decimal_of(text)
    if found is None:
        comma = "has a decimal comma; the service reads a point" if "," in text else ""
        raise InvalidDecimal(f'"{number}" {comma or "is not a number"}')
    return found


def optional_items(sequence: Sequence[_Item] | None) -> tuple[_Item, ...] | None:
    """Return a sequence as a tuple, `None` if the element around it is left out."""
    return None if sequence is None else tuple(sequence)


def pairs(parameters: Mapping[str, str | None] | None) -> Mapping[str, str | None] | None:
    """Return a copy of a parameter map, in its order."""
    return None if parameters is None else dict(parameters)


def member(enumeration: type[_Member], value: _Value) -> _Member | _Value:
    """Return the member with that value; another value stays, so that it can be sent and shown."""
    try:
        return enumeration(value)
    except ValueError:
        return value


def _wire_names(cls: type) -> Mapping[str, str]:
    fields = attrs.fields(cast("type[attrs.AttrsInstance]", cls))
    return MappingProxyType(
        {each.name: each.metadata.get(WIRE) or camel_case(each.name) for each in fields}
    )


# With a type of its own, since mypy takes a class with a comparison for one that has no hash.
wire_names: Callable[[type], Mapping[str, str]] = cache(_wire_names)
"""Return the name on the wire of each field of a message class, by its name in Python.

Raises attrs' `NotAnAttrsClassError` for another class.
"""


def camel_case(name: str) -> str:
    """Return a name in camelCase: totalAmount for total_amount."""
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)


def leaves(message: Message) -> Iterator[tuple[str, object]]:
    """Return the values in a message with their paths of wire names; amounts are values.

    ::

        invoice.title, invoice.invoiceRows[0].itemQuantity, parameters.TERMINALID
    """
    for name, wire_name in wire_names(type(message)).items():
        yield from _leaves(getattr(message, name), wire_name)


def _leaves(value: object, path: str) -> Iterator[tuple[str, object]]:
    if isinstance(value, Message):
        yield from ((f"{path}.{inner}", each) for inner, each in leaves(value))
    elif isinstance(value, tuple):
        for number, item in enumerate(value):
            yield from _leaves(item, f"{path}[{number}]")
    elif isinstance(value, Mapping):
        # A key without a value is sent, so it is shown as an empty text.
        yield from ((f"{path}.{key}", text or "") for key, text in value.items())
    elif value is not None:
        yield path, value
