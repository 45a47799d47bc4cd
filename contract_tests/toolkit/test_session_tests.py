"""A recorded session becomes a pytest file, or the parameter of a test, and passes."""

from __future__ import annotations

from pathlib import Path

import pytest

import seqrkit
from contract_tests.toolkit.commands import run
from contract_tests.toolkit.test_pytest_plugin import run as pytest_run
from contract_tests.toolkit.test_session_replay import play
from seqrkit import ManualClock
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import Interface

pytest_plugins = ["pytester"]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load no other installed plugins, which would be slow."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


@pytest.fixture
def session(pytester: pytest.Pytester) -> Path:
    file = pytester.path / "a day.jsonl"
    with seqrkit.connect(
        interface=Interface.EXTCLIENTPROXY_V2, clock=ManualClock(), seed=1, record=file, quiet=True
    ) as seqr:
        play(seqr)
        seqr.send_raw(b"<not SOAP>\xff")
        seqr.send_raw(b'<a b="\\&quot;">"""</a>')
    return file


def test_the_written_file_passes_and_fails_at_the_changed_reply(
    session: Path, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    file = pytester.path / "test_day.py"
    ended = run(capsys, "replay", str(session), "--as-test", str(file))
    assert (ended.code, ended.err) == (0, "")
    changed = file.read_text().replace("<version>1<", "<version>7<", 1)
    (pytester.path / "test_changed.py").write_text(changed)
    result = pytest_run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*getPaymentStatusResponse/return/version: 7 -> 1*"])


@pytest.mark.usefixtures("session")
def test_sessions_are_parameters(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.seqr_session("*.jsonl")
        def test_it_replays(seqr_recording, seqr_replay):
            seqr_replay.replay(seqr_recording)
            assert len(seqr_recording) > 10

        @pytest.mark.seqr_session("*.jsonl")
        def test_a_changed_service_is_noticed(seqr_recording, seqr_replay):
            seqr_replay.session.faults.add("result-code", operation="refundPayment", code=29)
            seqr_replay.replay(seqr_recording)
    """)
    result = pytest_run(pytester, "-v")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["*test_it_replays?a day.jsonl?*PASSED*", "*resultCode: 0 -> 29*"])


@pytest.mark.usefixtures("session")
def test_a_session_is_replayed_at_another_endpoint(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.seqr_session("*.jsonl")
        def test_it_replays(seqr_recording, seqr_replay):
            seqr_replay.replay(seqr_recording)
            assert seqr_replay.session.simulator is None
    """)
    with Endpoint(clock=ManualClock()) as endpoint:
        pytest_run(pytester, f"--seqr-endpoint={endpoint.base_url}").assert_outcomes(passed=1)


@pytest.mark.parametrize("pattern", ["missing.jsonl", "test_*.py"])
def test_what_is_no_session_is_reported_in_one_sentence(
    pattern: str, pytester: pytest.Pytester
) -> None:
    pytester.makepyfile(f"""
        import pytest

        @pytest.mark.seqr_session("{pattern}")
        def test_it(seqr_recording):
            pass
    """)
    result = pytest_run(pytester)
    assert result.ret != 0
    result.stdout.fnmatch_lines(["seqr_session: *"])  # one sentence, no traceback
