"""A recorded session becomes a pytest file, or the parameter of a test, and passes."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import seqrkit
from contract_tests.toolkit.commands import run
from contract_tests.toolkit.test_session_replay import play
from seqrkit import ManualClock
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import Interface


def pytest_output(folder: Path, *options: str) -> str:
    """Run pytest in a folder and return what it prints.

    Not with pytester, which forgets all modules that the tests of this process have imported.
    """
    plugins = ["-p", "seqrkit.pytest_plugin", "-p", "no:cacheprovider"]
    alone = {**os.environ, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"}  # others would be slow
    command = [sys.executable, "-m", "pytest", *plugins, *options]
    done = subprocess.run(
        command, cwd=folder, env=alone, capture_output=True, text=True, check=False
    )
    return done.stdout


def written(folder: Path, test: str) -> None:
    (folder / "test_it.py").write_text(textwrap.dedent(test))


@pytest.fixture
def session(tmp_path: Path) -> Path:
    file = tmp_path / "a day.jsonl"
    with seqrkit.connect(
        interface=Interface.EXTCLIENTPROXY_V2, clock=ManualClock(), seed=1, record=file, quiet=True
    ) as seqr:
        play(seqr)
        seqr.send_raw(b"<not SOAP>\xff")
        seqr.send_raw(b'<a b="\\&quot;">"""</a>')
    return file


def test_the_written_file_passes_and_fails_at_the_changed_reply(
    session: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "test_day.py"
    ended = run(capsys, "replay", str(session), "--as-test", str(file))
    assert (ended.code, ended.err) == (0, "")
    changed = file.read_text().replace("<version>1<", "<version>7<", 1)
    (tmp_path / "test_changed.py").write_text(changed)
    out = pytest_output(tmp_path)
    assert "1 failed, 1 passed" in out
    assert "getPaymentStatusResponse/return/version: 7 -> 1" in out


@pytest.mark.usefixtures("session")
def test_sessions_are_parameters(tmp_path: Path) -> None:
    written(
        tmp_path,
        """
        import pytest

        @pytest.mark.seqr_session("*.jsonl")
        def test_it_replays(seqr_recording, seqr_replay):
            seqr_replay.replay(seqr_recording)
            assert len(seqr_recording) > 10

        @pytest.mark.seqr_session("*.jsonl")
        def test_a_changed_service_is_noticed(seqr_recording, seqr_replay):
            seqr_replay.session.faults.add("result-code", operation="refundPayment", code=29)
            seqr_replay.replay(seqr_recording)
    """,
    )
    out = pytest_output(tmp_path, "-v")
    assert "1 failed, 1 passed" in out
    assert re.search(r"test_it_replays\[a day.jsonl\] PASSED", out)
    assert "resultCode: 0 -> 29" in out


@pytest.mark.usefixtures("session")
def test_a_session_is_replayed_at_another_endpoint(tmp_path: Path) -> None:
    written(
        tmp_path,
        """
        import pytest

        @pytest.mark.seqr_session("*.jsonl")
        def test_it_replays(seqr_recording, seqr_replay):
            seqr_replay.replay(seqr_recording)
            assert seqr_replay.session.simulator is None
    """,
    )
    with Endpoint(clock=ManualClock()) as endpoint:
        assert "1 passed" in pytest_output(tmp_path, f"--seqr-endpoint={endpoint.base_url}")


@pytest.mark.parametrize("pattern", ["missing.jsonl", "test_*.py"])
def test_what_is_no_session_is_reported_in_one_sentence(pattern: str, tmp_path: Path) -> None:
    written(
        tmp_path,
        f"""
        import pytest

        @pytest.mark.seqr_session("{pattern}")
        def test_it(seqr_recording):
            pass
    """,
    )
    out = pytest_output(tmp_path)
    assert re.search("^seqr_session: ", out, re.MULTILINE)  # one sentence, no traceback
    assert "1 error" in out
