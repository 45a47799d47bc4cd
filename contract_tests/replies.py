"""The judge of what endpoints answer: libxml2 with wire.xsd, for every reply in the test suite.

Endpoints in this process are watched by a fixture in conftest.py. Who talks to one in a process of
its own gives each answer to `check`.
"""

from __future__ import annotations

from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.faults import Kind
from seqrkit.suite.oracles.reply_checks import reply_problem, wire_schema
from seqrkit.vocabulary import Interface

__all__ = ["Watch", "check", "reply_problem", "spoiled", "wire_schema"]


def check(interface: Interface, operation: str, status: int, answer: bytes) -> None:
    """Fail on an answer that is not as it must be."""
    found = reply_problem(interface, operation, status, answer)
    assert found is None, f"{interface} {operation}, HTTP {status}: {found}\n{answer.decode()}"


def spoiled(seen: ObservedExchange) -> bool:
    """Whether it was answered wrongly on purpose: not late, and not with another result code."""
    return seen.injected is not None and seen.injected.kind not in {Kind.SLOW, Kind.RESULT_CODE}


class Watch:
    """An observer of endpoints that remembers what was wrong."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.seen = 0

    def __call__(self, seen: ObservedExchange) -> None:
        """Judge one exchange, in the endpoint's thread."""
        self.seen += 1
        try:
            found = (
                None
                if spoiled(seen)
                else reply_problem(seen.interface, seen.operation, seen.status, seen.response)
            )
        except Exception as error:  # noqa: BLE001 - told by the fixture, in the test's own thread
            found = f"{type(error).__name__}: {error}"
        if found is not None:
            self.problems.append(f"{seen!r}: {found}\n{seen.response.decode()}")
