"""How the endpoint is reached: TLS, proxies, and addresses as people paste them."""

from __future__ import annotations

import os
import socket
import ssl
from contextlib import suppress
from pathlib import Path

import pytest

from contract_tests.toolkit.calls import CREDENTIALS
from contract_tests.toolkit.peer import Handler, peer, reply, replying
from seqrkit.client import Client
from seqrkit.errors import ConfigurationError, EndpointUnreachable, TlsError

pytestmark = pytest.mark.filterwarnings("ignore:.*is not encrypted")
TLS = Path(__file__).parents[1] / "tls"
NOBODY = "http://127.0.0.1:1/"
"""An address at which nobody listens."""


def server_context(own: str = "server.pem", *, ask_for_client: bool = False) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / own)
    if ask_for_client:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(TLS / "authority.pem")
    return context


def test_a_private_authority_is_trusted_when_it_is_given():
    with (
        peer(replying, server_context()) as one,
        Client(one.url(), CREDENTIALS, ca=TLS / "authority.pem") as client,
    ):
        assert client.cancel_invoice("1").result_code == 0


def test_the_certificates_in_a_directory_are_trusted(tmp_path: Path):
    (tmp_path / "README").write_text("not a certificate")
    (tmp_path / "our-authority.pem").write_bytes((TLS / "authority.pem").read_bytes())
    with (
        peer(replying, server_context()) as one,
        Client(one.url(), CREDENTIALS, ca=tmp_path) as client,
    ):
        assert client.cancel_invoice("1").result_code == 0


@pytest.mark.parametrize("variable", ["SSL_CERT_FILE", "SSL_CERT_DIR"])
def test_a_variable_that_names_nothing_is_an_error(
    variable: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
):
    monkeypatch.setenv(variable, str(tmp_path / "missing"))
    with pytest.raises(ConfigurationError, match=f"{variable} is .*missing, which does not exist"):
        Client("https://host/", CREDENTIALS)
    monkeypatch.setenv(variable, "")
    Client("https://host/", CREDENTIALS).close()


def test_a_bundle_for_another_library_is_named(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(TLS / "authority.pem"))
    with (
        peer(replying, server_context()) as one,
        Client(one.url(), CREDENTIALS) as client,
        pytest.raises(TlsError, match="REQUESTS_CA_BUNDLE is not read, but SSL_CERT_FILE is"),
    ):
        client.cancel_invoice("1")


def test_an_untrusted_certificate_is_refused_before_anything_is_sent():
    with peer(replying, server_context()) as one, Client(one.url(), CREDENTIALS) as client:
        with pytest.raises(TlsError, match=r"certificate verify failed.*ca=") as caught:
            client.cancel_invoice("1")
        assert one.heard == []
        assert client.exchanges[-1].failure_kind == "TlsError"
    assert caught.value.may_be_repeated is True
    assert caught.value.repeat_advice == "The request was not sent; it may be repeated."


def test_https_to_a_plain_http_port_is_recognized():
    with peer(replying) as one:
        url = one.url().replace("http:", "https:")
        with Client(url, CREDENTIALS) as client, pytest.raises(TlsError, match="expect plain http"):
            client.cancel_invoice("1")


def test_a_certificate_of_another_host_is_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(TLS / "authority.pem"))
    with (
        peer(replying, server_context("client.pem")) as one,
        Client(one.url(), CREDENTIALS, ca=TLS / "authority.pem") as client,
        pytest.raises(TlsError, match=r"not valid for '127\.0\.0\.1'") as caught,
    ):
        client.cancel_invoice("1")
    assert "REQUESTS_CA_BUNDLE" not in str(caught.value)


def test_a_client_certificate_is_sent_when_requested():
    with peer(replying, server_context(ask_for_client=True)) as one:
        options = {"ca": TLS / "authority.pem"}
        with (
            Client(one.url(), CREDENTIALS, **options) as bare,  # type: ignore[arg-type]
            pytest.raises(TlsError, match="client_certificate="),
        ):
            bare.cancel_invoice("1")
        with Client(
            one.url(),
            CREDENTIALS,
            client_certificate=str(TLS / "client.pem"),
            **options,  # type: ignore[arg-type]
        ) as client:
            assert client.cancel_invoice("1").result_code == 0


@pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has no fork")
def test_a_forked_process_does_not_share_connections():
    with peer(replying) as one, Client(one.url(), CREDENTIALS) as client:
        client.cancel_invoice("1")
        process = os.fork()
        if process == 0:
            with suppress(BaseException):
                client.cancel_invoice("2")
                os._exit(0)
            os._exit(1)
        client.cancel_invoice("3")
        assert os.waitpid(process, 0)[1] == 0
    assert one.connections == 2


def test_a_proxy_is_used_when_it_is_given():
    paths = []

    def proxy(handler: Handler, _: bytes) -> None:
        paths.append((handler.path, handler.headers["Proxy-Authorization"]))
        handler.answer(reply("cancelInvoice"))

    with peer(proxy) as one:
        through = f"http://user:s3cret@127.0.0.1:{one.port}"
        with Client("http://service.example/x", CREDENTIALS, proxy=through) as client:
            assert client.cancel_invoice("1").result_code == 0
            assert "s3cret" not in repr(client.exchanges[0].to_dict())
    assert paths == [("http://service.example/x", "Basic dXNlcjpzM2NyZXQ=")]


