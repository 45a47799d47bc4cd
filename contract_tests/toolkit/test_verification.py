"""`Session.verify` runs the suite in a process and follows its results."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

import seqrkit
from seqrkit import ManualClock, Session, track, verification
from seqrkit.errors import ConfigurationError
from seqrkit.notebook_repr import view
from seqrkit.verification import Verification

CHECK = "replay.unknown-references"
FAILURE = {
    "cause": "94",
    "sentence": "<b> is answered with 94",
    "statement": "it is 54",
    "source": "guide",
    "rule": "",
    "again": "seqrkit verify --check x",
    "request": "<secret/>",
    "reply": "",
}


@pytest.fixture(scope="module")
def seqr() -> Iterator[Session]:
    with seqrkit.connect(clock=ManualClock(), seed=1, quiet=True) as session:
        yield session


def test_a_failure_at_the_sessions_endpoint_is_found(
    seqr: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # as in a kernel
    seqr.faults.add("result-code", code=94, probability=1)
    found = seqr.verify(operations=["getPaymentStatus"], checks=[CHECK], profile="quick")
    seqr.faults.clear()
    (failure,) = found.failures
    assert failure["property"] == CHECK
    assert f"{CHECK}[cashregister-2/getPaymentStatus]: unknown reference: get" in str(found)
    assert found.total == len(found.results) == 1
    assert "1 of 1 checks: 1 failed" in repr(found)


def test_options_that_are_not_valid_are_a_sentence(seqr: Session) -> None:
    with pytest.raises(ConfigurationError, match="unknown operation pay; use one of"):
        seqr.verify(operations=["pay"])


def test_an_interrupt_ends_the_run_and_keeps_the_table(
    seqr: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[Verification] = []

    def display(found: Verification) -> Callable[[], None]:
        return lambda: show(found)

    def show(found: Verification) -> None:
        if found.results and not kept:
            kept.append(found)
            raise KeyboardInterrupt

    monkeypatch.setattr(verification, "_display", display)
    monkeypatch.setattr(verification, "_EVERY", 0)
    with pytest.raises(KeyboardInterrupt, match="interrupted after 1 of 2 checks, 0 failed"):
        seqr.verify(operations=["cancelInvoice"], checks=["replay.unknown-"], profile="quick")
    assert len(kept[0].results) == 1


def test_the_table_has_properties_failures_and_their_evidence() -> None:
    found = Verification("here")
    result = {"property": "life.x", "case": "c", "verdict": "held", "why": "", "failures": []}
    found.add(json.dumps({"total": 3}))
    found.add(json.dumps(result))
    found.add(json.dumps({**result, "verdict": "failed", "failures": [FAILURE]}))
    found.add(json.dumps({**result, "verdict": "crashed", "why": "ZeroDivisionError"}))
    page = str(view(found)["text/html"])
    assert "<td>life.x</td><td>1</td><td>1</td><td>1</td>" in page
    assert "life.x[c]: &lt;b&gt; is answered with 94" in page
    assert "request: &lt;secret/&gt;" in page
    assert "life.x[c]: ZeroDivisionError" in page
    assert 'value="3" max="3"' in page


def test_long_work_is_counted_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert list(track("abc", "letters read", every=0)) == ["a", "b", "c"]
    assert capsys.readouterr().out.split("\r")[1:] == [
        "1 of 3 letters read",
        "2 of 3 letters read",
        "3 of 3 letters read",
        "3 of 3 letters read\n",
    ]
    counted = track(iter("abc"), "letters read")
    next(counted)
    next(counted)
    counted.close()
    assert capsys.readouterr().out.endswith("\r1 letters read\n")
