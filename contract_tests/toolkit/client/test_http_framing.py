"""A payment is read however its response is framed; what is not HTTP is named at once."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.calls import CREDENTIALS
from contract_tests.toolkit.client.test_unusual_replies import PAID
from contract_tests.toolkit.peer import Handler, Script, peer
from seqrkit.client import Client
from seqrkit.errors import ConnectionLost, NotAReply, SeqrError

BODY = PAID.encode()
OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/xml; charset=utf-8\r\n"
LENGTH = b"Content-Length: %d\r\n" % len(BODY)
CHUNKED = b"Transfer-Encoding: chunked\r\n"
GZIP = OK + b"Content-Encoding: gzip\r\n"


def chunks(body: bytes, size: int = 100, end: bytes = b"\r\n") -> bytes:
    """A body in chunks, with the last one."""
    parts = (body[at : at + size] for at in range(0, len(body), size))
    return b"".join(b"%x%b%b%b" % (len(each), end, each, end) for each in parts) + b"0" + 2 * end


READ: Mapping[str, bytes] = {
    "blank lines first": b"\r\n\r\n" + OK + LENGTH + b"\r\n" + BODY,
    "two lengths": OK + LENGTH + b"Content-Length: 5\r\n\r\n" + BODY,
    "a signed length": OK + b"Content-Length: +%d\r\n\r\n" % len(BODY) + BODY,
    "a negative length": OK + b"Content-Length: -1\r\n\r\n" + BODY,
    "an empty length": OK + b"Content-Length:\r\n\r\n" + BODY,
    "chunks that end with LF": OK + CHUNKED + b"\r\n" + chunks(BODY, end=b"\n"),
    "chunks without the last one": OK + CHUNKED + b"\r\n" + chunks(BODY)[:-5],
    "chunks that are not announced": OK + b"\r\n" + chunks(BODY),
    "announced chunks that are not sent": OK + CHUNKED + b"\r\n" + BODY,
    "a chunk that is too short": OK + CHUNKED + b"\r\n%x\r\n" % (len(BODY) + 9) + BODY,
    "two transfer encodings": OK + 2 * CHUNKED + b"\r\n" + chunks(BODY),
    "the transfer encoding identity": OK + b"Transfer-Encoding: identity\r\n\r\n" + BODY,
    "a header without a colon": OK + b"garbage\r\n" + LENGTH + b"\r\n" + BODY,
    "a blank before a colon": OK + b"X : a\r\n" + LENGTH + b"\r\n" + BODY,
    "a NUL in a header": OK + b"X: a\0b\r\n" + LENGTH + b"\r\n" + BODY,
    "a header of 200 KB": OK + b"X: " + b"a" * 200_000 + b"\r\n\r\n" + BODY,
    "gzip without the last chunk": GZIP + CHUNKED + b"\r\n" + chunks(gzip.compress(BODY))[:-5],
    "gzip with the length of the text": GZIP + LENGTH + b"\r\n" + gzip.compress(BODY),
}


def sending(*pieces: bytes, closes: bool) -> Script:
    """The script that sends these bytes as its answer."""

    def script(handler: Handler, _: bytes) -> None:
        for piece in pieces:
            handler.wfile.write(piece)
        if not closes:
            handler.peer.over.wait()
        handler.cut()

    return script


@pytest.mark.parametrize("closes", [True, False])
@pytest.mark.parametrize("name", READ)
def test_a_payment_is_read_although_its_framing_is_wrong(name: str, *, closes: bool) -> None:
    script = sending(READ[name], closes=closes)
    with peer(script) as one, Client(one.url(), CREDENTIALS, timeout=0.2) as client:
        assert client.get_payment_status("1").status == "PAID"
        (exchange,) = client.exchanges
    assert exchange.succeeded
    assert exchange.reply_findings


@given(st.data(), st.sampled_from([OK + LENGTH + b"\r\n" + BODY, OK + b"\r\n" + BODY]))
def test_an_answer_in_any_pieces_is_read(data: st.DataObject, answer: bytes) -> None:
    limits = sorted(data.draw(st.sets(st.integers(0, len(answer)), max_size=9)))
    ends = zip([0, *limits], [*limits, len(answer)], strict=True)
    pieces = [answer[start:end] for start, end in ends]
    with peer(sending(*pieces, closes=True)) as one, Client(one.url(), CREDENTIALS) as client:
        assert client.get_payment_status("1").status == "PAID"


@given(st.integers(0, len(OK + LENGTH) + len(BODY)))
def test_an_answer_that_is_cut_off_is_a_payment_or_a_lost_connection(length: int) -> None:
    answer = OK + LENGTH + b"\r\n" + BODY
    whole = answer.index(b"</ext:getPaymentStatusResponse>") + 31
    script = sending(answer[:length], closes=True)
    with peer(script) as one, Client(one.url(), CREDENTIALS) as client:
        status = None
        with suppress(ConnectionLost):
            status = client.get_payment_status("1").status
    assert (status == "PAID") is (length >= whole)


NOT_HTTP = {
    "SSH": b"SSH-2.0-OpenSSH_9\r\n",
    "HTTP/2": b"\x00\x00\x12\x04\x00\x00\x00\x00\x00",
    "MySQL": b"J\0\0\0\n8.0.32\0",
    "RTSP": b"RTSP/1.0 200 OK\r\n\r\n",
    "a status of four digits": b"HTTP/1.1 2000 OK\r\n\r\n",
    "an upgrade": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n",
}


@pytest.mark.parametrize("name", NOT_HTTP)
def test_what_is_not_http_is_named_although_the_peer_stays(name: str) -> None:
    script = sending(NOT_HTTP[name], closes=False)
    with (
        peer(script) as one,
        Client(one.url(), CREDENTIALS, timeout=5) as client,
        pytest.raises(SeqrError, match="does not answer with valid HTTP") as caught,
    ):
        client.get_payment_status("1")
    assert isinstance(caught.value, NotAReply)
    assert client.exchanges[0].duration < 3
