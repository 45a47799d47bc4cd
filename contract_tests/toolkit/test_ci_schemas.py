"""Reports for continuous integration are valid by the schemas of their formats.

SARIF: the schema of 2.1.0 that Microsoft's npm package has (MIT); `nox -s tests` installs it.
JUnit has no schema of its own: junit-10.xsd is that of Jenkins' xUnit plugin (MIT), as it is in
pytest's tests.
"""

import json
import os
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema.validators import validator_for
from lxml import etree

from seqrkit.ci_formats import JUnitCase, Problem, junit, sarif

MODULES = Path(os.environ.get("SEQRKIT_TESTS_NODE_MODULES", "node_modules"))
SARIF = MODULES / "@microsoft/jest-sarif/lib/schemas/sarif-2.1.0-rtm.5.json"
JUNIT = etree.XMLSchema(etree.parse(Path(__file__).parent / "junit-10.xsd"))

texts = st.text(max_size=20)
problems = st.builds(
    Problem,
    rule=texts,
    message=texts,
    statement=texts,
    source=texts,
    uri=st.one_of(texts, st.just("https://shop.example:8443/a b?c=d")),
    level=st.sampled_from(["error", "warning"]),
    line=st.none() | st.integers(1),
    name=texts,
    fingerprint=texts,
)
outcomes = st.tuples(st.sampled_from(["failure", "error", "skipped"]), texts, texts)
cases = st.builds(JUnitCase, texts, texts, st.lists(outcomes, max_size=3), st.floats(0, 1e6))


@pytest.fixture(scope="module")
def of_sarif() -> Any:
    if not SARIF.is_file():
        pytest.skip("@microsoft/jest-sarif is not installed: run `nox -s tests`")
    schema = json.loads(SARIF.read_text("utf-8"))
    return validator_for(schema)(schema)


@given(st.lists(problems, max_size=4), st.booleans())
def test_sarif_is_valid(of_sarif: Any, found: list[Problem], was_completed: bool) -> None:  # noqa: FBT001
    log = json.loads(sarif("seqrkit", found, was_completed=was_completed))
    assert [each.message for each in of_sarif.iter_errors(log)] == []


@given(
    st.sampled_from(["http://", "https://", ""]),
    st.sampled_from(["localhost:8080", "[::1]:8080", "the embedded endpoint", "a:b"]),
    st.just("") | texts.map("/{}".format),
)
def test_code_scanning_sees_no_scheme_in_a_location(scheme: str, host: str, path: str) -> None:
    address = f"{scheme}{host}{path}"
    problem = Problem(rule="a", message="b", statement="c", source="d", uri=address)
    (run,) = json.loads(sarif("seqrkit", [problem]))["runs"]
    uri = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
    parts = urlsplit(uri)
    assert (parts.scheme, parts.netloc, parts.query, parts.fragment) == ("", "", "", "")
    assert unquote(uri) == f"{host}{path}"


@given(st.lists(cases, max_size=4), st.dictionaries(st.sampled_from(["seed", "run id"]), texts))
def test_junit_is_valid(made: list[JUnitCase], properties: dict[str, str]) -> None:
    attributes = {"timestamp": "2026-11-28T12:00:00+00:00", "time": "1.500"}
    JUNIT.assertValid(etree.fromstring(junit("seqrkit", made, attributes, properties)))
