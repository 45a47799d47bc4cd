"""The operations are those of the contract, for the principals that it admits."""

from __future__ import annotations

import pytest

from seqrkit import contract
from seqrkit.simulator.operations import OPERATIONS, admitted
from seqrkit.vocabulary import Interface, PrincipalType


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
