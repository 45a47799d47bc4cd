"""An endpoint that is controlled over HTTP, and messages to it in one line each."""

from __future__ import annotations

from typing import Any

import httpx
from jsonschema import Draft202012Validator

from contract_tests.toolkit.simulator.shop import WEBSHOP, standard
from seqrkit.clock import ManualClock
from seqrkit.model import REQUESTS, Reply
from seqrkit.simulator import Endpoint
from seqrkit.simulator.control.action import Action
from seqrkit.simulator.control.routes import ACTIONS
from seqrkit.vocabulary import PATHS, Interface

SEND = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/" '
    b'xmlns:e="http://external.interfaces.ers.seamless.com/"><s:Body><e:sendInvoice>'
    b"<context><channel>WS</channel><clientId>test</clientId>"
    b"<clientReference>%s</clientReference><clientRequestTimeout>0</clientRequestTimeout>"
    b"<initiatorPrincipalId><id>public_test_shop_terminal</id><type>TERMINALID</type>"
    b"</initiatorPrincipalId><password>12345678</password></context>"
    b"<invoice><acknowledgmentMode>NO_ACKNOWLEDGMENT</acknowledgmentMode>"
    b"<invoiceRows><invoiceRow><itemDescription>Ticket</itemDescription>"
    b"<itemQuantity>1</itemQuantity><itemTotalAmount><currency>SEK</currency>"
    b"<value>100</value></itemTotalAmount></invoiceRow></invoiceRows>"
    b"<title>Grand Cinema</title><totalAmount><currency>SEK</currency><value>100</value>"
    b"</totalAmount></invoice></e:sendInvoice></s:Body></s:Envelope>"
)


class Controlled:
    """An endpoint on a port, with a manual clock unless told otherwise."""

    def __init__(self, **options: Any) -> None:
        self.endpoint = Endpoint(**{"clock": ManualClock(), **options}).start()
        self.http = httpx.Client(base_url=self.endpoint.base_url, timeout=10, trust_env=False)

    def close(self) -> None:
        self.http.close()
        self.endpoint.close()

    def post(self, reference: bytes = b"r1") -> httpx.Response:
        """Send an invoice over the wire."""
        return self.http.post(PATHS[Interface.CASHREGISTER_2], content=SEND % reference)

    def call(self, operation: str, **fields: Any) -> Reply:
        """Ask the service itself."""
        request = REQUESTS[operation](**{"context": WEBSHOP, **fields})
        return self.endpoint.service.handle(operation, request)

    def send(self, total: str = "100 SEK", **fields: Any) -> str:
        """A new invoice; its reference."""
        reply = self.call("sendInvoice", invoice=standard(total, **fields))
        reference: str = reply.invoice_reference  # type: ignore[attr-defined]
        return reference

    def ask(self, method: str, path: str, body: object = None, **query: Any) -> Any:
        """What an action answers; its answer is of the shape that the description says."""
        answer = self.http.request(method, path, json=body, params=query or None)
        assert answer.status_code == 200, answer.text
        Draft202012Validator(_action(method, path).answer).validate(answer.json())
        return answer.json()

    def refused(self, method: str, path: str, body: object = None, **query: Any) -> tuple[int, str]:
        """Status and sentence of a refusal."""
        answer = self.http.request(method, path, json=body, params=query or None)
        said = answer.json()
        assert set(said) - {"code"} == {"error", "help"}
        assert said["help"].startswith("/help")
        return answer.status_code, said["error"]


def _action(method: str, path: str) -> Action:
    """The action behind a path, one with all its letters fixed before one with a parameter."""
    fitting = [
        action
        for action in ACTIONS
        if action.method == method
        and len(action.path.split("/")) == len(path.split("/"))
        and all(
            said == asked or said.startswith("{")
            for said, asked in zip(action.path.split("/"), path.split("/"), strict=True)
        )
    ]
    assert fitting, f"{method} {path} is not an action"
    return min(fitting, key=lambda action: "{" in action.path)
