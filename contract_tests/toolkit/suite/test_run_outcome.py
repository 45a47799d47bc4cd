"""The outcome of a run as summary, JSON and page."""

import errno
import json
import os
import resource
from datetime import UTC, date, datetime
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from attrs import evolve, fields_dict
from lxml import etree

from contract_tests.toolkit.commands import run
from contract_tests.toolkit.suite.sample_checks import check
from seqrkit.baseline import Baseline, Deviation
from seqrkit.exchange import Exchange
from seqrkit.report_files import write_reports
from seqrkit.suite.framework import PROFILES, Aspect, CheckFailure, Coverage
from seqrkit.suite.reports.coverage_targets import coverage_targets
from seqrkit.suite.reports.failure_report import FailureReport, failure_report
from seqrkit.suite.reports.formats import WRITERS, github, har, junit, sarif
from seqrkit.suite.reports.outcome_page import outcome_page
from seqrkit.suite.reports.run_outcome import Outcome, Result, Verdict
from seqrkit.suite_options import REPORTS
from seqrkit.vocabulary import NAMESPACE, NEWEST, Interface

SCHEMA = json.loads((files("seqrkit.suite.reports") / "results.schema.json").read_text("utf-8"))

FAILURE = FailureReport(
    check="wire.model-is-the-schema[cashregister-2]",
    statement="It holds.",
    source="here",
    sentence="<b>5</b> in place of 4",
    again="seqrkit verify",
    letter="D",
    deviation="wire: 5",
    cause="wire: 5",
    request="<x/>\n",
    file="x.xml",
    curl="curl",
    python="import seqrkit",
)
RESULTS = [
    Result(property="wire.a", case="cashregister-2", verdict=Verdict.FAILED, failures=(FAILURE,)),
    Result(property="wire.b", case="cashregister-2", verdict=Verdict.SKIPPED, why="no clock"),
    Result(property="wire.c", case="cashregister-2", verdict=Verdict.ERROR, why="Error: <i>"),
    Result(property="wire.d", case="cashregister-2", verdict=Verdict.PASSED, seconds=1.5),
]


def outcome(**more: object) -> Outcome:
    """Return an outcome with every verdict."""
    seen = Coverage({Aspect.CODE: ["0"]})
    targets = Coverage({Aspect.CODE: ["0", "11", "49", "51"]})
    fields = {
        "endpoint": "https://shop.example",
        "profile": "quick",
        "seed": 7,
        "started_at": datetime(2026, 11, 21, 12, tzinfo=UTC),
        "seconds": 2.0,
        "results": RESULTS,
        "coverage": seen,
        "targets": targets,
    }
    return Outcome(**(fields | more))  # type: ignore[arg-type]


def test_the_summary_counts_verdicts_and_names_gaps() -> None:
    lines = list(outcome().summary())
    assert lines[0] == (
        "https://shop.example, profile quick, seed 7: 1 held, 1 failed, 1 crashed, 1 left out"
    )
    assert "failure        wire: 5" in lines
    assert "result codes      1 of 4, missing: 11, 49 and 1 more" in lines
    assert "1 left out: no clock" in lines
    assert "result codes      1 of 4" in list(outcome(is_complete=False).summary())


def test_what_does_not_apply_is_told_from_what_was_left_out() -> None:
    made = outcome(results=[*RESULTS, evolve(RESULTS[1], verdict=Verdict.INAPPLICABLE)])
    lines = list(made.summary())
    assert "1 left out: no clock" in lines
    assert "1 not applicable: no clock" in lines
    jsonschema.validate(json.loads(json.dumps(made.to_dict())), SCHEMA)
    assert not outcome(results=[evolve(RESULTS[1], verdict=Verdict.INAPPLICABLE)]).was_tested


def test_a_result_is_restored_from_a_dict() -> None:
    assert [Result.from_dict(each.to_dict()) for each in RESULTS] == RESULTS


