"""Numbers and dates in other lexical forms than usual, which the types of the schema allow."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from seqrkit import strategies
from seqrkit.model import GetPaymentStatus, SendInvoice
from seqrkit.model_base import Request
from seqrkit.suite.framework import CheckContext, Inapplicable
from seqrkit.suite.framework.example_steps import Expected, outcome_of
from seqrkit.suite.framework.till import bill
from seqrkit.suite.oracles.reply_checks import checked_replies

_WHOLE: Final = ("+0", "00", "-0", " 0\n")
_ZEROS: Final = "0" * 17
"""With one more digit they are 18, which every program for XML Schema must support."""
FORMS: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "sendInvoice": {
        "issueDate": (
            "2026-01-01T12:00:00",
            "2026-01-01T12:00:00-00:00",
            "2026-01-01T12:00:00.0+05:45",
            "2026-01-01T12:00:00.123Z",
        ),
        "itemQuantity": ("+1", "01", "1.", "1.0", " 1 ", f"1.{_ZEROS}"),
        "clientRequestTimeout": _WHOLE,
    },
    "getPaymentStatus": {"invoiceVersion": _WHOLE},
}
"""By operation and element, texts that its type allows (XML Schema, part 2)."""
BEYOND: Final = ("1e1000000001", "1e-1000000001")
"""Numbers for programs that also read exponents, to whose digits no memory is enough."""


def verify_forms(check: CheckContext) -> None:
    """Send each form; fail unless it is accepted."""
    with checked_replies(check):
        if check.session.send_raw(written(check)).result_code:
            raise Inapplicable("needs a service that accepts the usual form")
    for name, texts in FORMS[check.case.operation].items():
        for text in texts:
            with check.going_on(), checked_replies(check):
                _verify_accepted(check, name, text)


def verify_exponents(check: CheckContext) -> None:
    """Send numbers with large exponents, which any answer may refuse."""
    for text in BEYOND:
        with check.going_on(), checked_replies(check):
            check.session.send_raw(written(check, "value", text))


def _verify_accepted(check: CheckContext, name: str, text: str) -> None:
    exchange = check.session.send_raw(written(check, name, text))
    code = exchange.result_code
    check.expect(
        code == 0,
        f'{name} is "{text}", which its type allows, and the request is answered with '
        f"{outcome_of(exchange)}, expected resultCode 0",
        exchange=exchange,
        deviation=f"{exchange.operation}: forms of {name}",
        cause=check.cause_of_code(code) if code else "",
        expects=Expected("resultCode", "0"),
    )


def written(check: CheckContext, name: str = "", text: str = "") -> bytes:
    """Return a request with a text in each element of this name; without one as it usually is."""
    operation, session = check.case.operation, check.shop.till.session
    context: Any = session.context(operation)
    request: Request = SendInvoice(context=context, invoice=bill())
    if operation == GetPaymentStatus.OPERATION:
        reference = check.shop.till.send()
        request = GetPaymentStatus(context=context, invoice_reference=reference, invoice_version=0)
    data = strategies.envelope(request, check.interface)
    return re.sub(f"(?<=<{name}>)[^<]*".encode(), text.encode(), data)
