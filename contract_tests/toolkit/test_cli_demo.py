"""seqrkit demo in the terminal, as a page and as an archive, at embedded and other endpoints."""

import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

from contract_tests.toolkit.commands import run
from contract_tests.toolkit.display.balance import Balance
from seqrkit import contract
from seqrkit.cli import demo
from seqrkit.clock import ManualClock
from seqrkit.demo import Run, Step, actions, steps
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.vocabulary import Interface, ResultCode

BROKEN = frozenset().union(*(step.findings for step in steps(contract.load())))
"""The rules that the scenario breaks on purpose."""


class Output(NamedTuple):
    """The result of running the demo as a command."""

    code: int
    lines: list[str]
    errors: str
    page: str
    archive: dict
    seconds: float
    """Processor time, which does not depend on other processes."""


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Output:
    folder = tmp_path_factory.mktemp("demo")
    page, archive = folder / "demo.html", folder / "demo.har"
    command = [sys.executable, "-m", "seqrkit", "demo", "--envelopes"]
    command += ["--html", str(page), "--har", str(archive)]
    other = ("FORCE_COLOR", "COLUMNS", "COV")  # without coverage
    plain = {k: v for k, v in os.environ.items() if not k.startswith(other)}
    before = os.times()
    ended = subprocess.run(command, capture_output=True, text=True, env=plain, check=False)
    after = os.times()
    return Output(
        ended.returncode,
        ended.stdout.splitlines(),
        ended.stderr,
        page.read_text(encoding="utf-8"),
        json.loads(archive.read_bytes()),
        sum(after[2:4]) - sum(before[2:4]),
    )


def test_all_steps_pass_in_less_than_5_seconds(whole: Output) -> None:
    assert whole.code == 0
    assert whole.errors == ""
    assert any("all passed." in line for line in whole.lines)
    assert whole.seconds < 5


def test_without_a_terminal_the_text_is_plain_and_100_columns_wide(whole: Output) -> None:
    assert max(map(len, whole.lines)) <= 100
    assert "\x1b" not in "".join(whole.lines)


@pytest.mark.parametrize("interface", Interface)
def test_every_operation_is_shown_with_request_reply_and_result(
    whole: Output, interface: Interface
) -> None:
    text = "\n".join(whole.lines)
    for operation in contract.load(interface).operations:
        assert f"<ns0:{operation} " in text
        assert f"<ns2:{operation}Response " in text
        assert re.search(rf"^ *\d+ .* {operation} +\d [A-Z_]+ .*ok *$", text, re.MULTILINE)


def test_without_envelopes_each_step_but_the_first_is_a_line(
    capsys: pytest.CaptureFixture[str],
) -> None:
    ended = run(capsys, "demo")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert len(lines) <= 120
    assert max(map(len, lines)) <= 100
    assert ended.out.count("Envelope xmlns") == 2  # one request and its reply
    first, *others = (step for each in Interface for step in steps(contract.load(each)))
    for step in others:
        found = [line for line in lines if step.title in line and (step.operation or "") in line]
        assert found, step.title
    assert first.why[:40] in ended.out
    assert ended.out.splitlines()[-1] == "All messages: seqrkit demo --envelopes"


def test_each_finding_is_shown_with_its_rule(whole: Output) -> None:
    text = "\n".join(whole.lines)
    for rule in BROKEN:
        assert f"▌ {rule} · " in text
    assert "request · 4 errors, 4 warnings" in text


def test_no_password_is_shown_or_saved(whole: Output) -> None:
    everything = "\n".join(whole.lines) + whole.page + json.dumps(whole.archive)
    assert actions.TERMINAL_PASSWORD not in everything
    assert f"<password>{PUBLISHED.reseller_password}</password>" not in everything


def test_the_page_is_complete_and_loads_nothing(whole: Output) -> None:
    read = Balance(whole.page)
    assert read.open == []
    assert all(target.startswith("#") for target in read.loads)
    assert "Content-Security-Policy" in whole.page
    assert "@media print" in whole.page
    every = [step.operation for each in Interface for step in steps(contract.load(each))]
    assert whole.page.count("<svg") == every.count("assignSeqrId") + every.count("sendInvoice")
    anchors = {target.removeprefix("#") for target in read.loads}
    assert anchors <= set(re.findall(r'id="([^"]+)"', whole.page))


