"""A seeded fuzzer: bodies that are malformed, mutated or meant to harm, by the thousand.

It starts from a valid message of every operation, most of them with credentials that are right, so
that what is done to it is met deep inside the endpoint and not at its door. The same seed gives the
same bodies; the number of one that does harm is enough to make it again.
"""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Iterator
from functools import cache
from itertools import count, islice
from random import Random
from typing import Final, NamedTuple

from lxml import etree

from contract_tests.toolkit.messages import CONTRACTS, INTERFACES, at, build, in_envelope
from seqrkit.simulator import PUBLISHED
from seqrkit.simulator.wire.codec import OLD_OPERATIONS
from seqrkit.soap import ENVELOPE_NAMESPACE, MAX_BYTES, SOAP12_NAMESPACE
from seqrkit.vocabulary import NAMESPACE, Interface

_XSI: Final = "http://www.w3.org/2001/XMLSchema-instance"
_HASHING: Final = "registerTerminal"
"""Costs 50 ms of hashing each time that it succeeds, so it comes less often."""


class Hostile(NamedTuple):
    """A body with the headers it is posted with; `number` counts from 0, `kind` says what it is."""

    number: int
    kind: str
    interface: Interface
    headers: dict[str, str]
    body: bytes

    def __repr__(self) -> str:
        return f"<Hostile {self.number}: {self.kind} on {self.interface}, {self.body[:2000]!r}>"


def bodies(seed: int, number: int | None = None) -> Iterator[Hostile]:
    """That many of them, or without end."""
    return islice((_body(seed, each) for each in count()), number)


def _body(seed: int, number: int) -> Hostile:
    random = Random(f"{seed} {number}")  # noqa: S311  to be had again
    interface = random.choice(INTERFACES)
    headers = {"Content-Type": "text/xml; charset=utf-8"}
    if random.random() < 0.02:
        kind = random.choice(list(_HEADERS))
        body, more = _HEADERS[kind](random, _message(random, interface))
        return Hostile(number, kind, interface, headers | more, body)
    kind = random.choice(list(_KINDS))
    body = _KINDS[kind](random, _message(random, interface))
    if random.random() < 0.1:
        kind, body = f"{kind}, and an intruder", _insert(random, body)
    return Hostile(number, kind, interface, headers, body)


# What it starts from


@cache
def _valid(interface: Interface, operation: str) -> bytes:
    """A message with every field and the credentials of somebody the endpoint knows."""
    request = build(CONTRACTS[interface], operation)
    principal = at(request, "context/initiatorPrincipalId")
    reseller = at(principal, "type").text == "RESELLERUSER"
    at(principal, "id").text = PUBLISHED.reseller_id if reseller else PUBLISHED.terminal_id
    password = PUBLISHED.reseller_password if reseller else PUBLISHED.terminal_password
    at(request, "context/password").text = password
    return in_envelope(request)


def _message(random: Random, interface: Interface) -> bytes:
    operations = list(CONTRACTS[interface].operations)
    operation = random.choice(operations)
    if operation == _HASHING and random.random() < 0.9:
        operation = "sendInvoice"
    return _valid(interface, operation)


# Bytes


def _flip(random: Random, body: bytes) -> bytes:
    """Some bytes are others."""
    changed = bytearray(body)
    for _ in range(random.randint(1, 8)):
        changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)


def _cut(random: Random, body: bytes) -> bytes:
    """The message breaks off."""
    return body[: random.randrange(len(body))]


def _delete(random: Random, body: bytes) -> bytes:
    """A piece is missing."""
    start = random.randrange(len(body))
    return body[:start] + body[start + random.randint(1, 200) :]


def _repeat(random: Random, body: bytes) -> bytes:
    """A piece comes several times."""
    start = random.randrange(len(body))
    piece = body[start : start + random.randint(1, 400)]
    return body[:start] + piece * random.randint(2, 20) + body[start:]


def _insert(random: Random, body: bytes) -> bytes:
    """Something is in it that does not belong there."""
    start = random.randint(0, len(body))
    return body[:start] + random.choice(_INTRUDERS) + body[start:]


def _splice(random: Random, body: bytes) -> bytes:
    """The beginning of one message and the end of another."""
    other = _message(random, random.choice(INTERFACES))
    return body[: random.randrange(len(body))] + other[random.randrange(len(other)) :]


