"""Recipes for rules across fields: the caller, sums and currencies."""

from __future__ import annotations

from base64 import b64encode
from copy import deepcopy
from decimal import Decimal
from typing import Final

from lxml import etree
from lxml.etree import _Element

from seqrkit.contract import Check
from seqrkit.money import Amount
from seqrkit.strategies.breaking.locations import Recipe, Site
from seqrkit.vocabulary import PrincipalType, TokenStatus

_USER: Final = "9900"


def _needed(site: Site) -> None:
    """Make the condition of a check true, and remove or empty what is needed."""
    check = _check(site)
    if check.field and site.owner.findtext(check.field) not in check.values:
        _set(site, check.field, check.values[0])
    element = site.owner.find(check.element)
    if element is None:
        return
    field = site.kind.by_name[check.element]
    if field.base != "string" or field.enumeration or site.choose((True, False)):
        site.owner.remove(element)
    else:
        element.text = site.choose(("", " "))


def _not_used(site: Site) -> None:
    """Make the condition of a check false, and add what is not used."""
    check = _check(site)
    if check.field and site.owner.findtext(check.field) in check.values:
        known = site.kind.by_name[check.field].enumeration
        _set(site, check.field, site.choose([each for each in known if each not in check.values]))
    holder, kind = site.owner, site.kind
    *steps, name = check.element.split("/")
    for step in steps:
        inner, field = holder.find(step), kind.by_name[step]
        if inner is not None and field.type is not None:
            holder, kind = inner, field.type
    element = holder.find(name)
    if element is None:
        element = etree.Element(name)
        following = [each.name for each in kind.fields]
        following = following[following.index(name) + 1 :]
        # At its place in the schema: out of order would be a second finding.
        after = next((child for child in holder if child.tag in following), None)
        if after is None:
            holder.append(element)
        else:
            after.addprevious(element)
    element.text = site.choose((_USER, "x"))


def _check(site: Site) -> Check:
    assert site.check is not None  # noqa: S101 - the rule is one of a check
    return site.check


def _set(site: Site, path: str, text: str) -> None:
    for element in site.owner.iterfind(path):
        element.text = text


def _principal(site: Site) -> None:
    """Replace the caller by another kind of principal, with its fields."""
    principal = site.owner.find("context/initiatorPrincipalId")
    assert principal is not None  # noqa: S101 - the message broke no rule
    other = next(each for each in PrincipalType if each != site.rule.parameter)
    for child in principal.findall("userId"):
        principal.remove(child)
    for child in principal.findall("type"):
        child.text = other
    if other == PrincipalType.RESELLERUSER:
        etree.SubElement(principal, "userId").text = _USER


def _decimals(site: Site) -> None:
    """Replace the currency of the whole message by one with fewer decimals than are written.

    One decimal is too many already: to write no more, all amounts are made ten times as much.
    """
    value = site.owner.find("value")
    assert value is not None  # noqa: S101 - the message broke no rule
    if site.choose((False, True)):
        for amount in map(_Element.getparent, site.top.iter("currency")):
            _tenfold(None if amount is None else amount.find("value"))
    if "." not in (value.text or ""):
        value.text = f"{value.text}.0"
    coarse = [code for code in _currencies(site) if Amount(Decimal(1), code).minor_units == 0]
    code = site.choose(coarse)
    for currency in site.top.iter("currency"):
        currency.text = code


def _tenfold(value: _Element | None) -> None:
    if value is not None:
        sign, digits, exponent = Decimal(value.text or "0").as_tuple()
        value.text = f"{Decimal((sign, digits, int(exponent) + 1)):f}"


def _two_currencies(site: Site) -> None:
    """Replace the currency of one row by another with at least as many decimals."""
    element = site.choose(list(site.owner.iterfind("invoiceRows//currency")))
    fine = [
        code
        for code in _currencies(site)
        # A coarse currency would break the rule about decimals, too.
        if code != element.text and (Amount(Decimal(1), code).minor_units or 0) > 1
    ]
    element.text = site.choose(fine)


def _currencies(site: Site) -> tuple[str, ...]:
    return site.contract.field("amount.currency").enumeration


def _sum(site: Site) -> None:
    total = site.owner.find("totalAmount/value")
    # With a unit price, another total would break the rule about quantity and price, too.
    without_price = "invoiceRows/invoiceRow[itemTotalAmount][not(itemUnitPrice)]"
    rows = site.owner.xpath(f"{without_price}/itemTotalAmount/value")
    value = site.choose(list(filter(_is_there, (total, *rows))))
    assert value is not None  # noqa: S101 - only those that are there were to be chosen
    written = Decimal(value.text or "0")
    step = Decimal(1).scaleb(min(0, int(written.as_tuple().exponent)))
    value.text = f"{written + site.choose((step, Decimal(1), Decimal(1000))):f}"


def _is_there(element: _Element | None) -> bool:
    return element is not None


def _pending(site: Site) -> None:
    for status in site.owner.findall("status"):
        status.text = str(int(TokenStatus.PENDING))


def _product(site: Site) -> None:
    """Change the price of a unit by more than the discount can explain."""
    value = site.owner.find("itemUnitPrice/value")
    discount = Decimal(site.owner.findtext("itemDiscount/value") or "0")
    assert value is not None  # noqa: S101 - the site has it
    more = abs(discount) + site.choose((Decimal(1), Decimal(1000)))
    value.text = f"{Decimal(value.text or '0') + more:f}"


def _unknown_key(site: Site) -> None:
    keys = list(site.owner.iterfind("parameters/parameter/entry/key"))
    names = ("transactionPeriodID", "terminalId", "TerminalID", "period")
    site.choose(keys).text = site.choose(names)


def _repeated_key(site: Site) -> None:
    entry = site.choose(site.owner.findall("entry"))
    entry.addnext(deepcopy(entry))


def _other_text(site: Site) -> None:
    _set(site, "content", b64encode(b"115792").decode())
    _set(site, "contentString", site.choose(("115793", "115792,", "a\nb")))


def _other_type(site: Site) -> None:
    _set(site, "receiptData", b64encode(b"Thank you for your visit").decode())


RECIPES: Final[dict[str, Recipe]] = {
    "needed": _needed,
    "present": _needed,
    "not-used": _not_used,
    "principal": _principal,
    "minor-units": _decimals,
    "same": _two_currencies,
    "sum": _sum,
    "merchant": _pending,
    "product": _product,
    "keys": _unknown_key,
    "repeated-key": _repeated_key,
    "same-text": _other_text,
    "document-type": _other_type,
}
"""The recipe of each kind of rule."""
