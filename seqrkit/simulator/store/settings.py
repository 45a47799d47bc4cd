"""Settings of an endpoint: principals, tokens, reports and seed invoices.

One schema for a TOML file (`seqrkit serve --config`), JSON (`POST /control/settings`) and Python
(`Endpoint.configure`). The descriptions of the fields here are also those in OpenAPI. An entry
changes what it names: a field that is left out keeps its value. Users, tokens and reports are
stored as they are here.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from difflib import get_close_matches
from enum import StrEnum
from os import PathLike
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, Final, TypeAlias, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta

from seqrkit import schemas
from seqrkit.errors import ConfigurationError, InvalidAmount
from seqrkit.model_base import MASKED
from seqrkit.money import Amount
from seqrkit.simulator.store.settings_errors import entry_error, in_words, name_of, read_toml
from seqrkit.vocabulary import InvoiceStatus, TokenStatus

EXAMPLE: Final = Path(__file__).with_name("example-settings.toml")
"""The settings with which the reference documents' example requests succeed."""
NEVER_SEEDED: Final = {InvoiceStatus.PARTIALLY_PAID, InvoiceStatus.EXPIRED}
"""Statuses that no seed invoice has: the phone pays a part, and nothing expires here."""
UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""The characters that XML 1.0 does not allow, and that a reply therefore cannot contain."""


class TerminalKind(StrEnum):
    """The origin of a terminal, which decides how many open invoices it can have."""

    CASH_REGISTER = "cash register"
    """Created by registerTerminal."""
    WEBSHOP = "webshop"
    """Issued by the service itself."""


Id = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=1000)]
Password = Annotated[str, Meta(min_length=1, max_length=1000)]


@dataclass(frozen=True, kw_only=True, repr=False)
class _Principal:
    """What resellers and terminals have in common; its `repr` shows no passwords."""

    id: Annotated[Id, Meta(description="The id in initiatorPrincipalId.")]
    passwords: Annotated[
        tuple[Password, ...],
        Meta(max_length=10, description="The passwords it can use, each of them at any time."),
    ] = ()
    name: Annotated[Text | None, Meta(description="The name that buyers see.")] = None
    blocked: Annotated[
        bool | None, Meta(description="Whether its requests are refused with code 33.")
    ] = None

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return [*(values | {"passwords": (MASKED.strip("'"),) * len(self.passwords)}).items()]

    def __repr__(self) -> str:
        inner = ", ".join(f"{name}={value!r}" for name, value in self.__rich_repr__())
        return f"{type(self).__name__}({inner})"


@dataclass(frozen=True, kw_only=True, repr=False)
class ResellerSettings(_Principal):
    """A reseller: a shop with one user. A new one needs `user` and `passwords`."""

    user: Annotated[Id | None, Meta(description="The userId of its user.")] = None
    may_refund: Annotated[
        bool | None, Meta(description="Whether it may refund; if not, refundPayment returns 97.")
    ] = None
    account_takes_refunds: Annotated[
        bool | None,
        Meta(description="Whether its account allows refunds; if not, refundPayment returns 99."),
    ] = None
    gaming: Annotated[
        bool | None,
        Meta(
            description="Whether it is a gaming partner, whose replies to getPaymentStatus name "
            "the buyer for creditUser; off for a new one."
        ),
    ] = None


@dataclass(frozen=True, kw_only=True, repr=False)
class TerminalSettings(_Principal):
    """A terminal. A new one needs `reseller` and `passwords`."""

    reseller: Annotated[Id | None, Meta(description="The id of its reseller.")] = None
    kind: Annotated[
        TerminalKind | None,
        Meta(description='"webshop" (default), or "cash register", which has one open invoice.'),
    ] = None
    seqr_id: Annotated[
        Annotated[str, Meta(pattern="^[A-Za-z0-9]{1,200}$")] | None,
        Meta(description="The seqrId of its static QR code."),
    ] = None


@dataclass(frozen=True)
class User:
    """A buyer whom creditUser can pay."""

    id: Annotated[Id, Meta(description="The opaque userId.")]
    currency: Annotated[str, Meta(description="The currency of the account.")] = "SEK"
    language: Annotated[
        Annotated[str, Meta(pattern="^[a-z]{2}$")],
        Meta(description="The language of descriptions that the service adds, as in ISO 639-1."),
    ] = "en"

    def __post_init__(self) -> None:
        _check_currency(self.currency)


@dataclass(frozen=True)
class KnownToken:
    """A kind of customer token, such as a loyalty card, that the service knows."""

    id: Annotated[Id, Meta(description="The id of the tokens of this kind.")]
    description: Annotated[Text, Meta(description="The text that buyers see.")] = ""
    blocked: Annotated[
        tuple[Id, ...], Meta(description="The values of tokens that are blocked: status 90.")
    ] = ()
    invalid: Annotated[
        tuple[Id, ...], Meta(description="The values of tokens that are invalid: status 99.")
    ] = ()

    def status_of(self, value: str | None) -> TokenStatus:
        """Return the status of a token of this kind before the merchant has used it."""
        if value in self.blocked:
            return TokenStatus.BLOCKED
        return TokenStatus.INVALID if value in self.invalid else TokenStatus.PENDING


@dataclass(frozen=True)
class FixedReport:
    """A report with a fixed text, which executeReport returns at once."""

    id: Annotated[Id, Meta(description="The reportId; a standard report of that id is replaced.")]
    text: Annotated[str, Meta(description="The content.")]
    title: Annotated[Text, Meta(description="The title.")] = ""
    mime_type: Annotated[Text, Meta(description="The mimeType.")] = "text/plain"


@dataclass(frozen=True, kw_only=True)
class SeedInvoice:
    """An invoice that exists at the start. One that exists already is left as it is."""

    reference: Annotated[
        Annotated[str, Meta(pattern="^[1-9][0-9]{0,17}$")],
        Meta(description="The invoiceReference: up to 18 digits."),
    ]
    terminal: Annotated[Id, Meta(description="The id of the terminal that sent it.")]
    total: Annotated[
        Annotated[str, Meta(max_length=40)],
        Meta(description='The total, such as "149.99 SEK".'),
    ]
    status: Annotated[InvoiceStatus, Meta(description="The status, ISSUED by default.")] = (
        InvoiceStatus.ISSUED
    )
    ers_reference: Annotated[
        Id | None, Meta(description="The ersReference of a PAID invoice; made up if left out.")
    ] = None
    title: Annotated[Text, Meta(description="The title of the bill.")] = "Seed invoice"
    cashier: Annotated[Text | None, Meta(description="The cashierId.")] = None

    def __post_init__(self) -> None:
        try:
            amount = self.amount
        except InvalidAmount as error:
            raise ValueError(f"total: {error.sentence}") from error
        _check_currency(amount.currency)
        if not amount.value or amount.value < 0:
            raise ValueError("total must be above zero")
        if self.status in NEVER_SEEDED:
            raise ValueError(f"status cannot be {self.status} in a seed invoice")
        if self.ers_reference is not None and self.status is not InvoiceStatus.PAID:
            raise ValueError("ers_reference is only for an invoice that is PAID")

    @property
    def amount(self) -> Amount:
        """The total."""
        return Amount.of(self.total)


@dataclass(frozen=True, kw_only=True)
class Settings:
    """Everything that can be configured; all of it is optional."""

    documented: Annotated[
        bool | None,
        Meta(
            description="Whether the endpoint is in documented mode, which rejects what the "
            "interface's document forbids."
        ),
    ] = None
    resellers: Annotated[tuple[ResellerSettings, ...], Meta(description="Resellers.")] = ()
    terminals: Annotated[tuple[TerminalSettings, ...], Meta(description="Terminals.")] = ()
    users: Annotated[tuple[User, ...], Meta(description="Buyers.")] = ()
    tokens: Annotated[tuple[KnownToken, ...], Meta(description="Known kinds of tokens.")] = ()
    reports: Annotated[tuple[FixedReport, ...], Meta(description="Fixed reports.")] = ()
    invoices: Annotated[tuple[SeedInvoice, ...], Meta(description="Seed invoices.")] = ()

    @classmethod
    def of(cls, source: SettingsSource) -> Settings:
        """Return settings after checking them: those given, or those in a TOML file.

        Raises `ConfigurationError` for an unknown key or a value that is not valid, with the line
        of the file and the entry, and for a file that cannot be read or is not valid TOML.
        """
        if isinstance(source, str | PathLike):
            data: object = read_toml(source)
        else:
            # Also a Settings object is converted: its dataclass accepts values of any type.
            data = msgspec.to_builtins(source) if isinstance(source, Settings) else source
        try:
            _check_names(data)
            settings = msgspec.convert(data, cls)
            _check_entries(settings)
        except msgspec.ValidationError as error:
            raise _wrong(
                source, data, in_words(str(error), [*TerminalKind, *InvoiceStatus])
            ) from error
        except ValueError as error:
            raise _wrong(source, data, str(error)) from error
        return settings

    def __str__(self) -> str:
        counts = ((len(getattr(self, name)), name) for name in ENTRIES)
        parts = [f"{count} {name}" for count, name in counts if count]
        mode = [] if self.documented is None else [f"documented = {self.documented}".lower()]
        return ", ".join(mode + parts) or "nothing"


ENTRIES: Final[Mapping[str, type[Any]]] = MappingProxyType(
    {
        name: get_args(entries)[0]
        for name, entries in get_type_hints(Settings).items()
        if get_origin(entries) is tuple
    }
)
"""The lists of the settings, each with the class of its entries."""


SettingsSource: TypeAlias = Settings | Mapping[str, Any] | str | PathLike[str]
"""Settings, a mapping with the same content, or the name of a TOML file."""


def _wrong(source: SettingsSource, data: object, problem: str) -> ConfigurationError:
    """Return an error whose text begins with a place such as ``users[0].id``, if it has one."""
    place = re.match(r"(\w+)\[(\d+)\](\.?)", problem)
    name, number = (place[1], int(place[2])) if place else ("", 0)
    entries = data.get(name) if isinstance(data, Mapping) and name in ENTRIES else None
    if place is None or not isinstance(entries, list | tuple) or number >= len(entries):
        return ConfigurationError(f"{name_of(source)}: {problem}")
    entry = entries[number]
    key = entry.get(fields(ENTRIES[name])[0].name) if isinstance(entry, Mapping) else None
    rest = problem[place.end() :]
    return entry_error(source, name, number, key, f": {rest}" if place[3] else rest)


def _check_names(data: object) -> None:
    """Raise `ValueError` for a key that is not one of the settings.

    This comes before the conversion, so that a misspelt key is not reported as a missing one.
    """
    if not isinstance(data, Mapping):
        return
    for list_name, entries in data.items():
        _check_name(list_name, [field.name for field in fields(Settings)], str(list_name))
        is_list = list_name in ENTRIES and isinstance(entries, list | tuple)
        for number, entry in enumerate(entries if is_list else ()):
            for name in entry if isinstance(entry, Mapping) else ():
                known = [field.name for field in fields(ENTRIES[list_name])]
                _check_name(name, known, f"{list_name}[{number}].{name}")


def _check_name(name: object, known: Collection[str], place: str) -> None:
    if name in known:
        return
    close = get_close_matches(str(name).lower(), known, n=1)
    advice = f"did you mean {close[0]}?" if close else f"use one of {', '.join(known)}"
    raise ValueError(f"{place[:200]} is not a setting; {advice}")


def _check_entries(settings: Settings) -> None:
    """Raise `ValueError` for two entries with the same key, and for text that is not valid XML."""
    for name, kind in ENTRIES.items():
        key = fields(kind)[0].name
        seen: dict[str, int] = {}
        for number, entry in enumerate(getattr(settings, name)):
            first = seen.setdefault(getattr(entry, key), number)
            if first != number:
                raise ValueError(f"{name}[{number}].{key} is also that of number {first + 1}")
            for place, text in _texts(msgspec.to_builtins(entry), f"{name}[{number}]"):
                found = UNPRINTABLE.search(text)
                if found:
                    character = f"U+{ord(found[0]):04X}"
                    raise ValueError(f"{place} contains {character}, which XML does not allow")


def _texts(data: object, place: str) -> Iterator[tuple[str, str]]:
    """Yield each string in plain data with its place."""
    if isinstance(data, str):
        yield place, data
    elif isinstance(data, dict):
        for name, value in data.items():
            yield from _texts(value, f"{place}.{name}")
    elif isinstance(data, list | tuple):
        for number, value in enumerate(data):
            yield from _texts(value, f"{place}[{number}]")


def _check_currency(currency: str | None) -> None:
    if currency not in schemas.currencies():
        raise ValueError(f"{currency} is not a currency of ISO 4217")
