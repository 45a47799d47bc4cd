"""What was exercised: put together from anywhere, in any order, and the same as JSON."""

import json

from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from seqrkit.suite import Aspect, Coverage

SEEN: SearchStrategy[dict[str, set[str]]] = st.dictionaries(
    st.sampled_from([aspect.value for aspect in Aspect]), st.sets(st.text())
)


def told(*parts: dict[str, set[str]]) -> dict[str, list[str]]:
    """What several workers saw, put together."""
    whole = Coverage()
    for part in parts:
        whole.add(Coverage(part))
    return whole.to_dict()


@given(SEEN, SEEN, SEEN)
def test_it_does_not_matter_who_saw_it_nor_when(
    a: dict[str, set[str]], b: dict[str, set[str]], c: dict[str, set[str]]
) -> None:
    whole = told(a, b, c)
    assert whole == told(c, a, b, a)
    for aspect in Aspect:
        seen = (part.get(aspect, set()) for part in (a, b, c))
        assert whole[aspect] == sorted(set().union(*seen))


@given(SEEN)
def test_json_says_all_of_it(seen: dict[str, set[str]]) -> None:
    whole = told(seen)
    assert Coverage(json.loads(json.dumps(whole))).to_dict() == whole
    assert list(whole) == [aspect.value for aspect in Aspect]


@given(SEEN, SEEN)
def test_putting_together_leaves_the_parts_alone(
    a: dict[str, set[str]], b: dict[str, set[str]]
) -> None:
    one, other = Coverage(a), Coverage(b)
    before = other.to_dict()
    one.add(other)
    one.saw(Aspect.CODE, "new")
    assert other.to_dict() == before
