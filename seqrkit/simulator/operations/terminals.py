"""registerTerminal, unregisterTerminal and assignSeqrId."""

from __future__ import annotations

from dataclasses import replace

from seqrkit.model import (
    AssignSeqrId,
    RegisterTerminal,
    RegisterTerminalReply,
    Reply,
    UnregisterTerminal,
)
from seqrkit.simulator.behaviours import Refusal, refusal
from seqrkit.simulator.operations.operation_call import SUCCESS, Call
from seqrkit.simulator.store.records import Terminal, TerminalState
from seqrkit.simulator.store.settings import TerminalKind


def register_terminal(call: Call, request: RegisterTerminal) -> RegisterTerminalReply | Refusal:
    """Create a cash register with its own id and password."""
    password = request.password
    if not password:
        return refusal("register.password")
    terminal = Terminal(
        id=call.ledger.numbers.terminal_id(call.tx.sequence()),
        reseller=call.caller.reseller,
        kind=TerminalKind.CASH_REGISTER,
        name=request.name or "",
        password=call.passwords.new_hash(password),
        external_id=request.external_terminal_id or "",
    )
    call.tx.save(terminal)
    return RegisterTerminalReply(terminal_id=terminal.id, **SUCCESS)


def unregister_terminal(call: Call, _request: UnregisterTerminal) -> Reply | Refusal:
    """Unregister a cash register, which frees its seqrId."""
    terminal = _terminal(call)
    if isinstance(terminal, Refusal):
        return terminal
    # The service issued it, and no operation could bring it back.
    if terminal.kind is TerminalKind.WEBSHOP:
        return refusal("unregister.given")
    call.tx.save(replace(terminal, state=TerminalState.UNREGISTERED, seqr_id=None))
    return Reply(**SUCCESS)


def _terminal(call: Call) -> Terminal | Refusal:
    """Return the calling terminal, or the only cash register of a calling reseller."""
    if call.caller.terminal is not None:
        return call.caller.terminal
    registered = [
        terminal
        for terminal in call.tx.find(Terminal, reseller=call.caller.reseller)
        if terminal.kind is TerminalKind.CASH_REGISTER
        and terminal.state is not TerminalState.UNREGISTERED
    ]
    return registered[0] if len(registered) == 1 else refusal("unregister.which")


def assign_seqr_id(call: Call, request: AssignSeqrId) -> Reply | Refusal:
    """Give the terminal a static code."""
    seqr_id = request.seqr_id or ""
    if not (seqr_id.isascii() and seqr_id.isalnum()):
        return refusal("seqr-id.alphanumeric")
    holder = call.tx.get(Terminal, seqr_id=seqr_id)
    if holder is not None and holder.number != call.terminal.number:
        return refusal("seqr-id.taken")
    call.tx.save(replace(call.terminal, seqr_id=seqr_id))
    return Reply(**SUCCESS)
