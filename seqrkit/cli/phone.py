"""``seqrkit phone``: the buyer, at a standalone endpoint."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import click

from seqrkit.cli.endpoint_options import options
from seqrkit.control_client.client import Remote

_LATEST: Final = "latest"
_BILL = click.option(
    "--bill",
    metavar="REFERENCE",
    default=_LATEST,
    help="The bill's invoiceReference; else the one scanned last.",
)


@click.group("phone")
def command() -> None:
    """Be the buyer, at an endpoint started with `seqrkit serve`.

    \b
    seqrkit phone scan HTTP://SEQR.SE/R1397222701693
    seqrkit phone pay
    """  # noqa: D301 - \b is click's own


@command.command()
@click.argument("code")
@options
def scan(*, code: str, endpoint: str | None, token: str | None) -> None:
    """Scan a CODE, an invoice's or a terminal's, and show the bill behind it."""
    _show(Remote(endpoint, token).post("phone", "scan", body={"code": code}))


@command.command()
@_BILL
@click.option("--pin", metavar="PIN", help="Any four digits.")
@options
def pay(*, bill: str, pin: str | None, endpoint: str | None, token: str | None) -> None:
    """Pay all that is open on the bill, or have it reserved."""
    _show(Remote(endpoint, token).post("phone", "bills", bill, "pay", body={"pin": pin}))


@command.command("pay-part")
@click.argument("amount")
@_BILL
@options
def pay_part(*, amount: str, bill: str, endpoint: str | None, token: str | None) -> None:
    """Pay a part of the bill: AMOUNT is like "50 SEK"."""
    _show(Remote(endpoint, token).post("phone", "bills", bill, "pay", body={"amount": amount}))


@command.command()
@_BILL
@options
def decline(*, bill: str, endpoint: str | None, token: str | None) -> None:
    """Have the buyer's bank decline the payment."""
    _show(Remote(endpoint, token).post("phone", "bills", bill, "decline"))


@command.command()
@_BILL
@options
def cancel(*, bill: str, endpoint: str | None, token: str | None) -> None:
    """Press cancel in the app."""
    _show(Remote(endpoint, token).post("phone", "bills", bill, "cancel"))


@command.command("loyalty-card")
@click.argument("value", required=False)
@click.option("--id", "id_", metavar="ID", help="What card it is; LOYALTY_CARD unless said.")
@click.option("--description", metavar="TEXT", help="How the merchant is told of it.")
@click.option("--remove", is_flag=True, help="Take all cards off the phone first.")
@options
def loyalty_card(
    *,
    value: str | None,
    id_: str | None,
    description: str | None,
    remove: bool,
    endpoint: str | None,
    token: str | None,
) -> None:
    """Put a loyalty card of this VALUE on the phone; without one, list those that are on it."""
    remote = Remote(endpoint, token)
    cards = remote.delete("phone", "cards") if remove else None
    if value is not None:
        card = {"value": value, "id": id_, "description": description}
        cards = remote.post("phone", "cards", body=card)
    if cards is None:
        cards = remote.get("phone", "cards")
    for each in cards:
        click.echo(f"{each['id']}  {each['value']}  {each['description']}")
    if not cards:
        click.echo("no cards on the phone")


def _show(bill: Mapping[str, Any]) -> None:
    """A bill in a few lines."""
    click.echo(f"{bill['title'] or 'a bill'}  {_amount(bill['total'])}  {bill['status']}")
    for row in bill["rows"]:
        total = _amount(row["total"]) if row["total"] else ""
        click.echo(f"  {row['quantity'] or ''} {row['description'] or ''}  {total}".rstrip())
    if bill["waiting"]:
        click.echo("it waits for the merchant's updateInvoice (`seqrkit explain bill-waits`)")
    if bill["receipt"]:
        receipt = bill["receipt"]
        click.echo(f"paid {_amount(receipt['amount'])}, receipt {receipt['payment_reference']}")
    elif bill["paid"]["value"] not in {"0", None}:
        click.echo(f"paid {_amount(bill['paid'])}, still open {_amount(bill['open'])}")
    if bill["opened_url"]:
        click.echo(f"the phone opened {bill['opened_url']}")
    click.echo(f"invoiceReference {bill['reference']}")


def _amount(amount: Mapping[str, str | None]) -> str:
    return f"{amount['value']} {amount['currency']}"
