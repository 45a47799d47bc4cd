"""A sequence of requests as one script that starts from nothing: for a shell with curl, for Python.

A value that the service has returned, such as an invoiceReference, is read from the reply and put
into the requests after it. Passwords come from the environment; terminals that the suite registers
have a password of its own.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping
from typing import Final, NamedTuple

from attrs import frozen

from seqrkit import soap
from seqrkit.display import copy_as_code
from seqrkit.environment import variable
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.suite.framework.shop import PASSWORD
from seqrkit.suite.framework.trace import Trace, returned

_MARK: Final = "SEQRKIT{}VALUE{}"
_NEW: Final = variable(copy_as_code.NEW_PASSWORD)
_PHONE: Final = "seqrkit phone scan HTTP://SEQR.SE/R{reference} && seqrkit phone pay"
_SHELL_HEAD: Final = f"""\
{_NEW}={shlex.quote(PASSWORD)}
value() {{ printf %s "$reply" | tr '\\n' ' ' | sed -n "s/.*<$1>\\([^<]*\\)<.*/\\1/p"; }}
"""
_PYTHON_HEAD: Final = """\
import os
import re
import subprocess

import seqrkit


def value(exchange, name):
    found = re.search(f"<(?:[^<>/]+:)?{name}>([^<]*)<".encode(), exchange.response or b"")
    return found[1].decode() if found else ""


"""


class Value(NamedTuple):
    """A value that the service has returned: its variable, and the element that contains it."""

    variable: str
    element: str


@frozen
class Script:
    """The steps of a failure; `expects` is an element of the last reply and its right text.

    `buyer` is the command that pays, with `{reference}` and `{link}`.
    """

    steps: Trace
    endpoint: str
    interface: str
    expects: tuple[str, str] | None = None
    buyer: str = ""

    def shell(self) -> str:
        """Return the script for a POSIX shell; it ends with code 1 if the failure occurs."""
        values: dict[str, Value] = {}
        parts = [_SHELL_HEAD]
        for number, step in enumerate(self.steps, start=1):
            if not isinstance(step, Exchange):
                command = (self.buyer or _PHONE).replace("{link}", "HTTP://SEQR.SE/R{reference}")
                paid = values.get(step.reference)
                reference = f"${{{paid.variable}}}" if paid else step.reference
                parts.append(f"# {number}. the buyer pays\n")
                parts.append(command.replace("{reference}", reference) + "\n")
                continue
            envelope = _marked(step.request, values)
            code = copy_as_code.curl(envelope, self.endpoint, self.interface)
            if _is_registered(step, values):
                code = code.replace(variable("terminal_password"), _NEW)
            for known in values.values():
                code = code.replace(_mark(known.variable), f"${{{known.variable}}}")
            parts.append(f"# {number}. {step.operation}\nreply=$(\n{code})\n")
            for text, element in returned(step).items():
                if text not in values:
                    values[text] = Value(f"{element}_{number}", element)
                    parts.append(f"{values[text].variable}=$(value {element})\n")
        parts.append('printf "%s\\n" "$reply"\n')
        if self.expects is not None:
            name, expected = self.expects
            parts.append(
                f'[ "$(value {name})" = {shlex.quote(expected)} ] || {{ echo "{name} is '
                f'$(value {name}), expected {expected}"; exit 1; }}\n'
            )
        return "".join(parts)

    def python(self) -> str:
        """Return the script in Python; an assertion fails if the failure occurs."""
        values: dict[str, Value] = {}
        lines = [_PYTHON_HEAD]
        address = f"{self.endpoint!r}, interface={str(self.interface)!r}"
        lines.append(f"with seqrkit.connect({address}) as seqr:\n")
        for number, step in enumerate(self.steps, start=1):
            if not isinstance(step, Exchange):
                command = (self.buyer or _PHONE).replace("{link}", "HTTP://SEQR.SE/R{reference}")
                paid = values.get(step.reference)
                reference = paid.variable if paid else repr(step.reference)
                run = f"{command!r}.replace('{{reference}}', {reference})"
                lines.append(f"    subprocess.run({run}, shell=True, check=True)\n")
                continue
            envelope = _marked(step.request, values)
            masked = soap.mask(envelope)
            own = _is_registered(step, values)
            literal = repr(soap.unmask(masked, PASSWORD) if own else masked)
            if step.operation == "registerTerminal":
                literal = repr(_own_password(masked))
            for known in values.values():
                mark = _mark(known.variable).encode()
                if mark in envelope:
                    literal += f".replace({mark!r}, {known.variable}.encode())"
            lines.append(f"    # {number}. {step.operation}\n")
            lines.append(f"    exchange = seqr.send_raw({literal})\n")
            for text, element in returned(step).items():
                if text not in values:
                    values[text] = Value(f"{element}_{number}", element)
                    lines.append(f"    {values[text].variable} = value(exchange, {element!r})\n")
        lines.append("    print(exchange)\n")
        if self.expects is not None:
            name, expected = self.expects
            lines.append(f"    assert value(exchange, {name!r}) == {expected!r}\n")
        else:
            lines.append("    assert not exchange.reply_findings\n")
        return "".join(lines)


def _mark(name: str) -> str:
    return _MARK.format(name.replace("_", "N"), "X")


def _marked(request: bytes, values: Mapping[str, Value]) -> bytes:
    """Return a request with a mark in place of each value that the service has returned."""
    for text, name in values.items():
        pattern = rb"(?<=[>R])" + re.escape(text.encode()) + rb"(?=<)"
        request = re.sub(pattern, _mark(name.variable).encode(), request)
    return request


def _is_registered(step: Exchange, values: Mapping[str, Value]) -> bool:
    """Return whether the caller is a terminal that an earlier step has registered."""
    ids = [text for text, name in values.items() if name.element == "terminalId"]
    return any(f"<id>{each}</id>".encode() in step.request for each in ids)


def _own_password(masked: bytes) -> bytes:
    """Return a masked registerTerminal with the password of the new terminal, which comes last."""
    before, mark, after = masked.rpartition(soap.MASK.encode())
    return before + (PASSWORD.encode() if mark else b"") + after


def scripts(script: Script) -> dict[str, str]:
    """Return both scripts, or why there is none."""
    found = {}
    for name, write in (("curl", script.shell), ("python", script.python)):
        try:
            found[name] = write()
        except SeqrError as error:  # for example a message that a shell cannot write
            found[name] = f"{error}\n"
    return found
