"""The formats of continuous integration: SARIF 2.1.0, annotations of GitHub, and JUnit XML."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple
from urllib.parse import quote

from seqrkit._version import __version__

_SARIF: Final = "https://json.schemastore.org/sarif-2.1.0.json"
_IN_PATHS: Final = "/@!$&'()*+,;="
"""The reserved characters that a relative URI may have anywhere."""
_SCHEME: Final = re.compile("https?://")
_INFORMATION: Final = "https://pypi.org/project/seqrkit/"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """Something wrong in a file or at an endpoint, which `uri` names.

    `rule` is the id of what was broken, `statement` what it requires and `source` who requires it.
    `name` says where in the file or the run; `fingerprint` is equal for the same problem in another
    run.
    """

    rule: str
    message: str
    statement: str
    source: str
    uri: str
    level: Literal["error", "warning"] = "error"
    line: int | None = None
    name: str = ""
    fingerprint: str = ""


class JUnitCase(NamedTuple):
    """A test case of JUnit; `outcomes` are elements (kind, message, text), none if it passed."""

    classname: str
    name: str
    outcomes: Iterable[tuple[str, str, str]] = ()
    seconds: float = 0.0


def sarif(tool: str, problems: Iterable[Problem], *, was_completed: bool = True) -> str:
    """Return problems as a log of SARIF 2.1.0."""
    found = list(problems)
    rules = {
        each.rule: {
            "id": each.rule,
            "shortDescription": {"text": each.statement},
            "help": {"text": f"Source: {each.source}"},
        }
        for each in found
    }
    driver = {
        "name": tool,
        "version": __version__,
        "informationUri": _INFORMATION,
        "rules": list(rules.values()),
    }
    run = {
        "tool": {"driver": driver},
        # A run that was interrupted shows no problems either: CI must not take it for a success.
        "invocations": [{"executionSuccessful": was_completed}],
        "results": [_sarif_result(each, list(rules).index(each.rule)) for each in found],
    }
    return json.dumps({"$schema": _SARIF, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _sarif_result(problem: Problem, rule: int) -> dict[str, Any]:
    # Code scanning refuses the whole file for a URI with a scheme, which ends with a colon.
    uri = quote(_SCHEME.sub("", problem.uri), _IN_PATHS)
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if problem.line is not None:
        physical["region"] = {"startLine": problem.line}
    location: dict[str, Any] = {"physicalLocation": physical}
    if problem.name:
        location["logicalLocations"] = [{"fullyQualifiedName": problem.name}]
    result = {
        "ruleId": problem.rule,
        "ruleIndex": rule,
        "level": problem.level,
        "message": {"text": problem.message},
        "locations": [location],
    }
    if problem.fingerprint:
        result["partialFingerprints"] = {"deviation": problem.fingerprint}
    return result


def github(problems: Iterable[Problem], *, with_files: bool = True) -> Iterator[str]:
    """Yield a workflow command for each problem, which GitHub shows beside the line of the file."""
    for each in problems:
        place = {"file": each.uri, "line": each.line} if with_files else {}
        properties = {name: str(value) for name, value in place.items() if value is not None}
        properties["title"] = each.rule
        written = ",".join(f"{name}={_escaped(text, ':,')}" for name, text in properties.items())
        yield f"::{each.level} {written}::{_escaped(each.message)}"


def _escaped(text: str, more: str = "") -> str:
    # The percent sign first, or it would be escaped twice.
    for each in f"%\r\n{more}":
        text = text.replace(each, f"%{ord(each):02X}")
    return text


def junit(
    name: str,
    cases: Iterable[JUnitCase],
    attributes: Mapping[str, str] | None = None,
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """Return test cases as JUnit XML, with attributes and properties of their suite."""
    from lxml import etree

    suite = etree.Element("testsuite", name=name)
    for key, value in (attributes or {}).items():
        suite.set(key, value)
    if properties:
        listed = etree.SubElement(suite, "properties")
        for key, value in properties.items():
            etree.SubElement(listed, "property", name=key, value=_plain(value))
    for each in cases:
        case = etree.SubElement(suite, "testcase", name=_plain(each.name))
        case.set("classname", _plain(each.classname))
        case.set("time", f"{each.seconds:.3f}")
        for kind, message, text in each.outcomes:
            etree.SubElement(case, kind, message=_plain(message)).text = _plain(text)
    # Counted from what was written, since a case may have several outcomes.
    made = list(suite.iter("testcase"))
    suite.set("tests", str(len(made)))
    for kind, plural in (("failure", "failures"), ("error", "errors"), ("skipped", "skipped")):
        suite.set(plural, str(sum(case.find(kind) is not None for case in made)))
    root = etree.Element("testsuites")
    root.append(suite)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _plain(text: str) -> str:
    """Return a text without the characters that XML does not allow."""
    # Replies have such characters on purpose, and one of them makes the whole report unreadable.
    unknown = "\N{REPLACEMENT CHARACTER}"
    return "".join(each if each.isprintable() or each in "\n\t" else unknown for each in text)
