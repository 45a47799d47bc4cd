"""The operations are those of the contract, for the principals that it admits."""

from __future__ import annotations

from typing import Any, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.simulator.shop import Shop, context
from seqrkit import contract
from seqrkit.model import REQUESTS, Invoice
from seqrkit.simulator.operations import OPERATIONS, admitted
from seqrkit.vocabulary import Interface, PrincipalType, ResultCode

DESCRIPTIONS = {
    "Sum of refunds can not be more than original transaction",
    *(code.name for code in ResultCode),
}
"""The result descriptions of all replies."""


def test_the_operations_are_those_of_the_contract() -> None:
    known = {name for interface in Interface for name in contract.load(interface).operations}
    assert set(OPERATIONS) == known


@pytest.mark.parametrize("interface", Interface)
def test_principals_named_by_the_contract_are_admitted(interface: Interface) -> None:
    for name, operation in contract.load(interface).operations.items():
        assert admitted(interface)[name] >= set(operation.principals)


@pytest.mark.parametrize("interface", Interface)
def test_another_principal_is_admitted_where_the_contract_only_advises_against_it(
    interface: Interface,
) -> None:
    more = {
        name
        for name, operation in contract.load(interface).operations.items()
        if admitted(interface)[name] > set(operation.principals)
    }
    assert more == {"unregisterTerminal"}
    assert admitted(interface)["unregisterTerminal"] == set(PrincipalType)


XML_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff")


@pytest.mark.parametrize("operation", OPERATIONS)
@given(password=st.text(XML_CHARACTERS, min_size=4))
def test_a_result_description_never_contains_the_password(operation: str, password: str) -> None:
    """Right and wrong passwords, which every text of the request repeats."""
    shop, kind = Shop(), REQUESTS[operation]
    shop.add_shop("reseller", "1", password, "shop", password)
    names = {name for name, hint in get_type_hints(kind).items() if hint == str | None}
    fields: dict[str, Any] = dict.fromkeys(names, password)
    if "invoice" in get_type_hints(kind):
        fields["invoice"] = Invoice(title=password, cashier_id=password, total_amount="1 SEK")
    for caller in (
        context("shop", password),
        context("shop", f"{password}!"),
        context("reseller", password, "1"),
        context(password, password),
    ):
        reply = shop.call(operation, caller, **fields)
        assert reply.result_description in DESCRIPTIONS
