"""The notebooks against an endpoint that is not embedded, told by the environment alone."""

import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from contract_tests.toolkit.notebook_writer import named, run
from seqrkit.errors import CannotPay
from seqrkit.qr import invoice_code
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import InvoiceStatus

PAID_AT_SIGHT = ["02", "07", "09"]
"""Those in which a buyer who pays whatever is open is the right one."""
GAMING = {"resellers": [{"id": "public_test_shop", "gaming": True}]}
"""The shop of notebook 09 is told who paid."""


@pytest.fixture
def endpoint() -> Iterator[Endpoint]:
    """An endpoint in this process, for kernels another one, with a buyer who pays every bill."""
    with Endpoint(settings=GAMING) as endpoint:
        gone = threading.Event()
        buyer = threading.Thread(target=pay_all, args=(endpoint, gone))
        buyer.start()
        try:
            yield endpoint
        finally:
            gone.set()
            buyer.join()


def pay_all(endpoint: Endpoint, gone: threading.Event) -> None:
    while not gone.wait(0.1):
        for bill in endpoint.phone.open_bills():
            if bill.status is InvoiceStatus.ISSUED:
                with suppress(CannotPay):  # the shop was quicker, and has cancelled it
                    endpoint.phone.scan(invoice_code(bill.reference)).pay()


@pytest.mark.parametrize("beginning", PAID_AT_SIGHT)
def test_it_runs_unchanged(endpoint: Endpoint, beginning: str) -> None:
    (path,) = named([beginning])
    told = {
        "SEQR_ENDPOINT": endpoint.url(),
        "SEQR_TERMINAL_ID": PUBLISHED.terminal_id,
        "SEQR_TERMINAL_PASSWORD": PUBLISHED.terminal_password,
        "SEQR_RESELLER_ID": PUBLISHED.reseller_id,
        "SEQR_RESELLER_USER": PUBLISHED.reseller_user,
        "SEQR_RESELLER_PASSWORD": PUBLISHED.reseller_password,
    }
    first = next(cell for cell in run(path, **told).cells if cell.cell_type == "code")
    assert endpoint.url() in first.outputs[0].text
