"""`seqrkit verify` in separate processes: output, reports and exit codes."""

from __future__ import annotations

import fcntl
import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from lxml import etree

from contract_tests.toolkit.commands import Ended
from contract_tests.toolkit.commands import run as run_here
from contract_tests.toolkit.peer import (
    Handler,
    Script,
    answering,
    dropping,
    hanging,
    peer,
    replying,
)
from seqrkit import ManualClock, SystemClock
from seqrkit.cli.file_io import bundled
from seqrkit.errors import ConfigurationError
from seqrkit.simulator import Endpoint
from seqrkit.suite_options import REPORTS

# A process started in the background ignores Ctrl-C, and so do its children.
SAMPLES = (
    "import contract_tests.toolkit.suite.sample_properties, signal; from seqrkit.cli import main; "
    "signal.signal(signal.SIGINT, signal.default_int_handler); main()"
)
SCHEMA = json.loads((files("seqrkit.suite.reports") / "results.schema.json").read_text("utf-8"))
ROOT = Path(__file__).resolve().parents[2]
CREDENTIALS = {
    "SEQR_TERMINAL_ID": "till",
    "SEQR_TERMINAL_PASSWORD": "secret",
    "SEQR_RESELLER_ID": "shop",
    "SEQR_RESELLER_USER": "9900",
    "SEQR_RESELLER_PASSWORD": "secret",
}
QUICK = ["--profile", "quick", "--interface", "cashregister-2", "--operations", "sendInvoice"]


