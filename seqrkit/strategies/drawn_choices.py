"""The choices of a message: drawn by Hypothesis, or answered with samples.

Hypothesis needs as long to draw one value as to draw a hundred bytes. So a whole message is drawn
at once: a byte for each choice, and a number and a text from which all values of the message are
taken. A byte of zero stands for the simplest answer, to which Hypothesis shrinks each of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from math import ceil
from typing import Final, NamedTuple, Protocol, TypeAlias

from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy

from seqrkit.strategies.characters import PLAIN

Value: TypeAlias = str | int | Decimal | datetime | bytes

_CHARACTERS: Final = 16
_PAGE: Final = 64
"""Half of the codes: the first of many values have one each, the others share the rest."""
_NUMBERS: Final = st.integers(0, 2**48 - 1)
_TEXTS: Final = st.text(PLAIN, min_size=_CHARACTERS, max_size=_CHARACTERS)


class Drawn(NamedTuple):
    """Choices that Hypothesis draws; `draw` is for values that number and text cannot give."""

    draw: DrawFn
    number: int
    text: str
    codes: bytes

    def has(self, place: int) -> bool:
        """Return whether an optional part is present: the code at its place is odd."""
        return self.codes[place] % 2 == 1

    def value(self, place: int, choice: Choice) -> Value:
        """Return the value that the rest of the code at a place chooses."""
        return choice.of(self.codes[place] // 2, self)

    def characters(self, start: int, count: int) -> str:
        """Return some characters of the text, which begins again at its end."""
        start %= _CHARACTERS
        return (self.text * (1 + (start + count) // _CHARACTERS))[start : start + count]


class Samples(NamedTuple):
    """The simplest choices: no optional parts, and samples except for the `given` values."""

    given: Mapping[str, object]

    def has(self, place: int) -> bool:
        """Return `False`."""
        del place
        return False

    def value(self, place: int, choice: Choice) -> object:
        """Return the sample of a choice."""
        del place
        return self.given.get(choice.path, choice.sample)


class Source(Protocol):
    """Answers the choices of a message, each by its place among all of them."""

    def has(self, place: int, /) -> bool:
        """Return whether an optional part is present."""

    def value(self, place: int, choice: Choice, /) -> object:
        """Return a value."""


Form: TypeAlias = Callable[[int, Drawn], Value]
"""Makes a value from a code of 0 to 127 and from the number and text of the message."""


@dataclass(frozen=True, slots=True, eq=False)
class Choice:
    """A choice of a value: drawn ones have a form, the simplest message has `sample`.

    `path` is that of the field, empty if the choice is not the value of a field.
    """

    of: Form
    sample: Value
    path: str = ""


def only(values: Sequence[Value], path: str = "") -> Choice:
    """Return a choice of these values, of which the first is the simplest.

    If there are more values than codes, the higher half of the codes also depends on a character.
    """
    pages = ceil(len(values) / _PAGE) - 1

    def chosen(code: int, drawn: Drawn) -> Value:
        if code >= _PAGE and pages > 1:
            # The last one, because Hypothesis moves those that matter to texts to the beginning.
            place = code + _PAGE * ((ord(drawn.text[-1]) - ord("0")) % pages)
            code = place if place < len(values) else code
        return values[code % len(values)]

    return Choice(chosen, values[0], path)


def drawn(draw: DrawFn, places: int) -> Drawn:
    """Draw that many choices."""
    codes = st.binary(min_size=places, max_size=places)
    # The text is reversed, because Hypothesis moves the characters that matter to its end, and
    # tries constants of the tested program, of which some look like mistakes: linter patterns.
    return Drawn(draw, draw(_NUMBERS), draw(_TEXTS)[::-1], draw(codes))


def strategy(form: Form) -> SearchStrategy[Value]:
    """Return a strategy of the values of a form."""

    @st.composite
    def value(draw: DrawFn) -> Value:
        return drawn(draw, 1).value(0, Choice(form, ""))

    return value()