def test_the_page_has_every_step_and_finding(whole: Output) -> None:
    words = " ".join(Balance(whole.page).text)
    for interface in Interface:
        assert f"{len(contract.load(interface).operations)} operations" in words
        for step in steps(contract.load(interface)):
            assert step.title in words
            assert step.why in words
    for rule in BROKEN:
        assert rule in words


def test_the_archive_has_every_exchange(whole: Output) -> None:
    entries = whole.archive["log"]["entries"]
    sent = {(entry["_interface"], entry["comment"].split()[1]) for entry in entries}
    every = {(i.value, name) for i in Interface for name in contract.load(i).operations}
    assert sent == every
    assert all(entry["response"]["status"] == 200 for entry in entries)


def test_one_interface_can_be_shown_alone(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "demo", "--interface", "extclientproxy-v2")
    assert ended.code == 0
    assert "cashregister-2" not in ended.out


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> ManualClock:
    """Set credentials of another endpoint and a manual clock."""
    monkeypatch.setenv("SEQR_RESELLER_ID", PUBLISHED.reseller_id)
    monkeypatch.setenv("SEQR_RESELLER_USER", PUBLISHED.reseller_user)
    monkeypatch.setenv("SEQR_RESELLER_PASSWORD", PUBLISHED.reseller_password)
    clock = ManualClock()
    monkeypatch.setattr(demo, "SystemClock", lambda: clock)
    return clock


@pytest.mark.parametrize("interface", Interface)
def test_at_another_endpoint_steps_with_the_buyer_are_left_out(
    interface: Interface, elsewhere: ManualClock, capsys: pytest.CaptureFixture[str]
) -> None:
    with Endpoint(clock=elsewhere) as endpoint:
        ended = run(capsys, "demo", "--endpoint", f"{endpoint.url(interface)}?wsdl")
    endpoint.close()
    assert ended.code == 0
    assert "This step needs the simulated buyer; only the embedded endpoint has it." in ended.out
    assert re.search(r"\d+ steps were left out", ended.out)
    assert "Unregister the terminal" in ended.out
    assert interface in ended.err + ended.out


def test_an_unreachable_endpoint_is_reported_with_exit_code_2(
    elsewhere: ManualClock, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "down.html"
    address = "http://127.0.0.1:9/soap/merchant/cashregister-2"
    ended = run(capsys, "demo", "--endpoint", address, "--html", str(page))
    assert ended.code == 2
    assert "cannot be reached" in ended.out
    assert "1 failed" in ended.out
    assert "cannot be reached" in page.read_text(encoding="utf-8")
    del elsewhere


def test_missing_credentials_are_reported(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "demo", "--endpoint", "http://127.0.0.1:9/")
    assert ended.code == 2
    assert "SEQR_RESELLER_ID" in ended.out


def test_an_invalid_address_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    ended = run(capsys, "demo", "--endpoint", "nowhere")
    assert ended.code == 2
    assert "is not an http address" in ended.err


def use(monkeypatch: pytest.MonkeyPatch, *given: Step) -> None:
    monkeypatch.setattr("seqrkit.demo.scenario.steps", lambda _: given)


def test_a_failed_step_is_reported_with_exit_code_1(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    register, *others = steps(contract.load())
    use(monkeypatch, replace(register, code=ResultCode.ACCESS_DENIED), *others)
    ended = run(capsys, "demo", "--interface", "cashregister-2")
    assert ended.code == 1
    assert "Expected 21 ACCESS_DENIED, got 0 SUCCESS." in ended.out


def test_an_interrupted_demo_writes_its_files(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_: Run) -> None:
        raise KeyboardInterrupt

    register, assign, *others = steps(contract.load())
    use(monkeypatch, register, replace(assign, action=interrupted), *others)
    archive = tmp_path / "half.har"
    ended = run(capsys, "demo", "--interface", "cashregister-2", "--har", str(archive))
    assert ended.code == 130
    assert len(json.loads(archive.read_bytes())["log"]["entries"]) == 1


def test_an_unwritable_file_is_reported(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    target = str(tmp_path / "a.har")
    ended = run(capsys, "demo", "--interface", "extclientproxy-v2", "--har", target)
    assert ended.code == 2
    assert f"{target} could not be written: no space left on device" in ended.err
    assert "Unregister the terminal" in ended.out
