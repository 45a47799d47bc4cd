"""Settings applied to an endpoint: principals, permissions, tokens, reports and seed invoices."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

import httpx
import pytest

from contract_tests.toolkit.simulator.shop import RESELLER, WEBSHOP, Shop, context, standard
from seqrkit.contract.reference_examples import examples
from seqrkit.errors import ConfigurationError, MessageError
from seqrkit.model import CreditUserRequest
from seqrkit.simulator import Endpoint
from seqrkit.simulator.store.records import StoredInvoice
from seqrkit.simulator.store.settings import EXAMPLE, NEVER_SEEDED, KnownToken
from seqrkit.soap.parser import parse
from seqrkit.vocabulary import InvoiceStatus, TokenStatus

SHOP = {"id": "other", "user": "1", "passwords": ["2009", "secret"]}
TILL = {
    "id": "till",
    "reseller": "other",
    "kind": "cash register",
    "passwords": ["1234", "lösen \U0001f511", "x" * 1000, "abc"],
}
BOTH = {"resellers": [SHOP], "terminals": [TILL]}
REFERENCE = os.environ.get("SEQRKIT_REFERENCE")


def printed(text: str) -> list[tuple[str, str]]:
    """The requests in a reference document, each with the name of its operation."""
    found = []
    for block in re.findall(r"<soap\w*:Envelope.*?</soap\w*:Envelope>", text, re.DOTALL):
        name = re.search(r"Body>\s*<\w+:(\w+)", block)
        assert name is not None
        if not name[1].endswith("Response"):
            found.append((name[1], block))
    return found


def answer_of(envelope: bytes) -> httpx.Response:
    """The answer of a fresh endpoint with the example settings."""
    with Endpoint(settings=EXAMPLE) as endpoint:
        return httpx.post(
            endpoint.url(), content=envelope, headers={"Content-Type": "text/xml"}, trust_env=False
        )


@pytest.mark.skipif(REFERENCE is None, reason="SEQRKIT_REFERENCE names no documents")
def test_every_well_formed_request_of_the_documents_succeeds() -> None:
    texts = [path.read_text("utf-8") for path in Path(str(REFERENCE)).glob("*.txt")]
    requests = [each for text in texts if "Envelope" in text for each in printed(text)]
    assert len(requests) == 14
    malformed = []
    for name, envelope in requests:
        answer = answer_of(envelope.encode())
        try:
            parse(envelope.encode())
        except MessageError:
            malformed.append(name)
            assert answer.status_code == 500
            assert "write &lt;/parameters&gt; in line 26" in answer.text
        else:
            assert "<resultCode>0</resultCode>" in answer.text, (name, answer.text)
    assert malformed == ["markTransactionPeriod"]


REQUESTS = [each for each in examples() if each.name.endswith(".request")]


@pytest.mark.parametrize("example", REQUESTS, ids=lambda each: each.name)
def test_every_example_request_succeeds_with_the_example_settings(example: Any) -> None:
    answer = answer_of(example.envelope)
    if "soap.not-xml" in example.findings:
        assert answer.status_code == 500
        assert "write &lt;/parameters&gt; in line 26" in answer.text
    else:
        assert "<resultCode>0</resultCode>" in answer.text, answer.text


@pytest.mark.parametrize("password", TILL["passwords"])
def test_a_terminal_can_use_each_of_its_passwords(password: str) -> None:
    shop = Shop(settings=BOTH)
    reply = shop.call("sendInvoice", context("till", password), invoice=standard())
    assert reply.result_code == (21 if len(password) < 4 else 0)
    assert shop.call("sendInvoice", context("till", "wrong"), invoice=standard()).result_code == 20


def test_a_reseller_can_use_each_of_its_passwords() -> None:
    shop = Shop(settings=BOTH)
    for password, code in (("2009", 0), ("secret", 0), ("2009 secret", 20)):
        assert (
            shop.call("markTransactionPeriod", context("other", password, "1")).result_code == code
        )


def test_blocked_principals_are_refused_until_they_are_not_blocked() -> None:
    shop = Shop()
    for blocked in (True, False):
        shop.service.configure(
            {
                "resellers": [{"id": "public_test_shop", "blocked": blocked}],
                "terminals": [{"id": "public_test_shop_terminal", "blocked": blocked}],
            }
        )
        code = 33 if blocked else 0
        assert shop.call("markTransactionPeriod", RESELLER).result_code == code
        assert shop.call("sendInvoice", WEBSHOP, invoice=standard()).result_code == code


@pytest.mark.parametrize("gaming", [None, False, True])
def test_only_a_gaming_partner_learns_who_the_buyer_is(gaming: object) -> None:
    reseller = SHOP if gaming is None else {**SHOP, "gaming": gaming}
    paid = {"reference": "7", "terminal": "till", "total": "5 SEK", "status": "PAID"}
    shop = Shop(settings={**BOTH, "resellers": [reseller], "invoices": [paid]})
    reply = shop.status("7", caller=context("till", "1234"))
    assert [each.value for each in reply.customer_tokens] == [shop.phone.user_id] * bool(gaming)


def test_an_entry_changes_only_what_it_names() -> None:
    shop = Shop(settings=BOTH)
    shop.service.configure({"terminals": [{"id": "till", "name": "Kiosk"}]})
    assert shop.call("sendInvoice", context("till", "1234"), invoice=standard()).result_code == 0
    shop.service.configure({"terminals": [{"id": "till", "passwords": ["5678"]}]})
    assert shop.call("sendInvoice", context("till", "1234"), invoice=standard()).result_code == 20


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        (
            {"resellers": [{"id": "new"}]},
            'reseller "new": it is new, and has no user and no passwords',
        ),
        (
            {"terminals": [{"id": "new", "reseller": "other"}]},
            'terminal "new": it is new, and has no pass',
        ),
        (
            {"terminals": [{"id": "till", "reseller": "x"}]},
            'terminal "till": there is no reseller "x"',
        ),
        (
            {
                "terminals": [
                    {"id": "till", "seqr_id": "A1"},
                    {"id": "public_test_shop_terminal", "seqr_id": "A1"},
                ]
            },
            'terminal "public_test_shop_terminal": the terminal "till" has the seqr_id A1',
        ),
        (
            {"invoices": [{"reference": "7", "terminal": "x", "total": "5 SEK"}]},
            'invoice "7": there is no terminal "x"',
        ),
        (
            {
                "invoices": [
                    {
                        "reference": each,
                        "terminal": "till",
                        "total": "5 SEK",
                        "status": "PAID",
                        "ers_reference": "2",
                    }
                    for each in "78"
                ]
            },
            'invoice "8": another payment has the ers_reference 2',
        ),
    ],
)
def test_settings_that_do_not_fit_change_nothing(settings: Any, sentence: str) -> None:
    shop = Shop(settings=BOTH)
    before = shop.service.transactions.run(lambda ledger: ledger.tx.dump(), reading=True)
    with pytest.raises(ConfigurationError, match=re.escape(f"settings: {sentence}")):
        shop.service.configure(settings)
    after = shop.service.transactions.run(lambda ledger: ledger.tx.dump(), reading=True)
    assert after == before


@pytest.mark.parametrize("status", sorted(set(InvoiceStatus) - NEVER_SEEDED))
@pytest.mark.parametrize("terminal", ["till", "public_test_shop_terminal"])
def test_a_seed_invoice_has_its_status_and_keeps_it(status: str, terminal: str) -> None:
    seed = {"reference": "7", "terminal": terminal, "total": "5 SEK", "status": status}
    shop = Shop(settings={**BOTH, "invoices": [seed]})
    shop.clock.advance(30 * 24 * 3600)
    caller = WEBSHOP if terminal != "till" else context("till", "1234")
    reply = shop.status("7", caller=caller)
    assert (reply.result_code, reply.status) == (0, status)
    assert (reply.ers_reference is not None) == (status == InvoiceStatus.PAID)


def test_a_known_token_tells_the_status_of_a_value() -> None:
    token = KnownToken("CARD", blocked=("1",), invalid=("2",))
    assert [token.status_of(each) for each in ("1", "2", "3", None)] == [
        TokenStatus.BLOCKED,
        TokenStatus.INVALID,
        TokenStatus.PENDING,
        TokenStatus.PENDING,
    ]


def test_tokens_users_and_reports_are_known() -> None:
    shop = Shop(
        settings={
            "users": [{"id": "anna", "currency": "EUR"}],
            "reports": [{"id": "R", "text": "115792", "title": "Transfers"}],
            "tokens": [{"id": "CARD", "blocked": ["1"]}],
        }
    )
    request = CreditUserRequest(user_id="anna", amount="1 EUR")
    assert shop.call("creditUser", credit_user_request=request).result_code == 0
    report = shop.report("R").report
    assert (report.content, report.content_string) == (b"115792", "115792")
    assert (report.mime_type, report.title) == ("text/plain", "Transfers")
    token = shop.service.transactions.run(lambda ledger: ledger.tx.get(KnownToken, id="CARD"))
    assert token == KnownToken("CARD", blocked=("1",))


def test_settings_and_database_on_a_restart(tmp_path: Path) -> None:
    """The settings win for principals; invoices and what requests did stay as they are."""
    seed = {"reference": "7", "terminal": "till", "total": "5 SEK"}
    shop = Shop(
        context("till", "1234"), tmp_path / "shop.db", settings={**BOTH, "invoices": [seed]}
    )
    assert shop.call("cancelInvoice", invoice_reference="7").result_code == 0
    assert shop.call("unregisterTerminal").result_code == 0
    shop.service.close()
    changed = {**TILL, "passwords": ["5678"], "blocked": False}
    again = {
        "resellers": [{**SHOP, "may_refund": False}],
        "terminals": [changed],
        "invoices": [seed],
    }
    shop = Shop(db=tmp_path / "shop.db", settings=again)
    assert shop.call("sendInvoice", context("till", "5678"), invoice=standard()).result_code == 29
    with shop.service.transactions.store.read() as tx:
        stored = tx.find(StoredInvoice)
    assert [(each.state.reference, each.state.status) for each in stored] == [("7", "CANCELED")]
    shop.service.close()
    shop = Shop(db=tmp_path / "shop.db")
    assert shop.call("markTransactionPeriod", context("other", "2009", "1")).result_code == 0


def test_a_reset_returns_to_the_settings() -> None:
    seed = {"reference": "7", "terminal": "till", "total": "5 SEK"}
    shop = Shop(context("till", "1234"), settings={**BOTH, "invoices": [seed]})
    shop.call("cancelInvoice", invoice_reference="7")
    shop.service.reset()
    assert shop.status("7").status == "ISSUED"


def test_the_control_api_applies_settings_and_refuses_wrong_ones() -> None:
    with Endpoint() as endpoint:
        url = f"{endpoint.base_url}/control/settings"
        assert httpx.post(url, json=BOTH, trust_env=False).status_code == 200
        state = httpx.get(f"{endpoint.base_url}/control/terminals", trust_env=False)
        assert "till" in state.text
        assert "1234" not in state.text
        for body in (
            '{"terminals": [{"id": "a", "password": "geheim"}]}',
            '{"users": [{"id": "\\ud800"}]}',
            '{"users": [{"id": ' + "1" * 5000 + "}]}",
            '{"users": ' + "[" * 100_000 + "]" * 100_000 + "}",
            '{"users": [], "users": []}',
            '{"users": [{"id": NaN}]}',
        ):
            answer = httpx.post(url, content=body, trust_env=False)
            assert answer.status_code == 400, body[:80]
            assert "\n" not in json.loads(answer.text)["error"]
            assert "geheim" not in answer.text