def test_json_has_counts_and_coverage() -> None:
    data = outcome(interrupted=True).to_dict()
    assert data["counts"] == {"held": 1, "failed": 1, "crashed": 1, "left out": 1}
    assert data["coverage"]["result codes"] == {
        "seen": 1,
        "of": 4,
        "items": ["0"],
        "missing": ["11", "49", "51"],
    }
    assert data["interrupted"]


def test_checks_of_the_service_are_counted_apart_from_those_of_seqrkit_itself() -> None:
    toolkit = evolve(RESULTS[-1], property="wire.e", of_service=False)
    made = outcome(results=[*RESULTS, toolkit, toolkit])
    lines = list(made.summary())
    assert "service        1 held, 1 failed, 1 crashed, 1 left out" in lines
    assert "seqrkit itself 2 held" in lines
    assert made.to_dict()["toolkit_counts"] == {"held": 2}


def test_failures_of_one_cause_are_one_failure() -> None:
    others = [evolve(RESULTS[0], case=case) for case in ("b", "c")]
    made = outcome(results=[*RESULTS, *others])
    assert [len(several) for several in made.causes.values()] == [3]
    assert "failure        wire: 5 (3 checks)" in list(made.summary())


def test_the_page_shows_failures_escaped(tmp_path: Path) -> None:
    known = Deviation("wire: 4", "ticket <1>", date(2026, 1, 1))
    made = outcome(interrupted=True, baseline=Baseline([known], date(2026, 11, 21)))
    write_reports(WRITERS, made, {"html": str(tmp_path / "out.html")})
    page = (tmp_path / "out.html").read_text(encoding="utf-8")
    assert page == outcome_page(made)
    for text in ("&lt;b&gt;5&lt;/b&gt; in place of 4", "Error: &lt;i&gt;", "ticket &lt;1&gt;"):
        assert text in page
    for text in ("interrupted", "2 not passed", "3 missing", "x.xml"):
        assert text in page
    assert not [loading for loading in ("<link", "<img", "src=", "url(") if loading in page]


def test_an_entry_that_was_not_found_is_reported_in_complete_runs() -> None:
    misspelt = Deviation("wire: misspelt", "ticket 5", date(2027, 1, 1))
    baseline = Baseline([misspelt], date(2026, 11, 21))
    expected = "this entry of the baseline is no longer needed: wire: misspelt, until"
    ran = [each for each in RESULTS if each.verdict is not Verdict.SKIPPED]
    (remark,) = outcome(baseline=baseline, results=ran).remarks
    assert remark.startswith(expected)
    left_out = evolve(ran[0], verdict=Verdict.SKIPPED)
    assert not list(outcome(baseline=baseline, results=[*ran, left_out]).remarks)
    assert not list(outcome(baseline=baseline, is_complete=False).remarks)
    assert not list(outcome(baseline=baseline, interrupted=True).remarks)


def test_an_interrupted_run_is_not_shown_as_passed() -> None:
    passed = [each for each in RESULTS if each.verdict is Verdict.PASSED]
    assert "all passed" in outcome_page(outcome(results=passed))
    assert "all passed" not in outcome_page(outcome(results=passed, interrupted=True))


@pytest.mark.parametrize("aspect", Aspect)
def test_every_interface_has_targets_of_every_aspect(aspect: Aspect) -> None:
    all_targets = coverage_targets(Interface).covered(aspect)
    for interface in Interface:
        assert coverage_targets([interface]).covered(aspect) <= all_targets
        assert coverage_targets([interface]).covered(aspect)


def test_junit_has_class_names_and_one_failure_for_each_cause() -> None:
    others = [evolve(RESULTS[0], case=case) for case in ("b", "c")]
    suite = etree.fromstring(junit(outcome(results=[*RESULTS, *others])))[0]
    numbers = {name: suite.get(name) for name in ("tests", "failures", "errors", "skipped")}
    assert numbers == {"tests": "6", "failures": "1", "errors": "1", "skipped": "3"}
    names = {case.get("classname") for case in suite.iter("testcase")}
    assert names == {"wire.a", "wire.b", "wire.c", "wire.d"}