def _noise(random: Random, _body: bytes) -> bytes:
    """Bytes."""
    return random.randbytes(random.choice((0, 1, 2, 3, 100, 5000)))


def _other_format(random: Random, _body: bytes) -> bytes:
    """Something else altogether."""
    return random.choice(_OTHERS)


_INTRUDERS: Final = (
    b"\0",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"\xed\xa0\x80",
    b"\xc0\xaf",
    b"\xf4\x90\x80\x80",
    b"&#0;",
    b"&#xFFFF;",
    b"&#x110000;",
    b"&unknown;",
    b"&lt;&amp;&gt;",
    b"]]>",
    b"<![CDATA[<x>]]>",
    b"<![CDATA[",
    b"<!-- a comment -->",
    b"<!--",
    b"<?xml version='1.0'?>",
    b"<?php system('id'); ?>",
    b"<x/>",
    b"</x>",
    b"<x:y/>",
    b"<",
    b">",
    b"'; DROP TABLE invoice; --",
    b"%s%s%n",
    b"{0.__class__}",
    b"../../etc/passwd",
    b" " * 3000,
    b"\r\n" * 500,
)
_OTHERS: Final = (
    b"",
    b" ",
    b"null",
    json.dumps({"operation": "sendInvoice", "amount": 149.99}).encode(),
    b"[" * 5000,
    b'{"sendInvoice": {"\\ud800": "\\udfff"}, "\\ud800": []}\n\xff',
    gzip.compress(bytes(2_000_000)),
    b"<!DOCTYPE html><html><body><form>",
    b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
    b"a=1&b=2",
    b"\x1f\x8b\x08\x00",
    b"PK\x03\x04",
    b"<?xml version='1.0' encoding='UTF-8'?>",
    b"<?xml version='1.1'?><a/>",
    b"<a/>",
    f'<Envelope xmlns="{ENVELOPE_NAMESPACE}"/>'.encode(),
    f'<Envelope xmlns="{ENVELOPE_NAMESPACE}"><Body/></Envelope>'.encode(),
)


# Elements


def _tree(random: Random, body: bytes) -> tuple[etree._Element, etree._Element]:
    """The message, and one element of it that is not its root."""
    root = etree.fromstring(body)
    return root, random.choice([each for each in root.iter() if each is not root])


def _drop_element(random: Random, body: bytes) -> bytes:
    """An element is missing."""
    root, element = _tree(random, body)
    _parent(element).remove(element)
    return etree.tostring(root)


def _repeat_element(random: Random, body: bytes) -> bytes:
    """An element comes again and again."""
    root, element = _tree(random, body)
    copy = etree.tostring(element)
    for _ in range(random.choice((1, 2, 50))):
        element.addnext(etree.fromstring(copy))
    return etree.tostring(root)


def _move_element(random: Random, body: bytes) -> bytes:
    """An element is somewhere else."""
    root, element = _tree(random, body)
    others = [each for each in root.iter() if element not in {each, *each.iterancestors()}]
    random.choice(others or [root]).append(element)
    return etree.tostring(root)


def _rename(random: Random, body: bytes) -> bytes:
    """An element has another name."""
    root, element = _tree(random, body)
    names = [str(each.tag) for each in root.iter()] + [
        f"{{{NAMESPACE}}}{name}" for name in (*OLD_OPERATIONS, "noSuchOperation", "Fault")
    ]
    invented = "".join(random.choices("abcdefghij", k=6))
    element.tag = random.choice([*names, invented, f"{{urn:somewhere:else}}{invented}"])
    return etree.tostring(root)


def _text(random: Random, body: bytes) -> bytes:
    """Elements hold what they should not."""
    root = etree.fromstring(body)
    leaves = [each for each in root.iter() if len(each) == 0]
    for element in random.sample(leaves, min(len(leaves), random.randint(1, 4))):
        element.text = random.choice(_TEXTS)
    return etree.tostring(root, encoding=random.choice(("UTF-8", "US-ASCII")))


def _attribute(random: Random, body: bytes) -> bytes:
    """Elements have attributes."""
    root = etree.fromstring(body)
    everything = list(root.iter())
    for element in random.sample(everything, min(len(everything), random.randint(1, 10))):
        name, value = random.choice(_ATTRIBUTES)
        element.set(name, value)
    return etree.tostring(root)


