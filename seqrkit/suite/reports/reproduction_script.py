"""A sequence of requests as one script that starts from nothing: for a shell with curl, for Python.

A value that the service has returned, such as an invoiceReference, is read from the reply and put
into the requests after it. The passwords of the credentials come from the environment; others, such
as those of terminals that the suite registers, are in the script.
"""

from __future__ import annotations

import html
import shlex
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from attrs import field, frozen

from seqrkit import contract, soap
from seqrkit.contract.message_identity import sender_of
from seqrkit.display import copy_as_code
from seqrkit.environment_variables import variable
from seqrkit.errors import SeqrError
from seqrkit.exchange import Exchange
from seqrkit.html import render_text
from seqrkit.qr import invoice_code
from seqrkit.suite.framework.example_steps import (
    CONTENT_TYPE,
    DIFFERENT,
    FINDING,
    MINUTES,
    STATUS,
    SUCCESSES,
    WELL_FORMED,
    Expected,
    Trace,
    as_reference,
    returned,
)
from seqrkit.suite.reports.script_values import Value, as_mark, identifier, marked, text_at
from seqrkit.vocabulary import PrincipalType, ResultCode

_PASSWORD_MARK: Final = "SEQRKITPASSWORD"  # noqa: S105 - a mark in place of one
_LINK: Final = invoice_code("{reference}")
_PHONE: Final = (("seqrkit", "phone", "scan", _LINK), ("seqrkit", "phone", "pay"))


class _Password(NamedTuple):
    """A password that is not one of the credentials, or is made from one: a text around it."""

    before: str
    after: str = ""
    own: str = ""
    """The name of the credential between the texts; empty if there is none."""
    is_swapped: bool = False
    """Whether it is the credential with its letters in the other case."""

    def shell(self) -> str:
        """Return it as a word of a shell."""
        own = f'"${variable(self.own)}"' if self.own else ""
        if self.is_swapped:
            own = f'"$(printf %s {own} | tr a-zA-Z A-Za-z)"'
        before, after = (shlex.quote(each) if each else "" for each in (self.before, self.after))
        return before + own + after

    def python(self) -> str:
        """Return it as an expression."""
        own = f"os.environ[{variable(self.own)!r}]{'.swapcase()' if self.is_swapped else ''}"
        return f"{self.before!r} + {own} + {self.after!r}"


class _Step(NamedTuple):
    """A step of a script: a request with marks in place of values, or else a payment."""

    title: str
    exchange: Exchange | None
    request: bytes
    payment: Sequence[Sequence[str]]
    """The commands that pay, each as its words, with `{reference}`."""
    reference: Value | str
    known: Mapping[str, Value]
    """The values that replies up to this step's have returned, by text."""
    new: tuple[Value, ...]
    """Those of them that this step's reply is the first to return."""
    times: int = 1
    """How many such requests are sent at once."""
    waits: bool = False
    """Whether the request is repeated until the report is ready."""
    others: tuple[Any, ...] = ()
    """The other steps whose requests are sent at once with this step's."""
    unique: str = ""
    """The variable for a text that is new each time the script runs, if the request needs one."""


