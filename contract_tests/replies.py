"""Checks every reply of endpoints in the tests: libxml2 with wire.xsd.

A fixture in conftest.py watches the endpoints in this process. Tests of an endpoint in another
process call `check`.
"""

from __future__ import annotations

from seqrkit.simulator.exchange_log import ObservedExchange
from seqrkit.simulator.faults import Kind
from seqrkit.suite.oracles.reply_checks import reply_problem, wire_schema
from seqrkit.vocabulary import Interface

__all__ = ["Watch", "check", "reply_problem", "spoiled", "wire_schema"]


def check(interface: Interface, operation: str, status: int, answer: bytes) -> None:
    """Fail for an invalid reply."""
    found = reply_problem(interface, operation, status, answer)
    assert found is None, f"{interface} {operation}, HTTP {status}: {found}\n{answer.decode()}"


def spoiled(seen: ObservedExchange) -> bool:
    """Return whether an injected fault makes the reply invalid."""
    return seen.injected is not None and seen.injected.kind not in {Kind.SLOW, Kind.RESULT_CODE}


class Watch:
    """An observer of endpoints that keeps the problems of their replies."""

    def __init__(self) -> None:
        self.problems: list[str] = []
        self.seen = 0

    def __call__(self, seen: ObservedExchange) -> None:
        """Check the reply of an exchange, in the endpoint's thread."""
        self.seen += 1
        try:
            found = (
                None
                if spoiled(seen)
                else reply_problem(seen.interface, seen.operation, seen.status, seen.response)
            )
        except Exception as error:  # noqa: BLE001 - the fixture reports it in the test's thread
            found = f"{type(error).__name__}: {error}"
        if found is not None:
            self.problems.append(f"{seen!r}: {found}\n{seen.response.decode()}")
