"""The comparison of two exchanges shows every difference and nothing else."""

from __future__ import annotations

import re

import pytest
from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.display.balance import Balance
from contract_tests.toolkit.exchanges import ALL, ANSWERED, PASSWORD, UNANSWERED
from seqrkit.display import exchange_diff, highlight
from seqrkit.display.exchange_diff import ADDED, CHANGED, REMOVED, SAME, Row
from seqrkit.exchange import Exchange

LINES = st.lists(st.sampled_from(["<a>", "<b>1</b>", "<b>2</b>", "</a>", "text"]), max_size=40)


@given(LINES, LINES)
def test_each_side_holds_its_message_in_order(one: list[str], other: list[str]) -> None:
    rows = list(exchange_diff.rows("\n".join(one).encode(), "\n".join(other).encode()))
    for number, message in enumerate((one, other)):
        lines = highlight.listing("\n".join(message).encode()).lines if any(message) else ()
        seen = 0
        for row in rows:
            seen += row.left_out
            line = (row.left, row.right)[number]
            if line is not None:
                assert line == lines[seen]
                seen += 1
        assert seen == len(lines)


@given(LINES)
def test_a_message_does_not_differ_from_itself(lines: list[str]) -> None:
    message = "\n".join(lines).encode()
    assert {row.sign for row in exchange_diff.rows(message, message)} <= {SAME}


def test_equal_lines_are_left_out_except_near_a_difference() -> None:
    one = [f"<e{number}/>" for number in range(20)]
    other = [*one[:10], "<new/>", *one[10:15], "<n:e15>1</n:e15>", *one[16:]]
    rows = list(exchange_diff.rows("\n".join(one).encode(), "\n".join(other).encode()))
    signs = [(row.sign, row.left_out) for row in rows]
    near = [(SAME, 0)] * 2
    assert signs == [
        (SAME, 8),
        *near,
        (ADDED, 0),
        *near,
        (SAME, 0),
        *near,
        (CHANGED, 0),
        *near,
        (SAME, 2),
    ]
    back = [
        row.sign for row in exchange_diff.rows("\n".join(other).encode(), "\n".join(one).encode())
    ]
    assert REMOVED in back
    assert ADDED not in back


def test_the_changed_part_of_a_line_is_marked() -> None:
    other = evolve(ANSWERED, number=2, request=ANSWERED.request.replace(b"4711", b"4811"))
    body = exchange_diff.diff_body(ANSWERED, other)
    assert re.findall("<mark>(.*?)</mark>", body) == ["7", "8"]
    assert "Reply: the same" in body
    assert "Request: the same" not in body
    assert "… " in body


@pytest.mark.parametrize("other", ALL, ids=repr)
@pytest.mark.parametrize("one", ALL, ids=repr)
def test_any_two_exchanges_can_be_compared(one: Exchange, other: Exchange) -> None:
    body = exchange_diff.diff_body(one, other)
    assert body == exchange_diff.diff_body(one, other)
    assert not Balance(
        f"<div>{body}</div>".replace("<col ", "<wbr ").replace("<col>", "<wbr>")
    ).open
    assert PASSWORD not in body
    assert "\x1b" not in body


def test_a_missing_reply_leaves_its_side_empty() -> None:
    rows = list(
        exchange_diff.rows(ANSWERED.masked_response or b"", UNANSWERED.masked_response or b"")
    )
    assert all(row.sign == REMOVED and row.right is None for row in rows)
    assert isinstance(rows[0], Row)
