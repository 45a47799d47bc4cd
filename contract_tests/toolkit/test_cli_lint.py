"""`seqrkit lint`: what it prints, how it ends, and what it says of files that are not messages."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from lxml import etree

from contract_tests.toolkit.messages import NEWEST, build, in_envelope, to_bytes
from seqrkit.cli.lint import command


def lint(*arguments: str | Path, data: bytes | None = None, color: bool = False) -> Result:
    return CliRunner().invoke(command, list(map(str, arguments)), input=data, color=color)


@pytest.fixture
def valid(tmp_path: Path) -> Path:
    path = tmp_path / "valid.xml"
    path.write_bytes(in_envelope(build(NEWEST, "sendInvoice")))
    return path


@pytest.fixture
def broken(tmp_path: Path, valid: Path) -> Path:
    path = tmp_path / "broken.xml"
    path.write_bytes(
        valid.read_bytes()
        .replace(b">WS<", b">extWS<")
        .replace(b"<title>My Sample Store</title>", b"")
    )
    return path


def test_a_valid_message_has_no_findings_and_ends_with_0(valid: Path):
    done = lint(valid)
    assert (done.exit_code, done.output) == (0, "1 file: no findings\n")


def test_every_finding_says_where_how_grave_what_and_why(broken: Path, valid: Path):
    done = lint(valid, broken)
    lines = broken.read_text().splitlines()
    channel = next(number for number, line in enumerate(lines, 1) if "extWS" in line)
    assert done.exit_code == 1
    assert f"{broken}:{channel} sendInvoice/context/channel\n" in done.output
    assert '  warning  "extWS" is not recommended: channel should be WS or' in done.output
    assert "context.channel.recommended, Glase Merchant API v2.6.0, ClientContext" in done.output
    assert "  error    title is missing from invoice" in done.output
    assert done.output.endswith("2 files: 1 error, 1 warning\n")


def test_warnings_alone_end_with_0(tmp_path: Path, valid: Path):
    path = tmp_path / "warned.xml"
    path.write_bytes(valid.read_bytes().replace(b">WS<", b">extWS<"))
    done = lint(path)
    assert done.exit_code == 0
    assert done.output.endswith("1 file: 0 errors, 1 warning\n")


def test_json_is_one_object_as_the_help_has_it(broken: Path, valid: Path):
    done = lint("--format", "json", broken, valid)
    assert done.exit_code == 1
    said = json.loads(done.output)
    assert (said["errors"], said["warnings"]) == (1, 1)
    first, second = said["files"]
    assert first["file"] == str(broken)
    assert second == {"file": str(valid), "messages": 1, "findings": []}
    assert [finding["rule"] for finding in first["findings"]] == [
        "context.channel.recommended",
        "invoice.title.required",
    ]
    help_text = lint("--help").output
    for name in (*said, *first, *first["findings"][0]):
        assert f'"{name}"' in help_text


def test_standard_input_is_a_dash(broken: Path):
    done = lint("-", data=broken.read_bytes())
    assert done.exit_code == 1
    assert "standard input:" in done.output


def test_a_bare_operation_and_the_other_interface_are_judged(tmp_path: Path):
    path = tmp_path / "bare.xml"
    path.write_bytes(to_bytes(build(NEWEST, "creditUser")))
    assert lint(path).exit_code == 0
    done = lint("--interface", "extclientproxy-v2", path)
    assert done.exit_code == 1
    assert "extclientproxy-v2 has no operation <creditUser>" in done.output


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"hello", "not well-formed XML"),
        (b"{}", "this looks like JSON"),
        (b"<html><p></html>", "this looks like an HTML page"),
        (b"<html/>", "this is an HTML page"),
        (b"<other/>", "neither a SOAP envelope nor an operation"),
        (b"<!DOCTYPE a><a/>", "document type declaration is not allowed"),
        (b'<e:Envelope xmlns:e="http://www.w3.org/2003/05/soap-envelope"/>', "SOAP 1.2"),
    ],
)
def test_input_that_is_not_a_message_is_one_sentence(tmp_path: Path, data: bytes, words: str):
    path = tmp_path / "file"
    path.write_bytes(data)
    done = lint(path)
    assert done.exit_code == 1
    assert words in " ".join(done.output.split())
    assert "Traceback" not in done.output


def test_100_mb_are_refused_unread(tmp_path: Path):
    path = tmp_path / "huge.xml"
    with path.open("wb") as file:
        file.write(b"<a>")
        file.truncate(100 * 1024 * 1024)
    started = time.monotonic()
    done = lint(path)
    assert time.monotonic() - started < 5
    assert done.exit_code == 1
    assert "has 104,857,600 bytes, more than the limit of 16,777,216 bytes" in done.output
    assert lint("-", data=b" " * 2_000_000).exit_code == 1


def test_a_billion_laughs_are_refused_at_once(tmp_path: Path):
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    path = tmp_path / "laughs.xml"
    path.write_text(f'<!DOCTYPE x [<!ENTITY l0 "ha">{entities}]><x>&l9;</x>')
    started = time.monotonic()
    done = lint(path)
    assert time.monotonic() - started < 5
    assert done.exit_code == 1


def test_the_limit_is_an_option(valid: Path):
    assert lint("--max-bytes", "100", valid).exit_code == 1
    assert lint("--max-bytes", "0", valid).exit_code == 2


@pytest.mark.parametrize(
    "arguments", [(), ("missing.xml",), ("--interface", "x", "-"), ("--format", "y", "-")]
)
def test_usage_errors_end_with_exit_code_2(
    arguments: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.chdir(tmp_path)
    done = lint(*arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


def test_colours_are_for_terminals_that_want_them(broken: Path, monkeypatch: pytest.MonkeyPatch):
    assert "\x1b[" in lint(broken, color=True).output
    assert "\x1b[" not in lint(broken).output
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[" not in lint(broken, color=True).output


def test_lines_are_no_wider_than_the_terminal(broken: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("COLUMNS", "60")
    for line in lint(broken).output.splitlines():
        assert len(line) <= 60 or line.startswith(str(broken))


def test_it_runs_as_a_command_without_what_it_does_not_need(valid: Path):
    program = (
        "import sys; from seqrkit.cli import main\n"
        "try:\n    main(['lint', sys.argv[1]])\n"
        "except SystemExit as end:\n    code = end.code\n"
        "loaded = {'zeep', 'xmlschema', 'starlette', 'rich', 'ipywidgets'} & set(sys.modules)\n"
        "sys.exit(code or (', '.join(loaded) if loaded else 0))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(valid)], check=False, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_findings_are_selected_and_ignored_by_rule(broken: Path):
    def rules(*options: str) -> set[str]:
        said = json.loads(lint("--format", "json", *options, broken).output)
        return {finding["rule"] for finding in said["files"][0]["findings"]}

    assert rules("--select", "invoice.title") == {"invoice.title.required"}
    assert rules("--select", "c*recommended") == {"context.channel.recommended"}
    assert rules("--ignore", "invoice.") == {"context.channel.recommended"}
    assert lint("--ignore", "invoice.", broken).exit_code == 0


def test_fail_on_decides_what_makes_it_fail(broken: Path):
    warned = ("--ignore", "invoice.", broken)
    assert [lint("--fail-on", word, *warned).exit_code for word in ("error", "warning")] == [0, 1]
    assert lint("--fail-on", "never", broken).exit_code == 0


def test_the_files_in_a_folder_are_read(tmp_path: Path, valid: Path):
    below = tmp_path / "below" / "deep"
    below.mkdir(parents=True)
    valid.rename(below / "sale.xml")
    (tmp_path / "picture.png").write_bytes(b"\x89PNG")
    assert lint(tmp_path).output == "1 file: no findings\n"


def test_junit_has_a_case_for_each_message(broken: Path, valid: Path):
    suite = etree.fromstring(lint("--format", "junit", broken, valid).stdout_bytes)[0]
    assert (suite.get("tests"), suite.get("failures")) == ("2", "1")
    (failure,) = suite.iter("failure")
    assert "title is missing" in (failure.get("message") or "")
    assert {case.get("classname") for case in suite.iter("testcase")} == {str(broken), str(valid)}
    strict = lint("--format", "junit", "--fail-on", "warning", broken).stdout_bytes
    assert b"is not recommended" in strict


def test_annotations_of_github_name_file_and_line(broken: Path):
    *annotations, summary = lint("--format", "github", broken).output.splitlines()
    assert summary == "1 file: 1 error, 1 warning"
    assert [line.split(" ")[0] for line in annotations] == ["::warning", "::error"]
    assert f"file={broken},line=" in annotations[0]
    assert "title=invoice.title.required::title is missing" in annotations[1]


def test_sarif_names_rule_file_and_line(broken: Path):
    (run,) = json.loads(lint("--format", "sarif", broken).output)["runs"]
    rules = [rule["id"] for rule in run["tool"]["driver"]["rules"]]
    assert rules == ["context.channel.recommended", "invoice.title.required"]
    warning, error = run["results"]
    assert (warning["level"], error["level"]) == ("warning", "error")
    place = warning["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": str(broken)}
    assert place["region"]["startLine"] > 1


def test_a_baseline_excuses_findings_and_counts_them(broken: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.toml"
    before = lint(broken, "--write-baseline", known)
    assert before.exit_code == 1
    after = lint(broken, "--baseline", known, "--fail-on", "warning")
    assert after.exit_code == 0
    assert "no findings" in after.stdout
    assert "excuses 2 findings" in after.stderr


def test_an_entry_of_the_baseline_that_excuses_nothing_is_named_on_stderr(
    broken: Path, valid: Path, tmp_path: Path
) -> None:
    known = tmp_path / "known.toml"
    lint(broken, "--write-baseline", known)
    assert "no longer needed: sendInvoice: " in lint(valid, "--baseline", known).stderr


def test_reports_are_written_with_the_options_of_verify(broken: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.json"
    ended = lint(broken, "--github", "--output", tmp_path, "--json", own)
    assert ended.exit_code == 1
    assert "::error" in ended.stdout
    assert json.loads(own.read_text("utf-8"))["errors"]
    assert json.loads((tmp_path / "results.sarif").read_text("utf-8"))["runs"]
    assert etree.parse(tmp_path / "junit.xml").getroot().get("failures") != "0"
    page = etree.HTML((tmp_path / "report.html").read_text("utf-8"))
    shown = " ".join(page.itertext())
    (file,) = json.loads(own.read_text("utf-8"))["files"]
    assert file["findings"]
    assert all(each["message"] in shown for each in file["findings"])


def test_a_folder_without_messages_is_no_success(tmp_path: Path) -> None:
    ended = lint(tmp_path)
    assert ended.exit_code == 3
    assert "has no files that end with .xml" in ended.output