@frozen
class Script:
    """The steps of a failure, and what the last reply should have; else it must have no findings.

    `buyer` is the command that pays, with `{reference}` and `{link}`; `credentials` are those of
    the session, by name.
    """

    steps: Trace
    endpoint: str
    interface: str
    expects: Expected | None = None
    buyer: str = ""
    credentials: Mapping[str, str] = field(factory=dict, repr=False)

    def _marked_steps(self) -> Iterator[_Step]:
        """Yield the steps, with marks in place of the values that the service has returned."""
        own = tuple(word.replace("{link}", _LINK) for word in shlex.split(self.buyer))
        payment = (own,) if own else _PHONE
        values: dict[str, Value] = {}
        others: list[_Step] = []
        first = len(self.steps) - self.expects.times if self.expects else 0
        for number, step in enumerate(self.steps, start=1):
            if not isinstance(step, Exchange):
                reference = values.get(step.reference, step.reference)
                yield _Step(f"{number}. the buyer pays", None, b"", payment, reference, values, ())
                continue
            request, unique = marked(step.request, values), ""
            if text := identifier(step):
                if text not in values:
                    unique = f"new_{number}"
                    values = values | {text: Value(unique, "")}
                if not values[text].element:  # not made from a terminalId
                    mark = as_mark(values[text].variable)
                    request = request.replace(f"{text}<".encode(), f"{mark}<".encode())
            new = {
                text: Value(f"{element}_{number}", element)
                for text, element in returned(step).items()
                if text not in values
            }
            values = values | new
            is_last = number == len(self.steps)
            times = self.expects.times if self.expects and is_last else 1
            if self.expects and self.expects.different:
                if first < number and not is_last:
                    others.append(_Step("", step, request, (), "", values, ()))
                    continue
                times = 1
            title, found = f"{number}. {step.operation}", tuple(new.values())
            if self.expects and self.is_repeated and step.number == self.expects.since:
                found = (*found, Value("before", self.expects.element))
            waits = step.operation == "executeReport" and not (is_last and self._is_of_codes)
            at_once = tuple(others)
            yield _Step(title, step, request, (), "", values, found, times, waits, at_once, unique)

    @property
    def is_repeated(self) -> bool:
        """Whether the last reply should have what the reply of an earlier step had."""
        numbers = (step.number for step in self.steps[:-1] if isinstance(step, Exchange))
        return self.expects is not None and self.expects.since in numbers

    @property
    def pause(self) -> int:
        """The seconds between the last request and those before it."""
        return self.expects.pause if self.expects else 0

    @property
    def _is_of_codes(self) -> bool:
        """Whether the failure is that a report has another result code, such as "not ready"."""
        return self.expects is not None and self.expects.element == "resultCode"

    def _password(self, exchange: Exchange) -> _Password | None:
        """Return the caller's password in a request, if it is not that of the credentials."""
        text = text_at(exchange.request, "context", "password")
        name = copy_as_code.PASSWORDS[self._sender(exchange)]
        own = self.credentials.get(name, "")
        if text in {"", own}:
            return None
        known = {self.credentials.get(each): each for each in copy_as_code.PASSWORDS.values()}
        if text in known:  # first: another's password can contain the own one
            return _Password("", "", known[text])
        if own and own in text:
            before, _, after = text.partition(own)
            return _Password(before, after, name)
        is_swapped = text == own.swapcase()
        return _Password("", "", name, is_swapped=True) if is_swapped else _Password(text)

    def _sender(self, exchange: Exchange) -> PrincipalType:
        operations = contract.load(exchange.interface).operations
        return sender_of(exchange.request, exchange.operation, operations)

    def shell(self) -> str:
        """Return the script for a POSIX shell; it ends with code 1 if the failure occurs."""
        return self._written("sh")

    def python(self) -> str:
        """Return the script in Python; an assertion fails if the failure occurs."""
        return self._written("py")

    def _written(self, language: str) -> str:
        # A finding of the linter has commands of its own, as has a reply that must have none.
        of_linter = self.expects is None or self.expects.element == FINDING
        return render_text(
            f"suite/reports/script.{language}.txt",
            script=self,
            steps=tuple(self._marked_steps()),
            name="" if of_linter else self.expects and self.expects.element,
            in_shell=_payment_in_shell,
            in_python=lambda paid: paid.variable if isinstance(paid, Value) else repr(paid),
            repr=repr,
            STATUS=STATUS,
            CONTENT_TYPE=CONTENT_TYPE,
            SUCCESSES=SUCCESSES,
            DIFFERENT=DIFFERENT,
            MINUTES=MINUTES,
            WELL_FORMED=WELL_FORMED,
            NOT_READY=int(ResultCode.REPORT_NOT_READY),
        )

    @property
    def selection(self) -> str:
        """The options of `seqrkit lint` for a finding; those for every error are the default."""
        id_ = "" if self.expects is None else self.expects.pattern.replace("\\", "")
        return f" --select {shlex.quote(id_)} --fail-on warning" if id_ else ""

    @property
    def is_wrong(self) -> str:
        """The condition in Python for the finding `x`."""
        expects = self.expects
        return f"re.fullmatch({expects.pattern!r}, x.id)" if expects else "x.severity == 'error'"

    def _pattern(self, last: _Step) -> str:
        """Return the expected pattern, with marks in place of the values that replies return."""
        pattern = self.expects.pattern if self.expects else ""
        for text, value in last.known.items():
            if self.expects and self.expects.names(text):
                pattern = as_reference(text).sub(as_mark(value.variable), pattern)
        return pattern

    def shell_pattern(self, last: _Step) -> str:
        """Return the expected pattern as a word of a shell."""
        text = self._pattern(last).replace("'", "'\"'\"'")
        quoted = f"'{text}'"  # also where nothing is special: the variables interrupt the quotes
        for known in last.known.values():
            value = f'\'"$(literal "${known.variable}")"\''
            quoted = quoted.replace(as_mark(known.variable), value)
        return quoted

    def python_pattern(self, last: _Step) -> str:
        """Return the expected pattern as an expression."""
        literal = repr(self._pattern(last))
        for known in last.known.values():
            if as_mark(known.variable) in literal:
                literal += f".replace({as_mark(known.variable)!r}, re.escape({known.variable}))"
        return literal

    def curl(self, step: _Step) -> str:
        """Return the command that sends a request and prints the replies."""
        exchange = _sent(step)
        known = {as_mark(each.variable): each.variable for each in step.known.values()}
        code = copy_as_code.curl(step.request, self.endpoint, self.interface, known)
        code = code.replace("curl --silent", "curl --include --silent")
        if exchange.operation == "registerTerminal":
            new = shlex.quote(text_at(exchange.request, "password"))
            code = f"{variable(copy_as_code.NEW_PASSWORD)}={new}\n{code}"
        if password := self._password(exchange):
            name = variable(copy_as_code.PASSWORDS[self._sender(exchange)])
            code = f"{name}={password.shell()}\n{code}"
        if step.times > 1:
            code = f"send() {{\n{code}}}\n{'send & ' * step.times}wait\n"
        if step.others:
            codes = enumerate((*map(self.curl, step.others), code), start=1)
            functions = [f"send_{number}() {{\n{each}}}\n" for number, each in codes]
            sends = "".join(f"send_{number + 1} & " for number in range(len(functions)))
            code = f"{''.join(functions)}{sends}wait\n"
        return code

    def literals(self, step: _Step) -> str:
        """Return an expression for the list of requests that a step sends at once, if several."""
        if not step.others:
            return f"[{self.literal(step)}] * {step.times}" if step.times > 1 else ""
        return f"[{', '.join(map(self.literal, (*step.others, step)))}]"

    def literal(self, step: _Step) -> str:
        """Return an expression for a request, masked where `send_raw` fills in the password."""
        exchange = _sent(step)
        password, replacements = self._password(exchange), {}
        request = step.request
        if password is None:
            request = soap.mask(request)
            if exchange.operation == "registerTerminal":
                new = text_at(exchange.request, "password")
                before, mark, after = request.rpartition(soap.MASK.encode())
                request = before + (html.escape(new, quote=False).encode() if mark else b"") + after
        elif password.own:
            request = soap.unmask(soap.mask(request), _PASSWORD_MARK)
            replacements[_PASSWORD_MARK] = f"html.escape({password.python()}, quote=False)"
        for known in step.known.values():
            replacements[as_mark(known.variable)] = known.variable
        literal = repr(request)
        for text, expression in replacements.items():
            if text.encode() in request:
                literal += f".replace({text.encode()!r}, {expression}.encode())"
        return literal


def _payment_in_shell(step: _Step) -> str:
    """Return the commands that pay; a shell reads nothing in their words or in the reference."""
    paid = step.reference
    reference = f'"${{{paid.variable}}}"' if isinstance(paid, Value) else shlex.quote(paid)

    def quoted(word: str) -> str:
        # Quotes only around what is not empty, because most words need none.
        parts = (shlex.quote(part) if part else "" for part in word.split("{reference}"))
        return reference.join(parts) or "''"

    return " && ".join(" ".join(map(quoted, words)) for words in step.payment)


def _sent(step: _Step) -> Exchange:
    assert step.exchange is not None  # noqa: S101 - the templates ask for no payment's request
    return step.exchange


def scripts(script: Script) -> dict[str, str]:
    """Return both scripts, or why there is none."""
    found = {}
    for name, write in (("curl", script.shell), ("python", script.python)):
        try:
            found[name] = write()
        except SeqrError as error:  # for example a message that a shell cannot write
            found[name] = f"{error}\n"
    return found
