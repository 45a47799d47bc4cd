"""What the fixture `seqr_endpoint` provides: the endpoint, for the register under test."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import TYPE_CHECKING, Self

from attrs import frozen
from lxml import etree

from seqrkit import contract, soap
from seqrkit.clock import ManualClock
from seqrkit.control_client.clock import RemoteClock
from seqrkit.drill.merchant_books import told
from seqrkit.environment_variables import client_variables
from seqrkit.errors import ConfigurationError, MessageError
from seqrkit.simulator.store.records import Movement, MovementKind, Period
from seqrkit.vocabulary import NEWEST, Interface

if TYPE_CHECKING:
    from seqrkit.contract import Finding, MessageType
    from seqrkit.control_client.phone import RemotePhone
    from seqrkit.session import Session
    from seqrkit.simulator import Endpoint, Phone
    from seqrkit.simulator.exchange_log import ObservedExchange
    from seqrkit.simulator.faults import Faults
    from seqrkit.simulator.notifications.delivery import Notifications
    from seqrkit.simulator.transactions.ledger import Ledger


@frozen
class SentRequest:
    """A request that the register has sent, as the endpoint received it; passwords are masked."""

    operation: str
    envelope: bytes
    interface: Interface
    _of_session: tuple[Finding, ...] = ()

    def text(self, path: str) -> str | None:
        """Return the text of an element, for example of ``invoice/title``; `None` if absent.

        Raises `ConfigurationError` for an element that the operation does not have.
        """
        __tracebackhide__ = True  # the failing line is the test's
        found = _payload(self.envelope).find(path)
        if found is None:
            _check_names(self.operation, path)
        return soap.text_of(found)

    @property
    def findings(self) -> tuple[Finding, ...]:
        """The linter's findings about it, after what the register has sent before."""
        return (*contract.load(self.interface).lint(self.envelope), *self._of_session)

    def __str__(self) -> str:
        return f"{self.operation}\n{self.envelope.decode('utf-8', 'replace')}"


class RegisterEndpoint(str):
    """The address of the endpoint, with its credentials, phone and clock, and what it received.

    It is a text, so that ``Register(seqr_endpoint)`` is enough for a register that takes an
    address. `requests` and the assertions need the embedded endpoint.
    """

    # Against typos: a text would take any attribute, and a test would then assert nothing.
    __slots__ = ("_observed", "credentials", "session")

    session: Session
    """A session of the test's own with the same endpoint; its requests are not the register's."""
    credentials: Mapping[str, str]
    """The credentials for the register, as arguments of `seqrkit.connect`."""
    _observed: list[ObservedExchange]

    def __new__(cls, session: Session, credentials: Mapping[str, str]) -> Self:
        """Return the endpoint of a session."""
        simulator = session.simulator
        url = session.endpoint if simulator is None else simulator.url(session.interface)
        made = super().__new__(cls, url)
        made.session, made.credentials, made._observed = session, credentials, []
        return made

    @property
    def environment(self) -> Mapping[str, str]:
        """The address and the credentials as environment variables, for a register's process."""
        return client_variables(str(self), self.credentials)

    @property
    def phone(self) -> Phone | RemotePhone:
        """The simulated buyer's phone."""
        return self.session.phone

    @property
    def clock(self) -> ManualClock | RemoteClock:
        """The clock, which `advance` moves; raises `ConfigurationError` if no test can move it."""
        clock = self.session.clock
        if isinstance(clock, ManualClock | RemoteClock):
            return clock
        raise ConfigurationError(f"{self} has no clock that tests can move")

    @property
    def faults(self) -> Faults:
        """The faults to inject; raises `ConfigurationError` if the endpoint is elsewhere."""
        return self.session.faults

    @property
    def notifications(self) -> Notifications:
        """The calls of notificationUrl."""
        return self._simulator.notifications

    @property
    def _simulator(self) -> Endpoint:
        if self.session.simulator is None:
            raise ConfigurationError(f"this needs the embedded endpoint, and {self} is elsewhere")
        return self.session.simulator

    def requests(self, operation: str | None = None) -> tuple[SentRequest, ...]:
        """Return what the register has sent since the last `reset`, all or of one operation.

        Raises `ConfigurationError` for an operation that does not exist.
        """
        __tracebackhide__ = True
        session, sent = contract.SessionRules(), []
        for each in self._received():
            envelope = each.masked_request
            about, _ = session.exchange(envelope, each.masked_response)
            sent.append(SentRequest(each.operation, envelope, each.interface, about))
        chosen = tuple(each for each in sent if operation in {None, each.operation})
        if operation and not chosen:
            _check_names(operation)
        return chosen

    def _received(self) -> list[ObservedExchange]:
        """Return the exchanges of the register, without those of the test's own session."""
        _ = self._simulator
        own = {each.request for each in self.session.exchanges}
        return [each for each in self._observed if each.request not in own]

    def assert_sent(
        self, operation: str, texts: Mapping[str, str] | None = None, *, times: int | None = None
    ) -> None:
        """Fail unless a request was sent whose elements have these texts.

        ``assert_sent("sendInvoice", {"invoice/title": "Tea"})``. With `times`, exactly so many. The
        message shows the requests of the operation that differ, and in what.
        """
        __tracebackhide__ = True
        wanted = texts or {}
        sent = self.requests(operation)
        if not sent:
            _check_names(operation, *wanted)
        for each in sent:
            for path in wanted:
                each.text(path)  # refuses a name in this frame, which tracebacks do not show
        matching = [r for r in sent if all(r.text(path) == t for path, t in wanted.items())]
        if len(matching) == times or (times is None and matching):
            return
        number = str(len(matching)) if matching else "no"
        described = f" with {_described(wanted)}" if wanted else ""
        expected = {None: "one", 0: "none"}.get(times, times)
        lines = [f"{number} {operation}{described} was sent, expected {expected}"]
        for each in sent:
            texts_sent = {path: each.text(path) for path in wanted}
            differing = {path: text for path, text in texts_sent.items() if text != wanted[path]}
            if differing:
                lines.append(f"  {operation} was sent with {_described(differing)}")
        if not sent:
            names = ", ".join(each.operation for each in self.requests()) or "nothing"
            lines.append(f"  sent: {names}")
        raise AssertionError("\n".join(lines))

    def assert_no_findings(self) -> None:
        """Fail if the linter has findings about a request of the register."""
        __tracebackhide__ = True
        found = [(each, finding) for each in self.requests() for finding in each.findings]
        if found:
            lines = [f"{each.operation}: {finding}" for each, finding in found]
            raise AssertionError("the register's requests have findings:\n" + "\n".join(lines))

    def assert_books_balance(self) -> None:
        """Fail unless the register was told of each payment and refund of its invoices.

        A payment that was reversed must not be in a reply as paid. The message names the
        invoice, the amount, the ersReference and the transaction period of each difference.
        """
        __tracebackhide__ = True
        payments, invoices = set[str](), set[str]()
        for each in self._received():
            payments.update(told(each, "ersReference"))
            if each.operation == "sendInvoice":
                invoices.update(told(each, "invoiceReference"))
        lines = [
            line
            for invoice in sorted(invoices - {""})
            for line in self._simulator.control.read(partial(_differences, invoice, payments))
        ]
        if lines:
            title = "the register's books differ from those of the endpoint:"
            raise AssertionError("\n".join([title, *lines]))

    def reset(self) -> None:
        """Return to the state of a new endpoint: no invoices, no faults, no requests."""
        self._simulator.control.reset()
        self._simulator.faults.clear()
        # What was sent before belongs to another example of `@given`.
        self._observed.clear()
        self.session.exchanges.forget()

    @contextmanager
    def observed(self) -> Iterator[Self]:
        """Keep the requests that the embedded endpoint receives within the ``with`` block."""
        if self.session.simulator is None:
            yield self
            return
        observers = self.session.simulator.application.exchanges.observers
        observers.append(self._observed.append)
        try:
            yield self
        finally:
            observers.remove(self._observed.append)