def test_an_interrupted_run_is_marked_in_every_report() -> None:
    passed = [each for each in RESULTS if each.verdict is Verdict.PASSED]
    made = outcome(results=passed, interrupted=True)
    suite = etree.fromstring(junit(made))[0]
    assert suite.get("errors") == "1"
    (error,) = suite.iter("error")
    assert "interrupted" in (error.get("message") or "")
    (run,) = json.loads(sarif(made))["runs"]
    assert run["invocations"] == [{"executionSuccessful": False}]
    assert list(github(made)) == ["::warning title=seqrkit verify::the run was interrupted"]


def test_annotations_of_github_are_one_line_each() -> None:
    (line,) = github(outcome())
    assert line.startswith("::error title=wire%3A 5::<b>5</b> in place of 4 (1 checks; repeat:")


def test_sarif_has_a_rule_for_each_cause() -> None:
    (run,) = json.loads(sarif(outcome()))["runs"]
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["wire: 5"]
    (result,) = run["results"]
    assert result["partialFingerprints"] == {"deviation": "wire: 5"}


def test_each_format_of_the_options_has_a_writer() -> None:
    assert WRITERS.keys() == REPORTS.keys()


@pytest.mark.parametrize("interrupted", [False, True])
def test_the_published_schema_describes_the_json(tmp_path: Path, *, interrupted: bool) -> None:
    write_reports(WRITERS, outcome(interrupted=interrupted), {"json": str(tmp_path / "out.json")})
    jsonschema.validate(json.loads((tmp_path / "out.json").read_text()), SCHEMA)


def test_the_published_schema_names_every_field() -> None:
    for name, kind in (("result", Result), ("failure", FailureReport)):
        assert SCHEMA["$defs"][name]["properties"].keys() == fields_dict(kind).keys()
    assert SCHEMA["$defs"]["verdict"]["enum"] == [*Verdict]
    assert SCHEMA["properties"]["profile"]["enum"] == [*PROFILES]
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_har_has_the_exchanges_of_failures() -> None:
    entry = {"request": {"url": "https://shop.example"}}
    failing = evolve(RESULTS[0], failures=(evolve(FAILURE, exchanges=[entry]),))
    archive = json.loads(har(outcome(results=[failing, *RESULTS])))
    assert archive["log"]["entries"] == [entry]


def _answering(code: int, *expected: int) -> list[Result]:
    """Return results of checks that each got one code in place of the expected one."""
    causes = [f"resultCode {code} instead of {each}" for each in expected]
    return [evolve(RESULTS[0], failures=(evolve(FAILURE, cause=each),)) for each in causes]


def test_one_code_in_place_of_many_is_one_failure() -> None:
    few, many = outcome(results=_answering(90, 54, 23)), outcome(results=_answering(90, 54, 23, 98))
    assert [len(several) for several in few.causes.values()] == [1, 1]
    assert {cause: len(several) for cause, several in many.causes.items()} == {
        "resultCode 90 in place of the documented codes": 3
    }


def test_an_excused_failure_is_no_cause_but_stays_in_the_results() -> None:
    excused = evolve(RESULTS[0], failures=(evolve(FAILURE, excused="ticket 5"), FAILURE))
    made = outcome(results=[excused])
    assert [len(several) for several in made.causes.values()] == [1]
    assert made.to_dict()["results"][0]["failures"][0]["excused"] == "ticket 5"
    assert "known to fail  wire: 5 (ticket 5)" in list(made.summary())


@pytest.mark.parametrize("codes", [(0, 54, 90), (54, 29)])
def test_several_codes_in_place_of_one_are_one_failure(codes: tuple[int, ...]) -> None:
    results = [each for code in codes for each in _answering(code, 20)]
    assert {cause: len(several) for cause, several in outcome(results=results).causes.items()} == {
        "other codes in place of 20": len(codes)
    }


def test_other_words_than_codes_are_not_merged() -> None:
    causes = [f"sendInvoice: status {each} instead of PAID" for each in ("RESERVED", "FAILED")]
    results = [evolve(RESULTS[0], failures=(evolve(FAILURE, cause=each),)) for each in causes]
    assert list(outcome(results=results).causes) == causes


