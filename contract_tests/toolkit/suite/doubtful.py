"""Properties of which it is known what comes of them, for the tests of whatever runs properties."""

import threading

from hypothesis import strategies as st

from seqrkit import contract, strategies
from seqrkit.suite import Aspect, Case, Need, Trial, chapter

RULE = "invoice.title.required"
WIRE = chapter("wire")


def cases(interface):
    """One case, and one more that concerns another operation."""
    return [Case(interface, "sendInvoice", "tea"), Case(interface, "refundPayment", "refund")]


def doubtful(name, *needs):
    """Add a property of this name to the first chapter."""
    return WIRE.property(
        name, f"It is {name}.", source="these tests", cases=cases, needs=[Need(n) for n in needs]
    )


@doubtful("doubtful-true")
def _true(trial: Trial) -> None:
    trial.saw(Aspect.OPERATION, f"{trial.interface} {trial.case.operation}")


@doubtful("doubtful-false")
def _false(trial: Trial) -> None:
    broken = next(strategies.broken_examples("sendInvoice", trial.interface, rule=RULE))
    rule = contract.load(trial.interface).rules[RULE]
    trial.fail("a title is missed by nobody", rule=rule, envelope=broken.envelope)


@doubtful("endless-after-doubtful-false")
def _endless(trial: Trial) -> None:
    """Until somebody presses Ctrl-C."""
    del trial
    threading.Event().wait()


@doubtful("doubtful-crash")
def _crash(trial: Trial) -> None:
    raise ZeroDivisionError(str(trial.case))


@doubtful("doubtful-inside", "inside")
def _inside(trial: Trial) -> None:
    trial.expect(trial.session.simulator, "it is elsewhere")


@doubtful("doubtful-writes", "writes")
def _writes(trial: Trial) -> None:
    trial.expect(trial.session.get_payment_status("1", 0, check=False), "it is silent")


@doubtful("doubtful-random")
def _random(trial: Trial) -> None:
    seen: list[int] = []
    trial.explore(st.integers(0, 10**9), seen.append)
    trial.fail(f"saw {seen}")
