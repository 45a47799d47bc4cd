"""No text of the project contains idioms that read as translated.

The list holds unambiguous ones only; a reader decides about the rest.
"""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SUFFIXES = {".py", ".md", ".rst", ".ipynb", ".html", ".css", ".js", ".toml", ".xsd"}
IDIOMS = {
    r"there (is|are) no [a-z]+ (that|which)\b": "no X does Y",
    r"\b(whoever|somebody's)\b": "name the person: the caller, a user, the client",
    r"(?<!there )(?<!it )\b(is|are|was) no (?!longer|more|,)[a-z]+": "is not a valid X",
    r"\bsaid so\b": "name what was said",
    r"\bwhat (comes|came) of (it|them|a)\b": "the result",
    r"\bputs? up with\b": "accept, tolerate",
    r"\b(is|are) told (what|that|of|the)\b": "is given, is notified of, is informed about",
    r"\bis asked (what|for|of)\b": "returns, requires",
    r"\bas asked\b": "as required, as given",
    r"\bmend(s|ed|ing)?\b": "fix",
    r"\bas it stands there\b": "unchanged",
    r"\bNor (one|does|is|are|may|can)\b": "a statement on its own",
}
FILES = [
    path
    for path in sorted(ROOT.rglob("*"))
    if path.suffix in SUFFIXES
    and path != Path(__file__).resolve()
    and not {part for part in path.relative_to(ROOT).parts if part.startswith((".", "_data"))}
    and not {"build", "dist", "node_modules"} & set(path.relative_to(ROOT).parts)
]


def test_there_is_text_of_every_kind() -> None:
    assert {path.suffix for path in FILES} >= {".py", ".md", ".ipynb", ".html", ".toml", ".xsd"}


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_text_contains_no_translated_idiom(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()[:120]} (write: {better})"
        for number, line in enumerate(lines, 1)
        for idiom, better in IDIOMS.items()
        if re.search(idiom, line, re.IGNORECASE if idiom.islower() else 0)
    ]
    assert not found, "\n".join(found)
