"""The workbench has all operations, the history, and a comparison of any two exchanges."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import ipywidgets
import pytest

from contract_tests.toolkit.calls import INVOICE
from contract_tests.toolkit.messages import INTERFACES
from contract_tests.toolkit.widgets.interaction import body_of, compare, happen, numbers, piece
from seqrkit import ManualClock, Session, connect
from seqrkit.environment_variables import variable
from seqrkit.errors import ConfigurationError, EndpointUnreachable
from seqrkit.session import CREDENTIALS
from seqrkit.widgets import Workbench
from seqrkit.widgets.envelope_panel import REQUEST, RESPONSE
from seqrkit.widgets.exchange_history import SHOWN


@pytest.fixture(params=INTERFACES)
def seqr(request: pytest.FixtureRequest) -> Iterator[Session]:
    with connect(interface=request.param, quiet=True, clock=ManualClock(), seed=1) as session:
        yield session


@pytest.fixture
def bench(seqr: Session) -> Workbench:
    return seqr.workbench()


def page(bench: Workbench, tab: int) -> str:
    bench.panel.tab = tab
    return body_of(bench.panel)


def test_every_operation_opens_with_its_envelope(seqr: Session, bench: Workbench) -> None:
    for operation in seqr.contract.operations:
        bench.operation = operation
        assert operation in page(bench, REQUEST)
        assert bench.form(operation) is bench.form(operation)
    assert repr(bench) == (
        f"Workbench: {len(seqr.contract.operations)} requests of {seqr.interface}, {operation} "
        "open, 0 exchanges"
    )


def test_an_unknown_operation_is_an_error(seqr: Session, bench: Workbench) -> None:
    with pytest.raises(
        ConfigurationError, match="has no operation sendinvoice; did you mean sendInv"
    ):
        seqr.workbench("sendinvoice")
    with pytest.raises(ConfigurationError, match="has no operation pay"):
        bench.operation = "pay"
    assert bench.operation == "sendInvoice"


def test_the_panel_follows_each_keystroke(bench: Workbench) -> None:
    form = bench.form("sendInvoice")
    assert "5 to do" in page(bench, REQUEST)
    assert "invoice.title.required" not in page(bench, REQUEST)
    happen(form.body, "leave", "invoice.title")
    assert "invoice.title.required" in page(bench, REQUEST)
    form.update({"invoice.title": "Grand Cinema"})
    assert "Grand Cinema" in page(bench, REQUEST)
    assert "invoice.title.required" not in page(bench, REQUEST)
    bench.operation = "cancelInvoice"
    form.update({"invoice.title": "Another"})  # its form is not open
    assert "Another" not in page(bench, REQUEST)


def test_a_sent_request_is_in_the_panel_and_the_history(bench: Workbench) -> None:
    form = bench.form("sendInvoice")
    form.fill_samples()
    exchange = form.send()
    assert exchange.succeeded
    assert bench.panel.tab == RESPONSE
    assert "invoiceReference" in page(bench, RESPONSE)
    assert numbers(bench.history) == (1,)
    bench.operation = "getPaymentStatus"
    reference = (exchange.response or b"").decode().split("<invoiceReference>")[1].split("<")[0]
    assert bench.form("getPaymentStatus").value["invoiceReference"] == reference


def test_the_history_has_exchanges_from_code(seqr: Session, bench: Workbench) -> None:
    for _ in range(SHOWN + 2):
        seqr.send_invoice(INVOICE)
    seqr.cancel_invoice("none", check=False)
    assert numbers(bench.history) == tuple(range(4, SHOWN + 4))
    happen(bench.history, "open", 1)
    assert "exchange 1, as sent" in page(bench, REQUEST)


def test_any_two_exchanges_are_compared(seqr: Session, bench: Workbench) -> None:
    assert piece(bench.history, "difference") == ""
    seqr.send_invoice(INVOICE)
    seqr.cancel_invoice("none", check=False)
    seqr.cancel_invoice("nothing", check=False)
    compare(bench.history, 2, 3)
    assert "no<mark>ne</mark>" in piece(bench.history, "difference")
    assert "no<mark>thing</mark>" in piece(bench.history, "difference")
    compare(bench.history, 1, 3)
    assert "sendInvoice" in piece(bench.history, "difference")
    seqr.send_invoice(INVOICE)
    assert "sendInvoice" in piece(bench.history, "difference"), "what is being compared stays"
    with pytest.raises(ConfigurationError, match="exchange 9 does not exist; there are 4"):
        compare(bench.history, 1, 9)


@pytest.mark.parametrize("forgotten", [1, SHOWN, SHOWN + 3])
@pytest.mark.parametrize("later", [1, 2, SHOWN + 3])
def test_the_history_outlives_what_the_journal_forgets(
    seqr: Session, bench: Workbench, forgotten: int, later: int
) -> None:
    history = bench.history

    def use() -> None:
        for number in numbers(history):
            happen(history, "open", number)
            assert history.opened
            assert history.opened.number == number
            if piece(history, "choice"):
                happen(history, "choose", 0, str(number))
        assert ">-" not in piece(history, "strip")

    for _ in range(forgotten):
        seqr.cancel_invoice("none", check=False)
    seqr.exchanges.forget()
    use()
    for _ in range(later):
        seqr.cancel_invoice("none", check=False)
    last = forgotten + later
    assert numbers(history) == tuple(range(max(forgotten, last - SHOWN) + 1, last + 1))
    assert f">{numbers(history)[0] - 1} earlier<" in piece(history, "strip")
    use()
    if later > 1:
        compare(history, forgotten + 1, last)
    seqr.exchanges.forget()
    use()
    assert bool(piece(history, "difference")) is (later > 1)
    with pytest.raises(ConfigurationError, match="exchange 99 does not exist"):
        history.receive("open", 99)


def test_a_form_is_filled_from_an_exchange(seqr: Session, bench: Workbench) -> None:
    seqr.send_invoice(INVOICE)
    bench.operation = "cancelInvoice"
    happen(bench.history, "repeat", 1)
    assert bench.operation == "sendInvoice"
    form = bench.form("sendInvoice")
    assert form.value["invoice.title"] == INVOICE.title
    assert "Grand Cinema" in page(bench, REQUEST)
    assert form.send().succeeded
    first, again = (each.request for each in seqr.exchanges)
    assert first.split(b"<clientReference>")[1][:32] != again.split(b"<clientReference>")[1][:32]


def test_an_exchange_without_a_message_cannot_be_filled_in(seqr: Session, bench: Workbench) -> None:
    seqr.send_raw(b"<broken", "cancelInvoice")
    seqr.send_raw(b"<broken")
    happen(bench.history, "repeat", 2)
    assert bench.operation == "sendInvoice"
    happen(bench.history, "repeat", 1)
    assert bench.operation == "cancelInvoice"
    assert "exchange 1 cannot be filled in" in bench.form("cancelInvoice").failure


def test_a_closed_workbench_has_no_subscriptions(seqr: Session, bench: Workbench) -> None:
    bench.close()
    bench.close()  # ipywidgets does this when the widget is garbage-collected
    seqr.cancel_invoice("none", check=False)
    assert numbers(bench.history) == ()
    assert isinstance(seqr.clock, ManualClock)
    seqr.clock.advance(1)


def test_threads_may_send_while_it_is_open(seqr: Session, bench: Workbench) -> None:
    with ThreadPoolExecutor(8) as pool:
        for _ in range(80):
            pool.submit(seqr.cancel_invoice, "none", check=False)
    assert numbers(bench.history) == tuple(range(81 - SHOWN, 81))
    compare(bench.history, 79, 80)
    assert piece(bench.history, "difference")


def test_an_unreachable_endpoint_is_displayed() -> None:
    nowhere = "http://127.0.0.1:1/soap/merchant/cashregister-2"
    with connect(nowhere, terminal_id="till", terminal_password="pass", quiet=True) as seqr:
        bench = seqr.workbench("cancelInvoice")
        form = bench.form("cancelInvoice")
        form.fill_samples()
        with pytest.raises(EndpointUnreachable):
            form.send()
        assert "cannot be reached" in form.failure
        assert "cannot be reached" in page(bench, RESPONSE)
        assert numbers(bench.history) == (1,)


def test_a_client_without_credentials_has_a_workbench(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in CREDENTIALS:
        monkeypatch.delenv(variable(name), raising=False)
    with connect("http://127.0.0.1:1/soap/merchant/cashregister-2", quiet=True) as seqr:
        bench = seqr.workbench()
        assert "terminal_id=" in bench.form("sendInvoice").failure
        assert "sendInvoice" in page(bench, REQUEST)


def test_findings_about_a_masked_password_follow_each_keystroke(seqr: Session) -> None:
    bench = seqr.workbench("registerTerminal")
    form = bench.form("registerTerminal")
    form.fill_samples()
    path = "registerTerminal.password.min-length"
    form.update({"password": "typ"})
    assert path in page(bench, REQUEST)
    form.update({"password": "typed-secret"})
    assert path not in page(bench, REQUEST)
    assert "no findings" in page(bench, REQUEST)


def test_closing_it_leaves_no_widget_open(seqr: Session) -> None:
    open_before = set(ipywidgets.Widget.get_manager_state()["state"])
    bench = seqr.workbench("sendInvoice")
    bench.form("cancelInvoice")._repr_mimebundle_()
    bench.form("sendInvoice").fill_samples()
    bench.form("sendInvoice").send()
    bench.next_steps.use_phone()
    bench.operation = "executeReport"
    bench.close()
    seqr.checkout(INVOICE).close()
    assert set(ipywidgets.Widget.get_manager_state()["state"]) == open_before
