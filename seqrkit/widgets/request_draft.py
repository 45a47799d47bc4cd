"""A request while it is being written: texts by wire path, valid or not, exactly as typed.

The texts are written to the envelope without conversion, so that invalid values are visible. Paths
are those of `seqrkit.field_paths`, with the two parts of an amount; a parameter is
``parameters[0].key`` and ``parameters[0].value``, in short ``parameters.KEY``.

An item without a text is not written: users add rows that they do not need. One that was read from
a message is, so that the contract's findings are those about the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import count as counter
from itertools import islice
from typing import Final, NamedTuple

from lxml import etree

from seqrkit import soap
from seqrkit.contract import Contract, Finding
from seqrkit.errors import ConfigurationError
from seqrkit.field_paths import Assignment, assign, number_advice, written
from seqrkit.model import ClientContext
from seqrkit.model_base import Request
from seqrkit.vocabulary import NAMESPACE
from seqrkit.widgets.field_specs import (
    STEP,
    Items,
    Kind,
    Spec,
    by_identity,
    by_number,
    element_at,
    numbered_texts,
    path_at,
    places,
    specs,
    texts_of,
    write_texts,
)

_NUMBERS: Final = re.compile(r"\[(\d{1,4})\]")


class Snapshot(NamedTuple):
    """What was written, by path with the identities of items in place of their numbers."""

    texts: dict[str, str]
    items: dict[str, list[str]]
    left: set[str]


class Draft:
    """The texts of a request, its envelope, and the contract's findings about it.

    Raises `ConfigurationError` for an operation that the interface does not have. Methods with a
    path raise it for one that the operation does not have, and change nothing then.
    """

    def __init__(self, contract: Contract, operation: str) -> None:
        self.contract = contract
        self.operation = operation
        self.specs: tuple[Spec, ...] = specs(contract, operation)
        self._places = tuple(places(self.specs))
        self._keyed = tuple(path for path, spec in self.lists() if spec.keyed)
        # An item keeps its identity when it moves: here, paths contain identities, not numbers.
        self._texts: dict[str, str] = {}
        self._items: dict[str, list[str]] = {}
        self._left: set[str] = set()
        # Each is used once, so that no row is taken for another.
        self._identities = map(str, counter())
        self._envelope: bytes | None = None
        self._written: Items = {}
        self._findings: tuple[Finding, ...] = ()

    @property
    def texts(self) -> dict[str, str]:
        """All texts by path, in the order of the wire."""
        return dict(numbered_texts(self.specs, self._texts, self._items))

    def text(self, path: str) -> str | None:
        """Return the text at a path; `None` if the element is left out."""
        whole = self._whole(path)
        self._spec(whole)
        return self._texts.get(self._by_identity(whole))

    def set(self, path: str, value: object) -> None:
        """Write a text at a path; `None` leaves the element out.

        An amount may be one text, ``149.99 SEK``. The number after the last item adds an item.
        Other values are converted by `seqrkit.field_paths.written`, which may raise an error.
        """
        text = None if value is None else written(value, path)
        whole = self._whole(path, add=text is not None)
        spec = self._spec(whole)
        if text is not None and not (spec.kind.holds_text or spec.kind is Kind.AMOUNT):
            inside = ", ".join(f"{path}.{each.name}" for each in spec.inside)
            raise ConfigurationError(f"{path} has fields inside; set one of those: {inside}")
        if whole.endswith("]"):
            raise ConfigurationError(f"{path} is an item; use remove to remove it")
        self._envelope = None
        if text is not None:
            for item in _NUMBERS.finditer(whole):
                self._add_until(whole[: item.start()], int(item[1]) + 1)
        whole = self._by_identity(whole)
        replaced = [each for each in self._texts if _is_in(each, whole)] if spec.inside else [whole]
        for each in replaced:
            self._texts.pop(each, None)
        if text is None:
            self._items.pop(whole, None)
            return
        if spec.kind is Kind.AMOUNT:
            value_text, _, currency = text.strip().rpartition(" ")
            parts = {"currency": currency, "value": value_text.strip()}
            parts = parts if value_text else {"value": currency}
            self._texts |= {f"{whole}.{name}": part for name, part in parts.items()}
        else:
            self._texts[whole] = text

    def update(self, assignments: Iterable[tuple[str, object]] | Mapping[str, object]) -> None:
        """Write several texts, items in the order of their numbers: all of them or none."""
        before, assigned = self.snapshot, dict(assignments)
        try:
            numbers = {path: [*map(int, _NUMBERS.findall(path))] for path in assigned}
            for path in sorted(assigned, key=numbers.__getitem__):
                self.set(path, assigned[path])
        except ConfigurationError:
            self.snapshot = before
            raise

    def read(self, data: bytes) -> None:
        """Write the texts of a message and clear everything else; a masked password stays masked.

        Raises `MessageError` if the bytes are not a SOAP message, `ConfigurationError` for a
        message of another operation.
        """
        root = soap.parse(data)
        payload = next(root.iter(f"{{*}}{self.operation}"), None)  # in whatever envelope
        if payload is None:
            other = soap.local(soap.read_envelope(root).payload)
            raise ConfigurationError(f"this is {other}, and not {self.operation}")
        self.clear()
        for path, found in texts_of(payload, self.specs):
            if isinstance(found, int):
                self._add_until(path, found)
                self.leave(f"{path}[{number}]" for number in range(found))
            else:
                self._texts[self._by_identity(path)] = found

    def clear(self) -> None:
        """Leave everything out, except for the parts that every request has."""
        self._envelope = None
        self._texts, self._items, self._left = {}, {}, set()

    @property
    def snapshot(self) -> Snapshot:
        """Everything that was written; assigning a snapshot restores it."""
        items = {path: list(each) for path, each in self._items.items()}
        return Snapshot(dict(self._texts), items, set(self._left))

    @snapshot.setter
    def snapshot(self, earlier: Snapshot) -> None:
        self._envelope = None
        self._texts, self._items, self._left = earlier

    def leave(self, paths: Iterable[str]) -> None:
        """Note that the user has left fields or items: what is in them is to be sent."""
        self._left.update(map(self._by_identity, paths))

    def places(self) -> Iterator[tuple[str, Spec]]:
        """Yield every field by path, except those inside items."""
        return iter(self._places)

    # Items

    def lists(self) -> Iterator[tuple[str, Spec]]:
        """Yield the operation's lists by path."""
        return ((path, spec) for path, spec in self._places if spec.kind is Kind.ITEMS)

    def count(self, path: str) -> int:
        """Return the number of items of the list at a path (``invoice.invoiceRows``)."""
        if self._spec(path).kind is not Kind.ITEMS or path.endswith("]"):
            raise ConfigurationError(f"{path} is not a list")
        return len(self._items.get(path, ()))

    def item(self, path: str, number: int) -> str:
        """Return the identity of an item, which it keeps when others are removed or it is moved."""
        return self._items[path][number]

    def numbered(self, path: str) -> str | None:
        """Return a path with an item's number in place of its identity; `None` if it is gone."""
        return by_number(path, self._items)

    def _by_identity(self, path: str) -> str:
        return by_identity(path, self._items)

    def _add_until(self, path: str, count: int) -> None:
        items = self._items.setdefault(path, [])
        items.extend(islice(self._identities, max(0, count - len(items))))

    def add(self, path: str, identity: str | None = None) -> int:
        """Add an item, with an identity of its own if none is given; return its number."""
        self._envelope = None
        number = self.count(path)
        self._items.setdefault(path, []).append(identity or next(self._identities))
        return number

    def remove(self, path: str, number: int) -> None:
        """Remove an item; the following ones move up."""
        self.move(path, number, self.count(path) - 1)
        item = f"{path}[{self._items[path].pop()}]"
        self._texts = {each: text for each, text in self._texts.items() if not _is_in(each, item)}

    def remove_empty(self) -> bool:
        """Remove the items that are not written; return whether there are any."""
        self.envelope()
        before, self._items = self._items, {p: [*items] for p, items in self._written.items()}
        return before != self._items

    def move(self, path: str, number: int, to: int) -> None:
        """Move an item to the position of another; those between make room."""
        count = self.count(path)
        for each in (number, to):
            if not 0 <= each < count:
                raise ConfigurationError(
                    f"{path} has {count} items, and none with the number {each}"
                )
        items = self._items[path]
        items.insert(to, items.pop(number))
        self._envelope = None

    # Envelope and findings

    def envelope(self) -> bytes:
        """Return the message, indented; a masked password stays masked."""
        if self._envelope is None:
            element = etree.Element(f"{{{NAMESPACE}}}{self.operation}", nsmap={"ext": NAMESPACE})
            filled = {f"{path.partition(']')[0]}]" for path in self._texts} | self._left
            self._written = {
                path: [each for each in items if f"{path}[{each}]" in filled]
                for path, items in self._items.items()
            }
            write_texts(element, self.specs, self._texts, self._written)
            self._envelope = soap.envelope(element)
            self._findings = self.contract.lint(self._envelope)
        return self._envelope

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The contract's findings about the envelope, in the order of its lines."""
        self.envelope()
        return self._findings

    def findings_at(self) -> dict[str, tuple[Finding, ...]]:
        """Return the findings by path; those about the whole message have an empty path."""
        found: dict[str, tuple[Finding, ...]] = {}
        for finding in self.findings:
            path = self.path_of(finding)
            found[path] = (*found.get(path, ()), finding)
        return found

    def todo(self, *, outside: str) -> frozenset[str]:
        """Return the paths of required fields without a text that the user has not left yet.

        Those in the part named `outside` are not among them.
        """
        return frozenset(
            path
            for path, findings in self.findings_at().items()
            if not (self._by_identity(path) in self._left or _is_in(path, outside))
            and all(each.rule.kind == "required" for each in findings)
        )

    def path_of(self, finding: Finding) -> str:
        """Return the path of the field that a finding is about, or of the nearest one above it."""
        path = path_at(finding.path.split("/")[1:], self.specs)
        return by_number(by_identity(path, self._written), self._items) or ""

    def line_of(self, path: str) -> int:
        """Return the envelope's line with the element at a path, or with the nearest one above."""
        payload = soap.read_envelope(soap.parse(self.envelope())).payload
        place = by_number(self._by_identity(path), self._written) or path.partition("[")[0]
        return element_at(payload, self.specs, place).sourceline or 0

    def request_in(self, context: ClientContext) -> Request:
        """Return the request as an object of the model, without a masked password.

        Context fields without a text are taken from `context`. Raises `ConfigurationError` for a
        text that its field cannot hold.
        """
        return assign(self.contract, self.operation, self._assignments()).request(lambda: context)

    def _assignments(self) -> Iterator[Assignment]:
        secret = {path for path, spec in self._places if spec.kind is Kind.SECRET}
        self.envelope()
        texts = dict(numbered_texts(self.specs, self._texts, self._written))
        for path, text in texts.items():
            holder = _NUMBERS.split(path)[0]
            if holder in self._keyed:
                if path.endswith("].key"):
                    yield f"{holder}.{text}", texts.get(f"{path[:-3]}value", "")
            elif path not in secret or text != soap.MASK:
                yield path, text

    # Paths

    def _whole(self, path: str, *, add: bool = False) -> str:
        """Return the path of a parameter's value for the short form with its key.

        `add` adds a parameter with a new key.
        """
        for place in self._keyed:
            if path.startswith(f"{place}."):
                key = path.removeprefix(f"{place}.")
                items = self._items.get(place, ())
                keys = [self._texts.get(f"{place}[{item}].key") for item in items]
                number = keys.index(key) if key in keys else len(keys)
                if add and number == len(keys):
                    self.set(f"{place}[{number}].key", key)
                return f"{place}[{number}].value"
        return path

    def _spec(self, path: str) -> Spec:
        """Return the field at a path, whose items exist or would be the next."""
        steps = [*STEP.finditer(path)]
        fields = self.specs
        for step in steps if "".join(step[0] for step in steps) == path else ():
            spec = next((each for each in fields if each.name == step[1]), None)
            if spec is None:
                break
            repeated, last = spec.kind is Kind.ITEMS, step is steps[-1]
            if repeated is (step[2] is None) and not (last and repeated):
                raise ConfigurationError(number_advice(path, spec.name, repeated=repeated))
            count = len(self._items.get(path[: step.end(1)], ()))
            if step[2] and int(step[2]) > count:
                raise ConfigurationError(
                    f"{path}: there are {count} {spec.name}; the next is {spec.name}[{count}]"
                )
            if last:
                return spec
            fields = spec.inside
        assign(self.contract, self.operation, [(path, "")])  # raises for an unknown path
        raise ConfigurationError(f"{self.operation} has no {path}")


def _is_in(path: str, whole: str) -> bool:
    """Whether a path is the other one or inside it."""
    return path == whole or path.startswith((f"{whole}.", f"{whole}["))