def _deep(random: Random, body: bytes) -> bytes:
    """Elements in elements in elements."""
    depth = random.choice((10, 200, 255, 256, 257, 5000, 100_000))
    nested = b"<deep>" * depth + b"</deep>" * depth
    return _before_some_end_tag(random, body, nested)


def _wide(random: Random, body: bytes) -> bytes:
    """Many elements, many attributes, or much text, but not too much."""
    size = random.choice((100, 2000))
    return _before_some_end_tag(
        random,
        body,
        random.choice(
            (
                b"<wide/>" * size,
                b"<wide %s/>" % b" ".join(b'a%d=""' % each for each in range(size)),
                b"<wide>%s</wide>" % (b"x" * 10 * size),
                b"<invoiceRow><itemQuantity>1</itemQuantity></invoiceRow>" * size,
                b"<entry><key>k</key><value>v</value></entry>" * size,
            )
        ),
    )


def _namespaces(random: Random, body: bytes) -> bytes:
    """The namespaces are others."""
    old = random.choice((NAMESPACE, ENVELOPE_NAMESPACE)).encode()
    new = random.choice((b"", b"urn:x", SOAP12_NAMESPACE.encode(), old + b"/", NAMESPACE.encode()))
    return body.replace(old, new)


def _before_some_end_tag(random: Random, body: bytes, more: bytes) -> bytes:
    places = [each for each in range(len(body)) if body.startswith(b"</", each)]
    place = random.choice(places)
    return body[:place] + more + body[place:]


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    assert parent is not None
    return parent


_TEXTS: Final = (
    "",
    " ",
    "\n",
    "0",
    "-0",
    "-1",
    "1",
    "007",
    "9" * 19,
    "9" * 40,
    "9" * 41,
    "9" * 5000,
    "-" + "9" * 5000,
    str(2**31),
    str(2**63 - 1),
    str(2**63),
    "1e999999999",
    "1E+400",
    "0." + "0" * 5000 + "1",
    "NaN",
    "Infinity",
    "-INF",
    "0x10",
    "1,5",
    "١٢٣",
    "½",
    "\N{BELL SYMBOL}\N{ZERO WIDTH SPACE}\N{RIGHT-TO-LEFT OVERRIDE}",
    "\U0001f4b0" * 100,
    "\ufffd\ud7ff\ue000",
    "true",
    "SEK",
    "XXX",
    "sek",
    "PAID",
    "TERMINALID",
    "RESELLERUSER",
    "NO_SUCH_THING",
    PUBLISHED.terminal_id,
    f"{PUBLISHED.reseller_id}/{PUBLISHED.reseller_user}",
    "0000-00-00T00:00:00",
    "2026-02-30T12:00:00",
    "9999-12-31T23:59:59.999999-14:00",
    "0001-01-01T00:00:00+14:00",
    "10000-01-01T00:00:00Z",
    "2026-01-01T24:00:00",
    "=" * 50,
    "not base64!",
    "javascript:alert(1)",
    "http://",
    "http://[::1",
    "http://127.0.0.1:99999/",
    "file:///etc/passwd",
    "<script>alert(1)</script>",
    "'; DROP TABLE invoice; --",
    "\x85\u2028\u2029",
    "STD_RECON_001",
    "Reconciliation/Shop.xml",
)
_ATTRIBUTES: Final = (
    (f"{{{_XSI}}}nil", "true"),
    (f"{{{_XSI}}}nil", "perhaps"),
    (f"{{{_XSI}}}type", "xs:string"),
    (f"{{{_XSI}}}schemaLocation", "urn:x http://127.0.0.1:1/x.xsd"),
    (f"{{{ENVELOPE_NAMESPACE}}}mustUnderstand", "1"),
    (f"{{{ENVELOPE_NAMESPACE}}}encodingStyle", "urn:x"),
    ("{http://www.w3.org/XML/1998/namespace}id", "same"),
    ("id", "1"),
    ("value", "x" * 5000),
)


# Attacks


