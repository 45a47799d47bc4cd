"""Record the replies of a third-party server: ``python -m ...third_party.record URL FILE HEAD``.

Writes a session file whose first line says how it was made.
"""

import sys
from contextlib import suppress
from pathlib import Path

from contract_tests.toolkit.calls import CREDENTIALS, INVOICE
from seqrkit.client import Client
from seqrkit.errors import SeqrError


def record(url: str, file: Path, head: str) -> None:
    """Call the four operations of the server."""
    file.write_text(f"# {head}\n", encoding="utf-8")
    with Client(url, CREDENTIALS, record=file, shown_as="http://127.0.0.1/", seed=0) as client:
        for call in (
            lambda: client.send_invoice(INVOICE),
            lambda: client.get_payment_status("1397222701693", 1),
            lambda: client.cancel_invoice("1397222701693"),
            lambda: client.refund_payment("2026", INVOICE),
        ):
            with suppress(SeqrError):
                call()


if __name__ == "__main__":
    record(sys.argv[1], Path(sys.argv[2]), sys.argv[3])
