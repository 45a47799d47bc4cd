"""Passwords, published and freshly registered, are nowhere but on the wire: a grep says so.

The endpoint keeps its database in a file and logs all it can; the session is recorded. Then every
place that holds or shows anything is searched, as bytes.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterator
from functools import partial
from html import unescape
from pathlib import Path
from typing import Any

import httpx
import pytest

import seqrkit
from contract_tests.toolkit.commands import run
from contract_tests.toolkit.simulator.messages import PLAIN, send_invoice
from seqrkit.client import Client
from seqrkit.clock import ManualClock
from seqrkit.display import exchange_html, exchange_text
from seqrkit.errors import SeqrError
from seqrkit.model import REQUESTS, Invoice, ReceiptDocument
from seqrkit.recording.har import har_bytes
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.simulator.control.routes import ACTIONS
from seqrkit.simulator.faults import Kind
from seqrkit.vocabulary import PATHS, Interface

REGISTERED = "Blåbär & <paj> 7f3a"
WRONG = "not-the-password-5c1e"
WEBSHOP = "given-out-9d2b"
RENEWED = "of-the-reseller-44e0"
SECRETS = (PUBLISHED.terminal_password, PUBLISHED.reseller_password, REGISTERED, WRONG, WEBSHOP,
           RENEWED)  # fmt: skip
PAGES = ("/", "/phone", "/help", "/help/20", "/nowhere", PATHS[Interface.CASHREGISTER_2] + "?wsdl")
TOKEN = "the token of this test"


def forms(secret: str) -> Iterator[bytes]:
    """A password as it may be written: plain, and escaped for XML, HTML, JSON, URLs and Python."""
    xml = secret.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    json = secret.encode("ascii", "backslashreplace").decode("ascii").replace("\\xe", "\\u00e")
    for each in {secret, xml, json, secret.encode("unicode_escape").decode("ascii")}:
        yield each.encode()
        yield each.encode("utf-16-le")


def leaks(data: bytes) -> list[str]:
    """The passwords that occur there, not as a part of a longer word or number."""
    return [
        secret
        for secret in SECRETS
        for form in forms(secret)
        if form in data  # quick, and nearly always all there is to be done
        and re.search(rb"(?<![0-9A-Za-z.])" + re.escape(form) + rb"(?![0-9A-Za-z])", data)
    ]


class Haul:
    """Everything that was found, by where it was."""

    def __init__(self) -> None:
        self.found: dict[str, bytes] = {}

    def add(self, where: str, what: object) -> None:
        """Take something along."""
        data = what if isinstance(what, bytes) else str(what).encode("utf-8", "surrogatepass")
        self.found[f"{where} ({len(self.found)})"] = data

    def add_error(self, error: BaseException) -> None:
        """Take an error along, with all that it says and carries."""
        self.add(f"error {type(error).__name__}", f"{error}\n{error!r}\n{error.args!r}")
        for name in ("exchange", "request", "findings"):
            carried = getattr(error, name, None)
            self.add(f"{type(error).__name__}.{name}", f"{carried}\n{carried!r}")


def attempt(haul: Haul, work: Callable[[], object]) -> None:
    """Do something that may go wrong, and keep what it says either way."""
    try:
        haul.add("what it returned", repr(work()))
    except SeqrError as error:
        haul.add_error(error)


def live(haul: Haul, seqr: seqrkit.session.Session, endpoint: Endpoint) -> None:
    """A day with mistakes: right passwords and wrong ones, faults, messages that are none."""
    reseller = {"id": "other-shop", "user": "9901", "passwords": [RENEWED]}
    webshop = {"id": "shop-2", "reseller": "public_test_shop", "passwords": [WEBSHOP]}
    endpoint.configure({"resellers": [reseller], "terminals": [webshop]})
    till = seqr.register_terminal("till", REGISTERED, "Till")
    clients: list[Client] = [
        seqr,
        seqr.as_terminal(str(till.terminal_id), REGISTERED),
        seqr.as_terminal(str(till.terminal_id), WRONG),
        seqr.as_terminal("shop-2", WEBSHOP),
    ]
    for client in clients:
        haul.add("a client", repr(client))
        attempt(haul, partial(client.send_invoice, Invoice(title="A", total_amount="1 SEK")))
        attempt(haul, partial(client.get_payment_status, "1"))
        attempt(haul, partial(client.refund_payment, "1", Invoice()))
        attempt(haul, partial(client.submit_payment_receipt, "1", ReceiptDocument()))
    for kind in (Kind.DROP_AFTER, Kind.HALF_REPLY, Kind.GARBAGE, Kind.HTTP_500, Kind.HTTP_503):
        endpoint.faults.add(kind, count=1)
        attempt(haul, lambda: seqr.register_terminal("again", REGISTERED, "Again"))
    attempt(haul, lambda: seqr.register_terminal("\0", REGISTERED, "cannot be written"))
    for body in bodies():
        attempt(haul, partial(seqr.send_raw, body))
    attempt(haul, lambda: seqr.mark_transaction_period({"TERMINALID": "shop-2"}))


def bodies() -> Iterator[bytes]:
    """Messages with a password that are broken in some way, and one that breaks the endpoint."""
    yield PLAIN
    yield PLAIN[:-40]
    yield PLAIN.replace(b"</password>", b"")
    yield PLAIN.replace(b"<password>", b"<password><![CDATA[").replace(b"</pass", b"]]></pass")
    yield PLAIN.replace(b"<password>", b"<password xmlns='urn:x' a='1'\n>")
    yield PLAIN.replace(b"sendInvoice", b"noSuchOperation")
    yield PLAIN.replace(b"<soapenv:", b"<!DOCTYPE x [<!ENTITY a 'b'>]><soapenv:", 1)
    yield PLAIN.decode().encode("utf-16")
    yield send_invoice(total="<totalAmount/>")
    yield PLAIN + b" " * 2_000_000


def search(haul: Haul, endpoint: Endpoint, folder: Path) -> None:
    """Everything that the endpoint keeps and shows."""
    for path in sorted(folder.rglob("*")):
        haul.add(path.name, path.read_bytes())
    for seen in endpoint.application.exchanges:
        haul.add("traffic", seen.masked_request + seen.masked_response)
        haul.add("traffic", repr(seen))
    with httpx.Client(base_url=endpoint.base_url, trust_env=False) as browser:
        for page in PAGES:
            haul.add(page, unescape(browser.get(page).text))
        for address in paths(browser):
            haul.add(address, browser.get(address).content)
    for each in (
        endpoint,
        endpoint.phone,
        endpoint.service,
        endpoint.application,
        endpoint.control,
    ):
        haul.add("an object of the endpoint", repr(each))


def paths(browser: httpx.Client) -> Iterator[str]:
    """Everything of the control API that can be got, with references that exist."""
    (invoice, *_) = browser.get("/control/invoices").json()
    exchanges = browser.get("/control/exchanges?limit=200").json()
    for action in ACTIONS:
        if action.method != "GET" or "events" in action.path:
            continue
        if "exchanges/{" in action.path:
            for exchange in exchanges:
                yield re.sub(r"\{\w+\}", str(exchange["number"]), action.path)
        else:
            yield re.sub(r"\{\w+\}", invoice["reference"], action.path)
    yield f"/control/search?q={invoice['reference']}"


def told(haul: Haul, seqr: seqrkit.session.Session) -> None:
    """Everything that the client's side shows of the exchanges."""
    for exchange in seqr.exchanges:
        haul.add("exchange", f"{exchange}\n{exchange!r}\n{exchange.to_dict()}")
        haul.add("exchange as a page", unescape(exchange_html.exchange_html(exchange)))
        haul.add("exchange as text", exchange_text.exchange_text(exchange))
    haul.add("HAR", har_bytes(seqr.exchanges))
    haul.add("a session", f"{seqr!r} {seqr.exchanges!r} {vars(seqr)!r}")


