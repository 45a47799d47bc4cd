"""A sequence of requests as one script that starts from nothing: for a shell with curl, for Python.

A value that the service has returned, such as an invoiceReference, is read from the reply and put
into the requests after it. Passwords come from the environment; terminals that the suite registers
have a password of its own.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from attrs import frozen

from seqrkit import soap
from seqrkit.display import copy_as_code
from seqrkit.environment import variable
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.qr import invoice_code
from seqrkit.suite.framework.shop import PASSWORD
from seqrkit.suite.framework.trace import Trace, returned

_MARK: Final = "SEQRKIT{}VALUE{}"
_NEW: Final = variable(copy_as_code.NEW_PASSWORD)
_LINK: Final = invoice_code("{reference}")
_PHONE: Final = f"seqrkit phone scan {_LINK} && seqrkit phone pay"
_CONTENT_TYPE: Final = "Content-Type"
_SHELL_HEAD: Final = f"""\
{_NEW}={shlex.quote(PASSWORD)}
value() {{ printf %s "$reply" | tr '\\n' ' ' | sed -n "s/.*<$1>\\([^<]*\\)<.*/\\1/p"; }}
header() {{ printf %s "$reply" | tr -d '\\r' | sed -n "s/^$1: *\\([^;]*\\).*/\\1/p" | head -1; }}
"""
_PYTHON_HEAD: Final = """\
import os
import re
import subprocess

import seqrkit


def value(exchange, name):
    found = re.search(f"<(?:[^<>/]+:)?{name}>([^<]*)<".encode(), exchange.response or b"", re.S)
    return found[1].decode() if found else ""


def header(exchange, name):
    return (seqrkit.exchange.header(exchange.response_headers, name) or "").partition(";")[0]


"""


class Value(NamedTuple):
    """A value that the service has returned: its variable, and the element that contains it."""

    variable: str
    element: str


class _Step(NamedTuple):
    """A step of a script: a request with marks in place of values, or else a payment."""

    title: str
    exchange: Exchange | None
    request: bytes
    payment: str
    """The command that pays, with `{reference}`."""
    reference: Value | str
    known: Mapping[str, Value]
    """The values that replies up to this step's have returned, by text."""
    new: tuple[Value, ...]
    """Those of them that this step's reply is the first to return."""
    by_registered: bool
    """Whether the caller is a terminal that an earlier step has registered."""


