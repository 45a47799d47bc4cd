import unicodedata

import pytest
from hypothesis import Phase, find, settings

from contract_tests.toolkit.messages import NEWEST
from seqrkit import soap, strategies
from seqrkit.contract import Severity
from seqrkit.strategies import Wild
from seqrkit.suite.oracles.message_cases import payload_of

LIMIT = 20_000
"""A small limit makes large messages quick; the strategies are the same."""
QUICK = settings(max_examples=2000, database=None, phases=[Phase.generate])


def errors(wild: Wild) -> set[str]:
    found = NEWEST.lint(wild.envelope)
    return {finding.id for finding in found if finding.severity is Severity.ERROR}


def test_some_messages_have_the_size_of_the_limit_and_some_a_byte_more() -> None:
    wild = strategies.wild("cancelInvoice", limit=LIMIT)
    exact = find(wild, lambda each: len(each.envelope) == LIMIT, settings=QUICK)
    larger = find(wild, lambda each: len(each.envelope) == LIMIT + 1, settings=QUICK)
    assert len(larger.envelope) - len(exact.envelope) == 1


def test_some_messages_exceed_the_limit_of_the_endpoint() -> None:
    larger = find(
        strategies.wild("unregisterTerminal"),
        lambda each: len(each.envelope) > soap.MAX_BYTES,
        settings=QUICK,
    )
    assert errors(larger) == {"soap.too-large"}
    assert len(repr(larger)) < 30_000


def test_some_invoices_have_thousands_of_rows() -> None:
    many = find(
        strategies.wild("sendInvoice"),
        lambda each: each.envelope.count(b"<invoiceRow>") > 1_000,
        settings=QUICK,
    )
    assert errors(many) <= {"soap.too-large"}


@pytest.mark.parametrize(
    "category",
    ["Mn", "Cf", "Zs", "Cc", "Co"],
    ids=["combining", "bidi", "spaces", "controls", "private"],
)
def test_texts_of_each_category_are_generated(category: str) -> None:
    def has(wild: Wild) -> bool:
        text = "".join(map(str, payload_of(wild.envelope).itertext()))
        return any(c > "\x7f" and unicodedata.category(c) == category for c in text)

    assert has(find(strategies.wild("cancelInvoice", limit=LIMIT), has, settings=QUICK))
