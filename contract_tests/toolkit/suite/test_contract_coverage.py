"""Coverage adds up in any order, and is the same as JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from seqrkit.suite.framework import Aspect, Coverage

ITEMS: SearchStrategy[dict[str, set[str]]] = st.dictionaries(
    st.sampled_from([aspect.value for aspect in Aspect]), st.sets(st.text())
)


def added(*parts: dict[str, set[str]]) -> dict[str, list[str]]:
    """Return the coverage of several workers together."""
    total = Coverage()
    for part in parts:
        total.add(Coverage(part))
    return total.to_dict()


@given(ITEMS, ITEMS, ITEMS)
def test_the_order_of_adding_does_not_matter(
    a: dict[str, set[str]], b: dict[str, set[str]], c: dict[str, set[str]]
) -> None:
    total = added(a, b, c)
    assert total == added(c, a, b, a)
    for aspect in Aspect:
        parts = (part.get(aspect, set()) for part in (a, b, c))
        assert total[aspect] == sorted(set().union(*parts))


@given(ITEMS)
def test_coverage_is_restored_from_json(items: dict[str, set[str]]) -> None:
    total = added(items)
    assert Coverage(json.loads(json.dumps(total))).to_dict() == total
    assert list(total) == [aspect.value for aspect in Aspect]


@given(ITEMS, ITEMS)
def test_adding_does_not_change_the_other_coverage(
    a: dict[str, set[str]], b: dict[str, set[str]]
) -> None:
    one, other = Coverage(a), Coverage(b)
    before = other.to_dict()
    one.add(other)
    one.record(Aspect.CODE, "new")
    assert other.to_dict() == before
