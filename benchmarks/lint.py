"""The linter, against the two validators that it is built on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import cast

import xmlschema
from lxml import etree

from benchmarks.figures import Figure, alternate, micros, ratio
from benchmarks.messages import SEND_INVOICE
from seqrkit import contract
from seqrkit.schemas import schema_set
from seqrkit.vocabulary import NAMESPACE


def measure(seconds: float) -> Iterator[Figure]:
    """A valid sendInvoice of one row, from bytes to findings; everything is compiled ahead."""
    documented = schema_set().documented
    # xmlschema takes lxml's elements, though its types do not say so
    explain = cast("Callable[[object], bool]", xmlschema.XMLSchema(documented).is_valid)
    libxml2 = etree.XMLSchema(file=documented)
    rules = contract.load()
    operation = f".//{{{NAMESPACE}}}sendInvoice"
    element = etree.fromstring(SEND_INVOICE).find(operation)
    assert element is not None
    assert explain(element)
    assert rules.lint(SEND_INVOICE) == ()

    def parse_and_validate() -> bool:
        found = etree.fromstring(SEND_INVOICE).find(operation)
        assert found is not None
        return libxml2.validate(found)

    assert parse_and_validate()
    ours, slow, fast = alternate(
        [lambda: rules.lint(SEND_INVOICE), lambda: explain(element), parse_and_validate],
        seconds,
    )
    yield Figure(
        what="lint of a valid one-row sendInvoice, parsing included",
        against="xmlschema's is_valid on the same element",
        ours=micros(ours),
        theirs=micros(slow),
        measured=ratio(slow, ours),
        asked=10,
        at_least=True,
    )
    yield Figure(
        what="the same lint",
        against="lxml's parse and libxml2's validation",
        ours=micros(ours),
        theirs=micros(fast),
        measured=ratio(ours, fast),
        asked=10,
    )
