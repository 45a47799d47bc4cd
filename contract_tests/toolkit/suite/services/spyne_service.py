"""The payment service on Spyne, whose types are made from the published schema."""

from __future__ import annotations

import codecs
import logging
import re
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from lxml import etree
from spyne import (
    Application,
    ByteArray,
    ComplexModel,
    Decimal,
    Fault,
    Integer,
    Integer32,
    ServiceBase,
    Unicode,
    rpc,
)
from spyne.model.complex import ComplexModelMeta
from spyne.protocol.soap import Soap11
from spyne.server.wsgi import WsgiApplication

from contract_tests.toolkit.suite.services.payments import Message, Payments

SPACE = "http://external.interfaces.ers.seamless.com/"
PATH = "/soap/merchant/cashregister-2"
XS = "{http://www.w3.org/2001/XMLSchema}"
SIMPLE = {
    "string": Unicode,
    "decimal": Decimal,
    "int": Integer32,
    "long": Integer,
    "dateTime": Unicode,  # Spyne reads -05:30 as -04:30
    "base64Binary": ByteArray,
}
SCHEMA = Path(__file__).parents[4] / "schemas" / "cashregister-2" / "wire.xsd"


class Types:
    """The types of a schema as models of Spyne; child elements are in no namespace."""

    def __init__(self, schema: Path) -> None:
        self.root = etree.parse(schema).getroot()
        self.made: dict[str, Any] = {}

    def of_element(self, element: etree._Element) -> Any:
        name = (element.get("type") or "").rpartition(":")[2]
        inline = element.find(f"{XS}complexType")
        if inline is not None:
            kind = self.complex(f"{element.get('name')}Type", inline)
        elif name in SIMPLE:
            kind = SIMPLE[name](sub_ns="")
        else:
            kind = self.named(name)
        if element.get("maxOccurs") == "unbounded":
            return kind.customize(max_occurs="unbounded", sub_ns="")
        return kind.customize(sub_ns="")

    def named(self, name: str) -> Any:
        if name not in self.made:
            (found,) = (
                each
                for each in self.root
                if each.get("name") == name and each.tag != f"{XS}element"
            )
            if found.tag == f"{XS}simpleType":
                self.made[name] = Unicode(sub_ns="")
            else:
                self.made[name] = self.complex(name, found)
        return self.made[name]

    def complex(self, name: str, found: etree._Element) -> Any:
        return ComplexModelMeta(
            name, (ComplexModel,), {"__namespace__": SPACE, "_type_info": self.fields(found)}
        )

    def fields(self, found: etree._Element) -> list[tuple[str, Any]]:
        extended = next(found.iter(f"{XS}extension"), None)
        base = (
            []
            if extended is None
            else self.fields_of((extended.get("base") or "").rpartition(":")[2])
        )
        sequence = next(found.iter(f"{XS}sequence"))
        return base + [
            (e.get("name", ""), self.of_element(e)) for e in sequence.iterchildren(f"{XS}element")
        ]

    def fields_of(self, name: str) -> list[tuple[str, Any]]:
        (found,) = (e for e in self.root if e.get("name") == name and e.tag == f"{XS}complexType")
        return self.fields(found)


def plain(value: Any) -> Any:
    """Return an object of Spyne as dicts and lists."""
    if isinstance(value, ComplexModel):
        names = type(value).get_flat_type_info(type(value))
        return {name: plain(getattr(value, name)) for name in names}
    if isinstance(value, list):
        return [plain(each) for each in value]
    return value


def filled(kind: Any, value: Any) -> Any:
    """Return dicts and lists as an object of Spyne."""
    if value is None:
        return None
    if isinstance(value, list):
        return [filled(kind, each) for each in value]
    if isinstance(value, dict):
        inside = kind.get_flat_type_info(kind)
        return kind(**{k: filled(inside[k], v) for k, v in value.items() if k in inside})
    if kind.__name__ == "ByteArray":
        return [value]
    return value


