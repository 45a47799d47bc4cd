"""Valid sendInvoice requests as one would write them by hand, and as an OpenAPI body.

What `seqrkit.strategies` is measured against: the same shape under the same constraints, with
`st.builds`; and the same message in JSON, for Schemathesis.
"""

from __future__ import annotations

from datetime import timedelta, timezone
from decimal import Decimal

from attrs import evolve
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from seqrkit import Amount, schemas
from seqrkit.contract.numbers_and_check_digits import ean_check_digit
from seqrkit.model import (
    ClientContext,
    CustomerToken,
    Invoice,
    InvoiceRow,
    PrincipalId,
    SendInvoice,
)

CURRENCIES = list(schemas.currencies())
LETTERS = st.characters(exclude_categories=["Cc", "Cs"], exclude_characters=" \ufffe\uffff")
NAME = st.text(LETTERS, min_size=1)
URL = st.from_regex(r"https?://.+", fullmatch=True, alphabet=LETTERS)
ZONES = st.sampled_from([None, *(timezone(timedelta(hours=h)) for h in (0, 1, -5, 14, -14))])
EAN = st.integers(0, 10**12 - 1).map(lambda n: (d := f"{n:012d}") + ean_check_digit(d))

CONTEXT = st.builds(
    ClientContext,
    channel=st.sampled_from(["WS", "ClientWS"]),
    client_comment=st.none() | st.text(LETTERS, max_size=80),
    client_id=NAME,
    client_reference=st.text(LETTERS, min_size=1, max_size=32),
    client_request_timeout=st.just(0),
    initiator_principal_id=st.builds(PrincipalId, id=NAME, type=st.just("TERMINALID")),
    password=NAME,
)
TOKEN = st.builds(
    CustomerToken,
    description=st.none() | st.text(LETTERS),
    id=st.none() | st.text(LETTERS),
    status=st.sampled_from([1, 90, 99]),
    value=st.none() | st.text(LETTERS),
)


def amounts(currency: str, low: int = -99_999_999) -> SearchStrategy[Amount]:
    """Amounts of a currency, from so many of its smallest units."""
    places = min(2, schemas.currencies()[currency])
    units = st.integers(low, 99_999_999)
    return st.builds(lambda count: Amount(Decimal(count).scaleb(-places), currency), units)


def rows(currency: str) -> SearchStrategy[InvoiceRow]:
    """One item, its amounts in a currency."""
    amount = amounts(currency)
    return st.builds(
        InvoiceRow,
        item_description=st.none() | st.text(LETTERS),
        item_discount=st.none() | amount,
        item_ean=st.none() | EAN,
        item_quantity=st.decimals(1, 999_999, places=3),
        item_sku=st.none() | st.text(LETTERS),
        item_tax_rate=st.none() | st.integers(0, 99),
        item_total_amount=amount,
        item_unit=st.none() | st.text(LETTERS, min_size=1, max_size=35),
        item_unit_price=st.none() | amount,
    )


def _balanced(total: Amount, given: list[InvoiceRow] | None) -> list[InvoiceRow] | None:
    """The rows, the last of them changed so that they add up to the total."""
    if given is None:
        return None
    left = total
    for row in given[:-1]:
        assert row.item_total_amount is not None
        left -= row.item_total_amount
    return [*given[:-1], evolve(given[-1], item_total_amount=left)]


def invoices(currency: str) -> SearchStrategy[Invoice]:
    """Invoices in a currency, whose rows add up."""
    money = st.tuples(
        amounts(currency, low=1), st.none() | st.lists(rows(currency), min_size=1, max_size=4)
    ).map(lambda both: (both[0], _balanced(*both)))
    return st.builds(
        lambda money, **others: Invoice(total_amount=money[0], invoice_rows=money[1], **others),
        money=money,
        payment_mode=st.sampled_from(
            [
                "IMMEDIATE_DEBIT",
                "RESERVATION_DESIRED",
                "RESERVATION_REQUIRED",
                "RESERVATION_REQUIRED_PRELIMINARY_AMOUNT",
            ]
        ),
        acknowledgment_mode=st.sampled_from(
            ["NO_ACKNOWLEDGMENT", "OPTIONAL_ACKNOWLEDGMENT", "REQUIRE_ACKNOWLEDGMENT"]
        ),
        issue_date=st.datetimes(timezones=ZONES),
        title=NAME,
        client_invoice_id=NAME,
        cashier_id=NAME,
        footer=NAME,
        back_url=st.none() | URL,
        notification_url=st.none() | URL,
        commit_reservation_timeout=st.none() | st.integers(0, 999_999),
    )


SEND_INVOICE: SearchStrategy[SendInvoice] = st.builds(
    SendInvoice,
    context=CONTEXT,
    invoice=st.sampled_from(CURRENCIES).flatmap(invoices),
    tokens=st.lists(TOKEN, max_size=4),
)
"""Valid requests: they lint clean."""
