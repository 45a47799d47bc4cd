"""Runs the steps of the demo scenario and checks each result.

A step needs facts (a registered terminal, a payment) and gives others. If a fact is missing, the
step is skipped and says why; so the scenario also runs on an endpoint without a simulated buyer.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from seqrkit.client import Client
from seqrkit.clock import Clock
from seqrkit.contract import Severity
from seqrkit.display.demo_step import PlayedStep, Verdict
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.model import Reply
from seqrkit.money import Amount
from seqrkit.qr import QrCode
from seqrkit.simulator import Phone
from seqrkit.vocabulary import InvoiceStatus, ResultCode


class Fact(StrEnum):
    """What a step needs or gives, as the messages name it."""

    BUYER = "the simulated buyer"
    MANUAL_CLOCK = "a manual clock"
    TERMINAL = "a registered terminal"
    INVOICE = "an open invoice"
    PAYMENT = "a payment"
    CARD = "the buyer's loyalty card"
    MEMBER_PRICE = "an invoice with the member price"
    COMMITTED = "a committed reservation"
    USER = "a user to credit"
    PERIOD = "a closed transaction period"


_EMBEDDED_ONLY = {Fact.BUYER, Fact.MANUAL_CLOCK}


@dataclass(slots=True)
class Run:
    """One run of the scenario.

    `client` acts as the reseller's user, `till` as the terminal that the run registers. `facts`
    holds the value of each fact, a reference or an id. `tag` makes ids unique on an endpoint that
    remembers earlier runs. `version` is that of the last polled invoice; `takings` is what the
    terminal's report must add up to. Each step may set `remarks`, `problems` and `qr`.
    """

    client: Client
    clock: Clock
    phone: Phone | None = None
    tag: str = ""
    facts: dict[Fact, str] = field(default_factory=dict)
    missing: dict[Fact, str] = field(default_factory=dict)
    till: Client = field(init=False)
    version: int = 0
    takings: Amount = Amount(Decimal(0), "SEK")  # noqa: RUF009 - an amount is immutable
    remarks: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    qr: QrCode | None = None

    def __post_init__(self) -> None:
        self.till = self.client
        if self.phone is not None:
            self.facts |= dict.fromkeys(_EMBEDDED_ONLY, "")

    @property
    def buyer(self) -> Phone:
        """The simulated buyer's phone; a step that uses it needs `Fact.BUYER`."""
        if self.phone is None:
            raise LookupError("a step that uses the buyer's phone must need Fact.BUYER")
        return self.phone


Action = Callable[[Run], Reply | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: its title, the reason for it, and the action.

    `operation` is `None` if the buyer acts or time passes. `code`, `status` and `findings` (the ids
    of the rules that the request breaks) are the expected ones.
    """

    title: str
    why: str
    action: Action
    operation: str | None = None
    needs: tuple[Fact, ...] = ()
    gives: tuple[Fact, ...] = ()
    code: ResultCode = ResultCode.SUCCESS
    status: InvoiceStatus | None = None
    findings: frozenset[str] = frozenset()


def play(steps: Iterable[Step], run: Run) -> Iterator[PlayedStep]:
    """Run the steps in order; yield each one's scene as soon as it has ended."""
    for number, step in enumerate(steps, start=1):
        before = len(run.client.exchanges)
        run.remarks, run.problems, run.qr = [], [], None
        verdict = _skipped(number, step, run) or _played(number, step, run)
        yield PlayedStep(
            number=number,
            interface=run.client.interface,
            title=step.title,
            why=step.why,
            operation=step.operation,
            verdict=verdict,
            exchanges=tuple(run.client.exchanges[before:]),
            remarks=(*run.remarks, *run.problems),
            qr=run.qr,
        )


def _skipped(number: int, step: Step, run: Run) -> Verdict | None:
    # Only the first: what else is missing mostly follows from it.
    lacking = next((fact for fact in step.needs if fact not in run.facts), None)
    if lacking is None:
        return None
    run.missing |= dict.fromkeys(step.gives, f"step {number} was skipped")
    embedded = "only the embedded endpoint has it"
    why = embedded if lacking in _EMBEDDED_ONLY else run.missing.get(lacking, "no step gives it")
    run.remarks.append(f"This step needs {lacking}; {why}.")
    return Verdict.LEFT_OUT


def _played(number: int, step: Step, run: Run) -> Verdict:
    before = len(run.client.exchanges)
    for fact in step.gives:
        run.facts.pop(fact, None)  # an earlier invoice is not this one
    try:
        reply = step.action(run)
    # The demo goes on, to show how much still works at this endpoint.
    except SeqrError as error:
        run.problems = [str(error)]
    else:
        if step.operation is not None:
            run.problems += _unexpected(step, reply, run.client.exchanges[before:])
    if not run.problems:
        run.remarks += _on_purpose(step)
        return Verdict.OK
    for fact in step.gives:
        run.facts.pop(fact, None)
        run.missing[fact] = f"step {number} failed"
    return Verdict.FAILED


def _unexpected(step: Step, reply: Reply | None, exchanges: Iterable[Exchange]) -> Iterator[str]:
    """What differs from what the step expects, one sentence each."""
    if reply is None or reply.result_code != step.code:
        got = "no reply" if reply is None else f"{reply.result_code} {reply.result_description}"
        yield f"Expected {int(step.code)} {step.code.name}, got {got}."
    status = getattr(reply, "status", None)
    if step.status is not None and status != step.status:
        yield f"Expected status {step.status}, got {status}."
    found = {finding.id for exchange in exchanges for finding in exchange.findings}
    if found != step.findings:
        named = ", ".join(sorted(found ^ step.findings))
        yield f"The findings differ from the expected ones in {named}."
    for exchange in exchanges:
        for finding in exchange.reply_findings:
            # Warnings about replies are the service's style, which no client can change.
            if finding.severity is Severity.ERROR:
                yield f"The reply breaks the contract: {finding}."


def _on_purpose(step: Step) -> Iterator[str]:
    """Explain what looks wrong and is expected, one sentence each."""
    if step.code is not ResultCode.SUCCESS:
        yield f"{int(step.code)} {step.code.name} is expected here."
    if step.findings:
        yield f"The request breaks {len(step.findings)} rules on purpose."