def _entities(random: Random, body: bytes) -> bytes:
    """A document type declaration: entities that grow, or reach out."""
    bomb = b"".join(
        b'<!ENTITY a%d "%s">' % (each, b"&a%d;" % (each - 1) * 10) for each in range(1, 12)
    )
    declared = random.choice(
        (
            b"<!DOCTYPE x>",
            b'<!DOCTYPE x SYSTEM "http://127.0.0.1:1/x.dtd">',
            b'<!DOCTYPE x [<!ENTITY a0 "ha">%s]>' % bomb,
            b'<!DOCTYPE x [<!ENTITY a11 SYSTEM "file:///etc/passwd">]>',
            b'<!DOCTYPE x [<!ENTITY % p SYSTEM "http://127.0.0.1:1/">%p;]>',
            b'<!DOCTYPE x [<!ATTLIST Envelope a CDATA "b">]>',
            b"<!DOCTYPE x [",
        )
    )
    return declared + _before_some_end_tag(random, body, b"&a11;")


def _encodings(random: Random, body: bytes) -> bytes:
    """Another character encoding, or one that is claimed."""
    said = random.choice(_ENCODINGS)
    meant = random.choice(_ENCODINGS)
    text = f"<?xml version='1.0' encoding='{said}'?>{body.decode()}"
    try:
        return text.encode(meant)
    except (LookupError, UnicodeError):
        return text.encode()


_ENCODINGS: Final = (
    "utf-8",
    "utf-16",
    "utf-16-le",
    "utf-32",
    "iso-8859-1",
    "windows-1252",
    "us-ascii",
    "shift_jis",
    "cp037",
    "utf-7",
    "no-such-encoding",
)


def _large(random: Random, body: bytes) -> bytes:
    """Around the size limit; rarely, because each costs as much as hundreds of others."""
    if random.random() < 0.9:
        return _flip(random, body)
    size = MAX_BYTES + random.choice((-1, 0, 1, 100_000)) - len(body)
    return body + b" " * size


# Headers


def _compressed(random: Random, body: bytes) -> tuple[bytes, dict[str, str]]:
    """Compressed, broken, or growing beyond all bounds when unpacked."""
    packed = random.choice(
        (
            gzip.compress(body, mtime=0),
            zlib.compress(body),
            gzip.compress(body, mtime=0)[:-9],
            gzip.compress(gzip.compress(body, mtime=0), mtime=0),
            _bomb(),
            body,
            b"",
        )
    )
    return packed, {"Content-Encoding": random.choice(("gzip", "deflate", "br", "gzip, gzip", ""))}


@cache
def _bomb() -> bytes:
    return gzip.compress(bytes(50_000_000), 9, mtime=0)


def _content_type(random: Random, body: bytes) -> tuple[bytes, dict[str, str]]:
    """Called something else than it is."""
    kind = random.choice(
        (
            "",
            "text/plain",
            "application/json",
            "text/xml; charset=utf-16",
            "text/xml; charset=no-such-charset",
            'text/xml; charset="iso-8859-1"',
            "text/xml; charset=rot13",
            "text/xml; charset=idna",
            "application/soap+xml; charset=utf-8; action=x",
            "multipart/related; boundary=x",
            "text/xml" + ";" * 2000,
        )
    )
    return body, {"Content-Type": kind}


def _soap_action(random: Random, body: bytes) -> tuple[bytes, dict[str, str]]:
    """A SOAPAction of any kind, and other headers that mean nothing here."""
    return body, {
        "SOAPAction": random.choice(('""', "urn:x", "x" * 4000, "'")),
        "X-Forwarded-Host": 'evil.example/"<script>',
        "Accept": random.choice(("application/json", "*/*", "")),
        "Expect": "",
    }


_Kinds = dict[str, Callable[[Random, bytes], bytes]]
_BYTES: Final[_Kinds] = {
    "flipped bytes": _flip,
    "cut": _cut,
    "piece missing": _delete,
    "piece repeated": _repeat,
    "intruder": _insert,
    "spliced": _splice,
}
_KINDS: Final[_Kinds] = {
    **_BYTES,
    "noise": _noise,
    "other format": _other_format,
    "element missing": _drop_element,
    "element repeated": _repeat_element,
    "element moved": _move_element,
    "element renamed": _rename,
    "odd texts": _text,
    "very odd texts": lambda random, body: _text(random, _text(random, body)),
    "attributes": _attribute,
    "deep": _deep,
    "wide": _wide,
    "namespaces": _namespaces,
    "entities": _entities,
    "encodings": _encodings,
    "large": _large,
}
_HEADERS: Final[dict[str, Callable[[Random, bytes], tuple[bytes, dict[str, str]]]]] = {
    "compressed": _compressed,
    "content type": _content_type,
    "headers": _soap_action,
}
