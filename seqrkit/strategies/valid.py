"""Requests and replies that keep every rule, built field by field from the contract.

Rules across fields are met by construction: the kind of caller is drawn before its id, and the
total of an invoice before its rows, the last of which balances the others. So no draw is rejected,
and each can shrink: to one row, to 0.01, to plain ASCII.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from types import MappingProxyType
from typing import Final, cast

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from seqrkit.contract import Check, Contract, Field, MessageType
from seqrkit.model_fields import (
    Kind,
    MessageFields,
    ModelField,
    ModelMessage,
    ModelType,
    message_fields,
)
from seqrkit.money import Amount
from seqrkit.strategies.builders import (
    Draw,
    Money,
    Pick,
    Several,
    amounts,
    items,
    lists,
    maps,
    money_of,
)
from seqrkit.strategies.characters import trimmed
from seqrkit.strategies.required_fields import USER, callers
from seqrkit.strategies.values import Choice, choice, not_blank, only
from seqrkit.vocabulary import PrincipalType, TokenStatus

_MORE: Final = Choice(st.booleans(), sample=False)
"""Whether to add an optional field; the simplest message has none."""


@lru_cache(maxsize=1024)
def messages(
    contract: Contract, name: str, present: frozenset[str] = frozenset()
) -> SearchStrategy[ModelMessage]:
    """Return a strategy of messages without findings, in which some fields are present."""
    make = maker(contract, name, present)

    @st.composite
    def message(draw: DrawFn) -> ModelMessage:
        return make(lambda choice: draw(choice.strategy))

    return message()


# Building a maker walks the whole contract; drawing from it is what must be fast.
@lru_cache(maxsize=2048)
def maker(
    contract: Contract, name: str, present: frozenset[str] = frozenset()
) -> Callable[[Pick], ModelMessage]:
    """Return a function that builds a message of that name from choices."""
    fields = message_fields(contract, name)
    draw = _Makers(fields, present, contract.elements[name]).part(fields.type)
    return lambda pick: cast("ModelMessage", draw(pick, None))


class _Makers:
    """Functions that build the parts of one message."""

    def __init__(self, message: MessageFields, present: frozenset[str], kind: MessageType) -> None:
        self._message = message
        self._present = present
        self._kind = kind

    def part(self, shape: ModelType) -> Draw:
        """Return the function that builds an object of a message class."""
        special = _SPECIAL.get(shape.message_type.path)
        if special is not None and self._message.operation is not None:
            return special(self, shape)
        return self.plain(shape)

    def plain(self, shape: ModelType) -> Draw:
        fields = self.fields(shape)
        cls = shape.cls

        def draw(pick: Pick, money: Money | None) -> object:
            return cls(**fields(pick, money))

        checks = [each for each in self._checks(shape) if each.rule.kind in _SETTLED]
        if not checks:
            return draw
        names = {each.name: each.attribute for each in shape.fields}

        def settled(pick: Pick, money: Money | None) -> object:
            given = fields(pick, money)
            for check in checks:
                self._settle(check, given, names, pick, shape.message_type)
            return cls(**given)

        return settled

    def _checks(self, shape: ModelType) -> tuple[Check, ...]:
        """Return the checks of a part; a reply has those of the element around it as well."""
        around = () if shape is not self._message.type else self._kind.checks
        return (*shape.message_type.checks, *around)

    def _settle(
        self,
        check: Check,
        given: dict[str, object],
        names: Mapping[str, str],
        pick: Pick,
        kind: MessageType,
    ) -> None:
        """Change the drawn fields so that they keep a check."""
        element = check.element.rpartition("/")[2]
        name, asked = names[element], kind.by_name[element].path in self._present
        value = given.get(names.get(check.field, ""))
        holds = not check.field or ("" if value is None else str(value)) in check.values
        if check.rule.kind == "same-text":
            text, content = given.get(name), names["content"]
            if text is not None and given.get(content) is not None:
                given[content] = str(text).encode()
        elif check.rule.kind == "document-type":
            if given.get(name):
                drawn = cast("bytes", given[name]).hex()
                given[name] = f"<html><p>{drawn}</p></html>".encode()
        elif check.rule.kind == "not-used":
            if check.field and asked:
                given[names[check.field]] = check.values[0]
            elif not (check.field and holds):
                given.pop(name, None)
        elif not holds and not asked and not pick(_MORE):
            given.pop(name, None)

    def fields(
        self, shape: ModelType, *left_out: str
    ) -> Callable[[Pick, Money | None], dict[str, object]]:
        """Return a function that draws the attributes of a part, except for those left out."""
        needed = {each.element for each in self._checks(shape) if each.rule.kind in _NEEDED}
        fields = [
            (
                each.attribute,
                self.field(each, needed=each.name in needed),
                each.name in needed or self._always(each.field),
            )
            for each in shape.fields
            if each.name not in left_out
        ]

        def draw(pick: Pick, money: Money | None) -> dict[str, object]:
            return {
                name: make(pick, money) for name, make, always in fields if always or pick(_MORE)
            }

        return draw

    def _always(self, field: Field) -> bool:
        return field.required or field.repeated or field.path in self._present

    def field(self, field: ModelField, *, needed: bool = False) -> Draw:
        if field.type is None:
            value = not_blank(field.field) if needed else choice(field.field)
            return lambda pick, _: pick(value)
        if field.kind is Kind.AMOUNT:
            return amounts(field.type.message_type)
        if field.kind is Kind.MAP:
            known = [check.values for check in self._kind.checks if check.rule.kind == "keys"]
            return maps(self._fewest(field), *known)
        part = self.part(field.type)
        return part if field.kind is Kind.PART else items(part, self._fewest(field))

    def _fewest(self, field: ModelField) -> int:
        return 1 if field.item.path in self._present or (field.wrap and field.item.required) else 0

    def principal(self, shape: ModelType) -> Draw:
        """A caller who may send the request; a reseller's user has a userId."""
        assert self._message.operation is not None  # noqa: S101 - only requests have a principal
        kind = only(callers(self._message.operation, self._present), "principalId.type")
        user = Choice(trimmed(1), shape.message_type.by_name["userId"].sample, USER)
        fields = self.fields(shape, "type", "userId")

        def draw(pick: Pick, money: Money | None) -> object:
            said = pick(kind)
            user_id = pick(user) if said == PrincipalType.RESELLERUSER else None
            return shape.cls(type=said, user_id=user_id, **fields(pick, money))

        return draw

    def token(self, shape: ModelType) -> Draw:
        """A token as a merchant sends it: without the status that only the service sets."""
        status = shape.message_type.by_name["status"]
        sent = [int(each) for each in status.enumeration if int(each) != TokenStatus.PENDING]
        chosen = only(sent, status.path) if sent else choice(status)
        fields = self.fields(shape, "status")
        return lambda pick, money: shape.cls(status=pick(chosen), **fields(pick, money))

    def invoice(self, shape: ModelType) -> Draw:
        """An invoice in one currency whose rows add up: the last one is the rest of the total."""
        rows = next(each for each in shape.fields if each.kind is Kind.LIST)
        total_type = shape.message_type.by_name["totalAmount"].type
        assert total_type is not None  # noqa: S101 - an amount holds two elements
        total_of, coins = amounts(total_type), money_of(total_type)
        fields = self.fields(shape, rows.name, "totalAmount")
        some = self._always(rows.field)
        rows_of = self._rows(rows)

        def draw(pick: Pick, money: Money | None) -> object:
            del money
            within = coins(pick)
            has_rows = some or not pick(_MORE)  # a simple invoice has a row
            total = cast("Amount", total_of(pick, within))
            given = fields(pick, within)
            given[rows.attribute] = rows_of(pick, within, total) if has_rows else None
            return shape.cls(total_amount=total, **given)

        return draw

    def _rows(self, rows: ModelField) -> Callable[[Pick, Money, Amount], list[object]]:
        assert rows.type is not None  # noqa: S101 - rows are elements with elements inside
        cls = rows.type.cls
        several = lists(self.fields(rows.type), max(1, self._fewest(rows)))

        def draw(pick: Pick, money: Money, total: Amount) -> list[object]:
            given = [*map(_priced, cast("list[dict[str, object]]", pick(several(money))))]
            others = (cast("Amount", row["item_total_amount"]).value for row in given[:-1])
            left = cast("Decimal", total.value) - sum(filter(None, others), Decimal(0))
            last = {**given[-1], "item_total_amount": Amount(left, money.currency)}
            # One piece at the price of the rest, so that the last row keeps the rule about its
            # product.
            if "item_unit_price" in last:
                last |= {"item_quantity": Decimal(1), "item_unit_price": last["item_total_amount"]}
            given[-1] = last
            return [cls(**row) for row in given]

        return draw


