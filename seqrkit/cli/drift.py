"""``seqrkit drift``: what the WSDL of a service describes differently from the bundled one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import urljoin, urlsplit

import click
from lxml import etree

from seqrkit import soap
from seqrkit.cli import Misuse, echo
from seqrkit.cli.endpoint_options import with_connection
from seqrkit.cli.file_io import read_input
from seqrkit.cli.shared_options import interface_option
from seqrkit.client.http import translated
from seqrkit.contract.service_drift import WSDL, ServiceDescription, drift
from seqrkit.control_client.client import SECONDS, base_of, fetched
from seqrkit.errors import MessageError, SeqrError
from seqrkit.http_client import HttpFailure
from seqrkit.schemas import XS, interface_at, schema_set

_MOST: Final = 50
"""Documents that a description may consist of."""


@click.command("drift")
@click.argument("service", metavar="URL|FILE")
@interface_option
@with_connection
@click.pass_context
def command(
    context: click.Context, service: str, *, interface: str, connection: dict[str, Any]
) -> None:
    """Compare the WSDL of a service with the bundled one.

    URL is the address of the service or of its WSDL, FILE a saved WSDL; the schemas that it
    imports are read as well, from the same host only. Prints additions, removals and changes, with
    the operations affected. Types are compared by their elements, not by their names.

    Exit code: 0 if nothing differs, 1 if something does, 2 if there is no WSDL.

    \b
    Examples:
      seqrkit drift https://extdev.seqr.com/extclientproxy/service/v2
      seqrkit drift saved.wsdl --interface extclientproxy-v2
    """  # noqa: D301 - \b is click's own
    if _is_url(service):
        base_of(service)  # raises for an address that is not valid
    known = schema_set(interface_at(service) or interface)
    bundled = ServiceDescription(_documents(str(known.wsdl), {}))
    live = ServiceDescription(_documents(service, connection))
    if not live.operations:
        raise Misuse(f"{service} has no WSDL with operations")
    found = list(drift(live, bundled))
    for each in found:
        echo(each)
    if not found:
        many = len(live.operations)
        echo(f"{service} describes the {many} operations of {known.interface} as the bundled WSDL")
    context.exit(1 if found else 0)


def _documents(first: str, connection: dict[str, Any]) -> Iterator[etree._Element]:
    """Yield the WSDL and what it imports, from the same host or folder."""
    waiting, seen = [first], set[str]()
    while waiting and len(seen) < _MOST:
        place = waiting.pop(0)
        if place in seen:
            continue
        seen.add(place)
        try:
            root = _document(place, connection, is_first=place == first)
        except SeqrError as error:
            if place == first:
                raise Misuse(f"{place} has no WSDL: {error.sentence}") from error
            echo(f"{place} is left out: {error.sentence}")
            continue
        yield root
        for each in root.iter(f"{WSDL}import", f"{XS}import", f"{XS}include"):
            target = each.get("location") or each.get("schemaLocation")
            try:
                found = _resolved(place, target) if target else place
                # A foreign WSDL must not make this machine fetch what it likes.
                is_near = _host(found) == _host(first)
            except ValueError:
                echo(f"{target} is left out: its address is not valid")
                continue
            if is_near:
                waiting.append(found)
            else:
                echo(f"{found} is left out: it is on another host")


def _document(place: str, connection: dict[str, Any], *, is_first: bool) -> etree._Element:
    """Return a document; raises `SeqrError` if there is none, `Misuse` if a file is missing."""
    try:
        data = _read(place, connection, is_first=is_first)
    except HttpFailure as failure:
        raise translated(failure, place, connection.get("timeout", SECONDS)) from failure
    if not data:
        raise MessageError("nothing is there")
    return soap.parse(data, limit=1 << 24)


def _resolved(place: str, target: str) -> str:
    if _is_url(place) or _is_url(target):
        return urljoin(place, target)
    return str(Path(place).parent / target)


def _host(place: str) -> str:
    return urlsplit(place).netloc if _is_url(place) else ""


def _read(place: str, connection: dict[str, Any], *, is_first: bool) -> bytes:
    if not _is_url(place):
        return read_input(place)[0]
    parts = urlsplit(place)
    # Users give the address of the service rather than that of its WSDL.
    query = parts.query or ("wsdl" if is_first else "")
    return fetched(place, f"{parts.path or '/'}{'?' if query else ''}{query}", **connection)


def _is_url(place: str) -> bool:
    return place.startswith(("http://", "https://"))