def written(name: str) -> bytes:
    made = WRITERS[name](outcome())
    return made if isinstance(made, bytes) else made.encode()


@pytest.mark.parametrize("unwritable", WRITERS)
def test_a_report_that_cannot_be_written_costs_no_other(tmp_path: Path, unwritable: str) -> None:
    files = {name: str(tmp_path / name) for name in WRITERS}
    Path(files[unwritable]).mkdir()
    written_files, (sentence,) = write_reports(WRITERS, outcome(), files)
    assert {each.name for each in written_files} == WRITERS.keys() - {unwritable}
    assert sentence == f"{files[unwritable]} cannot be written: is a directory"
    for name in WRITERS.keys() - {unwritable}:
        assert Path(files[name]).read_bytes() == written(name)


def test_a_report_that_a_full_disk_cuts_off_is_removed(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    files = {name: str(tmp_path / name) for name in WRITERS}
    sizes = {name: len(written(name)) for name in WRITERS}
    limit = sorted(sizes.values())[len(sizes) // 2]
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        made, sentences = write_reports(WRITERS, outcome(), files)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    fitting = {name for name, size in sizes.items() if size <= limit}
    assert {each.name for each in tmp_path.iterdir()} == {each.name for each in made} == fitting
    assert len(sentences) == len(files) - len(fitting)


def test_an_existing_file_that_may_not_be_written_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "kept.json"
    file.write_text("earlier")

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(Path, "open", refuse)
    made, (sentence,) = write_reports(WRITERS, outcome(), {"json": file})
    monkeypatch.undo()
    assert made == []
    assert sentence == f"{file} cannot be written: permission denied"
    assert file.read_text() == "earlier"


def test_verify_says_which_report_was_not_written(capsys: pytest.CaptureFixture[str]) -> None:
    options = ("--check", "paid[cashregister-2/refundPayment", "--profile", "quick")
    ended = run(capsys, "verify", *options, "--workers", "1", "--json", "/dev/full")
    assert ended.code == 2
    assert "/dev/full cannot be written: no space left on device" in ended.err
    assert "1 held" in ended.out
    assert "Written" not in ended.out


def refused(code: int) -> str:
    """Return the content of a reply with a result code."""
    name, content = "sendInvoiceResponse", f"<return><resultCode>{code}</resultCode></return>"
    return f'<e:{name} xmlns:e="{NAMESPACE}">{content}</e:{name}>'


@pytest.mark.parametrize(
    ("status", "reply"),
    [
        (500, "<s:Fault><faultcode>s:Client</faultcode><faultstring>no</faultstring></s:Fault>"),
        (200, refused(20)),
        (200, refused(54)),
        (502, "<html/>"),
        (None, ""),
    ],
    ids=["a fault", "a login refused", "another refusal", "no SOAP", "no reply"],
)
def test_a_failure_shows_whether_the_service_was_reached(status: int | None, reply: str) -> None:
    space = "http://schemas.xmlsoap.org/soap/envelope/"
    body = f'<s:Envelope xmlns:s="{space}"><s:Body>{reply}</s:Body></s:Envelope>'
    exchange = Exchange(
        operation="sendInvoice",
        interface=NEWEST,
        endpoint="https://shop.example",
        started_at=datetime(2026, 11, 21, 12, tzinfo=UTC),
        duration=0,
        request=b"<x/>",
        status=status,
        response=body.encode() if status else None,
    )
    failure = CheckFailure("a.b[c]", "wrong", exchange=exchange)
    report = failure_report(
        check(lambda _: None), failure, endpoint="https://shop.example", again="", directory=None
    )
    failed = Result(property="a.b", case="c", verdict=Verdict.FAILED, failures=(report,))
    assert Result.from_dict(failed.to_dict()) == failed
    expected = "Fault" in reply or reply == refused(54)
    assert outcome(results=[failed]).was_answered is exchange.reached_service is expected