def _described(texts: Mapping[str, str | None]) -> str:
    return ", ".join(
        f"no {path}" if text is None else f'{path} "{text}"' for path, text in texts.items()
    )


def _check_names(operation: str, *paths: str) -> None:
    """Raise `ConfigurationError` for names that no request can have: a test would find nothing."""
    __tracebackhide__ = True
    operations = contract.load(NEWEST).operations
    if operation not in operations:
        raise ConfigurationError(
            f"there is no operation {operation}; it is one of {', '.join(operations)}"
        )
    for path in paths:
        kind: MessageType | None = operations[operation].request
        for step in path.split("/"):
            field = kind and kind.by_name.get(step.partition("[")[0])
            if not field:
                raise ConfigurationError(
                    f"{operation} has no element {path}; name the elements on the way to it, as in "
                    "invoice/title"
                )
            kind = field.type


def _payload(message: bytes) -> etree._Element:
    try:
        return soap.read_payload(message)
    except MessageError:
        # A request that is not XML has no texts; `assert_no_findings` says what is wrong with it.
        return etree.Element("unreadable")


def _differences(invoice: str, told: Collection[str], ledger: Ledger) -> Iterator[str]:
    """Yield how the money that an invoice moved differs from the ersReferences told."""
    movements = ledger.tx.find(Movement, invoice=invoice)
    # A reversal gives back all payments of its invoice at once, also those in parts.
    was_reversed = any(each.kind is MovementKind.REVERSAL for each in movements)
    for each in movements:
        if each.kind is MovementKind.REVERSAL:
            continue
        is_reversed = each.kind is MovementKind.SALE and was_reversed
        if is_reversed is not (each.reference in told):
            continue
        what = f"invoice {invoice}: {each.kind} of {each.amount}, ersReference {each.reference}"
        wrong = "was reversed later" if is_reversed else "no reply told the register"
        yield f"  {what}, {_period(each, ledger)}: {wrong}"


def _period(movement: Movement, ledger: Ledger) -> str:
    for each in ledger.tx.find(Period, reseller=movement.reseller, terminal=None):
        if each.after < movement.number <= each.last:
            return f"period {each.id}"
    return "in the open period"
