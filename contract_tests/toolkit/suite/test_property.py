"""The properties, their cases, and the selection of checks."""

from collections import Counter

import pytest

from seqrkit import contract
from seqrkit.suite import GROUPS, Check, checks, group
from seqrkit.suite.framework import Need
from seqrkit.vocabulary import Interface

ALL = tuple(checks())


def test_check_names_are_unique() -> None:
    names = Counter(map(str, ALL))
    assert not {name for name, times in names.items() if times > 1}


@pytest.mark.parametrize("name", GROUPS)
def test_every_chapter_has_properties_that_say_what_they_demand(name: str) -> None:
    found = list(group(name))
    assert found
    assert len({each.id for each in found}) == len(found)
    for each in found:
        assert each.id.startswith(f"{name}.")
        assert each.statement.endswith(".")
        assert each.source


@pytest.mark.parametrize("name", GROUPS)
def test_every_other_need_includes_an_endpoint(name: str) -> None:
    for each in group(name):
        assert not each.needs or Need.ENDPOINT in each.needs, each.id


@pytest.mark.parametrize("interface", Interface)
def test_a_case_names_an_operation_of_its_interface_or_none(interface: Interface) -> None:
    operations = {"", *contract.load(interface).operations}
    of_it = [each.case for each in checks(interfaces=[interface])]
    assert {case.interface for case in of_it} == {interface}
    assert {case.operation for case in of_it} <= operations


def chosen(**given: object) -> set[str]:
    return {str(each) for each in checks(**given)}  # type: ignore[arg-type]


def test_they_are_chosen_by_operation_interface_and_chapter() -> None:
    of_two = {"sendInvoice", "refundPayment"}
    assert chosen(operations=of_two) == names(each for each in ALL if each.case.operation in of_two)
    one = [*Interface][-1]
    assert chosen(interfaces=[one]) == names(each for each in ALL if each.case.interface == one)
    assert {str(each) for each in checks("requests")} == names(
        each for each in ALL if each.property.id.startswith("requests.")
    )


def names(found: object) -> set[str]:
    return {str(each) for each in found}  # type: ignore[attr-defined]


def test_a_check_is_named_after_property_and_case() -> None:
    each = ALL[0]
    assert isinstance(each, Check)
    assert str(each) == f"{each.property.id}[{each.case}]"


def test_an_unknown_chapter_is_an_error() -> None:
    with pytest.raises(ModuleNotFoundError):
        group("nothing")
