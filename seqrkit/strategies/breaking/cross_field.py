"""Breaks the rules across fields: who calls, what adds up, what is in one currency."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from lxml import etree
from lxml.etree import _Element

from seqrkit.money import Amount
from seqrkit.strategies.breaking.locations import Choose, Recipe, Site
from seqrkit.vocabulary import PrincipalType, TokenStatus

_USER: Final = "9900"


def _user_missing(site: Site, choose: Choose) -> None:
    user = site.owner.find("userId")
    if user is not None and choose((True, False)):
        site.owner.remove(user)
    elif user is not None:
        user.text = choose(("", " "))


def _user_given(site: Site, choose: Choose) -> None:
    etree.SubElement(site.owner, "userId").text = choose((_USER, "x"))


def _principal(site: Site, choose: Choose) -> None:
    """Have another principal call, with all that belongs to it."""
    del choose
    principal = site.owner.find("context/initiatorPrincipalId")
    assert principal is not None  # noqa: S101 - the message broke no rule
    other = next(each for each in PrincipalType if each != site.rule.parameter)
    for child in principal.findall("userId"):
        principal.remove(child)
    for child in principal.findall("type"):
        child.text = other
    if other == PrincipalType.RESELLERUSER:
        etree.SubElement(principal, "userId").text = _USER


def _decimals(site: Site, choose: Choose) -> None:
    """Name a currency that has fewer decimals than are written, in the whole message.

    One decimal is too many already: to write no more, all amounts are made ten times as much.
    """
    value = site.owner.find("value")
    assert value is not None  # noqa: S101 - the message broke no rule
    if choose((False, True)):
        for amount in map(_Element.getparent, site.top.iter("currency")):
            _tenfold(None if amount is None else amount.find("value"))
    if "." not in (value.text or ""):
        value.text = f"{value.text}.0"
    coarse = [code for code in _currencies(site) if Amount(Decimal(1), code).minor_units == 0]
    code = choose(coarse)
    for currency in site.top.iter("currency"):
        currency.text = code


def _tenfold(value: _Element | None) -> None:
    if value is not None:
        sign, digits, exponent = Decimal(value.text or "0").as_tuple()
        value.text = f"{Decimal((sign, digits, int(exponent) + 1)):f}"


def _two_currencies(site: Site, choose: Choose) -> None:
    """Name another currency in one of the rows, with no fewer decimals."""
    element = choose(list(site.owner.iterfind("invoiceRows//currency")))
    fine = [
        code
        for code in _currencies(site)
        if code != element.text and (Amount(Decimal(1), code).minor_units or 0) > 1
    ]
    element.text = choose(fine)


def _currencies(site: Site) -> tuple[str, ...]:
    return site.contract.field("amount.currency").enumeration


def _sum(site: Site, choose: Choose) -> None:
    total = site.owner.find("totalAmount/value")
    rows = site.owner.findall("invoiceRows/invoiceRow/itemTotalAmount/value")
    value = choose(list(filter(_is_there, (total, *rows))))
    assert value is not None  # noqa: S101 - only those that are there were to be chosen
    written = Decimal(value.text or "0")
    step = Decimal(1).scaleb(min(0, int(written.as_tuple().exponent)))
    value.text = f"{written + choose((step, Decimal(1), Decimal(1000))):f}"


def _is_there(element: _Element | None) -> bool:
    return element is not None


def _pending(site: Site, choose: Choose) -> None:
    del choose
    for status in site.owner.findall("status"):
        status.text = str(int(TokenStatus.PENDING))


RECIPES: Final[dict[str, Recipe]] = {
    "user-required": _user_missing,
    "not-used": _user_given,
    "principal": _principal,
    "minor-units": _decimals,
    "same": _two_currencies,
    "sum": _sum,
    "merchant": _pending,
}
"""By the kind of the rule; that of a required userId is a kind of its own."""
