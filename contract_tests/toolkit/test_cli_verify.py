"""`seqrkit verify`: what it says, writes and returns, in processes of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from lxml import etree

from contract_tests.toolkit.commands import Ended
from contract_tests.toolkit.commands import run as run_here
from seqrkit import ManualClock
from seqrkit.cli.output_files import bundled
from seqrkit.errors import ConfigurationError
from seqrkit.simulator import Endpoint

# Whoever starts the tests in the background has Ctrl-C ignored, in all that they start as well.
SAMPLES = (
    "import contract_tests.toolkit.suite.sample_properties, signal; from seqrkit.cli import main; "
    "signal.signal(signal.SIGINT, signal.default_int_handler); main()"
)
ROOT = Path(__file__).resolve().parents[2]
QUICK = ["--profile", "quick", "--interface", "cashregister-2", "--operations", "sendInvoice"]


def started(where: Path, *arguments: str) -> subprocess.Popen[str]:
    """The command with the doubtful properties, in a directory of its own."""
    return subprocess.Popen(
        [sys.executable, "-c", SAMPLES, "verify", *arguments],
        cwd=where,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def heard(running: subprocess.Popen[str]) -> tuple[str, str]:
    """What it says until it ends; one that does not end is ended."""
    try:
        return running.communicate(timeout=120)
    except subprocess.TimeoutExpired:
        running.kill()
        raise


def verify(where: Path, *arguments: str) -> Ended:
    """Run it to its end."""
    with started(where, *QUICK, "--workers", "1", *arguments) as running:
        out, err = heard(running)
    assert "Traceback" not in err
    return Ended(running.returncode, out, err)


def test_it_ends_with_what_was_exercised_and_writes_reports(tmp_path: Path) -> None:
    files = ["--html", "out.html", "--json", "out.json", "--junit", "out.xml", "--seed", "7"]
    ended = verify(tmp_path, "--check", "wire.sample-", *files)
    assert ended.code == 1
    assert "profile quick, seed 7: 3 passed, 2 failed, 1 error" in ended.out
    assert "the title is not missed" in ended.out
    assert "Error in the check itself:\nZeroDivisionError" in ended.out
    assert "Written: out.html" in ended.out
    told = json.loads((tmp_path / "out.json").read_text())
    assert [each["verdict"] for each in told["results"]].count("failed") == 2
    suite = etree.parse(tmp_path / "out.xml").getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("6", "3")
    page = (tmp_path / "out.html").read_text()
    assert "the title is not missed" in page
    assert "3 not passed" in page


def test_a_served_endpoint_lacks_only_its_inside(tmp_path: Path) -> None:
    with Endpoint(clock=ManualClock()) as served:
        ended = verify(tmp_path, served.base_url, "--check", "wire.sample-", "--json", "out.json")
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["counts"] == {"passed": 2, "failed": 2, "error": 1, "skipped": 1}
    assert "1 skipped: needs an endpoint embedded in this process" in ended.out


def test_nothing_is_written_at_a_host_that_is_not_known_for_tests(tmp_path: Path) -> None:
    """A proxy answers for the host."""
    with Endpoint(allow_hosts=["shop.example"]) as served:
        os.environ["http_proxy"] = served.base_url
        try:
            ended = verify(tmp_path, "http://shop.example", "--check", "sample-writes")
        finally:
            del os.environ["http_proxy"]
    assert ended.code == 0
    assert "creates invoices or moves money, and shop.example is not a known test host" in ended.out


def test_ctrl_c_leaves_what_there_is(tmp_path: Path) -> None:
    chosen = [*QUICK, "--workers", "1", "--check", "sample-fails", "--json", "out.json"]
    with started(tmp_path, *chosen) as running:
        said = running.stdout
        assert said is not None
        while "print(seqr.send_raw(" not in said.readline():
            assert running.poll() is None
        running.send_signal(signal.SIGINT)
        rest, errors = heard(running)
    assert running.returncode == 130
    assert "seqrkit: interrupted after 1 of 2 checks" in errors
    assert "Traceback" not in rest + errors
    told = json.loads((tmp_path / "out.json").read_text())
    assert told["interrupted"]
    assert told["counts"] == {"failed": 1}


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--profile", "slow"], '"slow" is not a profile; use one of quick, default, nightly'),
        (["--operations", "pay"], "unknown operation pay; use one of assignSeqrId"),
        (["--shard", "3/2"], '--shard is "3/2"; it must be I/N'),
        (["--workers", "many"], "--workers is many; it must be a number or auto"),
        (["--baseline", "no.toml"], "cannot read the baseline no.toml: No such file"),
        (["--rate", "0"], "the rate must be above 0 requests a second, not 0"),
        (["http://127.0.0.1:1"], "cashregister-2 cannot be reached ("),
        (["ftp://127.0.0.1"], '"ftp://127.0.0.1" is no address of an endpoint'),
        (["--database", "redis:nowhere://"], "is not a valid database URL"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    ended = run_here(capsys, "verify", *arguments)
    assert (ended.code, ended.out) == (2, "")
    assert sentence in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("missing", ["hypothesis", "pytest"])
def test_what_is_not_installed_is_named(
    missing: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("seqrkit.cli.find_spec", lambda name: None if name == missing else name)
    ended = run_here(capsys, "verify")
    assert ended == (
        2,
        "",
        f"seqrkit: not installed: {missing}; run: pip install 'seqrkit[verify]'\n",
    )


def test_what_no_installation_lacks_is_found_or_said() -> None:
    assert (bundled("contract_tests") / "test_wire.py").is_file()
    with pytest.raises(ConfigurationError, match=r"nothing was not found in .* reinstall seqrkit"):
        bundled("nothing")
