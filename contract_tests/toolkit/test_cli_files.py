"""`seqrkit qr`, `generate` and `contract`: files and exports, judged by other libraries."""

import json
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import zxingcpp
from click.testing import CliRunner
from hypothesis.configuration import storage_directory
from lxml import etree
from PIL import Image

from seqrkit import contract, schemas
from seqrkit.cli import group
from seqrkit.vocabulary import Interface

TEXT = {"type": "string"}
EXPORT = {
    "type": "object",
    "required": ["schema_version", "interface", "operations", "types", "rules", "result_codes"],
    "additionalProperties": False,
    "properties": {
        "schema_version": {"const": 1},
        "interface": TEXT,
        "operations": {
            "additionalProperties": {
                "required": ["request", "reply", "principals"],
                "properties": {"request": TEXT, "reply": TEXT, "principals": {"items": TEXT}},
            }
        },
        "types": {
            "additionalProperties": {
                "type": "array",
                "items": {
                    "required": ["name", "path", "base", "type", "required", "enumeration"],
                    "properties": {
                        "required": {"type": "boolean"},
                        "repeated": {"type": "boolean"},
                        "max_length": {"type": ["integer", "null"]},
                        "type": {"type": ["string", "null"]},
                    },
                },
            }
        },
        "rules": {
            "type": "array",
            "items": {
                "required": ["id", "path", "kind", "statement", "severity", "source"],
                "properties": {"severity": {"enum": ["error", "warning"]}, "source": TEXT},
            },
        },
        "result_codes": {"patternProperties": {"^[0-9]{1,2}$": TEXT}},
    },
}


