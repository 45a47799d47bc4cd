"""Proofs of how requests are read: a message each, which is refused without its entry."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import Callable
from typing import Any

from contract_tests.toolkit.simulator.messages import PLAIN, ROW, call, send_invoice
from contract_tests.toolkit.simulator.proofs import proof
from contract_tests.toolkit.simulator.shop import Shop
from seqrkit.simulator.app import Application
from seqrkit.vocabulary import PATHS, Interface

XML = (b"content-type", b"text/xml")


def posted(shop: Shop, body: bytes, *headers: tuple[bytes, bytes]) -> int:
    """The HTTP status of the answer to a message."""
    scope = {
        "type": "http",
        "method": "POST",
        "path": PATHS[Interface.CASHREGISTER_2],
        "headers": list(headers),
    }
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(event: Any) -> None:
        sent.append(event)

    application = Application(shop.service, active=shop.service.desk.active)
    asyncio.run(application(scope, receive, send))
    return int(sent[0]["status"])


def taken(body: bytes) -> Callable[[Shop], int]:
    """A scene in which a message is posted."""
    return lambda shop: posted(shop, body, XML)


@proof("read.no-content-type", 200)
def without_a_content_type(shop: Shop) -> Any:
    return posted(shop, PLAIN)


@proof("read.compressed", 200)
def a_gzip_body(shop: Shop) -> Any:
    return posted(shop, gzip.compress(PLAIN), XML, (b"content-encoding", b"gzip"))


for behaviour, message in {
    "read.unknown-element": send_invoice(more="<colour>red</colour>"),
    "read.repeated": send_invoice(more="<title>Theatre</title>"),
    "read.nil": send_invoice(more='<footer xsi:nil="true"/>'),
    "read.integer": send_invoice(more="<commitReservationTimeout>soon</commitReservationTimeout>"),
    "read.date": send_invoice(more="<issueDate>yesterday</issueDate>"),
    "read.value": send_invoice(row=ROW.replace("<itemQuantity>1<", "<itemQuantity>one<")),
    "read.enumeration": send_invoice(more="<acknowledgmentMode>MAYBE</acknowledgmentMode>"),
    "read.parameter-map": call("markTransactionPeriod", "<parameters><entry/></parameters>"),
}.items():
    proof(behaviour, 200)(taken(message))
