"""Where libxml2 and xmlschema disagree about a value: a list, which properties prove and search."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from seqrkit.suite.oracles.message_cases import payload_of
from seqrkit.suite.oracles.schema_validators import Verdicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from seqrkit.strategies import Broken

BY_XMLSCHEMA: Final = Verdicts(libxml2=False, xmlschema=True)
BY_LIBXML2: Final = Verdicts(libxml2=True, xmlschema=False)

_WHOLE: Final = ("int", "long")
_ZEROS: Final = "0" * 4301
_DATE: Final = "2015-12-25T12:34:56"
_BEYOND_ASCII: Final = r".*[_\x7f-\U0010ffff].*"


class Disagreement(NamedTuple):
    """A sort of content that one of them accepts.

    `contents` are examples by built-in type, as markup; `covers` is a regular expression of all
    texts of the sort, `None` for what is more than text. `is_found`: whether the linter objects.
    """

    name: str
    said: Verdicts
    is_found: bool
    contents: Mapping[str, tuple[str, ...]]
    covers: str | None
    why: str


DISAGREEMENTS: Final = (
    Disagreement(
        name="comments",
        said=BY_LIBXML2,
        is_found=False,
        contents={
            "string": ("a<!-- -->b", "<!-- -->b", "a<?p q?>b"),
            "int": ("0<!-- -->0", "<!-- -->0"),
            "long": ("0<?p q?>",),
            "decimal": ("1<!-- -->.5",),
            "dateTime": (f"{_DATE}<!-- -->", f"2015<!-- -->{_DATE[4:]}"),
            "base64Binary": ("QU<!-- -->JD",),
        },
        covers=None,
        why="xmlschema takes comments and processing instructions for elements; we drop them first",
    ),
    Disagreement(
        name="digits-of-other-scripts",
        said=BY_XMLSCHEMA,
        is_found=True,
        contents=dict.fromkeys(_WHOLE, ("\u0660", "\uff10", "0_0", "\u00a00", "\u20030", "0\x85")),
        covers=_BEYOND_ASCII,
        why="xmlschema reads whole numbers as Python does: all digits, spaces, underscores",
    ),
    Disagreement(
        name="thousands-of-digits",
        said=BY_LIBXML2,
        is_found=False,
        contents=dict.fromkeys(_WHOLE, (_ZEROS, f"+{_ZEROS}")),
        covers=r"\s*[+-]?[0-9]{4301,}\s*",
        why="Python, and with it xmlschema, reads no whole number of more than 4300 digits",
    ),
    Disagreement(
        name="numbers-with-gaps",
        said=BY_XMLSCHEMA,
        is_found=True,
        contents={"decimal": ("1 000", "1\n.5", "\u00a01", "1\u2028.5")},
        covers=rf"{_BEYOND_ASCII}|\s*\S+\s+\S.*",
        why="xmlschema takes white space of any script out of a decimal number, wherever it stands",
    ),
    Disagreement(
        name="hundreds-of-digits",
        said=BY_LIBXML2,
        is_found=False,
        contents={"decimal": ("1" * 310, "9" * 5000)},
        covers=r"\s*[+-]?[0-9.]{309,}\s*",
        why="xmlschema refuses a decimal number that is infinite as a float",
    ),
    Disagreement(
        name="space-around-dates",
        said=BY_XMLSCHEMA,
        is_found=False,
        contents={"dateTime": (f" {_DATE}", f"{_DATE}\n", f"\t{_DATE} ")},
        covers=r"[ \t\n\r].*|.*[ \t\n\r]",
        why="libxml2 leaves the white space around a dateTime; the standard takes it off",
    ),
    Disagreement(
        name="far-years",
        said=BY_LIBXML2,
        is_found=True,
        contents={"dateTime": ("9223372036854775807-01-01T00:00:00",)},
        covers=r"-?[0-9]{10,19}-.*",
        why="xmlschema cannot read years beyond 32 bits; libxml2 can, and the model cannot",
    ),
    Disagreement(
        name="strange-base64",
        said=BY_LIBXML2,
        is_found=True,
        contents={"base64Binary": ("*", "QUJD*", "\u00e5", "-_-_")},
        covers=r".*[^A-Za-z0-9+/= \t\n\r].*",
        why="libxml2 skips whatever is not base64",
    ),
)


def is_known(base: str, text: str) -> bool:
    """Whether a text is of a sort about which they disagree, for a built-in type."""
    return any(
        base in each.contents and each.covers and re.fullmatch(each.covers, text, re.DOTALL)
        for each in DISAGREEMENTS
    )


def texts_of(broken: Broken) -> Iterator[str]:
    """What stands in the elements whose rule is broken."""
    name = broken.rule.path.rpartition(".")[2]
    return (child.text or "" for child in payload_of(broken.envelope).iter(name))
