"""Two runs of one scenario do not differ; each change of a value or a request is found."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from attrs import evolve

import seqrkit
from contract_tests.toolkit.commands import run
from contract_tests.toolkit.exchanges import ALL
from seqrkit import Invoice, ManualClock, Session
from seqrkit.exchange import Exchange
from seqrkit.recording.session_comparison import differences

Step = Callable[[Session], object]


def played(seed: int, *more: Step, amount: str = "10 SEK", offset: int = 0) -> list[Exchange]:
    """Sell, pay, refund; then do more."""
    with seqrkit.connect(clock=ManualClock(), seed=seed, quiet=True) as seqr:
        seqr.clock.sleep(offset)
        sent = seqr.send_invoice(Invoice(title="Tea", total_amount=amount))
        seqr.get_payment_status(sent)
        seqr.phone.scan(sent.qr).pay()
        paid = seqr.wait_for_payment(sent, progress=False)
        seqr.refund_payment(paid, Invoice(title="Tea", total_amount="4 SEK"))
        for step in more:
            step(seqr)
        return list(seqr.exchanges)


def found(one: list[Exchange], other: list[Exchange]) -> list[str]:
    """Return the differences, except for the buyer's token, which depends on the seed."""
    lines = map(str, differences(one, other))
    return [each for each in lines if "customerTokens" not in each]


def test_two_runs_do_not_differ() -> None:
    assert found(played(1), played(2, offset=86_400)) == []


def test_a_session_does_not_differ_from_itself() -> None:
    assert found(list(ALL), list(ALL)) == []


def test_another_amount_is_found_where_it_is() -> None:
    shown = found(played(1), played(2, amount="12 SEK"))
    assert "1 request/sendInvoice/invoice/totalAmount/value: 10 -> 12" in shown
    assert all("totalAmount/value: 10 -> 12" in each for each in shown)


@pytest.mark.parametrize("number", range(5))
def test_a_request_more_or_less_is_found_and_the_others_keep_their_counterparts(
    number: int,
) -> None:
    whole = played(1, lambda seqr: seqr.assign_seqr_id("GRAND1"))
    other = played(2, lambda seqr: seqr.assign_seqr_id("GRAND1"))
    less = [each for each in other if each.number != number + 1]
    (only,) = [each for each in found(whole, less) if each.startswith("only in")]
    assert only.startswith("only in the first: ")
    assert only.endswith(whole[number].operation)
    assert len(found(less, whole)) == len(found(whole, less))


def test_the_reference_of_another_invoice_is_a_difference() -> None:
    def sell_and_ask(which: int) -> Step:
        def step(seqr: Session) -> None:
            second = seqr.send_invoice(Invoice(title="Tea", total_amount="1 SEK"))
            first: Any = seqr.exchanges[0]
            reference = first.response.split(b"<invoiceReference>")[1].split(b"<")[0].decode()
            seqr.get_payment_status([reference, second.invoice_reference][which], check=False)

        return step

    shown = found(played(1, sell_and_ask(0)), played(1, sell_and_ask(1)))
    assert any("request/getPaymentStatus/invoiceReference" in each for each in shown)


def test_prefixes_order_and_white_space_mean_nothing() -> None:
    (one, *_) = played(1)
    changed = (
        one.request.replace(b"ns0:", b"x:").replace(b":ns0=", b":x=").replace(b">\n", b">\n\n")
    )
    assert changed != one.request
    assert found([one], [evolve(one, request=changed)]) == []


@pytest.mark.parametrize(("amount", "code"), [("10 SEK", 0), ("12 SEK", 1)])
def test_the_command_says_what_differs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], amount: str, code: int
) -> None:
    files = []
    for name, total in [("a.jsonl", "10 SEK"), ("b.jsonl", amount)]:
        files.append(str(tmp_path / name))
        with seqrkit.connect(quiet=True, record=files[-1]) as seqr:
            seqr.send_invoice(Invoice(title="Tea", total_amount=total))
    ended = run(capsys, "diff", *files)
    assert ended.code == code
    assert ("10 -> 12" if code else "no difference in 1 exchange") in ended.out


def test_what_is_no_message_is_compared_to_its_end(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = [tmp_path / "one.txt", tmp_path / "other.txt"]
    for file, end in zip(files, "ab", strict=True):
        file.write_text("broken " * 1000 + end)
    assert run(capsys, "diff", *map(str, files)).code == 1
    assert run(capsys, "diff", str(files[0]), str(files[0])).code == 0


def test_two_messages_are_compared(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    one, other = tmp_path / "one.xml", tmp_path / "other.xml"
    message = played(1)[0].masked_request
    one.write_bytes(message)
    other.write_bytes(message.replace(b"Tea", b"Coffee"))
    ended = run(capsys, "diff", str(one), str(other))
    assert (ended.code, ended.out) == (1, "1 request/sendInvoice/invoice/title: Tea -> Coffee\n")