def run(*arguments: object, cwd: Path, code: int = 0) -> str:
    """Run the command in a directory and return its output."""
    done = subprocess.run(
        [sys.executable, "-m", "seqrkit", *map(str, arguments)],
        cwd=cwd,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stderr
    return done.stdout + done.stderr


@pytest.mark.parametrize("interface", Interface)
def test_the_export_follows_its_documented_schema(interface: Interface, tmp_path: Path) -> None:
    content: dict[str, Any] = json.loads(
        run("contract", "--json", "--interface", interface, cwd=tmp_path)
    )
    jsonschema.validate(content, EXPORT)
    known = contract.load(interface)
    assert [rule["id"] for rule in content["rules"]] == list(known.rules)
    assert set(content["operations"]) == set(known.operations)
    named = {field["type"] for fields in content["types"].values() for field in fields} - {None}
    assert named <= content["types"].keys()
    assert {each["request"] for each in content["operations"].values()} <= content["types"].keys()


def test_rules_are_printed_one_per_line(tmp_path: Path) -> None:
    lines = run("contract", cwd=tmp_path).splitlines()
    assert len(lines) == len(contract.load().rules)
    assert any(line.startswith("invoice.title.required (error): ") for line in lines)


@pytest.mark.parametrize("kind", ["valid", "boundary", "broken"])
def test_generated_messages_have_the_expected_findings(kind: str, tmp_path: Path) -> None:
    arguments = ("generate", "sendInvoice", "--kind", kind, "--count", 12, "--seed", 7, "--into")
    run(*arguments, "one", cwd=tmp_path)
    run(*arguments, "two", cwd=tmp_path)
    index = json.loads((tmp_path / "one" / f"sendInvoice-{kind}.json").read_bytes())
    assert len(index["messages"]) == 12
    for message in index["messages"]:
        data = (tmp_path / "one" / message["file"]).read_bytes()
        assert data == (tmp_path / "two" / message["file"]).read_bytes()
        found = [finding.to_dict() for finding in contract.load().lint(data)]
        assert found == message["findings"]
        broken = {finding["rule"] for finding in found}
        assert broken == ({message["rule"]} if kind == "broken" else set())


def test_another_seed_gives_other_messages(tmp_path: Path) -> None:
    for seed in (1, 2):
        run("generate", "cancelInvoice", "--seed", seed, "--into", seed, cwd=tmp_path)
    one, two = (sorted((tmp_path / str(seed)).glob("*.xml")) for seed in (1, 2))
    assert [path.read_bytes() for path in one] != [path.read_bytes() for path in two]


def test_a_seed_gives_the_same_messages_in_each_installation(tmp_path: Path) -> None:
    # Hypothesis treats modules in site-packages differently from others.
    installed = tmp_path / "site-packages"
    package = Path(contract.__file__).parents[1]
    shutil.copytree(package, installed / package.name)
    shutil.copytree(schemas.bundled(), installed / package.name / "_data" / "schemas")
    for place in (package.parent, installed):
        subprocess.run(
            [
                *(sys.executable, "-P", "-m", "seqrkit", "generate", "sendInvoice"),
                *("--kind", "broken", "--count", "30", "--into", tmp_path / place.name),
            ],
            env={**os.environ, "PYTHONPATH": str(place)},
            check=True,
        )
    one, two = (tmp_path / place.name for place in (package.parent, installed))
    assert (one / "sendInvoice-broken.json").read_bytes() == (
        two / "sendInvoice-broken.json"
    ).read_bytes()
    files = sorted(path.name for path in one.iterdir())
    assert [(one / name).read_bytes() for name in files] == [
        (two / name).read_bytes() for name in files
    ]


def test_generate_leaves_hypothesis_as_it_was(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    before = storage_directory("examples", intent_to_write=False).path
    done = CliRunner().invoke(group, ["generate", "cancelInvoice", "--count", "2", "--into", "x"])
    assert done.exit_code == 0
    assert storage_directory("examples", intent_to_write=False).path == before
    assert [path.name for path in tmp_path.iterdir()] == ["x"]


def test_generate_names_the_operations_it_knows(tmp_path: Path) -> None:
    said = run("generate", "sendInvoices", "--into", "x", cwd=tmp_path, code=2)
    assert "has no operation sendInvoices; did you mean sendInvoice?" in said
    said = run("generate", "x", "--into", "x", cwd=tmp_path, code=2)
    assert "has no operation x; it has sendInvoice, updateInvoice" in said


@pytest.mark.parametrize(
    "arguments",
    [
        ("qr", "1397222701693", "--png", "code.png"),
        ("qr", "1397222701693", "--sticker", "code.html"),
        ("generate", "cancelInvoice", "--into", "."),
    ],
    ids=lambda arguments: arguments[0],
)
def test_an_existing_file_is_overwritten_only_by_force(
    arguments: tuple[str, ...], tmp_path: Path
) -> None:
    run(*arguments, cwd=tmp_path)
    (kept, *_) = sorted(tmp_path.iterdir())
    kept.write_bytes(b"precious")
    assert "exists; --force overwrites it" in run(*arguments, cwd=tmp_path, code=2)
    assert kept.read_bytes() == b"precious"
    run(*arguments, "--force", cwd=tmp_path)
    assert kept.read_bytes() != b"precious"


@pytest.mark.parametrize(
    ("arguments", "payload"),
    [
        (["1397222701693"], "HTTP://SEQR.SE/R1397222701693"),
        (["http://seqr.se/r1397222701693"], "HTTP://SEQR.SE/R1397222701693"),
        (["seqr://SEQR.SE/Qcinema1"], "HTTP://SEQR.SE/Qcinema1"),
        (["--till", "cinema1"], "HTTP://SEQR.SE/Qcinema1"),
    ],
)
def test_a_png_is_read_by_another_library(
    arguments: list[str], payload: str, tmp_path: Path
) -> None:
    run("qr", *arguments, "--png", "code.png", "--size", 300, cwd=tmp_path)
    data = (tmp_path / "code.png").read_bytes()
    width, height = struct.unpack(">II", data[16:24])
    assert 250 < width == height <= 300
    with Image.open(tmp_path / "code.png") as picture:
        (found,) = zxingcpp.read_barcodes(picture)
    assert found.text == payload


def test_an_svg_has_the_size(tmp_path: Path) -> None:
    run("qr", "1397222701693", "--svg", "code.svg", "--size", 300, cwd=tmp_path)
    root = etree.parse(tmp_path / "code.svg").getroot()
    assert (root.get("width"), root.get("height")) == ("300", "300")


def test_a_sticker_escapes_its_title(tmp_path: Path) -> None:
    run("qr", "--till", "c1", "--sticker", "s.html", "--title", "<Till> & 1", cwd=tmp_path)
    page = (tmp_path / "s.html").read_text()
    assert "<h1>&lt;Till&gt; &amp; 1</h1>" in page
    assert "HTTP://SEQR.SE/Qc1" in page


def test_without_a_file_the_links_are_printed(tmp_path: Path) -> None:
    lines = run("qr", "1397222701693", cwd=tmp_path).splitlines()
    assert lines[-3:] == [
        "code       HTTP://SEQR.SE/R1397222701693",
        "app link   seqr://SEQR.SE/R1397222701693",
        "test link  seqr-debug://SEQR.SE/R1397222701693",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["cinema1"], "is not an invoiceReference (digits); add --till for a seqrId"),
        (["--till", "my_till"], "is not a seqrId; it consists of letters and digits"),
        (["http://example.com/"], "is not a SEQR code"),
        (["http://seqr.se/Rabc"], '"abc" is not an invoiceReference (digits)'),
        (["1", "--png", "a", "--sticker", "./a"], "name the same file"),
        (["1", "--title", "Till 1"], "add --sticker FILE"),
    ],
)
def test_an_invalid_reference_is_one_sentence(
    arguments: list[str], message: str, tmp_path: Path
) -> None:
    assert message in run("qr", *arguments, cwd=tmp_path, code=2)


