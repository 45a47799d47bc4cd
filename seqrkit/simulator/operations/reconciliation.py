"""markTransactionPeriod and executeReport."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from seqrkit.model import (
    ExecuteReport,
    ExecuteReportReply,
    MarkTransactionPeriod,
    MarkTransactionPeriodReply,
    Report,
)
from seqrkit.simulator.behaviours import Refusal, refusal
from seqrkit.simulator.operations import report_documents
from seqrkit.simulator.operations.operation_call import SUCCESS, Call
from seqrkit.simulator.store.records import Movement, Period, Terminal
from seqrkit.simulator.store.settings import FixedReport

READY_AFTER: Final = timedelta(seconds=3)
"""How long after markTransactionPeriod a report is ready."""
TERMINAL_PARAMETER: Final = "TERMINALID"
PERIOD_PARAMETER: Final = "transactionPeriodId"


def mark_transaction_period(
    call: Call, request: MarkTransactionPeriod
) -> MarkTransactionPeriodReply | Refusal:
    """End a period of the shop, or of one terminal, and begin the next."""
    terminal = _terminal_parameter(call, dict(request.parameters or {}))
    if isinstance(terminal, Refusal):
        return terminal
    number = terminal.number if terminal else None
    reseller = call.caller.reseller
    previous = call.tx.find(Period, newest=1, reseller=reseller, terminal=number)
    latest = call.tx.find(Movement, newest=1)
    period = Period(
        id=call.ledger.reference(),
        reseller=reseller,
        terminal=number,
        marked_at=call.now,
        # Continues where the previous one ended, so no movement is in two periods or in none.
        after=previous[0].last if previous else 0,
        last=latest[0].number if latest else 0,
    )
    call.tx.save(period)
    return MarkTransactionPeriodReply(transaction_period_id=period.id, **SUCCESS)


def execute_report(call: Call, request: ExecuteReport) -> ExecuteReportReply | Refusal:
    """Return a report of a period once it is ready, or a report of the settings at once."""
    if request.language not in {None, "", "en"}:
        wrong = "reports are in English here"
        call.note("report.language", "executeReport/language", wrong, "ignored")
    fixed = call.tx.get(FixedReport, id=request.report_id)
    if fixed is None:
        return _report_of_period(call, request)
    report = Report(
        title=fixed.title,
        mime_type=fixed.mime_type,
        content=fixed.text.encode(),
        content_string=fixed.text,
    )
    return ExecuteReportReply(report=report, **SUCCESS)


def _report_of_period(call: Call, request: ExecuteReport) -> ExecuteReportReply | Refusal:
    report = report_documents.find(request.report_id or "", strict=call.strict)
    if report is None:
        return refusal("report.unknown")
    parameters = dict(request.parameters or {})
    terminal = _terminal_parameter(call, parameters)
    if isinstance(terminal, Refusal):
        return terminal
    period = _period(call, parameters.get(PERIOD_PARAMETER))
    # The id of one terminal's period must not open the books of another.
    if period is None or (terminal and period.terminal not in {None, terminal.number}):
        return refusal("report.period")
    # Before the time is checked: waiting does not help here.
    if report.of_terminal and period.terminal is None:
        return refusal("report.never-ready")
    if call.now < period.marked_at + READY_AFTER:
        return refusal("report.not-ready")
    movements = call.tx.movements(period)
    numbers = {movement.terminal for movement in movements}
    if period.terminal is not None:
        numbers.add(period.terminal)
    terminals = {number: call.ledger.terminal(number).id for number in numbers}
    generated = call.now.astimezone(call.zone)
    writer = report_documents.Writer(period, movements, terminals, generated)
    return ExecuteReportReply(report=writer.write(report), **SUCCESS)


def _terminal_parameter(call: Call, parameters: dict[str, str | None]) -> Terminal | Refusal | None:
    """Return the terminal that the parameters name, if they name one."""
    named = parameters.get(TERMINAL_PARAMETER)
    if not named:
        return None
    terminal = call.tx.get(Terminal, id=named)
    if terminal is None or terminal.reseller != call.caller.reseller:
        return refusal("report.period")
    return terminal


def _period(call: Call, id: str | None) -> Period | None:
    """Return the shop's period of that id; its latest one if no id is given."""
    if id:
        return call.tx.get(Period, id=id, reseller=call.caller.reseller)
    latest = call.tx.find(Period, newest=1, reseller=call.caller.reseller)
    return latest[0] if latest else None
