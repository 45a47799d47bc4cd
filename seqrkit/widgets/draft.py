"""A request while it is being written: texts at their wire paths, right or wrong, as typed.

What a draft holds is what its envelope says, so that a wrong value is seen as it is: nothing is
converted on the way. Paths are those of `seqrkit.field_paths`, amounts in their two parts; a
parameter is ``parameters[0].key`` and ``parameters[0].value``, or for short ``parameters.KEY``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from copy import deepcopy
from typing import Final

from lxml import etree

from seqrkit import soap
from seqrkit.contract import Contract, Finding
from seqrkit.errors import ConfigurationError
from seqrkit.field_paths import (
    Assignment,
    assign,
    assignments_of,
    number_advice,
    samples,
    written,
)
from seqrkit.model import ClientContext
from seqrkit.model_base import Request
from seqrkit.vocabulary import NAMESPACE
from seqrkit.widgets import draft_tree
from seqrkit.widgets.draft_tree import Node, Place
from seqrkit.widgets.field_specs import Kind, Spec, specs

_STEP: Final = re.compile(r"([^.\[\]]+)(?:\[(\d{1,4})\])?(?:\.|\Z)")
_NUMBERS: Final = re.compile(r"\[(\d{1,4})\]")


class Draft:
    """The texts of one operation's request, and what the contract says of them.

    Raises `ConfigurationError` for an operation that the interface does not have; whatever takes a
    path raises it for one that leads nowhere, and is without effect then.
    """

    def __init__(self, contract: Contract, operation: str) -> None:
        self.contract = contract
        self.operation = operation
        self.specs: tuple[Spec, ...] = specs(contract, operation)
        self._fields = tuple(draft_tree.places(self.specs))
        self._keyed = tuple(path for path, spec in self.lists() if spec.keyed)
        self._tree: Node = {}
        self._envelope: bytes | None = None
        self._findings: tuple[Finding, ...] = ()
        self.clear()

    @property
    def texts(self) -> dict[str, str]:
        """Every text by its path, in the order of the wire."""
        return dict(draft_tree.texts(self.specs, self._tree))

    def text(self, path: str) -> str | None:
        """The text at a path; `None` where the element is left out."""
        holder, spec, _ = self._place(self._plain(path))
        found = holder.get(spec.name)
        return found if isinstance(found, str) else None

    def set(self, path: str, value: object) -> None:
        """Write a text at a path, or leave the element out with `None`.

        An amount can be given as a whole, ``149.99 SEK``. An item that would be the next is added.
        Other values are written as `seqrkit.field_paths.written` does, which may refuse them.
        """
        text = None if value is None else written(value, path)
        self._envelope = None
        plain = self._plain(path, make=text is not None)
        place = self._place(plain, make=text is not None)
        holder, spec, _ = place
        if text is None:
            self._leave_out(plain, place)
        elif spec.kind is Kind.AMOUNT:
            holder[spec.name] = _amount(text)
        elif spec.kind.holds_text:
            holder[spec.name] = text
        else:
            inside = ", ".join(f"{path}.{each.name}" for each in spec.inside)
            raise ConfigurationError(f"{path} has fields of its own; give those a text: {inside}")

    def update(self, assignments: Iterable[tuple[str, object]] | Mapping[str, object]) -> None:
        """Write several texts, items in the order of their numbers: all of them or none."""
        given = assignments.items() if isinstance(assignments, Mapping) else assignments
        before = deepcopy(self._tree)
        try:
            for path, value in sorted(given, key=lambda each: _numbers(each[0])):
                self.set(path, value)
        except ConfigurationError:
            self._tree, self._envelope = before, None
            raise

    def take(self, request: Request) -> None:
        """Write what a request says, and leave out all else."""
        self.clear()
        self.update(assignments_of(request))

    def read(self, data: bytes) -> None:
        """Write what a message says, and leave out all else; a masked password stays masked.

        Raises `MessageError` for bytes that are no message, `ConfigurationError` for a message of
        another operation.
        """
        payload = soap.read_envelope(soap.parse(data)).payload
        if soap.local(payload) != self.operation:
            raise ConfigurationError(f"this is {soap.local(payload)}, and not {self.operation}")
        self._envelope = None
        self._tree = draft_tree.read(payload, self.specs)

    def clear(self) -> None:
        """Leave out everything, but for the parts that every request has."""
        self._envelope = None
        self._tree = draft_tree.skeleton(self.specs)

    def fill_samples(self) -> None:
        """Give what is required and left out the contract's sample, in items that are there too."""
        for path, text in samples(self.contract, self.operation):
            if self.text(path) is None:
                self.set(path, text)
        for path, spec in self.lists():
            for number, item in enumerate(self._items(path)):
                for each in spec.inside:
                    if (each.required or spec.keyed) and each.name not in item:
                        self.set(f"{path}[{number}].{each.name}", each.field.sample)

    def places(self) -> Iterator[tuple[str, Spec]]:
        """Every field by its path, but for those inside items."""
        return iter(self._fields)

    # Items

    def lists(self) -> Iterator[tuple[str, Spec]]:
        """The lists that the operation can have, by their paths."""
        return ((path, spec) for path, spec in self._fields if spec.kind is Kind.ITEMS)

    def count(self, path: str) -> int:
        """How many items the list at a path has (``invoice.invoiceRows``)."""
        return len(self._items(path))

    def add(self, path: str) -> int:
        """Add an empty item; returns its number, from 0."""
        self._envelope = None
        items = self._items(path, make=True)
        items.append({})
        return len(items) - 1

    def remove(self, path: str, number: int) -> None:
        """Take an item out; those after it move up."""
        self._envelope = None
        del self._items(path)[self._known(path, number)]

    def move(self, path: str, number: int, to: int) -> None:
        """Put an item in the place of another; those between move over."""
        self._envelope = None
        number, to = self._known(path, number), self._known(path, to)
        items = self._items(path)
        items.insert(to, items.pop(number))

    # What it comes to

    def envelope(self) -> bytes:
        """The message, indented: wrong values as they are, a password that is masked masked."""
        if self._envelope is None:
            element = etree.Element(f"{{{NAMESPACE}}}{self.operation}", nsmap={"ext": NAMESPACE})
            draft_tree.write(element, self.specs, self._tree)
            self._envelope = soap.envelope(element)
            self._findings = self.contract.lint(self._envelope)
        return self._envelope

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What the contract says of the envelope, in the order of its lines."""
        self.envelope()
        return self._findings

    def findings_at(self) -> dict[str, tuple[Finding, ...]]:
        """The findings by the path of what they are about; those about the whole at the empty."""
        found: dict[str, list[Finding]] = {}
        for finding in self.findings:
            found.setdefault(self.path_of(finding), []).append(finding)
        return {path: tuple(those) for path, those in found.items()}

    def path_of(self, finding: Finding) -> str:
        """The path of what a finding is about, as near as the operation has it."""
        path, fields, wrap = "", self.specs, tuple[str, ...]()
        for step in finding.path.split("/")[1:]:
            name, _, number = step.removesuffix("]").partition("[")
            item = f"[{int(number) - 1}]" if number else ""
            if wrap and wrap[0] == name:
                path, wrap = path + item, wrap[1:]
                continue
            spec = next((each for each in fields if each.name == name), None)
            if spec is None:
                break
            path = f"{path}.{name}{item}" if path else f"{name}{item}"
            fields, wrap = spec.inside, spec.wrap
        return path

    @property
    def request(self) -> Request:
        """The request in the model's classes, without a password that is masked.

        Raises `ConfigurationError` for a text that its field cannot hold.
        """
        return self.request_in(ClientContext())

    def request_in(self, context: ClientContext) -> Request:
        """The same; what the draft leaves out of its context is taken from the one given."""
        return assign(self.contract, self.operation, self._assignments()).request(lambda: context)

    def _assignments(self) -> Iterator[Assignment]:
        secret = {path for path, spec in self._fields if spec.kind is Kind.SECRET}
        for path, text in self.texts.items():
            holder = _NUMBERS.split(path)[0]
            if holder in self._keyed:
                if path.endswith("].key"):
                    value = self.text(f"{path.removesuffix('key')}value")
                    yield f"{holder}.{text}", value or ""
            elif path not in secret or text != soap.MASK:
                yield path, text

    # Paths

    def _place(self, path: str, *, make: bool = False) -> Place:
        """Where a path leads; `make` makes what is on the way, the item that would be the next."""
        steps = [*_STEP.finditer(path)]
        place = None
        fields, node = self.specs, self._tree
        for step in steps if "".join(step[0] for step in steps) == path else ():
            spec = next((each for each in fields if each.name == step[1]), None)
            if spec is None:
                break
            last = step is steps[-1]
            number = None if step[2] is None else int(step[2])
            if (spec.kind is Kind.ITEMS) is (number is None) and not (last and number is None):
                repeated = spec.kind is Kind.ITEMS
                raise ConfigurationError(number_advice(path, spec.name, repeated=repeated))
            place = Place(node, spec, number)
            if number is not None:
                node = self._item(place, path, make=make)
            elif not last:
                node = draft_tree.part_of(node, spec.name, make=make)
            fields = spec.inside
            if last:
                return place
        assign(self.contract, self.operation, [(path, "")])  # raises for a path that leads nowhere
        raise ConfigurationError(f"{self.operation} has no {path}")

    def _item(self, place: Place, path: str, *, make: bool) -> Node:
        holder, spec, number = place
        items = draft_tree.items_of(holder, spec.name, make=make)
        if number is None or number > len(items):
            raise ConfigurationError(
                f"{path}: there are {len(items)} {spec.name}; the next is {spec.name}[{len(items)}]"
            )
        if number < len(items):
            return items[number]
        if make:
            items.append({})
        return items[-1] if make else {}

    def _items(self, path: str, *, make: bool = False) -> list[Node]:
        holder, spec, number = self._place(path, make=make)
        if spec.kind is not Kind.ITEMS or number is not None:
            raise ConfigurationError(f"{path} is no list; it stands once")
        return draft_tree.items_of(holder, spec.name, make=make)

    def _known(self, path: str, number: int) -> int:
        count = self.count(path)
        if not 0 <= number < count:
            raise ConfigurationError(f"{path} has {count} items, and none with the number {number}")
        return number

    def _plain(self, path: str, *, make: bool = False) -> str:
        """The path of a parameter's value, from the short form that names its key."""
        for place in self._keyed:
            if not path.startswith(f"{place}."):
                continue
            key = path.removeprefix(f"{place}.")
            items = self._items(place, make=make)
            number = next((n for n, item in enumerate(items) if item.get("key") == key), len(items))
            if make and number == len(items):
                items.append({"key": key})
            return f"{place}[{number}].value"
        return path

    def _leave_out(self, path: str, place: Place) -> None:
        holder, spec, number = place
        if number is not None:
            raise ConfigurationError(f"{path} is an item; take it out with remove")
        holder.pop(spec.name, None)
        around = path.rpartition(".")[0]
        if around and not holder:
            above, amount, _ = self._place(around)
            if amount.kind is Kind.AMOUNT:
                above.pop(amount.name, None)


def _numbers(path: str) -> list[int]:
    return [int(number) for number in _NUMBERS.findall(path)]


def _amount(text: str) -> Node:
    """The parts of what is written as a whole; without a currency it is all value."""
    value, _, currency = text.strip().rpartition(" ")
    return {"currency": currency, "value": value.strip()} if value else {"value": currency}
