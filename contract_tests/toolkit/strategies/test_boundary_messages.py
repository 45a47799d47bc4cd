import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.messages import CONTRACTS
from seqrkit import strategies

LIMITS = {"max-length", "min-length", "enumeration", "one-of", "minimum", "exclusive-minimum"}
LIMITS |= {"pattern", "ean", "unit", "not-blank", "empty"}
CHOSEN_WITH_OTHERS = {"principalId.type", "token.status"}
"""Values limited by rules across fields; `valid` and `broken` cover them."""


@pytest.mark.parametrize("interface", CONTRACTS)
def test_every_limit_has_a_boundary(interface: str) -> None:
    met = {
        each.rule.id
        for name in CONTRACTS[interface].elements
        for each in strategies.boundary(name, interface)
        if each.rule is not None
    }
    limits = {
        rule.id
        for rule in CONTRACTS[interface].rules.values()
        if rule.kind in LIMITS and rule.path not in CHOSEN_WITH_OTHERS
    }
    others = {
        "context.channel.max-length",  # a channel is one of the advised, which are shorter
        "receiptDocument.receiptData.empty",
        *(f"{path}.empty" for path in has_limits_of_its_own(limits)),
    }
    assert limits - met <= others
    assert met <= limits


def has_limits_of_its_own(limits: set[str]) -> set[str]:
    return {limit.rpartition(".")[0] for limit in limits if not limit.endswith(".empty")}


def test_the_list_is_the_same_every_time() -> None:
    assert strategies.boundary("sendInvoice") == strategies.boundary("sendInvoice")


def test_the_longest_client_reference_has_32_characters() -> None:
    values = [
        each.value
        for each in strategies.boundary("cancelInvoice")
        if each.rule is not None and each.rule.id == "context.clientReference.max-length"
    ]
    assert [len(value) for value in values] == [32, 31]


@given(st.sampled_from(sorted(CONTRACTS)), st.data())
def test_a_limit_in_bytes_is_below_each_maximum_length(interface: str, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CONTRACTS[interface].elements)))
    longest: dict[str, list[str]] = {}
    for each in strategies.boundary(name, interface):
        if each.rule is not None and each.rule.kind == "max-length":
            longest.setdefault(each.path, []).append(each.value)
    for path, values in longest.items():
        field = CONTRACTS[interface].field(path)
        assert max(map(len, values)) == field.max_length
        is_wide = max(len(value.encode()) for value in values) > (field.max_length or 0)
        assert is_wide is (field.pattern is None)
