"""The pages' files: what they may do, and what they never do. How they work: `nox -s browser`."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from seqrkit.model import REQUESTS
from seqrkit.palette import DARK, LIGHT
from seqrkit.simulator import Endpoint
from seqrkit.simulator.faults import Kind
from seqrkit.simulator.pages import screens
from seqrkit.vocabulary import ResultCode

STATIC = Path(screens.__file__).parent / "static"
FILES = sorted(STATIC.iterdir())
PAGES = [path for path in FILES if path.suffix == ".html"]
SCRIPTS = [path for path in FILES if path.suffix == ".js"]
SHEETS = [path for path in FILES if path.suffix == ".css"]
ROUTES = [route.path for route in screens.screens()]


@pytest.fixture(scope="module")
def http() -> Iterator[httpx.Client]:
    with (
        Endpoint() as endpoint,
        httpx.Client(base_url=endpoint.base_url, trust_env=False) as client,
    ):
        yield client


@pytest.mark.parametrize("path", ROUTES)
def test_every_answer_says_what_a_page_may_do(http: httpx.Client, path: str) -> None:
    answer = http.get(path)
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "unsafe" not in answer.headers["content-security-policy"]
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.text


@pytest.mark.parametrize("path", ROUTES)
def test_what_the_browser_has_is_not_sent_again(http: httpx.Client, path: str) -> None:
    tag = http.get(path).headers["etag"]
    assert http.get(path, headers={"if-none-match": tag}).status_code == 304


def test_there_are_no_other_files(http: httpx.Client) -> None:
    for path in ("/static/", "/static/none.js", "/static/../screens.py", "/static/%2e%2e/app.py"):
        assert http.get(path).status_code == 404


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_a_page_has_no_script_no_style_and_no_external_resource(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=|javascript:", text)
    named = re.findall(r'(?:src|href)="([^"#]+)"', text)
    assert all(f"/{name}" in ROUTES or name in {"phone", "help"} for name in named), named


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a_script_writes_text_only_and_imports_its_neighbours(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    makers = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|Function\(|\.style\b"
    assert not re.search(makers, text)
    assert "http://" not in text.replace("HTTP://", "")
    for name in re.findall(r'from "\./([^"]+)"', text):
        assert f"/static/{name}" in ROUTES


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_what_a_script_imports_is_there_and_used(path: Path, http: httpx.Client) -> None:
    text = path.read_text(encoding="utf-8")
    for names, source in re.findall(r'import \{([^}]+)\} from "\./([^"]+)"', text):
        given = http.get(f"/static/{source}").text
        for name in map(str.strip, names.split(",")):
            assert re.search(rf"export (?:async )?(?:function|const|class) {name}\b", given), name
            assert len(re.findall(rf"\b{name}\b", text)) > 1, f"{name} is imported for nothing"


@pytest.mark.parametrize("path", [*SHEETS, *SCRIPTS, *PAGES], ids=lambda path: path.name)
def test_colours_come_from_the_palette(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"#[0-9a-fA-F]{6}\b|\brgba?\(|\bhsla?\(", text)


@pytest.mark.parametrize("path", SHEETS, ids=lambda path: path.name)
def test_every_variable_of_a_sheet_is_set(path: Path, http: httpx.Client) -> None:
    sheets = "".join(sheet.read_text(encoding="utf-8") for sheet in SHEETS)
    known = set(re.findall(r"(--[\w-]+):", http.get("/static/theme.css").text + sheets))
    assert set(re.findall(r"var\((--[\w-]+)", path.read_text(encoding="utf-8"))) <= known


def test_the_theme_is_the_palette_light_and_dark(http: httpx.Client) -> None:
    theme = http.get("/static/theme.css").text
    light, dark = theme.split("@media (prefers-color-scheme:dark)")
    assert LIGHT.variables() in light
    assert DARK.variables() in dark


def test_the_scripts_know_every_operation_code_and_fault(http: httpx.Client) -> None:
    facts = http.get("/static/facts.js").text
    told = {name: json.loads(value) for name, value in re.findall(r"const (\w+) = (.*);", facts)}
    assert told["OPERATIONS"] == list(REQUESTS)
    assert [code for code, _ in told["CODES"]] == [int(code) for code in ResultCode if code]
    assert [kind for kind, _ in told["KINDS"]] == [kind.value for kind in Kind]


@pytest.mark.parametrize("path", [*SHEETS, *SCRIPTS], ids=lambda path: path.name)
def test_a_file_is_small_enough_to_be_read(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350