UNWRITABLE = [
    ("qr 1 --png /dev/full --force", "no space left on device"),
    ("qr 1 --svg /dev/full --force", "no space left on device"),
    ("qr 1 --sticker missing/till.html", "missing/till.html cannot be written: no such file"),
    ("qr 1 --png .", "is a directory"),
    ("generate cancelInvoice --count 1 --into file", "is a file"),
    ("generate cancelInvoice --count 1 --into file/x", "cannot be created: not a directory"),
    ("generate cancelInvoice --count 1 --into new > /dev/full", "no space left on device"),
    ("serve --config-example > /dev/full", "no space left on device"),
    ("serve --port 0 --config /dev/zero", "/dev/zero is too large: settings have at most"),
]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs Linux's /dev/full")
@pytest.mark.parametrize(("command", "message"), UNWRITABLE, ids=str)
def test_what_cannot_be_written_is_one_sentence(command: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    done = subprocess.run(
        ["/bin/sh", "-c", f"{sys.executable} -m seqrkit {command}"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, message in done.stderr) == (2, True), done.stderr
    assert "Traceback" not in done.stderr
    assert "internal error" not in done.stderr


@pytest.mark.parametrize("where", ["in the work", "in a destructor"])
def test_ctrl_c_ends_generate_silently(tmp_path: Path, where: str) -> None:
    arguments = ("generate", "sendInvoice", "--count", "10000", "--into", "x")
    command = [sys.executable, "-c", STOPPED[where], *arguments]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (130, "")
    assert list(tmp_path.iterdir()) == []


STOPPED = {
    where: f"""
import os, signal, threading
from seqrkit import strategies
from seqrkit.cli import main

def press():
    os.kill(os.getpid(), signal.SIGINT)

class Destroyed:
    def __del__(self):
        press()
        sum(1 for _ in range(100))  # Python raises between two instructions

valid = strategies.valid
def stopped(*given, **named):
    {press}
    return valid(*given, **named)
strategies.valid = stopped
main()
"""
    for where, press in {
        "in the work": "threading.Timer(0.3, press).start()",
        "in a destructor": "Destroyed()",
    }.items()
}
