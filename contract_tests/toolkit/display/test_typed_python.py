"""The Python call of a request, executed, sends the same request and contains no password."""

from __future__ import annotations

import ast
from typing import Any, cast

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

import seqrkit
from contract_tests.toolkit.messages import CONTRACTS
from seqrkit import Request, strategies
from seqrkit.display import typed_python
from seqrkit.model import REQUESTS
from seqrkit.vocabulary import PrincipalType

EVERY = [
    pytest.param(interface, operation, id=f"{interface}-{operation}")
    for interface, contract in CONTRACTS.items()
    for operation in contract.operations
]
SECRET = "s3cret of a new terminal"
CREDENTIALS = ("terminal_id", "terminal_password", "reseller_id", "reseller_user")


class Sent(Exception):
    """Ends a call of the client with its request."""


def sent_by(code: str, interface: str, monkeypatch: pytest.MonkeyPatch) -> Request:
    """Execute a cell or a program; return the request that the client was to send."""

    def send(_: object, request: Request, **_options: object) -> None:
        raise Sent(request)

    monkeypatch.setattr(seqrkit.Session, "send", send)
    monkeypatch.setenv("SEQR_NEW_TERMINAL_PASSWORD", SECRET)
    for name in (*CREDENTIALS, "reseller_password"):
        monkeypatch.setenv(f"SEQR_{name.upper()}", name)
    address = "http://127.0.0.1:1/"
    with (
        seqrkit.connect(address, interface=interface, quiet=True) as seqr,
        pytest.raises(Sent) as ended,
    ):
        exec(code, {"seqr": seqr})  # noqa: S102
    return cast("Request", ended.value.args[0])


def without_context(request: Request) -> Any:
    changes: dict[str, object] = {"context": None}
    if hasattr(request, "password"):
        changes["password"] = SECRET
    return attrs.evolve(cast("Any", request), **changes)


@pytest.mark.parametrize(("interface", "operation"), EVERY)
@given(data=st.data())
def test_it_sends_the_same_fields(interface: str, operation: str, data: st.DataObject) -> None:
    request = cast("Request", data.draw(strategies.valid(operation, interface)))
    code = typed_python.cell(request, interface)
    with pytest.MonkeyPatch.context() as patch:
        sent = sent_by(code, interface, patch)
    # The client fills in the standard modes and the date of an invoice that has none.
    assert without_context(sent) == without_context(request)
    sender = cast("Any", request).context.initiator_principal_id
    if sender.type in CONTRACTS[interface].operations[operation].principals[1:]:
        assert cast("Any", sent).context.initiator_principal_id.type == sender.type


@pytest.mark.parametrize(("interface", "operation"), EVERY)
@given(data=st.data())
def test_a_program_is_a_cell_with_a_session(
    interface: str, operation: str, data: st.DataObject
) -> None:
    request = cast("Request", data.draw(strategies.valid(operation, interface)))
    code = typed_python.program(request, "http://127.0.0.1:1/", interface)
    assert any(isinstance(node, ast.With) for node in ast.parse(code).body)
    with pytest.MonkeyPatch.context() as patch:
        assert without_context(sent_by(code, interface, patch)) == without_context(request)


@pytest.mark.parametrize(("interface", "operation"), EVERY)
def test_a_request_without_fields_can_be_sent(
    interface: str, operation: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    request = REQUESTS[operation]()
    sent = sent_by(typed_python.cell(request, interface), interface, monkeypatch)
    assert type(sent) is type(request)


@pytest.mark.parametrize("operation", ["registerTerminal", "executeReport"])
def test_no_password_is_in_it(operation: str) -> None:
    contract = CONTRACTS["cashregister-2"]
    with seqrkit.connect(quiet=True) as seqr:
        form = seqr.form(operation, principal=PrincipalType.RESELLERUSER)
        form.fill_samples()
        if operation == "registerTerminal":
            form.update({"password": SECRET})
        code = typed_python.cell(form.request, contract.interface)
    assert SECRET not in code
    assert ("SEQR_NEW_TERMINAL_PASSWORD" in code) == (operation == "registerTerminal")
