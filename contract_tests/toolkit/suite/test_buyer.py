"""Buyers of the suite: commands, and people at a terminal."""

from __future__ import annotations

import io
import sys

import pytest
from rich.console import Console
from rich.progress import Progress as Bar

from seqrkit.errors import CannotPay, ConfigurationError
from seqrkit.suite.framework import CheckEnvironment, CheckFailure, buyer
from seqrkit.suite.framework.buyer import command_buyer, manual_buyer
from seqrkit.suite.properties import checks
from seqrkit.vocabulary import NEWEST


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("pay", 'the buyer\'s command "pay" must contain {link} or {reference}'),
        ("no-such-program {link}", "cannot be started: no-such-program was not found"),
        ("pay '{link}", "cannot be read: No closing quotation"),
    ],
)
def test_a_command_that_cannot_pay_is_refused_before_it_is_needed(
    command: str, message: str
) -> None:
    with pytest.raises(ConfigurationError) as refused:
        command_buyer(command)
    assert message in str(refused.value)


def test_a_command_that_hangs_is_started_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(buyer, "SECONDS", 0.1)
    pay = command_buyer(f"{sys.executable} -c 'import time; time.sleep(60)' {{reference}}")
    messages = []
    for reference in ("1", "2"):
        with pytest.raises(ConfigurationError, match="did not end within") as refused:
            pay(reference)
        messages.append(str(refused.value))
    assert messages[0] == messages[1]
    assert messages[0].endswith(" 1")


def test_the_last_line_of_a_command_is_the_reason() -> None:
    pay = command_buyer("sh -c 'echo trying; echo card declined >&2; exit 3' {link}")
    with pytest.raises(CannotPay, match="ended with code 3: card declined"):
        pay("1")


def test_a_person_is_shown_the_code_and_needs_a_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("\n"))
    # As in a terminal, where it takes the place of standard error.
    with Bar(console=Console(file=sys.stderr, force_terminal=True)):
        manual_buyer("1397222701693")
    shown = capsys.readouterr().err
    assert "█" in shown
    assert "HTTP://SEQR.SE/R1397222701693" in shown
    with pytest.raises(ConfigurationError, match="standard input has ended"):
        manual_buyer("1397222701693")


def test_a_buyer_that_does_not_pay_is_blamed_and_no_operation() -> None:
    (check,) = (
        each
        for each in checks("replay", interfaces=[NEWEST], operations=["commitReservation"])
        if each.property.id == "replay.paid"
    )
    with (
        CheckEnvironment(buyer=lambda _: None) as environment,
        pytest.raises(CheckFailure, match="still ISSUED after the buyer was done") as failed,
    ):
        check.run(environment)
    failure = failed.value
    assert failure.deviation == "buyer: CannotPay"
    assert failure.expects is not None
    assert failure.expects.element == "status"
    assert not failure.others