@pytest.fixture
def haul(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> Haul:
    """What a whole day leaves behind, and shows."""
    found, folder = Haul(), tmp_path / "kept"
    folder.mkdir()
    caplog.set_level(logging.DEBUG)
    with seqrkit.connect(
        db=folder / "shop.db", record=folder / "session.jsonl", clock=ManualClock(), quiet=True
    ) as seqr:
        endpoint = seqr.simulator
        assert endpoint is not None
        endpoint.application.answers.debug = True
        endpoint.service.transactions.passwords.cost = (
            4  # how slow a hash is, is not what is tested
        )
        live(found, seqr, endpoint)
        broken = endpoint.service.handle
        endpoint.service.handle = _fail  # type: ignore[method-assign,assignment]
        attempt(found, lambda: seqr.send_raw(PLAIN))
        endpoint.service.handle = broken  # type: ignore[method-assign]
        search(found, endpoint, folder)
        told(found, seqr)
    for path in sorted(folder.rglob("*")):
        found.add(f"{path.name}, closed", path.read_bytes())
    found.add("logs", caplog.text)
    found.add("logs, unformatted", [(each.msg, each.args) for each in caplog.records])
    return found


def _fail(operation: str, _request: object, interface: Interface) -> Any:
    raise RuntimeError(f"a defect in {operation} on {interface}")


def test_no_password_is_anywhere(haul: Haul) -> None:
    found = {where: leaks(data) for where, data in haul.found.items()}
    assert not {where: secrets for where, secrets in found.items() if secrets}
    assert len(haul.found) > 150
    for name in ("shop.db", "shop.db-wal", "session.jsonl", "HAR", "logs", "/control/snapshot"):
        assert any(where.startswith(name) and data for where, data in haul.found.items()), name


def test_requests_do_not_show_their_password() -> None:
    for name, request in REQUESTS.items():
        made = request(context=seqrkit.model.ClientContext(password=WRONG))  # type: ignore[call-arg]
        assert not leaks(repr(made).encode()), name
    made = seqrkit.model.RegisterTerminal(password=REGISTERED)
    assert not leaks(f"{made!r} {made}".encode())


def test_the_demo_shows_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page, archive = tmp_path / "demo.html", tmp_path / "demo.har"
    ended = run(capsys, "demo", "--html", str(page), "--har", str(archive))
    assert ended.code == 0
    for data in (ended.out.encode(), ended.err.encode(), page.read_bytes(), archive.read_bytes()):
        assert not leaks(data)


def test_the_search_would_find_them() -> None:
    assert leaks(PLAIN) == [PUBLISHED.terminal_password]
    for secret in SECRETS:
        for written in (secret, secret.encode("unicode_escape").decode(), repr(secret)):
            assert secret in leaks(f"<password>{written}</password>".encode())
    assert leaks(b"a12345678") == leaks(b"123456789") == []
