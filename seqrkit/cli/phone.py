"""``seqrkit phone``: act as the buyer at a standalone endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

from seqrkit.cli import echo
from seqrkit.cli.endpoint_options import options
from seqrkit.control_client.client import Remote

_LATEST: Final = "latest"
_BILL = click.option(
    "--bill",
    metavar="REFERENCE",
    default=_LATEST,
    help="invoiceReference of the bill; default the one scanned last.",
)


@click.group("phone")
def command() -> None:
    """Act as the buyer at an endpoint started with `seqrkit serve`.

    \b
    seqrkit phone scan HTTP://SEQR.SE/R1397222701693
    seqrkit phone pay
    """  # noqa: D301 - \b is click's own


@command.command()
@click.argument("code")
@options
def scan(*, code: str, remote: Remote) -> None:
    """Scan the CODE of an invoice or a terminal, and show its bill."""
    _show(remote.post("phone", "scan", body={"code": code}))


@command.command()
@_BILL
@click.option("--pin", metavar="PIN", help="Any four digits.")
@options
def pay(*, bill: str, pin: str | None, remote: Remote) -> None:
    """Pay all that is open on the bill, or let it be reserved."""
    _show(remote.post("phone", "bills", bill, "pay", body={"pin": pin}))


@command.command("pay-part")
@click.argument("amount")
@_BILL
@options
def pay_part(*, amount: str, bill: str, remote: Remote) -> None:
    """Pay a part of the bill: AMOUNT, e.g. "50 SEK"."""
    _show(remote.post("phone", "bills", bill, "pay", body={"amount": amount}))


@command.command()
@_BILL
@options
def decline(*, bill: str, remote: Remote) -> None:
    """Let the buyer's bank decline the payment."""
    _show(remote.post("phone", "bills", bill, "decline"))


@command.command()
@_BILL
@options
def cancel(*, bill: str, remote: Remote) -> None:
    """Press cancel in the app."""
    _show(remote.post("phone", "bills", bill, "cancel"))


@command.command("loyalty-card")
@click.argument("value", required=False)
@click.option("--id", "id_", metavar="ID", help="Kind of card; default LOYALTY_CARD.")
@click.option("--description", metavar="TEXT", help="Description for the merchant.")
@click.option("--remove", is_flag=True, help="Remove all cards first.")
@options
def loyalty_card(
    *,
    value: str | None,
    id_: str | None,
    description: str | None,
    remove: bool,
    remote: Remote,
) -> None:
    """Put a loyalty card with this VALUE on the phone; without VALUE, list the cards."""
    cards = remote.delete("phone", "cards") if remove else None
    if value is not None:
        card = {"value": value, "id": id_, "description": description}
        cards = remote.post("phone", "cards", body=card)
    if cards is None:
        cards = remote.get("phone", "cards")
    for each in cards:
        echo(f"{each['id']}  {each['value']}  {each['description']}")
    if not cards:
        echo("no cards on the phone")


def _show(bill: Mapping[str, Any]) -> None:
    """Print a bill in a few lines."""
    echo(f"{bill['title'] or 'a bill'}  {_amount(bill['total'])}  {bill['status']}")
    for row in bill["rows"]:
        total = _amount(row["total"]) if row["total"] else ""
        echo(f"  {row['quantity'] or ''} {row['description'] or ''}  {total}".rstrip())
        discount = row["discount"] and f"discount {_amount(row['discount'])}"
        tax = row["tax_rate"] and f"tax {row['tax_rate']} %"
        if discount or tax:
            echo(f"    {', '.join(filter(None, (discount, tax)))}")
    for token in bill["tokens"]:
        echo(f"card {token['description'] or token['id']}, status {token['status']}")
    echo(f"terminal {bill['terminal']}")
    if bill["waiting"]:
        echo("the bill waits for the merchant's updateInvoice (`seqrkit explain bill-waits`)")
    if bill["receipt"]:
        receipt = bill["receipt"]
        echo(f"paid {_amount(receipt['amount'])}, receipt {receipt['payment_reference']}")
    elif bill["paid"]["value"] not in {"0", None}:
        echo(f"paid {_amount(bill['paid'])}, still open {_amount(bill['open'])}")
    for receipt in bill["receipts"]:
        echo(f"receipt of the shop ({receipt['mime_type']}): {receipt['text']}")
    if bill["opened_url"]:
        echo(f"the phone opened {bill['opened_url']}")
    echo(f"invoiceReference {bill['reference']}")


def _amount(amount: Mapping[str, str | None]) -> str:
    return f"{amount['value']} {amount['currency']}"
