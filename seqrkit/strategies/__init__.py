"""Hypothesis strategies for the messages of the API, derived from the contract.

`valid` generates messages that break no rule, `broken` messages that break exactly one named rule,
and `wild` unusual messages that the schema allows; `boundary` lists the messages that meet each
limit exactly. All follow the documented schema: a limit that changes there changes here.

Use them to test your own code. A cash register (`my_register` is yours) that writes the envelopes
of its sales itself, and shows envelopes that it reads, is tested like this::

    import my_register
    import pytest
    from hypothesis import given
    from seqrkit import contract, strategies

    @given(strategies.valid("sendInvoice"))
    def test_each_sale_is_written_as_documented(request):
        sale = my_register.Sale(str(request.invoice.total_amount), request.invoice.title)
        assert contract.load().lint(my_register.envelope(sale)) == ()

    @given(strategies.wild("sendInvoice"))
    def test_the_journal_accepts_unusual_messages(wild):
        my_register.journal(wild.envelope)

    @given(strategies.broken("sendInvoice", rule="invoice.invoiceRows.sum"))
    def test_rows_that_do_not_add_up_are_rejected(broken):
        with pytest.raises(my_register.Refused):
            my_register.check(broken.envelope)

Hypothesis shrinks a failing message: to one row, to 0.01, to plain ASCII.

The name of a message is its element's: ``sendInvoice`` for a request, ``sendInvoiceResponse`` for
its reply. `interface` is one of the published ones; `contract` is one loaded from other schemas. An
unknown name or rule raises `LookupError`.

Only this package and the suite need Hypothesis: ``pip install 'seqrkit[verify]'``. It imports
contract, model and `model_fields`, and nothing of client or endpoint.
"""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import strategies as _st
from hypothesis.strategies import SearchStrategy
from lxml.etree import _Element

from seqrkit.contract import Contract, Rule, load
from seqrkit.model_fields import ModelMessage as Message
from seqrkit.model_fields import message_fields
from seqrkit.soap import MAX_BYTES
from seqrkit.strategies.boundary_messages import Boundary, boundaries
from seqrkit.strategies.breaking import sessions
from seqrkit.strategies.broken_messages import (
    UNBREAKABLE,
    Broken,
    breakable,
    broken_messages,
    examples,
)
from seqrkit.strategies.envelope_writer import envelope
from seqrkit.strategies.unusual_messages import Wild, unusual_messages
from seqrkit.strategies.valid_messages import messages
from seqrkit.vocabulary import NEWEST

__all__ = [
    "UNBREAKABLE",
    "Boundary",
    "Broken",
    "Message",
    "Wild",
    "boundary",
    "broken",
    "broken_examples",
    "broken_rules",
    "broken_session",
    "envelope",
    "valid",
    "wild",
]


def valid(
    name: str, interface: str = NEWEST, *, contract: Contract | None = None
) -> SearchStrategy[Message]:
    """Return a strategy of messages without any finding, as objects of the model."""
    return messages(_contract(interface, contract, name), name)


def boundary(
    name: str, interface: str = NEWEST, *, contract: Contract | None = None
) -> tuple[Boundary, ...]:
    """Return the messages that meet each limit exactly, one limit at a time: always the same."""
    return tuple(boundaries(_contract(interface, contract, name), name))


def broken(
    name: str,
    interface: str = NEWEST,
    *,
    rule: str | None = None,
    contract: Contract | None = None,
) -> SearchStrategy[Broken]:
    """Return a strategy of messages that break one rule: the one with that id, or any."""
    judge = _contract(interface, contract, name)
    if rule is not None:
        return broken_messages(judge, name, _rule(judge, rule))
    each = [broken_messages(judge, name, known) for known in breakable(judge, name)]
    return _st.sampled_from(each).flatmap(lambda chosen: chosen)


def broken_examples(
    name: str,
    interface: str = NEWEST,
    *,
    rule: str | None = None,
    contract: Contract | None = None,
) -> Iterator[Broken]:
    """Return the simplest message, broken in each known way: always the same.

    Each breaks one rule: the one with that id, or all that a message of that name can break.
    """
    judge = _contract(interface, contract, name)
    rules = breakable(judge, name) if rule is None else (_rule(judge, rule),)
    for known in rules:
        yield from examples(judge, name, known)


def broken_rules(
    name: str, interface: str = NEWEST, *, contract: Contract | None = None
) -> tuple[Rule, ...]:
    """Return the rules that a message of that name can break without breaking another."""
    return breakable(_contract(interface, contract, name), name)


def broken_session(
    rule: str, interface: str = NEWEST, *, contract: Contract | None = None
) -> tuple[_Element, ...]:
    """Return the elements of a session's messages, the last of which breaks a rule across them."""
    return sessions.broken_session(load(interface) if contract is None else contract, rule)


def wild(
    name: str,
    interface: str = NEWEST,
    *,
    limit: int = MAX_BYTES,
    contract: Contract | None = None,
) -> SearchStrategy[Wild]:
    """Return a strategy of unusual but valid messages, for an endpoint that accepts `limit` bytes.

    A few are larger than that, by one byte or by as much again.
    """
    return unusual_messages(_contract(interface, contract, name), name, limit)


def _contract(interface: str, contract: Contract | None, name: str) -> Contract:
    """Return the contract to use; raise `LookupError` unless it has a message of that name."""
    judge = load(interface) if contract is None else contract
    message_fields(judge, name)
    return judge


def _rule(contract: Contract, rule: str) -> Rule:
    known = contract.rules.get(rule)
    if known is None:
        msg = f"{contract.interface} has no rule {rule!r}"
        raise LookupError(msg)
    return known
