"""A Locust user that calls zeep, as load tests of SOAP services are usually written."""

from __future__ import annotations

import json
import os
from pathlib import Path
from time import perf_counter
from typing import Any

from locust import User, events, task
from requests import Session
from zeep import Client, Transport

from benchmarks.load_generators import RESULT


class ZeepUser(User):
    """Sends an invoice, polls it twice and cancels it."""

    def on_start(self) -> None:
        """Read the WSDL once."""
        session = Session()
        session.trust_env = False
        self._calls = Client(f"{self.host}?wsdl", transport=Transport(session=session)).service
        self._context = {
            "clientRequestTimeout": 0,
            "initiatorPrincipalId": {"id": "public_test_shop_terminal", "type": "TERMINALID"},
            "password": os.environ["SEQR_TERMINAL_PASSWORD"],
        }

    @task
    def sale(self) -> None:
        """Play one sale."""
        amount = {"currency": "SEK", "value": "10"}
        invoice = {"title": "Tea", "cashierId": "Bob", "totalAmount": amount}
        reference = self._call("sendInvoice", invoice=invoice).invoiceReference
        for _ in range(2):
            self._call("getPaymentStatus", invoiceReference=reference, invoiceVersion=0)
        self._call("cancelInvoice", invoiceReference=reference)

    def _call(self, operation: str, **fields: Any) -> Any:  # noqa: ANN401 - zeep's
        start = perf_counter()
        reply = self._calls[operation](context=self._context, **fields)
        events.request.fire(
            request_type="SOAP",
            name=operation,
            response_time=(perf_counter() - start) * 1000,
            response_length=0,
            exception=None if reply.resultCode == 0 else RuntimeError(reply.resultCode),
            context={},
        )
        return reply


def _write(environment: Any, **_: Any) -> None:  # noqa: ANN401 - Locust's signature
    total = environment.stats.total
    content = {"requests": total.num_requests, "failures": total.num_failures}
    Path(os.environ[RESULT]).write_text(json.dumps(content), "utf-8")


events.quitting.add_listener(_write)
