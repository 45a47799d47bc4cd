"""The contract: the rules of each interface's messages, and the linter that judges messages.

In come the schemas (`load`) and the bytes of messages (`Contract.lint`); out come types, fields
and rules, which forms, strategies, endpoint and coverage use, and findings. The package imports
`schemas`, `soap`, `vocabulary`, `errors`, `recording` and `notebook_repr`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property, lru_cache, partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from lxml import etree

from seqrkit import schemas as _schemas
from seqrkit.contract import documented_schema, envelope_rules
from seqrkit.contract.contradictions import CONTRADICTIONS, Contradiction, Place
from seqrkit.contract.envelope_rules import SESSION_RULES, too_large
from seqrkit.contract.finding_messages import alike
from seqrkit.contract.findings import Finding, LintedMessage, Rule, Severity
from seqrkit.contract.message_definitions import Check, Field, MessageType, Operation
from seqrkit.contract.message_linter import Linter
from seqrkit.contract.reference_examples import Example, examples
from seqrkit.contract.session_rules import SessionRules
from seqrkit.errors import ConfigurationError
from seqrkit.schemas import SchemaSet
from seqrkit.soap import MAX_BYTES, Document, Secrets
from seqrkit.vocabulary import NEWEST, Interface

if TYPE_CHECKING:
    from seqrkit.contract.file_linter import FileLinter

__all__ = [
    "CONTRADICTIONS",
    "SESSION_RULES",
    "Check",
    "Contract",
    "Contradiction",
    "Example",
    "Field",
    "Finding",
    "LintedMessage",
    "MessageType",
    "Operation",
    "Place",
    "Rule",
    "SessionRules",
    "Severity",
    "examples",
    "load",
    "too_large",
]


class Contract:
    """The rules of one interface's messages, made by `load`; immutable."""

    def __init__(self, schemas: SchemaSet) -> None:
        self.schemas = schemas
        self.interface: Interface = schemas.interface
        """The interface that the contract is of."""
        self._shape = documented_schema.read(schemas.documented)
        self._linter = Linter(schemas, self._shape)
        self.document: str = self._shape.document
        """The letter in `schemas.documents` of the document that describes the interface."""
        self.types: Mapping[str, MessageType] = self._shape.types
        """All types of the documented schema, by name (`clientContext`, `invoice`)."""
        self.elements: Mapping[str, MessageType] = self._shape.elements
        """The types of the elements that a Body may contain, operations and replies, by name."""
        self.operations: Mapping[str, Operation] = self._shape.operations
        """The operations in the order of the reference, by name."""

    @cached_property
    def _files(self) -> FileLinter:
        from seqrkit.contract.file_linter import FileLinter  # deferred: clients lint messages only

        return FileLinter(self._linter, self._shape)

    @cached_property
    def rules(self) -> Mapping[str, Rule]:
        """All rules by id: of the schema, across fields, of sessions, the wire and the envelope."""
        rules = {**self._shape.rules, **SESSION_RULES}
        return MappingProxyType(rules | envelope_rules.WIRE_RULES | envelope_rules.SOAP_RULES)

    def operation(self, name: str) -> Operation:
        """Return the operation of a name.

        Raises `ConfigurationError`, which names the nearest one, if there is no such operation.
        """
        if name not in self.operations:
            like = alike(name, tuple(self.operations))
            advice = f"did you mean {like}?" if like else f"it has {', '.join(self.operations)}"
            raise ConfigurationError(f"{self.interface} has no operation {name}; {advice}")
        return self.operations[name]

    def field(self, path: str) -> Field:
        """Return the field of a path, such as `invoice.title`.

        Raises `LookupError` if there is no such field.
        """
        for kind in self._shape.types.values():
            for field in kind.fields:
                if field.path == path:
                    return field
        raise LookupError(f"{self.interface} has no field {path}")

    def lint(
        self,
        data: bytes,
        *,
        limit: int = MAX_BYTES,
        charset: str | None = None,
        as_: str | None = None,
    ) -> tuple[Finding, ...]:
        """Return the findings about whatever a file contains; empty if there are none.

        Takes a message (an envelope or an operation's element, request or reply), a part of one,
        or a capture with several: HTTP, HAR, JSON Lines of `record=`, logs, MIME. `limit` is in
        bytes, `charset` that of HTTP. `as_` names the type that a part of a message has, such as
        `invoice`. Raises only `ConfigurationError`, for an unknown `as_`.
        """
        found = self.lint_file(data, limit=limit, charset=charset, as_=as_)
        return tuple(finding for message in found for finding in message.findings)

    def lint_file(
        self,
        data: bytes,
        *,
        limit: int = MAX_BYTES,
        charset: str | None = None,
        as_: str | None = None,
    ) -> tuple[LintedMessage, ...]:
        """Return each message in a file with its findings; see `lint`.

        No finding quotes a password that occurs in the file.
        """
        lint = partial(self._files.lint, limit=limit, charset=charset, as_=as_)
        return _without_secrets(lint, data, Secrets.of(data))

    def lint_message(
        self,
        data: bytes,
        *,
        limit: int = MAX_BYTES,
        charset: str | None = None,
        secrets: Secrets | None = None,
        document: Document | None = None,
    ) -> tuple[Finding, ...]:
        """Return the findings about bytes that were sent as one message.

        Unlike `lint` it looks for no message inside of anything else, so that it is fast for any
        bytes. It never raises over them. Findings quote the message with `secrets` masked, by
        default its own passwords. `document` is what was read from the bytes, if it is known.
        """

        def lint(shown: bytes) -> tuple[LintedMessage, ...]:
            read = document if shown is data else None
            found = self._linter.lint(shown, limit=limit, charset=charset, document=read)
            return (LintedMessage("", "", found),)

        known = Secrets.of(data) if secrets is None else secrets
        return _without_secrets(lint, data, known)[0].findings

    def lint_element(self, element: etree._Element) -> tuple[Finding, ...]:
        """Return the findings about a parsed element of an operation, without comments inside."""
        return self._linter.lint_element(element)

    def __repr__(self) -> str:
        return f"<Contract {self.interface}: {len(self.rules)} rules>"


def load(interface: str = NEWEST, schemas: SchemaSet | None = None) -> Contract:
    """Return the contract of an interface, from the bundled schemas (cached) or from others.

    Raises `ConfigurationError` for an unknown interface, `SchemaError` for unreadable schemas.
    """
    return _bundled(str(interface)) if schemas is None else Contract(schemas)


@lru_cache
def _bundled(interface: str) -> Contract:
    return Contract(_schemas.schema_set(interface))


def _without_secrets(
    lint: Callable[[bytes], tuple[LintedMessage, ...]], data: bytes, secrets: Secrets
) -> tuple[LintedMessage, ...]:
    """Lint bytes, and mask the secrets in what the findings quote.

    Findings shorten what they quote, so their texts are those about bytes that were masked before.
    """
    messages = lint(data)
    if not any(message.findings for message in messages):
        return messages
    shown = secrets.mask_repetitions(data)
    if shown == data:
        return messages
    # The findings of the original bytes stay: masking must not hide or add a mistake.
    quoted = {
        (message.origin, each.id, each.path, each.line): each
        for message in lint(shown)
        for each in message.findings
    }
    return tuple(
        message._replace(
            findings=tuple(
                quoted.get((message.origin, each.id, each.path, each.line), each).masked(
                    secrets.mask
                )
                for each in message.findings
            )
        )
        for message in messages
    )
