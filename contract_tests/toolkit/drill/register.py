"""A register whose behaviour is chosen by words: `python register.py WORD...`.

It sells, waits until it is paid, and refunds a part. Without words it makes no mistake.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable

import seqrkit
from seqrkit.errors import SeqrError
from seqrkit.model import SendInvoiceReply

WORDS = set(sys.argv[1:])
TEA = seqrkit.Invoice(
    title="Tea", client_invoice_id="1", cashier_id="Bob", footer="-", total_amount="25 SEK"
)


def main() -> int:  # noqa: C901, PLR0912 - a branch for each mistake
    if "crash" in WORDS:
        raise RuntimeError("the till is on fire")
    if "hang" in WORDS:
        time.sleep(60)
    if "binary" in WORDS:
        os.write(1, bytes(range(256)))
    timeout = 0.5 if "impatient" in WORDS else 2
    with seqrkit.connect(quiet=True, timeout=timeout, record=None) as seqr:
        sent = again(lambda: seqr.send_invoice(TEA))
        if "leave" in WORDS:
            return 0
        for _ in range(20):
            try:
                status = seqr.get_payment_status(sent)
            except SeqrError:
                if "once" in WORDS:
                    sent = seqr.send_invoice(TEA)
                continue
            if (
                status.status == "PAID"
                or ("text" in WORDS and "PAID" in (status.status or ""))
                or ("any_status" in WORDS)
            ):
                break
            if status.status == "CANCELED":
                return 0 if "lie" in WORDS else 1
            time.sleep(0.05)
        else:
            if "leave_open" not in WORDS:
                seqr.cancel_invoice(sent)
            return 1
        if "refund" in WORDS:
            part = seqrkit.Invoice(title="Back", total_amount="5 SEK")
            try:
                seqr.refund_payment(status, part)
            except SeqrError:
                if "blindly" not in WORDS:
                    raise
                seqr.refund_payment(status, part)
    return 0


def again(send: Callable[[], SendInvoiceReply]) -> SendInvoiceReply:
    for _ in range(3):
        try:
            return send()
        except SeqrError:
            continue
    raise RuntimeError("no reply")


sys.exit(main())
