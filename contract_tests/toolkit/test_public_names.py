"""What `import seqrkit` promises: a name added or removed here is a change users see."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

import seqrkit

PUBLIC = """
    AcknowledgmentMode Amount AssignSeqrId Bill CancelInvoice Client ClientContext Clock
    CommitReservation Contract ContractViolation Credentials CreditUser CreditUserReply
    CreditUserRequest CustomerToken DeadlinePassed Endpoint Exchange ExecuteReport
    ExecuteReportReply Finding GetPaymentStatus Interface InvalidAmount Invoice InvoiceRow
    InvoiceStatus Journal ManualClock MarkTransactionPeriod MarkTransactionPeriodReply
    NotificationReceiver PaymentMode
    PaymentNotCompleted PaymentStatusReply Phone PrincipalId PrincipalType QrCode Receipt
    ReceiptDocument ReceiptType RefundPayment RegisterTerminal RegisterTerminalReply Reply Report
    Request ResultCode ResultError Rule SendInvoice SendInvoiceReply SeqrError Session Severity
    SoapFault SubmitPaymentReceipt SystemClock TokenStatus TransportError UnregisterTerminal
    UpdateInvoice __version__ connect contract errors receiver track
""".split()


def test_the_public_names_are_these() -> None:
    # The stub lists the names as imports, without __all__.
    assert sorted(seqrkit.__all__) == sorted(PUBLIC)  # type: ignore[attr-defined]
    assert dir(seqrkit) == sorted(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_public_name_loads_from_the_module_in_the_stub(name: str) -> None:
    home = _in_the_stub()[name]
    value = getattr(seqrkit, name)
    assert getattr(value, "__module__", home).startswith(home.removesuffix(f".{name}"))


def test_the_stub_has_every_public_name() -> None:
    assert set(_in_the_stub()) == set(PUBLIC)


def test_a_name_that_is_not_public_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="seqrkit attribute invoice"):
        _ = seqrkit.invoice  # type: ignore[attr-defined]


def test_every_request_and_reply_class_is_public() -> None:
    from seqrkit import model

    classes = {*model.REQUESTS.values(), *model.REPLIES.values()}
    assert {cls.__name__ for cls in classes} <= set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_no_public_annotation_says_any(name: str) -> None:
    value = getattr(seqrkit, name)
    vague = [
        f"{where}: {argument}: {annotation}"
        for where, annotations in _annotations(value)
        for argument, annotation in annotations.items()
        if re.search(r"\bAny\b", str(annotation))
    ]
    assert not vague


def _annotations(value: object) -> Iterator[tuple[str, Mapping[str, object]]]:
    """What a public class or function says of its types, member by member."""
    classes = value.__mro__ if isinstance(value, type) else ()
    own = [cls for cls in classes if cls.__module__.startswith("seqrkit")]
    public = [
        member.fget if isinstance(member, property) else getattr(member, "__func__", member)
        for cls in own
        for name, member in vars(cls).items()
        if name == "__init__" or not name.startswith("_")
    ]
    for part in (value, *own, *public):
        where = getattr(part, "__qualname__", type(part).__name__)
        yield where, getattr(part, "__annotations__", {})


def _in_the_stub() -> dict[str, str]:
    """The names that __init__.pyi imports, each with its module."""
    stub = Path(seqrkit.__file__).with_suffix(".pyi").read_text(encoding="utf-8")
    return {
        alias.name: f"seqrkit.{node.module or alias.name}"
        for node in ast.walk(ast.parse(stub))
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
