"""Properties with known results, for tests of what runs properties."""

import os
import signal
import threading

from hypothesis import strategies as st

from seqrkit import contract, strategies
from seqrkit.suite import group
from seqrkit.suite.framework import Aspect, Case, CheckContext, Need

RULE = "invoice.title.required"
WIRE = group("wire")


def cases(interface):
    """Return a case of each of two operations."""
    return [Case(interface, "sendInvoice", "tea"), Case(interface, "refundPayment", "refund")]


def sample(*needs):
    """Add the decorated test to the first group."""
    return WIRE.property(source="these tests", cases=cases, needs=[Need(n) for n in needs])


@sample()
def sample_passes(check: CheckContext) -> None:
    """It is sample-passes."""
    check.record(Aspect.OPERATION, f"{check.interface} {check.case.operation}")


@sample()
def sample_fails(check: CheckContext) -> None:
    """It is sample-fails."""
    broken = next(strategies.broken_examples("sendInvoice", check.interface, rule=RULE))
    rule = contract.load(check.interface).rules[RULE]
    check.fail("the title is not missed", rule=rule, envelope=broken.envelope)


@sample()
def hangs_after_sample_fails(check: CheckContext) -> None:
    """It waits until Ctrl-C."""
    del check
    threading.Event().wait()


class _Dropped:
    def __del__(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)


@sample()
def ends_in_a_destructor(check: CheckContext) -> None:
    """It waits until SIGTERM, which arrives in a destructor."""
    del check
    _Dropped()
    threading.Event().wait()


@sample()
def sample_raises(check: CheckContext) -> None:
    """It raises an error."""
    raise ZeroDivisionError(str(check.case))


@sample("inside")
def sample_inside(check: CheckContext) -> None:
    """The endpoint is in this process."""
    check.expect(check.session.simulator, "the endpoint is not in this process")


@sample("writes")
def sample_writes(check: CheckContext) -> None:
    """There is a reply."""
    check.expect(check.session.get_payment_status("1", 0, check=False), "there is no reply")


@sample()
def sample_random(check: CheckContext) -> None:
    """It draws random numbers."""
    drawn: list[int] = []
    check.explore(st.integers(0, 10**9), drawn.append)
    check.fail(f"drew {drawn}")
