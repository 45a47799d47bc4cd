"""A view sends the browser what changed, and only that."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit.widgets.interaction import happen
from seqrkit.widgets.browser_view import BrowserView, splices

LISTS = st.lists(st.sampled_from("abc"), max_size=12)


def apply(items: Sequence[str], *changes: tuple[int, int, Sequence[str]]) -> list[str]:
    """Do what the browser does with splices."""
    made = [*items]
    for start, removed, added in changes:
        made[start : start + removed] = added
    return made


@given(LISTS, LISTS)
def test_splices_change_one_list_to_another(old: list[str], new: list[str]) -> None:
    assert apply(old, *splices(old, new)) == new


@given(LISTS, st.data())
def test_an_inserted_or_removed_block_takes_one_splice(old: list[str], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(old)))
    block = data.draw(LISTS.filter(bool))
    longer = [*old[:at], *block, *old[at:]]
    assert [len(added) for _, _, added in splices(old, longer)] == [len(block)]
    assert [removed for _, removed, _ in splices(longer, old)] == [len(block)]


@given(st.lists(st.integers(), min_size=1, max_size=12), st.data())
def test_a_changed_item_is_sent_alone(old: list[int], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(old) - 1))
    new = [*old[:at], old[at] + 1, *old[at + 1 :]]
    assert list(splices(old, new)) == [(at, 1, [old[at] + 1])]


def test_a_view_that_no_browser_displays_sends_its_state(monkeypatch: Any) -> None:
    view: Any = BrowserView({})
    sent: list[str] = []
    monkeypatch.setattr(view, "send_state", sent.append)
    view.show({"head": "a"})
    assert (view.state["version"], sent) == (1, []), "the state with which it is opened"
    view.show({"head": "b"})
    assert sent == ["state"]


def test_a_view_sends_only_what_changed(monkeypatch: Any) -> None:
    view: Any = BrowserView({})
    sent: list[dict[str, Any]] = []
    monkeypatch.setattr(view, "send", sent.append)
    view.show({"head": "a", "tab": 1}, {"lines": ["x", "y"]})
    happen(view, "opened", 1)
    view.show({"head": "a", "tab": 1}, {"lines": ["x", "y"]})
    view.show({"head": "b", "tab": 1}, {"lines": ["x", "z"]})
    assert sent == [
        {"version": 2, "values": {"head": "b"}, "lists": {"lines": ((1, 1, ["z"]),)}},
    ]
    state = {
        "version": 2,
        "values": {"head": "b", "tab": 1},
        "lists": {"lines": ["x", "z"]},
    }
    assert view.get_state("state") == {"state": state}, "what a browser gets when it opens the view"


def test_a_browser_that_missed_messages_gets_the_whole_state(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    view = BrowserView({})
    sent: list[str] = []
    monkeypatch.setattr(view, "send_state", sent.append)
    view.show({"head": "a"})
    happen(view, "opened", 1)
    assert sent == []
    view.show({"head": "b"})
    happen(view, "opened", 1)
    assert sent == ["state"]


def test_messages_of_several_threads_arrive_in_order(monkeypatch: pytest.MonkeyPatch) -> None:
    view = BrowserView({})
    sent: list[dict[str, Any]] = []

    def send(message: dict[str, Any]) -> None:
        Path().stat()  # lets other threads run, as a socket does
        sent.append(message)

    monkeypatch.setattr(view, "send", send)
    view.show({"head": ""}, {"lines": ["x"]})
    happen(view, "opened", 1)

    def draw(thread: int) -> None:
        for number in range(100):
            view.show({"head": f"{thread} {number}"}, {"lines": ["abc"[thread]] * (number % 5)})

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(draw, range(3)))
    assert [each["version"] for each in sent] == list(range(2, 302))
    lines: list[str] = ["x"]
    for each in sent:
        lines = apply(lines, *each["lists"].get("lines", ()))
    assert lines == view.state["lists"]["lines"]
    assert sent[-1]["values"]["head"] == view.state["values"]["head"]
