"""`seqrkit verify` at services of other stacks: honest ones pass, planted mistakes are found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.suite.services.mistakes import CHOICES, EVERY_TIME, MISTAKES, Mistake
from contract_tests.toolkit.suite.services.processes import (
    CREDENTIALS,
    ENVIRONMENT,
    NODE,
    PHP,
    WSDL,
    served,
)
from seqrkit.errors import CannotPay, EndpointUnreachable
from seqrkit.pytest_plugin.reporting import outcome_of
from seqrkit.simulator.behaviours import refusal
from seqrkit.suite import PROFILES, CheckFailure
from seqrkit.suite.framework import LeftOut
from seqrkit.suite.reports.failure_report import FailureReport, failure_report
from seqrkit.suite.reports.run_outcome import Outcome, Result, Verdict
from seqrkit.suite.runner.run import Run
from seqrkit.suite.runner.target import Target
from seqrkit.vocabulary import NEWEST

nightly = pytest.mark.skipif(not NIGHTLY, reason="runs every night")


def buyer_at(url: str) -> Callable[[str], None]:
    """Return a buyer who pays at a service of these tests."""

    def pay(reference: str) -> None:
        try:
            with urllib.request.urlopen(f"{url}/pay/{reference}", timeout=30):  # noqa: S310
                pass
        except urllib.error.HTTPError as error:
            error.close()
            raise CannotPay(str(error)) from error

    return pay


def outcome_at(url: str, *only: str, profile: str = "quick") -> Outcome:
    """Run the suite at a service in this process."""
    target = Target(url, NEWEST, CREDENTIALS, buyer=buyer_at(url), seed="1")
    target.check_connection()
    run = Run(target, PROFILES[profile].seeded(1), only=only, sources="DV")
    results: list[Result] = []
    with run.environment as environment:
        for check, skipped in run.plan():
            try:
                if not skipped:
                    check.run(environment)
            except (LeftOut, EndpointUnreachable):
                continue
            except CheckFailure as failure:
                about = partial(
                    failure_report,
                    endpoint=target.address(NEWEST),
                    again="",
                    directory=None,
                    registrations=environment.registrations(NEWEST),
                    buyer=f"curl --silent --fail {url}/pay/{{reference}}",
                    credentials=CREDENTIALS,
                )
                results.append(
                    Result(
                        property=check.property.id,
                        case=str(check.case),
                        verdict=Verdict.FAILED,
                        failures=tuple(
                            about(run.blamed(check, each), each)
                            for each in (failure, *failure.others)
                        ),
                    )
                )
    data = [each.to_dict() for each in results]
    return outcome_of(run, data, [], time.time(), interrupted=False)


def failures(url: str, *only: str) -> list[FailureReport]:
    """Run the suite at a service in this process, and return its failures."""
    return [each for result in outcome_at(url, *only).results for each in result.failures]


def deviations(mistake: str, *only: str, profile: str = "quick") -> Mapping[str, str]:
    """Return the causes of failures that the suite finds, each with its first deviation."""
    with served(mistake) as url:
        outcome = outcome_at(url, *only, profile=profile)
    return {cause: shown.deviation for cause, ((_, shown), *_) in outcome.causes.items()}


def verify(url: str, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run `seqrkit verify` at a service."""
    return subprocess.run(
        [sys.executable, "-m", "seqrkit", "verify", url, "--interface", NEWEST, *arguments],
        env=os.environ | ENVIRONMENT | more,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_an_honest_service_passes() -> None:
    assert deviations("", "*cancelInvoice", "*executeReport") == {}


@nightly
def test_an_honest_service_passes_the_command() -> None:
    with served() as url:
        pay = f"{sys.executable} -c 'import sys, urllib.request as u; u.urlopen(sys.argv[1])' "
        pay += f"{url}/pay/{{reference}}"
        ended = verify(url, "--profile", "quick", "--buyer-command", pay, "--seed", "1")
    assert ended.returncode == 0, ended.stdout
    assert "not applicable: needs the vendor's report" in ended.stdout


@nightly
@pytest.mark.parametrize("profile", ["quick", "default"])
@pytest.mark.parametrize("command", [NODE, PHP], ids=["node", "php"])
def test_honest_services_of_other_languages_pass(command: tuple[str, ...], profile: str) -> None:
    with served(WSDL, command) as url:
        pay = f"curl --silent --fail {url}/pay/{{reference}}"
        ended = verify(url, "--profile", profile, "--buyer-command", pay)
    assert ended.returncode == 0, ended.stdout


@pytest.mark.parametrize("mistake", MISTAKES if NIGHTLY else EVERY_TIME, ids=str)
def test_a_planted_mistake_is_found_and_the_right_operation_blamed(mistake: Mistake) -> None:
    found = deviations(mistake.name, *([] if NIGHTLY else [mistake.check]))
    assert any(mistake.blamed in each for each in found.values()), found
    assert len(found) <= mistake.at_most, found


def test_amounts_of_32_bits_are_one_failure_also_if_nobody_pays_a_large_one() -> None:
    found = deviations("32 bits", "codes*beyond 32 bits")
    assert list(found.values()) == ["sendInvoice: negative total beyond 32 bits"]


@pytest.mark.parametrize(("mistake", "code"), [("reports", 0), ("reports lack the last", 1)])
def test_each_of_several_workers_compares_reports(mistake: str, code: int, tmp_path: Path) -> None:
    written = tmp_path / "results.json"
    with served(mistake) as url:
        pay = f"curl --silent --fail {url}/pay/{{reference}}"
        chosen = ("--check", "replay.paid*Invoice", "--profile", "quick", "--json", str(written))
        ended = verify(url, *chosen, "--workers", "2", "--buyer-command", pay)
    assert ended.returncode == code, ended.stdout
    results = json.loads(written.read_text())["results"]
    books = [each["verdict"] for each in results if each["property"] == "replay.books"]
    assert books == ["failed" if code else "held"] * 2


@pytest.mark.parametrize("choice", CHOICES, ids=str)
def test_what_the_references_leave_open_is_not_a_failure(choice: Mistake) -> None:
    assert deviations(choice.name, choice.check) == {}


@pytest.mark.parametrize(
    "before", [["parts*"], ["payments*", "paid*refundPayment", "paid*creditUser"]], ids=str
)
def test_an_invoice_reference_may_name_a_payment_that_cannot_be_refunded(before: list[str]) -> None:
    """Nothing is left of it, or it has another currency."""
    assert deviations("equal counters", *before, "mixed*") == {}


@pytest.mark.parametrize(
    ("mistake", "check", "behaviour"),
    [
        ("paid invoices canceled", "payments*cancelInvoice/paid invoice", "cancel.paid"),
        ("any seqr id", "codes*assignSeqrId/characters", "seqr-id.alphanumeric"),
    ],
)
def test_a_failure_names_the_statement_that_is_broken(
    mistake: str, check: str, behaviour: str
) -> None:
    with served(mistake) as url:
        (report,) = failures(url, check)
    assert report.source == str(refusal(behaviour).place)
    assert report.letter == "D"


def test_a_terminal_s_credentials_are_enough() -> None:
    with served() as url:
        none = dict.fromkeys(("SEQR_RESELLER_ID", "SEQR_RESELLER_USER"), "")
        chosen = ("--operations", "cancelInvoice", "--exclude", "broken", "--exclude", "unusual")
        ended = verify(url, "--profile", "quick", *chosen, **none)
        failed = verify(url, "--profile", "quick", *chosen, "--fail-on-left-out", **none)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "left out: needs the credentials of a RESELLERUSER" in ended.stdout
    assert failed.returncode == 1, failed.stdout


def test_a_run_with_all_options_leaves_nothing_out() -> None:
    with served() as url:
        pay = ("--buyer-command", f"curl --silent --fail {url}/pay/{{reference}}")
        chosen = ("--operations", "executeReport,cancelInvoice", "--exclude", "broken")
        ended = verify(url, "--profile", "quick", *pay, *chosen, "--fail-on-left-out")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert " left out" not in ended.stdout
    for lacking in ("an endpoint embedded", "the vendor's report", "use --sources A"):
        assert lacking in ended.stdout


def test_a_wrong_password_is_reported_at_once() -> None:
    with served() as url:
        ended = verify(url, SEQR_TERMINAL_PASSWORD="wrong")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "refuses the terminal with resultCode 20 AUTHENTICATION_FAILED" in ended.stderr


def test_a_selection_that_cannot_be_tested_is_not_green() -> None:
    with served() as url:
        ended = verify(url, "--check", "replay.paid", "--operations", "refundPayment")
    assert ended.returncode == 3
    assert "nothing was tested: 127.0.0.1 has no simulated buyer" in ended.stderr


def test_a_part_of_a_selection_that_cannot_be_tested_is_named() -> None:
    with served() as url:
        ended = verify(url, "--check", "life.callers*cancelInvoice", "--check", "replay.paid")
    assert ended.returncode == 3
    assert ended.stderr.endswith("nothing was tested of replay.paid\n"), ended.stderr


@pytest.mark.parametrize(
    ("mistake", "check", "said"),
    [
        ("seqr ids twice", "done*assignSeqrId", "expected 53"),
        ("callers race", "at-once*getPaymentStatus", "expected 2"),
        ("unregister ignored", "done*unregisterTerminal", "must not match 0|54"),
        pytest.param("reads race", "at-once*getPaymentStatus", "expected 2", marks=nightly),
        ("another operation's reply", "done*cancelInvoice", "cancelInvoiceResponse.resultCode"),
        pytest.param("cancels race", "at-once*cancelInvoice", "expected 1", marks=nightly),
        pytest.param("reports lack the last", "paid*sendInvoice", "expected", marks=nightly),
        pytest.param("receipts are booked", "paid*Receipt", "must not match", marks=nightly),
        ("refused refunds are booked", "paid*refundPayment", "which must not match"),
        pytest.param("cancel fails", "done*cancelInvoice", "expected CANCELED", marks=nightly),
        pytest.param(
            "refunds beyond the payment", "paid*refundPayment", "expected 98", marks=nightly
        ),
    ],
)
def test_a_failure_s_script_starts_from_nothing_and_fails_the_same_way(
    mistake: str, check: str, said: str
) -> None:
    with served(mistake) as wrong, served("reports") as honest:
        report, *_ = failures(wrong, check)
        for language, script in (("sh", report.curl), ("python", report.python)):
            again = ran(language, script)
            assert again.returncode == 1, again.stderr + again.stdout
            assert said in again.stdout or language == "python"
            assert "AssertionError" in again.stderr or language == "sh"
            assert ran(language, script.replace(wrong, honest)).returncode == 0


def ran(language: str, script: str) -> subprocess.CompletedProcess[str]:
    """Run a script in a language."""
    command = [sys.executable, "-c"] if language == "python" else ["sh", "-c"]
    return subprocess.run(
        [*command, script],
        env=os.environ | ENVIRONMENT,
        capture_output=True,
        text=True,
        check=False,
    )