def application(payments: Payments, schema: Path = SCHEMA) -> Callable[..., Iterable[bytes]]:
    """Return the service as a WSGI application."""
    types = Types(schema)
    wanted = [
        each.get("name", "")
        for each in types.root.iterchildren(f"{XS}element")
        if types.root.find(f"{XS}element[@name='{each.get('name')}Response']") is not None
    ]
    methods = {name: _method(payments, types, name) for name in wanted}
    service = type("Service", (ServiceBase,), methods)
    logging.getLogger("spyne").setLevel(logging.CRITICAL)
    spoken = Application(
        [service], SPACE, in_protocol=Soap11(), out_protocol=Soap11(polymorphic=False)
    )
    return WsgiApplication(spoken)


def _message(types: Types, name: str) -> list[tuple[str, Any]]:
    (kind,) = types.root.iterfind(f"{XS}element[@name='{name}']")
    inside = kind.find(f"{XS}complexType")
    return (
        types.fields(inside)
        if inside is not None
        else types.fields_of(kind.get("type", "").rpartition(":")[2])
    )


def _method(payments: Payments, types: Types, name: str) -> Any:
    arguments = _message(types, name)
    ((_, reply),) = _message(types, f"{name}Response")

    def call(ctx: Any, *values: Any) -> Any:  # noqa: ARG001 - of Spyne
        request = {key: plain(each) for (key, _), each in zip(arguments, values, strict=True)}
        done = payments.call(name, request)
        with_faults = {"refusals are faults", "polls limited by fault"}
        if done["resultCode"] and payments.mistake in with_faults:
            raise Fault("Server", done["resultDescription"])
        return filled(reply, done)

    call.__name__ = name
    return rpc(
        *(kind for _, kind in arguments),
        _args=[key for key, _ in arguments],
        _returns=reply,
        _out_variable_name="return",
    )(call)


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True
    request_queue_size = 64


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


def _spoiled(mistake: str, reply: bytes) -> Iterable[bytes]:
    """Return the bytes of a reply with the planted mistake, if it concerns them."""
    if mistake == "decimal commas":
        reply = re.sub(rb"(<[^<>]*value>[0-9]+)[.]", rb"\1,", reply)
    if mistake == "byte order mark":
        reply = codecs.BOM_UTF8 + reply
    if mistake == "undeclared elements":
        reply = reply.replace(b"</return>", b"<node>1</node></return>")
    if mistake == "another operation's reply":
        reply = reply.replace(b"cancelInvoiceResp", b"updateInvoiceResp")
    return [reply]


def serve(mistake: str) -> None:
    """Serve the payment service on a free port, whose number is printed."""
    payments = Payments(mistake)
    spyne = application(payments)

    def wsgi(environ: Message, start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path.startswith("/pay/"):
            done = payments.pay(path.removeprefix("/pay/"))
            start("200 OK" if done else "409 Conflict", [("Content-Type", "text/plain")])
            return [b"paid\n" if done else b"cannot be paid\n"]

        if mistake == "polls limited by status" and payments.are_too_many_polls:
            start("429 Too Many Requests", [("Content-Type", "text/plain")])
            return [b"poll once a second\n"]

        def answered(status: str, headers: list[tuple[str, str]], *more: Any) -> Any:
            kind = {"html": "text/html; charset=utf-8", "latin-1": "text/xml; charset=iso-8859-1"}
            if mistake == "faults with status 200":
                status = "200 OK"
            if mistake == "status 202" and environ["REQUEST_METHOD"] == "POST":
                status = "202 Accepted"
            chosen = kind.get(mistake, "text/xml; charset=utf-8")
            replaced = {"content-type", "content-length"}
            kept = [each for each in headers if each[0].lower() not in replaced]
            return start(status, [*kept, ("Content-Type", chosen)], *more)

        return _spoiled(mistake, b"".join(spyne(environ, answered)))

    with make_server("127.0.0.1", 0, wsgi, _Server, _Quiet) as server:
        sys.stdout.write(f"{server.server_port}\n")
        sys.stdout.flush()
        server.serve_forever()


if __name__ == "__main__":
    serve(sys.argv[1])