def test_the_proxy_of_the_environment_is_used_but_never_for_loopback(
    monkeypatch: pytest.MonkeyPatch,
):
    monkeypatch.setenv("http_proxy", NOBODY)
    monkeypatch.delenv("no_proxy", raising=False)
    with peer(replying) as one, Client(one.url(), CREDENTIALS) as client:
        client.cancel_invoice("1")
    with (
        Client("http://service.example/x", CREDENTIALS) as client,
        pytest.raises(EndpointUnreachable, match="refused"),
    ):
        client.cancel_invoice("1")


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_a_socks_proxy_of_the_environment_is_named_with_its_variable(
    variable: str, monkeypatch: pytest.MonkeyPatch
):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "socks5://me:s3cret@proxy.example:1080")
    with pytest.raises(ConfigurationError, match=rf"^{variable} is a SOCKS proxy.*NO_PROXY") as (
        caught
    ):
        Client("http://service.example/x", CREDENTIALS)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    "proxy", ["http://[::1", "http://127.0.0.1:x", "http://", "ftp://x", "http://a b", "x:1"]
)
def test_a_proxy_that_is_not_an_address_is_named(proxy: str):
    with pytest.raises(ConfigurationError, match=r"^proxy= is .*; write it as http://host:port"):
        Client("http://service.example/x", CREDENTIALS, proxy=proxy)


def test_a_proxy_of_the_environment_needs_no_scheme(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("http_proxy", "127.0.0.1:1")
    monkeypatch.delenv("no_proxy", raising=False)
    with (
        Client("http://service.example/x", CREDENTIALS) as client,
        pytest.raises(
            EndpointUnreachable, match=r"the proxy 127\.0\.0\.1:1 of http_proxy: .*refus"
        ),
    ):
        client.cancel_invoice("1")


def test_a_handshake_that_is_never_answered_sent_nothing():
    with (
        socket.create_server(("127.0.0.1", 0)) as deaf,
        Client(
            f"https://127.0.0.1:{deaf.getsockname()[1]}/", CREDENTIALS, connect_timeout=0.15
        ) as client,
        pytest.raises(EndpointUnreachable) as caught,
    ):
        client.cancel_invoice("1")
    assert caught.value.may_be_repeated is True
    assert caught.value.repeat_advice == "The request was not sent; it may be repeated."


@pytest.mark.parametrize(
    ("endpoint", "options", "words"),
    [
        ("ftp://host/x", {}, "is not an http address"),
        ("host/x", {}, "is not an http address"),
        ("http://", {}, "is not an http address"),
        ("http://host:port/", {}, "is not an address"),
        ("http://[::1/", {}, "is not an address"),
        ("http://me:s3cret@host:port/", {}, "is not an address"),
        ("http://me:s3cret@host/", {}, "contains a login"),
        ("https://ho st/", {}, "is not the name of a host"),
        ("https://one,https://two/", {}, "is not the name of a host"),
        ("https://host\\path", {}, "is not the name of a host"),
        ("https://me:s3cret@ho\nst/", {}, "contains a line break"),
        (b"https://host/", {}, "give its address as a text"),
        ("http://host/", {"interface": "v3"}, "there is no interface"),
        ("http://host/", {"timeout": 0}, "seconds above 0"),
        ("http://host/", {"connect_timeout": -1}, "seconds above 0"),
        ("http://host/", {"timeout": float("inf")}, "seconds above 0"),
        ("http://host/", {"timeout": float("nan")}, "seconds above 0"),
        ("http://host/", {"timeout": None}, "seconds above 0"),
        ("http://host/", {"timeout": "30"}, "seconds above 0"),
        ("http://host/", {"timeout": (3, 30)}, "seconds above 0"),
        ("http://host/", {"ca": "x.pem"}, "are for https"),
        ("https://host/", {"ca": "missing.pem"}, "no certificates to trust"),
        ("https://host/", {"ca": str(Path(__file__).parent)}, "no file in it is a certificate"),
        ("https://host/", {"client_certificate": "missing.pem"}, "cannot be used"),
        ("http://host/", {"proxy": "host:8080"}, "write it as http://host:port"),
    ],
)
def test_an_argument_that_cannot_be_right_is_one_clear_sentence(
    endpoint: str, options: dict[str, object], words: str
):
    with pytest.raises(ConfigurationError, match=words) as caught:
        Client(endpoint, CREDENTIALS, **options)  # type: ignore[arg-type]
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("endpoint", "interface", "address"),
    [
        (
            "http://h/soap/merchant/cashregister-2?wsdl",
            "cashregister-2",
            "http://h/soap/merchant/cashregister-2",
        ),
        (
            "http://h:1/extclientproxy/service/v2?WSDL",
            "extclientproxy-v2",
            "http://h:1/extclientproxy/service/v2",
        ),
        ("https://h", "cashregister-2", "https://h/soap/merchant/cashregister-2"),
        (" http://h/mine?a=b ", "cashregister-2", "http://h/mine?a=b"),
    ],
)
def test_an_address_is_taken_as_people_paste_it(endpoint: str, interface: str, address: str):
    with Client(endpoint, CREDENTIALS) as client:
        assert (client.interface, client.endpoint) == (interface, address)
