"""The errors of settings, which name the file, the line and the entry."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from contextlib import suppress
from difflib import get_close_matches
from os import PathLike, fspath
from pathlib import Path
from typing import Any, Final

from seqrkit.errors import ConfigurationError
from seqrkit.report_files import reason

_WORDS: Final = {
    "str": "a string",
    "int": "an integer",
    "float": "a number",
    "bool": "true or false",
    "array": "a list",
    "object": "a table",
    "null": "empty",
}
"""The words for the types in messages of msgspec."""

_MOST_BYTES: Final = 10_000_000
"""A device such as /dev/zero has no end."""


def name_of(source: object) -> str:
    """Return what errors call the source of settings: the file, or "settings"."""
    return fspath(source) if isinstance(source, str | PathLike) else "settings"


def entry_error(
    source: object, list_name: str, number: int, key: object, problem: str
) -> ConfigurationError:
    """Return the error about an entry, which it names by the line of its file and by its key."""
    line = ""
    if isinstance(source, str | PathLike):
        head = re.compile(rf"\s*\[\[\s*{list_name}\s*\]\]")
        with suppress(OSError, ValueError):  # the file was read before, and may be gone now
            text = Path(source).read_text(encoding="utf-8-sig")
            heads = [at for at, each in enumerate(text.splitlines(), 1) if head.match(each)]
            line = f", line {heads[number]}" if number < len(heads) else ""
    kind = list_name.removesuffix("s")
    entry = f'{kind} "{key[:200]}"' if isinstance(key, str) else f"{kind} number {number + 1}"
    return ConfigurationError(f"{name_of(source)}{line}: {entry}{problem}")


def read_toml(file: str | PathLike[str]) -> dict[str, Any]:
    """Return the content of a TOML file; raise `ConfigurationError` if that fails."""
    try:
        with Path(file).open("rb") as opened:
            data = opened.read(_MOST_BYTES + 1)
        if len(data) > _MOST_BYTES:
            limit = f"settings have at most {_MOST_BYTES:,} bytes"
            raise ConfigurationError(f"{fspath(file)} is too large: {limit}")
        # Notepad saves a byte order mark, which TOML does not allow.
        return tomllib.loads(data.decode("utf-8-sig"))
    except OSError as error:
        raise ConfigurationError(f"{fspath(file)} cannot be read: {reason(error)}") from error
    # tomllib recurses for nested arrays, so a hostile file ends in a RecursionError.
    except (ValueError, RecursionError) as error:
        raise ConfigurationError(f"{fspath(file)} is not valid TOML: {error}") from error


def in_words(error: str, values: Iterable[str]) -> str:
    """Return an error of msgspec in words of TOML and JSON, beginning with its place.

    `values` are those of enumerations, for "did you mean".
    """
    what, _, place = error.rpartition(" - at ")
    place = place.strip("`").removeprefix("$.") if what else "the content"
    what = what or error
    types = re.fullmatch(r"Expected `([^`]+?)(?: \| null)?`(?:, got `([^`]+)`)?(.*)", what)
    if types:
        expected, found = (_WORDS.get(name or "", name) for name in types.groups()[:2])
        return f"{place} must be {expected}{types[3]}" + (f", not {found}" if found else "")
    missing = re.fullmatch(r"Object missing required field `(\w+)`", what)
    if missing:
        return f"{place} has no {missing[1]}"
    wrong = re.fullmatch(r"Invalid enum value '(.*)'", what, re.DOTALL)
    if wrong:
        close = get_close_matches(wrong[1], list(values), n=1)
        return f"{place} is not a valid value" + (f'; did you mean "{close[0]}"?' if close else "")
    return f"{place}: {what}"