def started(where: Path, *arguments: str, code: str = SAMPLES) -> subprocess.Popen[str]:
    """Start the command with the sample properties in a directory."""
    return subprocess.Popen(
        [sys.executable, "-c", code, "verify", *arguments],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def output_of(running: subprocess.Popen[str]) -> tuple[str, str]:
    """Return the output of a process; kill it after two minutes."""
    try:
        return running.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        running.kill()
        raise


def verify(where: Path, *arguments: str) -> Ended:
    """Run the command with the sample properties."""
    with started(where, *QUICK, "--workers", "1", *arguments) as running:
        out, err = output_of(running)
    assert "Traceback" not in err
    return Ended(running.returncode, out, err)


def test_it_prints_a_summary_and_writes_reports(tmp_path: Path) -> None:
    files = ["--html", "out.html", "--json", "out.json", "--junit", "out.xml", "--seed", "7"]
    ended = verify(tmp_path, "--check", "wire.sample-", *files)
    assert ended.code == 1
    assert "profile quick, seed 7: 3 held, 2 failed, 1 crashed" in ended.out
    assert "the title is not missed" in ended.out
    assert "Error in the check itself:\nZeroDivisionError" in ended.out
    assert "Written: out.html" in ended.out
    data = json.loads((tmp_path / "out.json").read_text())
    assert [each["verdict"] for each in data["results"]].count("failed") == 2
    suite = etree.parse(tmp_path / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures"), suite.get("errors")) == ("6", "2", "1")
    page = (tmp_path / "out.html").read_text()
    assert "the title is not missed" in page
    assert "3 not passed" in page


def test_a_served_endpoint_with_a_manual_clock_meets_all_needs_but_inside(tmp_path: Path) -> None:
    with Endpoint(clock=ManualClock()) as served:
        ended = verify(tmp_path, served.base_url, "--check", "wire.sample-", "--json", "out.json")
    data = json.loads((tmp_path / "out.json").read_text())
    assert data["counts"] == {"held": 2, "failed": 2, "crashed": 1, "not applicable": 1}
    assert "1 not applicable: needs an endpoint embedded in this process" in ended.out


def test_no_invoice_is_created_at_an_unknown_host(tmp_path: Path) -> None:
    """A proxy answers for the host."""
    with Endpoint(allow_hosts=["shop.example"]) as served:
        os.environ["http_proxy"] = served.base_url
        try:
            ended = verify(
                tmp_path, "http://shop.example", "--check", "sample-writes", "--no-probe"
            )
        finally:
            del os.environ["http_proxy"]
    assert ended.code == 3
    assert "nothing was tested: creates invoices or moves money, and shop.example" in ended.err


@pytest.mark.parametrize(
    ("credentials", "message"),
    [({}, "set SEQR_TERMINAL_ID"), (CREDENTIALS, "cannot be reached (")],
    ids=["nobody", "unreachable"],
)
def test_what_a_probe_would_have_found_is_wrong_usage_without_one(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    credentials: Mapping[str, str],
    message: str,
) -> None:
    for name, value in credentials.items():
        monkeypatch.setenv(name, value)
    ended = verify(tmp_path, "http://127.0.0.1:1", "--check", "replay.at-once", "--no-probe")
    assert (ended.code, ended.err.count("\n")) == (2, 1)
    assert " could not run" in ended.out
    assert message in ended.err


@pytest.mark.parametrize(
    ("password", "answer", "message"),
    [
        ("secret", answering(b"<html/>", Content_Type="text/html"), "with an HTML page"),
        ("secret", hanging, "did not answer completely within 0.3 s"),
        ("wrong", None, "refuses the terminal with resultCode 29"),
    ],
    ids=["a page", "nothing in time", "a wrong login"],
)
def test_checks_that_all_fail_without_an_answer_are_wrong_usage(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    password: str,
    answer: Script | None,
    message: str,
) -> None:
    for name, value in (CREDENTIALS | {"SEQR_TERMINAL_PASSWORD": password}).items():
        monkeypatch.setenv(name, value)
    with Endpoint() as endpoint, peer(answer or replying) as other:
        url = other.url() if answer else endpoint.url()
        chosen = ("--check", "codes*cancelInvoice", "--no-probe", "--timeout", "0.3")
        ended = verify(tmp_path, url, *chosen, "--operations", "cancelInvoice")
    assert (ended.code, ended.err.count("\n")) == (2, 1), ended.out
    assert message in ended.err
    assert " failed" in ended.out


def test_ctrl_c_writes_the_results_so_far(tmp_path: Path) -> None:
    chosen = [*QUICK, "--workers", "1", "--check", "sample-fails", "--json", "out.json"]
    with started(tmp_path, *chosen) as running:
        output = running.stdout
        assert output is not None
        while "seqr.send_raw(" not in output.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        rest, errors = output_of(running)
    assert running.returncode == 130
    assert "seqrkit: interrupted after 1 of 2 checks" in errors
    assert "Traceback" not in rest + errors
    data = json.loads((tmp_path / "out.json").read_text())
    assert data["interrupted"]
    assert data["counts"] == {"failed": 1}


def test_checks_are_listed_without_being_run(tmp_path: Path) -> None:
    with Endpoint(clock=ManualClock()) as served:
        ended = verify(tmp_path, served.base_url, "--check", "wire.sample-", "--list")
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert "wire.sample-passes[cashregister-2/sendInvoice/tea]" in lines
    assert any("not applicable: needs an endpoint embedded" in line for line in lines)


@pytest.mark.parametrize("source", ["environment", "project"])
@pytest.mark.parametrize(
    ("option", "code", "said"),
    [
        ({"list": True}, 0, "wire.sample-passes[cashregister-2/refundPayment/refund]"),
        ({"check": ["sample-passes", "y.paid"]}, 3, "nothing was tested of y.paid"),
        ({"operations": "sendInvoice,creditUser"}, 3, "nothing was tested of creditUser"),
        ({"fail-on-left-out": True}, 1, "checks were left out, see --fail-on-left-out"),
        ({"write-baseline": "known.toml"}, 0, "1 held, "),
    ],
    ids=str,
)
def test_an_option_is_obeyed_wherever_it_is_given(
    *,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    source: str,
    option: Mapping[str, object],
    code: int,
    said: str,
) -> None:
    ((name, value),) = option.items()
    values = value if isinstance(value, list) else [value]
    if source == "environment":
        text = ",".join("1" if each is True else str(each) for each in values)
        monkeypatch.setenv(f"SEQR_{name.upper().replace('-', '_')}", text)
    else:
        (tmp_path / "pyproject.toml").write_text(f"[tool.seqrkit]\n{name} = {json.dumps(value)}\n")
    chosen = {"check": [], "operations": ["--check", "sample-passes"]}.get(
        name, ["--check", "e*pa", "--operations", "refundPayment"]
    )
    with Endpoint(clock=ManualClock()) as served:
        where = (served.base_url, "--interface", "cashregister-2", "--buyer", "none")
        with started(tmp_path, *where, "--profile", "quick", *chosen) as running:
            out, errors = output_of(running)
    assert (running.returncode, said in out + errors) == (code, True), out + errors
    assert (tmp_path / "known.toml").exists() is (name == "write-baseline")


@pytest.mark.parametrize("given", [{"SEQR_HTML": "report.html"}, {"SEQR_OUTPUT": "."}], ids=str)
def test_a_report_that_cannot_be_written_is_named_before_the_first_check(
    given: Mapping[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("report.html").mkdir()
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    ended = run_here(capsys, "verify", "--list")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err == "seqrkit: report.html cannot be written: is a directory\n"
    assert [each.name for each in tmp_path.iterdir()] == ["report.html"]


def test_checks_that_have_not_begun_in_time_are_left_out(tmp_path: Path) -> None:
    ended = verify(tmp_path, "--check", "sample-passes", "--max-time", "1e-9")
    assert ended.code == 3
    assert "nothing was tested: the time of --max-time had passed" in ended.err


@pytest.mark.parametrize("stopped", [hanging, dropping])
def test_a_service_that_stops_is_one_failure_and_gets_no_further_requests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stopped: Script
) -> None:
    def stops(handler: Handler, body: bytes) -> None:
        (replying if len(handler.peer.heard) <= 5 else stopped)(handler, body)

    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    with peer(stops) as other:
        checks = ("--check", "life.callers", "--check", "replay.done", "--timeout", "0.3")
        ended = verify(tmp_path, other.url(), *checks, "--operations", "sendInvoice,cancelInvoice")
    assert "failure        the service stopped answering" in ended.out.splitlines()
    assert ended.out.count("stopped answering: ") == 1
    assert "4 left out: not run: the service stopped answering" in ended.out
    assert len(other.heard) == 7  # the last two: the one that was not answered, and another try
    assert ended.code == 1


def test_a_run_that_does_not_read_the_books_says_so(tmp_path: Path) -> None:
    chosen = ["--check", "replay.unknown-callers"]
    with Endpoint(clock=SystemClock()) as served:
        stopped = verify(tmp_path, served.base_url, *chosen, "--exclude", "replay.books")
        whole = verify(tmp_path, served.base_url, *chosen)
    said = "checks whose transactions were not compared with reports: 1"
    assert said in stopped.out.splitlines(), stopped
    assert said not in whole.out, whole


def test_sigterm_writes_the_results_so_far_marked_as_interrupted(tmp_path: Path) -> None:
    chosen = [*QUICK, "--workers", "1", "--check", "sample-fails", "--output", "out"]
    with started(tmp_path, *chosen) as running:
        assert running.stdout is not None
        while "seqr.send_raw(" not in running.stdout.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        _, errors = output_of(running)
    assert running.returncode == 128 + signal.SIGTERM
    assert "seqrkit: terminated after 1 of 2 checks" in errors
    suite = etree.parse(tmp_path / "out" / "junit.xml").getroot()[0]
    assert (suite.get("failures"), suite.get("errors")) == ("1", "1")
    assert json.loads((tmp_path / "out" / "results.json").read_text())["interrupted"]
    assert sorted(each.name for each in tmp_path.iterdir()) == ["out"]


@pytest.mark.parametrize("handler", ["SIG_IGN", "default_int_handler"])
def test_sigterm_in_a_destructor_ends_a_run_also_in_the_background(
    tmp_path: Path, handler: str
) -> None:
    # A shell starts commands in the background with SIGINT ignored.
    code = SAMPLES.replace("signal.default_int_handler", f"signal.{handler}")
    assert handler in code
    chosen = [*QUICK, "--workers", "1", "--check", "ends-in-a-destructor"]
    with started(tmp_path, *chosen, code=code) as running:
        _, errors = output_of(running)
    assert running.returncode == 128 + signal.SIGTERM, errors
    assert "seqrkit: terminated after 0 of 1 checks" in errors


@pytest.mark.parametrize(
    ("first", "second"),
    [(signal.SIGINT, signal.SIGTERM), (signal.SIGTERM, signal.SIGINT)],
    ids=["SIGINT, SIGTERM", "SIGTERM, SIGINT"],
)
def test_a_second_signal_does_not_keep_reports_from_being_written(
    tmp_path: Path, first: signal.Signals, second: signal.Signals
) -> None:
    chosen = [*QUICK, "--workers", "1", "--check", "sample-fails", "--output", "out"]
    with started(tmp_path, *chosen) as running:
        assert running.stdout is not None
        while "seqr.send_raw(" not in running.stdout.readline():
            assert running.poll() is None
        running.send_signal(first)
        while not (tmp_path / "out" / "results.json").exists():
            assert running.poll() is None
        running.send_signal(second)
        output_of(running)
    assert running.returncode == 128 + first
    assert {each.file for each in REPORTS.values()} <= {
        path.name for path in (tmp_path / "out").iterdir()
    }


def test_a_signal_does_not_cut_a_report_that_is_being_written(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    chosen = [*QUICK, "--workers", "1", "--check", "sample-passes", "--html", str(pipe)]
    descriptor = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with started(tmp_path, *chosen) as running, os.fdopen(descriptor, "rb", 0) as page:
        # It takes less than the whole page, so the command is still writing when it is signalled.
        fcntl.fcntl(page, fcntl.F_SETPIPE_SZ, select.PIPE_BUF)
        while not page.read(1):
            assert running.poll() is None
        running.send_signal(signal.SIGTERM)
        os.set_blocking(descriptor, True)
        assert page.readall().endswith(b"</html>")
        output_of(running)
    assert running.returncode == 0


def test_sigterm_before_the_first_check_is_reported_as_such(tmp_path: Path) -> None:
    ends = "pytest.main = lambda *_, **__: signal.raise_signal(signal.SIGTERM)"
    code = SAMPLES.replace("main()", f"import pytest; {ends}; main()")
    with started(tmp_path, *QUICK, "--workers", "1", code=code) as running:
        _, errors = output_of(running)
    assert running.returncode == 128 + signal.SIGTERM
    assert "seqrkit: terminated" in errors


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--profile", "slow"], '"slow" is not a profile; use one of quick, default, nightly'),
        (["--operations", "pay"], "unknown operation pay; use one of assignSeqrId"),
        (["--shard", "3/2"], '--shard is "3/2"; it must be I/N'),
        (["--workers", "many"], "--workers is many; it must be a number or auto"),
        (["--baseline", "no.toml"], "cannot read the baseline no.toml: No such file"),
        (["--rate", "0"], '--rate is "0"; it must be NUMBER: the maximum number of requests'),
        (["http://127.0.0.1:1"], "cashregister-2 cannot be reached ("),
        (["ftp://127.0.0.1"], "the endpoint 'ftp://127.0.0.1' is not an http address"),
        (["--database", "redis:nowhere://"], "is not a valid database URL"),
    ],
)
def test_an_invalid_option_is_reported_in_one_line(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run_here(capsys, "verify", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("missing", ["hypothesis", "pytest"])
def test_a_missing_package_is_named(
    missing: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqrkit.cli.find_spec", lambda name: None if name == missing else name)
    ended = run_here(capsys, "verify")
    assert ended == (
        2,
        "",
        f"seqrkit: not installed: {missing}; run: pip install 'seqrkit[verify]'\n",
    )


def test_bundled_files_are_found_or_reported_missing() -> None:
    assert (bundled("contract_tests") / "test_wire.py").is_file()
    with pytest.raises(ConfigurationError, match=r"nothing was not found in .* reinstall seqrkit"):
        bundled("nothing")


@pytest.mark.parametrize("option", ["-x", "--max-failures=1"])
def test_it_stops_after_the_first_failure(tmp_path: Path, option: str) -> None:
    ended = verify(tmp_path, "--check", "wire.sample-", "--seed", "7", option, "--output", "out")
    assert ended.code == 1
    data = json.loads((tmp_path / "out" / "results.json").read_text())
    assert data["counts"]["failed"] == 1
    assert len(data["results"]) < 6
    jsonschema.validate(data, SCHEMA)
    ((failure,),) = (each["failures"] for each in data["results"] if each["failures"])
    archive = json.loads((tmp_path / "out" / "failures.har").read_text())
    assert archive["log"]["entries"] == failure["exchanges"]
    assert {path.name for path in tmp_path.iterdir()} == {"out"}