def _priced(row: dict[str, object]) -> dict[str, object]:
    """Return a row whose total is its unit price, if it has one, times a whole quantity."""
    price = cast("Amount | None", row.get("item_unit_price"))
    if price is None or price.value is None:
        return row
    # A fraction of a piece could cost more decimals than the currency has.
    quantity = cast("Decimal", row["item_quantity"]).to_integral_value(ROUND_CEILING)
    total = Amount(price.value * quantity, price.currency)
    return {**row, "item_quantity": quantity, "item_total_amount": total}


_NEEDED: Final = frozenset({"needed", "present"})
_SETTLED: Final = frozenset({*_NEEDED, "not-used", "same-text", "document-type"})
"""The kinds of the checks that are kept by changing drawn fields."""

_SPECIAL: Final[dict[str, Callable[[_Makers, ModelType], Draw]]] = {
    "principalId": _Makers.principal,
    "token": _Makers.token,
    "invoice": _Makers.invoice,
}
"""Functions for parts of a request with fields that depend on each other, by type."""


def simplest(
    contract: Contract,
    name: str,
    present: frozenset[str] = frozenset(),
    given: Mapping[str, object] = MappingProxyType({}),
) -> ModelMessage:
    """Return the simplest message: samples in the required fields and in those at some paths.

    `given` has values for some of the paths, instead of the samples.
    """

    def pick(asked: Choice | Several) -> object:
        if isinstance(asked, Several):
            return asked.fewest(pick)
        return given.get(asked.path, asked.sample)

    return maker(contract, name, present)(pick)
