"""Requests and replies that keep every rule, built field by field from the contract.

Rules across fields are met by construction: the kind of caller is drawn before its id, and the
total of an invoice before its rows, the last of which balances the others. So no draw is rejected,
and each can shrink: to one row, to 0.01, to plain ASCII.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import ROUND_CEILING, Decimal
from functools import cache, lru_cache
from types import MappingProxyType
from typing import Final, TypeAlias, TypeVar, cast

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
from seqrkit.strategies.characters import trimmed
from seqrkit.strategies.drawn_choices import Choice, Samples, Source, drawn, only
from seqrkit.strategies.required_fields import USER, callers
from seqrkit.strategies.valid_values import allowed, choice, decimals, not_blank, numbers
from seqrkit.vocabulary import PrincipalType, TokenStatus

_Draw: TypeAlias = Callable[[Source], object]
"""Builds a part of a message."""
_Draft: TypeAlias = Callable[[Source], dict[str, object]]
"""Builds the attributes of a part."""
_Item = TypeVar("_Item")

_MOST_ITEMS: Final = 3
_USUAL_DECIMALS: Final = 2
_TEXT: Final = Choice(trimmed(1), "sample")


@lru_cache(maxsize=1024)
def messages(
    contract: Contract, name: str, present: frozenset[str] = frozenset()
) -> SearchStrategy[ModelMessage]:
    """Return a strategy of messages without findings, in which some fields are present."""
    make, places = maker(contract, name, present)

    @st.composite
    def message(draw: DrawFn) -> ModelMessage:
        return make(drawn(draw, places))

    return message()


# Building a maker walks the whole contract; drawing from it is what must be fast.
@lru_cache(maxsize=2048)
def maker(
    contract: Contract, name: str, present: frozenset[str] = frozenset()
) -> tuple[Callable[[Source], ModelMessage], int]:
    """Return a function that builds a message of that name, and the number of its choices."""
    fields = message_fields(contract, name)
    makers = _Makers(fields, present, contract.elements[name])
    draw = makers.part(fields.type)
    return lambda source: cast("ModelMessage", draw(source)), makers.places


class _Makers:
    """Functions that build the parts of one message.

    Each choice has its own place, even in a part that is absent, so that no choice changes its
    meaning when Hypothesis shrinks another one.
    """

    def __init__(self, message: MessageFields, present: frozenset[str], kind: MessageType) -> None:
        self._message = message
        self._present = present
        self._kind = kind
        self.places = 2  # the money of all amounts

    def _place(self) -> int:
        self.places += 1
        return self.places - 1

    def part(self, shape: ModelType) -> _Draw:
        """Return the function that builds an object of a message class."""
        special = _SPECIAL.get(shape.message_type.path)
        if special is not None and self._message.operation is not None:
            return special(self, shape)
        return self.plain(shape)

    def plain(self, shape: ModelType) -> _Draw:
        fields = self.fields(shape)
        cls = shape.cls
        settle = [
            self._settle(check, shape)
            for check in self._checks(shape)
            if check.rule.kind in _SETTLED
        ]

        def draw(source: Source) -> object:
            given = fields(source)
            for each in settle:
                each(source, given)
            return cls(**given)

        return draw

    def _checks(self, shape: ModelType) -> tuple[Check, ...]:
        """Return the checks of a part; a reply has those of the element around it as well."""
        around = () if shape is not self._message.type else self._kind.checks
        return (*shape.message_type.checks, *around)

    def _settle(
        self, check: Check, shape: ModelType
    ) -> Callable[[Source, dict[str, object]], None]:
        """Return a function that changes drawn fields so that they keep a check."""
        element = check.element.rpartition("/")[2]
        names = {each.name: each.attribute for each in shape.fields}
        asked = shape.message_type.by_name[element].path in self._present
        name, other, place = names[element], names.get(check.field, ""), self._place()

        def settle(source: Source, given: dict[str, object]) -> None:
            value = given.get(other)
            holds = not check.field or ("" if value is None else str(value)) in check.values
            if check.rule.kind == "same-text":
                text, content = given.get(name), names["content"]
                if text is not None and given.get(content) is not None:
                    given[content] = str(text).encode()
            elif check.rule.kind == "document-type":
                if given.get(name):
                    content = cast("bytes", given[name]).hex()
                    given[name] = f"<html><p>{content}</p></html>".encode()
            elif check.rule.kind == "not-used":
                if check.field and asked:
                    given[other] = check.values[0]
                elif not (check.field and holds):
                    given.pop(name, None)
            elif not holds and not asked and not source.has(place):
                given.pop(name, None)

        return settle

    def fields(self, shape: ModelType, *left_out: str) -> _Draft:
        """Return a function that draws the attributes of a part, except for those left out."""
        needed = {each.element for each in self._checks(shape) if each.rule.kind in _NEEDED}
        fields = []
        for each in shape.fields:
            if each.name not in left_out:
                place, is_needed = self._place(), each.name in needed
                make = self.field(each, place, needed=is_needed)
                always = is_needed or self._always(each.field)
                fields.append((each.attribute, None if always else place, make))

        def draw(source: Source) -> dict[str, object]:
            return {
                name: make(source)
                for name, place, make in fields
                if place is None or source.has(place)
            }

        return draw

    def _always(self, field: Field) -> bool:
        return field.required or field.repeated or field.path in self._present

    def field(self, field: ModelField, place: int, *, needed: bool = False) -> _Draw:
        if field.type is None:
            value = not_blank(field.field) if needed else choice(field.field)
            return lambda source: source.value(place, value)
        if field.kind is Kind.AMOUNT:
            return self.amount(field.type.message_type, place)
        if field.kind is Kind.MAP:
            keys = [each.values for each in self._kind.checks if each.rule.kind == "keys"]
            return self.map(self._fewest(field), *keys)
        part = field.type
        if field.kind is Kind.PART:
            return self.part(part)
        return self.items(lambda: self.part(part), self._fewest(field))

    def _fewest(self, field: ModelField) -> int:
        return 1 if field.item.path in self._present or (field.wrap and field.item.required) else 0

    def amount(self, kind: MessageType, place: int) -> _Draw:
        """Amounts in the money of the message: one currency, up to its number of decimals."""
        value = kind.by_name["value"]
        range_ = numbers(value)
        currency, fewer = _currencies(kind.by_name["currency"]), only(range(range_.places + 1))
        by_places = [
            Choice(decimals(range_, places), Decimal(14999).scaleb(-places), value.path)
            for places in range(range_.places + 1)
        ]

        def draw(source: Source) -> object:
            code = cast("str", source.value(0, currency))
            places = min(_minor_units(code), range_.places) - cast("int", source.value(1, fewer))
            return Amount(cast("Decimal", source.value(place, by_places[max(places, 0)])), code)

        return draw

    def items(
        self, make: Callable[[], Callable[[Source], _Item]], fewest: int
    ) -> Callable[[Source], list[_Item]]:
        """Return a function that draws a list with at least so many items: none or one."""
        items = [(self._place(), make()) for _ in range(_MOST_ITEMS)]

        def draw(source: Source) -> list[_Item]:
            found = [item(source) for place, item in items if source.has(place)]
            return found or [item(source) for _, item in items[:fewest]]

        return draw

    def map(self, fewest: int, keys: Iterable[str] = ("TERMINALID",)) -> _Draw:
        """Return a function that draws a map of these keys; `fewest` is none or the last one."""
        places = {key: self._place() for key in keys}

        def draw(source: Source) -> object:
            found = [key for key, place in places.items() if source.has(place)]
            found = found or [*places][len(places) - fewest :]
            return {key: source.value(places[key], _TEXT) for key in found}

        return draw

    def principal(self, shape: ModelType) -> _Draw:
        """A caller who may send the request; a reseller's user has a userId."""
        assert self._message.operation is not None  # noqa: S101 - only requests have a principal
        kind = only(callers(self._message.operation, self._present), "principalId.type")
        user = Choice(trimmed(1), shape.message_type.by_name["userId"].sample, USER)
        fields, place, of_user = self.fields(shape, "type", "userId"), self._place(), self._place()

        def draw(source: Source) -> object:
            said = source.value(place, kind)
            is_user = said == PrincipalType.RESELLERUSER
            user_id = source.value(of_user, user) if is_user else None
            return shape.cls(type=said, user_id=user_id, **fields(source))

        return draw

    def token(self, shape: ModelType) -> _Draw:
        """A token as a merchant sends it: without the status that only the service sets."""
        status = shape.message_type.by_name["status"]
        sent = [int(each) for each in status.enumeration if int(each) != TokenStatus.PENDING]
        chosen = only(sent, status.path) if sent else choice(status)
        fields, place = self.fields(shape, "status"), self._place()
        return lambda source: shape.cls(status=source.value(place, chosen), **fields(source))

    def invoice(self, shape: ModelType) -> _Draw:
        """An invoice in one currency whose rows add up: the last one is the rest of the total."""
        rows = next(each for each in shape.fields if each.kind is Kind.LIST)
        fields = self.fields(shape, rows.name)
        place = None if self._always(rows.field) else self._place()
        rows_of = self._rows(rows)

        def draw(source: Source) -> object:
            given = fields(source)
            has_rows = place is None or not source.has(place)  # a simple invoice has a row
            total = cast("Amount", given["total_amount"])
            given[rows.attribute] = rows_of(source, total) if has_rows else None
            return shape.cls(**given)

        return draw

    def _rows(self, rows: ModelField) -> Callable[[Source, Amount], list[object]]:
        assert rows.type is not None  # noqa: S101 - rows are elements with elements inside
        shape = rows.type
        several = self.items(lambda: self.fields(shape), max(1, self._fewest(rows)))

        def draw(source: Source, total: Amount) -> list[object]:
            given = [*map(_priced, several(source))]
            others = (cast("Amount", row["item_total_amount"]).value for row in given[:-1])
            left = cast("Decimal", total.value) - sum(filter(None, others), Decimal(0))
            last = {**given[-1], "item_total_amount": Amount(left, total.currency)}
            # One piece at the price of the rest, so that the last row keeps the rule about its
            # product.
            if "item_unit_price" in last:
                last |= {"item_quantity": Decimal(1), "item_unit_price": last["item_total_amount"]}
            given[-1] = last
            return [shape.cls(**row) for row in given]

        return draw


def _currencies(field: Field) -> Choice:
    """The currencies of a field, sorted by their decimals.

    A currency that fails because of its decimals shrinks to the first of these, always the same.
    """

    def order(code: str) -> tuple[bool, int]:
        return _minor_units(code) != _USUAL_DECIMALS, _minor_units(code)

    codes = sorted(allowed(field), key=order)
    return Choice(only(codes).of, field.sample, field.path) if codes else choice(field)


@cache
def _minor_units(currency: str) -> int:
    return Amount(Decimal(1), currency).minor_units or 0


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

_SPECIAL: Final[dict[str, Callable[[_Makers, ModelType], _Draw]]] = {
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
    make, _ = maker(contract, name, present)
    return make(Samples(given))