@frozen
class Script:
    """The steps of a failure; `expects` is an element of the last reply and its right text.

    The text is an extended regular expression for all of it. `Content-Type` is the header. `buyer`
    is the command that pays, with `{reference}` and `{link}`.
    """

    steps: Trace
    endpoint: str
    interface: str
    expects: tuple[str, str] | None = None
    buyer: str = ""

    def _marked_steps(self) -> Iterator[_Step]:
        """Yield the steps, with marks in place of the values that the service has returned."""
        payment = (self.buyer or _PHONE).replace("{link}", _LINK)
        values: dict[str, Value] = {}
        for number, step in enumerate(self.steps, start=1):
            if not isinstance(step, Exchange):
                reference = values.get(step.reference, step.reference)
                title = f"{number}. the buyer pays"
                yield _Step(title, None, b"", payment, reference, values, (), by_registered=False)
                continue
            request, by_registered = _marked(step.request, values), _is_registered(step, values)
            new = {
                text: Value(f"{element}_{number}", element)
                for text, element in returned(step).items()
                if text not in values
            }
            values = values | new
            title, found = f"{number}. {step.operation}", tuple(new.values())
            yield _Step(title, step, request, "", "", values, found, by_registered=by_registered)

    def shell(self) -> str:
        """Return the script for a POSIX shell; it ends with code 1 if the failure occurs."""
        parts = [_SHELL_HEAD]
        for step in self._marked_steps():
            parts.append(f"# {step.title}\n")
            if step.exchange is None:
                paid = step.reference
                reference = f"${{{paid.variable}}}" if isinstance(paid, Value) else paid
                parts.append(step.payment.replace("{reference}", reference) + "\n")
                continue
            code = copy_as_code.curl(step.request, self.endpoint, self.interface)
            if step.by_registered:
                code = code.replace(variable("terminal_password"), _NEW)
            for known in step.known.values():
                code = code.replace(_mark(known.variable), f"${{{known.variable}}}")
            if self.expects is not None and self.expects[0] == _CONTENT_TYPE:
                code = code.replace("curl --silent", "curl --include --silent")
            parts.append(f"reply=$(\n{code})\n")
            parts += (f"{each.variable}=$(value {each.element})\n" for each in step.new)
        parts.append('printf "%s\\n" "$reply"\n')
        if self.expects is None:
            parts.append('printf %s "$reply" | seqrkit lint -\n')
        else:
            name, pattern = self.expects
            inside = shlex.quote(name.replace(".", ">.*<"))
            found, quoted = (
                f"$({_reader(name)} {inside})",
                shlex.quote(_pattern(pattern, step.known)),
            )
            for known in step.known.values():
                quoted = quoted.replace(_mark(known.variable), f"'\"${{{known.variable}}}\"'")
            parts.append(
                f'printf "%s\\n" "{found}" | grep -Eqx {quoted} || {{ '
                f'echo "{name} is {found}, expected "{quoted}; exit 1; }}\n'
            )
        return "".join(parts)

    def python(self) -> str:
        """Return the script in Python; an assertion fails if the failure occurs."""
        lines = [_PYTHON_HEAD]
        address = f"{self.endpoint!r}, interface={str(self.interface)!r}"
        lines.append(f"with seqrkit.connect({address}) as seqr:\n")
        for step in self._marked_steps():
            lines.append(f"    # {step.title}\n")
            if step.exchange is None:
                paid = step.reference
                reference = paid.variable if isinstance(paid, Value) else repr(paid)
                run = f"{step.payment!r}.replace('{{reference}}', {reference})"
                lines.append(f"    subprocess.run({run}, shell=True, check=True)\n")
                continue
            masked = soap.mask(step.request)
            literal = repr(soap.unmask(masked, PASSWORD) if step.by_registered else masked)
            if step.exchange.operation == "registerTerminal":
                literal = repr(_own_password(masked))
            for known in step.known.values():
                mark = _mark(known.variable).encode()
                if mark in step.request:
                    literal += f".replace({mark!r}, {known.variable}.encode())"
            lines.append(f"    exchange = seqr.send_raw({literal})\n")
            lines += (
                f"    {each.variable} = value(exchange, {each.element!r})\n" for each in step.new
            )
        lines.append("    print(exchange)\n")
        if self.expects is None:
            lines.append(
                "    errors = [x for x in exchange.reply_findings if x.severity == 'error']\n"
            )
            lines.append("    assert not errors, errors\n")
        else:
            name, pattern = self.expects
            literal = repr(_pattern(pattern, step.known))
            for known in step.known.values():
                if _mark(known.variable) in literal:
                    literal += f".replace({_mark(known.variable)!r}, {known.variable})"
            inside = name.replace(".", ">.*?<")
            lines.append(f"    found = {_reader(name)}(exchange, {inside!r})\n")
            lines.append(f"    assert re.fullmatch({literal}, found), f'{name} is {{found}}'\n")
        return "".join(lines)


def _reader(name: str) -> str:
    return "header" if name == _CONTENT_TYPE else "value"


def _mark(name: str) -> str:
    return _MARK.format(name.replace("_", "N"), "X")


def _marked(request: bytes, values: Mapping[str, Value]) -> bytes:
    """Return a request with a mark in place of each value that the service has returned."""
    for text, name in values.items():
        pattern = rb"(?<=[>R])" + re.escape(text.encode()) + rb"(?=<)"
        request = re.sub(pattern, _mark(name.variable).encode(), request)
    return request


def _pattern(pattern: str, values: Mapping[str, Value]) -> str:
    """Return a pattern with a mark in place of each value that the service has returned."""
    for text, name in values.items():
        if len(text) > 1:  # a single character is hardly a reference
            pattern = pattern.replace(text, _mark(name.variable))
    return pattern


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
