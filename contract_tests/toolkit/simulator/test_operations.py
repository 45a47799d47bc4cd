"""The endpoint does what the contract has, for those whom the contract admits."""

from __future__ import annotations

import pytest

from seqrkit import contract
from seqrkit.simulator.operations import OPERATIONS, admitted
from seqrkit.vocabulary import Interface, PrincipalType


def test_every_operation_of_the_contract_is_done_and_no_other() -> None:
    known = {name for interface in Interface for name in contract.load(interface).operations}
    assert set(OPERATIONS) == known


@pytest.mark.parametrize("interface", Interface)
def test_who_is_named_by_the_contract_is_let_in(interface: Interface) -> None:
    for name, operation in contract.load(interface).operations.items():
        assert admitted(interface)[name] >= set(operation.principals)


@pytest.mark.parametrize("interface", Interface)
def test_only_where_it_is_merely_advised_against_another_is_let_in_too(
    interface: Interface,
) -> None:
    more = {
        name
        for name, operation in contract.load(interface).operations.items()
        if admitted(interface)[name] > set(operation.principals)
    }
    assert more == {"unregisterTerminal"}
    assert admitted(interface)["unregisterTerminal"] == set(PrincipalType)
