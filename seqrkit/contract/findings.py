"""Rules, and findings: the places where messages break them."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final, NamedTuple

from seqrkit.notebook_repr import Shown
from seqrkit.terminal_text import visible


class Severity(StrEnum):
    """Error for a requirement or limit of the documents; warning for advice."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Rule:
    """A statement that messages must or should fulfil.

    `id` is path and kind (`invoice.title.required`). `statement` is the rule in words, `source` the
    document and section, or ``assumed`` with the reason. `note` is what a user should know besides,
    such as a contradiction between the documents. `parameter` is the limit itself: ``40`` of a
    max-length, the values of an enumeration separated by spaces. A rule is only judged if the rules
    that it `presupposes` are kept, so that one mistake is one finding.
    """

    id: str
    path: str
    kind: str
    statement: str
    severity: Severity
    source: str
    note: str = ""
    presupposes: tuple[str, ...] = ()
    parameter: str = ""

    def __str__(self) -> str:
        return f"{self.id} ({self.severity}): {self.statement} [{self.source}]"


@dataclass(frozen=True, slots=True, repr=False)
class Finding(Shown):
    """A broken rule at one place of a message.

    `path` leads there from the operation's element (``sendInvoice/invoice/title``), `line` is the
    line of the document, `message` says what is wrong with the value at hand. `value` is that
    value, shortened where it is long, `None` where there is none; of a password it is the mask.
    `origin` says which message it is about, in a file with several (``request 2``).
    """

    rule: Rule
    path: str
    line: int | None
    message: str
    value: str | None = None
    origin: str = ""

    @property
    def id(self) -> str:
        """The id of the broken rule."""
        return self.rule.id

    @property
    def severity(self) -> Severity:
        """The severity of the broken rule."""
        return self.rule.severity

    @property
    def source(self) -> str:
        """The document and section of the rule."""
        return self.rule.source

    @property
    def side(self) -> str:
        """The message of an exchange that it is about: ``request`` or ``reply``."""
        return "reply" if self.path.partition("/")[0].endswith("Response") else "request"

    def masked(self, mask: Callable[[str], str]) -> Finding:
        """Return the finding with its texts masked by a function."""
        value = None if self.value is None else mask(self.value)
        return replace(self, path=mask(self.path), message=mask(self.message), value=value)

    def to_dict(self) -> dict[str, str | int | None]:
        """Return the finding as plain data for JSON."""
        return {
            "path": self.path,
            "line": self.line,
            "severity": self.severity.value,
            "rule": self.id,
            "message": self.message,
            "value": self.value,
            "origin": self.origin,
            "statement": self.rule.statement,
            "source": self.source,
            "note": self.rule.note,
        }

    def __repr__(self) -> str:
        return f"<Finding {self}>"

    def __str__(self) -> str:
        place = ", ".join(filter(None, (self.origin, self.path or "message")))
        line = "" if self.line is None else f", line {self.line}"
        said = f"{place}{line}: {self.severity}: {self.message} ({self.id}; {self.source})"
        return visible(said)


class LintedMessage(NamedTuple):
    """A message of a file and its findings.

    `origin` names it within the file (`request 2`), and is empty if it is the only one; `name` is
    that of the operation, reply or fragment, and empty if it could not be read.
    """

    origin: str
    name: str
    findings: tuple[Finding, ...]

    def deviation(self, finding: Finding) -> str:
        """Return the id of a finding in baselines: the same for each message of this name."""
        return f"{self.name or 'message'}: {finding.id}"


_LONGEST: Final = 60
LONGEST_VALUE: Final = 200
"""The maximum number of characters of a value that a finding keeps."""


def shorten(text: str, longest: int = _LONGEST) -> str:
    """Return a text for one line of a terminal, cut if it is long.

    Characters that are not printable (controls, bidirectional overrides) are escaped.
    """
    cut = text if len(text) <= longest else text[: longest - 1]
    if cut.isprintable():
        seen = cut
    else:
        seen = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in cut)
    return seen if cut is text else f"{seen}\N{HORIZONTAL ELLIPSIS}"


def stray(text: str) -> str:
    """Return how messages name text where only elements may be."""
    if not text.strip():
        return "white space that XML does not know, such as U+00A0,"
    if not any(map(str.isprintable, "".join(text.split()))):
        return f"the invisible character {non_ascii(text)}"
    return f"the text {quote(text)}"


def non_ascii(text: str) -> str:
    """Return the code and name of the first character that is not ASCII, or an empty text."""
    first = next((each for each in text if not each.isascii()), "")
    return first and f"U+{ord(first):04X} ({unicodedata.name(first, 'unnamed').lower()})"


def quote(text: str) -> str:
    """Return a value as messages show it: numbers as they are, other texts in quotes."""
    shown = shorten(text)
    # Without quotes, because they would suggest that the quotes were sent.
    plain = text.isascii() and text.replace(".", "").replace("-", "").replace("+", "").isdigit()
    return shown if plain else f'"{shown}"'
