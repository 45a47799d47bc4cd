"""Properties with known results, for tests of what runs properties."""

import threading

from hypothesis import strategies as st

from seqrkit import contract, strategies
from seqrkit.suite import Aspect, Case, CheckContext, Need, group

RULE = "invoice.title.required"
WIRE = group("wire")


def cases(interface):
    """Return a case of each of two operations."""
    return [Case(interface, "sendInvoice", "tea"), Case(interface, "refundPayment", "refund")]


def sample(name, *needs):
    """Add a property of this name to the first group."""
    return WIRE.property(
        name, f"It is {name}.", source="these tests", cases=cases, needs=[Need(n) for n in needs]
    )


@sample("sample-passes")
def _passes(check: CheckContext) -> None:
    check.record(Aspect.OPERATION, f"{check.interface} {check.case.operation}")


@sample("sample-fails")
def _fails(check: CheckContext) -> None:
    broken = next(strategies.broken_examples("sendInvoice", check.interface, rule=RULE))
    rule = contract.load(check.interface).rules[RULE]
    check.fail("the title is not missed", rule=rule, envelope=broken.envelope)


@sample("hangs-after-sample-fails")
def _hangs(check: CheckContext) -> None:
    """Wait until Ctrl-C."""
    del check
    threading.Event().wait()


@sample("sample-raises")
def _raises(check: CheckContext) -> None:
    raise ZeroDivisionError(str(check.case))


@sample("sample-inside", "inside")
def _inside(check: CheckContext) -> None:
    check.expect(check.session.simulator, "the endpoint is not in this process")


@sample("sample-writes", "writes")
def _writes(check: CheckContext) -> None:
    check.expect(check.session.get_payment_status("1", 0, check=False), "there is no reply")


@sample("sample-random")
def _random(check: CheckContext) -> None:
    drawn: list[int] = []
    check.explore(st.integers(0, 10**9), drawn.append)
    check.fail(f"drew {drawn}")
