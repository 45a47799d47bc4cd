"""What a story is made of, and how it is played.

A step needs facts (a registered terminal, a payment) and gives others. Where one is missing the
step is left out, and says so: that is how a story fits an endpoint that has no simulated buyer.
What every step expects is checked, not only shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum

from seqrkit.client import Client
from seqrkit.clock import Clock
from seqrkit.contract import Severity
from seqrkit.display.demo_step import Scene, Verdict
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.model import Reply
from seqrkit.money import Amount
from seqrkit.qr import QrCode
from seqrkit.simulator import Phone
from seqrkit.vocabulary import InvoiceStatus, ResultCode


class Fact(StrEnum):
    """What a step may need or give, in the words that say so."""

    BUYER = "the simulated buyer"
    STILL_CLOCK = "a clock that stands still"
    TERMINAL = "a registered terminal"
    BILL = "an open bill"
    PAYMENT = "a payment"
    CARD = "the buyer's loyalty card"
    USER = "a user to pay money to"
    PERIOD = "a closed period"


_ONLY_EMBEDDED = {Fact.BUYER, Fact.STILL_CLOCK}


@dataclass(slots=True)
class Stage:
    """Where a story is played, and what it has come to know.

    `client` acts as the reseller's user; `till` as the terminal that the story registers.
    `facts` hold a reference or an id each. `tag` makes ids unique on an endpoint that remembers
    earlier runs. `version` is that of the bill last polled, `takings` what the terminal's report
    must add up to.
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

    def __post_init__(self) -> None:
        self.till = self.client
        if self.phone is not None:
            self.facts |= dict.fromkeys(_ONLY_EMBEDDED, "")

    @property
    def buyer(self) -> Phone:
        """The simulated buyer's phone; a step that uses it needs `Fact.BUYER`."""
        if self.phone is None:
            msg = "a step that uses the buyer's phone must need Fact.BUYER"
            raise LookupError(msg)
        return self.phone


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a step: the last reply, new facts, and what there is to say or to complain."""

    reply: Reply | None = None
    facts: Mapping[Fact, str] = field(default_factory=dict)
    remarks: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()
    qr: QrCode | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step. `operation` is `None` where the buyer acts or time passes.

    `findings` are the ids of the rules that its request breaks on purpose, all of them.
    """

    title: str
    why: str
    run: Callable[[Stage], Played]
    operation: str | None = None
    needs: tuple[Fact, ...] = ()
    gives: tuple[Fact, ...] = ()
    code: ResultCode = ResultCode.SUCCESS
    status: InvoiceStatus | None = None
    findings: frozenset[str] = frozenset()


def play(steps: tuple[Step, ...], stage: Stage) -> Iterator[Scene]:
    """Play the steps one after the other; each comes out as a scene as soon as it was played."""
    for number, step in enumerate(steps, start=1):
        yield _left_out(number, step, stage) or _played(number, step, stage)


def _left_out(number: int, step: Step, stage: Stage) -> Scene | None:
    lacking = [fact for fact in step.needs if fact not in stage.facts]
    if not lacking:
        return None
    fact = lacking[0]
    embedded = "only the embedded endpoint has it"
    why = embedded if fact in _ONLY_EMBEDDED else stage.missing.get(fact, "no step gives it")
    stage.missing |= dict.fromkeys(step.gives, f"step {number} was left out")
    remark = f"It needs {fact}, and {why}."
    return _scene(number, step, stage, Verdict.LEFT_OUT, remarks=(remark,))


def _played(number: int, step: Step, stage: Stage) -> Scene:
    before = len(stage.client.exchanges)
    problems: list[str] = []
    played = Played()
    try:
        played = step.run(stage)
    except SeqrError as error:
        problems.append(str(error))
    exchanges = tuple(stage.client.exchanges[before:])
    if not problems:
        problems = [*played.problems, *_unexpected(step, played.reply, exchanges)]
    for fact in step.gives:
        stage.facts.pop(fact, None)  # an earlier bill is not this one
    if problems:
        stage.missing |= dict.fromkeys(step.gives, f"step {number} did not go as it should")
    else:
        stage.facts |= played.facts
    return _scene(
        number,
        step,
        stage,
        Verdict.FAILED if problems else Verdict.OK,
        exchanges=exchanges,
        remarks=(*played.remarks, *(problems or _on_purpose(step))),
        qr=played.qr,
    )


def _unexpected(step: Step, reply: Reply | None, exchanges: tuple[Exchange, ...]) -> Iterator[str]:
    """What differs from what the step expects, a sentence each."""
    if step.operation is None:
        return
    if reply is None or reply.result_code != step.code:
        got = "no reply" if reply is None else f"{reply.result_code} {reply.result_description}"
        yield f"Expected {int(step.code)} {step.code.name}, got {got}."
    status = getattr(reply, "status", None)
    if step.status is not None and status != step.status:
        yield f"Expected status {step.status}, got {status}."
    found = {finding.id for exchange in exchanges for finding in exchange.findings}
    if found != step.findings:
        named = ", ".join(sorted(found ^ step.findings))
        yield f"Its findings are not the expected ones; they differ in {named}."
    for exchange in exchanges:
        for finding in exchange.reply_findings:
            if finding.severity is Severity.ERROR:
                yield f"The reply breaks the contract: {finding}."


def _on_purpose(step: Step) -> Iterator[str]:
    """What looks wrong and is not, a sentence each."""
    if step.code is not ResultCode.SUCCESS:
        yield f"{int(step.code)} {step.code.name} is what was expected here."
    if step.findings:
        yield f"The findings are {len(step.findings)} rules broken on purpose, and no others."


def _scene(
    number: int,
    step: Step,
    stage: Stage,
    verdict: Verdict,
    *,
    exchanges: tuple[Exchange, ...] = (),
    remarks: tuple[str, ...] = (),
    qr: QrCode | None = None,
) -> Scene:
    return Scene(
        number=number,
        interface=stage.client.interface,
        title=step.title,
        why=step.why,
        operation=step.operation,
        verdict=verdict,
        exchanges=exchanges,
        remarks=remarks,
        qr=qr,
    )
