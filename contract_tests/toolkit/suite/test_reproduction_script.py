"""Scripts of failures: in a shell and in Python they send and verify the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any, NamedTuple
from xml.sax.saxutils import escape

import pytest
from attrs import evolve
from hypothesis import example, given, settings
from hypothesis import strategies as st

from contract_tests.toolkit.peer import Handler, answering, peer, reply
from contract_tests.toolkit.suite.sample_checks import row_of
from seqrkit import Endpoint, connect
from seqrkit.exchange import Exchange
from seqrkit.model import GetPaymentStatus
from seqrkit.session import Session, published
from seqrkit.suite.framework.buyer import command_buyer
from seqrkit.suite.framework.example_steps import (
    CONTENT_TYPE,
    DIFFERENT,
    FINDING,
    STATUS,
    SUCCESSES,
    BuyerPays,
    Expected,
    Trace,
    as_reference,
    literal,
    needed,
    returned,
)
from seqrkit.suite.framework.shop import PASSWORD, Shop
from seqrkit.suite.framework.shop_report import Report, UnreadableReport
from seqrkit.suite.framework.till import bill
from seqrkit.suite.reports.reproduction_script import Script
from seqrkit.vocabulary import NEWEST, PATHS

CREDENTIALS: dict[str, Any] = dict(published())
TITLE = "Tea & <cake>  [today]"


class Sent(NamedTuple):
    """An endpoint, and what was sent there."""

    endpoint: Endpoint
    sale: tuple[Exchange, ...]
    """An invoice, and its status."""
    register: tuple[Exchange, ...]
    """A terminal, and an invoice of it."""
    refused: tuple[Trace, ...]
    """Requests with wrong passwords that are made from the right one, and one that is not."""


@pytest.fixture(scope="module")
def sent() -> Iterator[Sent]:
    with (
        Endpoint() as endpoint,
        connect(endpoint.base_url, interface=NEWEST, quiet=True, **CREDENTIALS) as seqr,
    ):
        reference = seqr.send_invoice(bill(title=TITLE)).invoice_reference or ""
        seqr.get_payment_status(reference)
        sale = tuple(seqr.exchanges)
        terminal = seqr.register_terminal("one", PASSWORD, "one").terminal_id or ""
        register = [seqr.exchanges[-1]]
        seqr.as_terminal(terminal, PASSWORD).send_invoice(bill())
        register.append(seqr.exchanges[-1])
        right = published()["terminal_password"]
        wrong = (f"{right}x", f"x{right}", "wrong & <worse>", "")
        yield Sent(endpoint, sale, tuple(register), tuple(refused(seqr, each) for each in wrong))


def refused(seqr: Session, password: str) -> Trace:
    context = evolve(seqr.context("getPaymentStatus"), password=password)
    seqr.send(
        GetPaymentStatus(context=context, invoice_reference="0", invoice_version=0), check=False
    )
    return (seqr.exchanges[-1],)


@pytest.fixture(params=["shell", "python"])
def language(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> str:
    command = tmp_path / "seqrkit"
    command.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m seqrkit "$@"\n')
    command.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    for name, each in published().items():
        monkeypatch.setenv(f"SEQR_{name.upper()}", each)
    return str(request.param)


def fails(language: str, sent: Sent, steps: Trace, expects: Expected, buyer: str = "") -> bool:
    """Run the script of these steps; return whether what it expects is not so."""
    return fails_at(f"{sent.endpoint.base_url}{PATHS[NEWEST]}", language, steps, expects, buyer)


def fails_at(address: str, language: str, steps: Trace, expects: Expected, buyer: str = "") -> bool:
    """Run the script of these steps at another service, see `fails`."""
    script = Script(steps, address, NEWEST, expects, buyer, published())
    secrets = {each for name, each in published().items() if name.endswith("password")}
    if language == "python":
        text = script.python()
        assert not any(f">{each}<" in text for each in secrets)
        try:
            exec(compile(text, "script", "exec"), {})  # noqa: S102 - our own script
        except AssertionError:
            return True
        return False
    text = script.shell()
    assert not any(f">{each}<" in text for each in secrets)
    ended = subprocess.run(
        ["/bin/sh", "-c", text], env=os.environ, capture_output=True, text=True, check=False
    )
    assert ended.returncode in {0, 1}, ended.stderr
    return ended.returncode == 1


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        (Expected("status", "ISSUED"), Expected("status", "PAID")),
        (Expected("status", "PAID", matches=False), Expected("status", "ISSUED", matches=False)),
        (Expected("return.resultDescription", ".+"), Expected("receipt", ".+")),
        (Expected(STATUS, "200"), Expected(STATUS, "500")),
        (Expected(CONTENT_TYPE, "text/xml"), Expected(CONTENT_TYPE, "text/html")),
        (Expected(SUCCESSES, "2", times=2), Expected(SUCCESSES, "1", times=2)),
        (Expected("status", "ISSUED", pause=1), Expected("status", "PAID", pause=1)),
    ],
    ids=lambda each: each.element,
)
def test_a_script_fails_unless_the_last_reply_is_as_expected(
    sent: Sent, language: str, right: Expected, wrong: Expected
) -> None:
    assert not fails(language, sent, sent.sale, right)
    assert fails(language, sent, sent.sale, wrong)


@pytest.mark.parametrize(
    "wrong", [b"", b"<a>", b"1;8,00", b"<a>b & c</a>", *map(row_of, ("8,00", "NaN", " eight"))]
)
def test_a_script_fails_at_the_report_that_could_not_be_read(
    sent: Sent, language: str, wrong: bytes
) -> None:
    exchange = evolve(sent.sale[0], operation="executeReport")
    with pytest.raises(UnreadableReport) as refused:
        Report("R", wrong, exchange).rows  # noqa: B018 - it is read
    for content, failed in ((wrong, True), (row_of("8.00"), False)):
        answer = reply("executeReport").replace(b"115792", escape(content.decode()).encode())
        with peer(answering(answer)) as service:
            found = fails_at(service.url(NEWEST), language, (exchange,), refused.value.expects)
        assert found is failed


def test_a_script_counts_references_of_requests_at_once(sent: Sent, language: str) -> None:
    for number, failed in (("3", False), ("1", True)):
        expects = Expected(f"{DIFFERENT}invoiceReference", number, times=3)
        assert fails(language, sent, sent.sale[:1], expects) is failed


def test_a_reference_is_read_from_the_reply(sent: Sent, language: str) -> None:
    assert not fails(language, sent, sent.sale, Expected("resultCode", "0"))
    assert (
        fails(language, sent, sent.sale[1:], Expected("resultCode", "54", matches=False)) is False
    )


@pytest.mark.parametrize("text", ["0", "1", "42", "100.00", "SEK", "Ticket"])
def test_a_short_reference_is_read_only_where_a_request_names_one(
    sent: Sent, language: str, text: str
) -> None:
    sale, read = sent.sale
    (reference,) = returned(sale)
    first = evolve(sale, response=reply("sendInvoice", invoiceReference=text))
    request = read.request.replace(reference.encode(), text.encode())
    second, third = evolve(read, request=request), evolve(sale, number=read.number + 1)
    assert needed((first, second, third), third) == (third,)

    answers = (reply("sendInvoice", invoiceReference=each) for each in ("777", "778", "779"))
    with peer(lambda handler, _: handler.answer(next(answers))) as service:
        steps = (first, second, third)
        ok = Expected("resultCode", "0")
        assert not fails_at(service.url(NEWEST), language, steps, ok)
        sent_again = [each.strip() for each in service.heard]
    named = read.request.replace(reference.encode(), b"777")
    assert sent_again == [each.strip() for each in (sale.request, named, sale.request)]


def test_a_reference_is_read_from_the_reply_also_beside_unprintable_text(
    sent: Sent, language: str
) -> None:
    sale, read = sent.sale
    request = read.request.replace(b"<context>", "<context>\u2028".encode())
    steps = (sale, evolve(read, request=request))
    assert not fails(language, sent, steps, Expected("resultCode", "0"))


@pytest.mark.parametrize("second", ["b+(2)", "b+(3)"])
def test_a_script_compares_references_with_special_characters(
    sent: Sent, language: str, second: str
) -> None:
    response = reply("sendInvoice", invoiceReference="a+(1)")
    first = evolve(sent.sale[0], response=response)
    again = evolve(first, number=first.number + 1)
    other = Expected("invoiceReference", literal("a+(1)"), matches=False)
    answers = (reply("sendInvoice", invoiceReference=each) for each in ("b+(2)", second))
    with peer(lambda handler, _: handler.answer(next(answers))) as service:
        found = fails_at(service.url(NEWEST), language, (first, again), other)
    assert found is (second == "b+(2)")


@given(
    text=st.from_regex("[0-9a-f.+(|:-]{0,35}[0-9a-f]", fullmatch=True),
    form=st.sampled_from(
        [
            "{}",
            r"HTTP://SEQR\.SE/R{}",
            ".*({}.{{0,99}}x|x.{{0,99}}{}).*",
            r".*(>{}<.{{0,99}}>1\.000*<|>12\.500*<.{{0,99}}>{}<).*",
            r".*>{}<.*<SalesTotal>8\.000*</SalesTotal>.*",
        ]
    ),
    other=st.text("0123456789ab", max_size=3),
)
@example("1", r".*(>{}<.{{0,99}}>1\.000*<|>12\.500*<.{{0,99}}>{}<).*", "")
@example("500", r".*(>{}<.{{0,99}}>1\.000*<|>12\.500*<.{{0,99}}>{}<).*", "")
def test_a_reference_is_found_in_what_is_expected_only_as_a_whole(
    text: str, form: str, other: str
) -> None:
    pattern = form.format(literal(text), literal(text))
    assert Expected("invoiceReference", pattern).names(text)
    assert as_reference(text).sub("@", pattern) == form.format("@", "@")
    assert bool(as_reference(text).search(f"{other}{literal(text)}")) == (not other)
    assert not Expected("receipt.invoice.totalAmount.value", text).names(text)


def test_a_terminal_is_registered_anew_each_time(sent: Sent, language: str) -> None:
    with connect(sent.endpoint.base_url, interface=NEWEST, quiet=True, **CREDENTIALS) as seqr:
        shop = Shop(seqr, lambda *_: None)
        shop.register("one")
        shop.register("one")
    answer = reply("registerTerminal", terminalId="1")
    with peer(answering(answer)) as service:
        for _ in range(2):
            ok = Expected("resultCode", "0")
            assert not fails_at(service.url(NEWEST), language, tuple(shop.registrations), ok)
        identifiers = {each.partition(b"<externalTerminalId>")[2] for each in service.heard}
    assert len(identifiers) == 4


def test_a_reply_is_compared_with_an_earlier_one(sent: Sent, language: str) -> None:
    sale, read = sent.sale
    again = evolve(read, number=read.number + 1)
    expects = Expected("version", "77", since=read.number)
    steps = needed((sale, read, again), again, expects=expects)
    for versions, failed in ((["1", "1"], False), (["0", "1"], True)):
        replies = [reply("getPaymentStatus", version=each) for each in versions]
        answers = iter([reply("sendInvoice", invoiceReference="1"), *replies])

        def answer(handler: Handler, _: bytes, answers: Iterator[bytes] = answers) -> None:
            handler.answer(next(answers))

        with peer(answer) as service:
            assert fails_at(service.url(NEWEST), language, steps, expects) is failed
    assert not fails(language, sent, steps, expects)


def test_wrong_passwords_are_sent_again(sent: Sent, language: str) -> None:
    for trace in sent.refused:
        assert not fails(language, sent, trace, Expected("resultCode", "20"))


def test_a_registered_terminal_sends_with_its_own_password(sent: Sent, language: str) -> None:
    assert not fails(language, sent, sent.register, Expected("resultCode", "0"))


def test_the_terminal_whose_password_is_used_is_registered_first(sent: Sent) -> None:
    (invoice, _), (terminal, _) = sent.sale, sent.register
    own = published()["terminal_password"].encode()
    request = invoice.request.replace(b">" + own + b"<", f">{PASSWORD}<".encode())
    other = evolve(invoice, request=request, response=b"", number=99)
    assert needed((invoice, other), other, [terminal]) == (terminal, other)
    assert needed((invoice,), invoice, [terminal]) == (invoice,)


def test_a_script_asks_until_a_report_is_ready(
    sent: Sent, language: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    slept = tmp_path / "slept"
    sleep = tmp_path / "sleep"
    sleep.write_text(f"#!/bin/sh\nprintf x >>{slept}\n")
    sleep.chmod(0o755)
    monkeypatch.setattr(time, "sleep", lambda _: subprocess.run(sleep, check=True))
    codes = iter(["2", "2", "0", "0"])
    (invoice, _) = sent.sale
    request = b"<ext:executeReport xmlns:ext='http://external.interfaces.ers.seamless.com/'/>"
    report = evolve(invoice, operation="executeReport", request=request, response=b"")

    def answer(handler: Handler, _: bytes) -> None:
        handler.answer(reply("executeReport", resultCode=next(codes)))

    with peer(answer) as service:
        expects = Expected("return.resultDescription", "SUCCESS")
        assert not fails_at(service.url(NEWEST), language, (report,), expects)
        assert slept.read_text() == "xx"
        # A code that the report should have is compared with that of the first reply.
        assert fails_at(service.url(NEWEST), language, (report,), Expected("resultCode", "2"))


FUNCTIONS = files("seqrkit.suite.reports") / "functions.sh"
NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;", '"': "&quot;", "'": "&apos;"}


@settings(max_examples=25)
@given(
    st.lists(
        st.tuples(
            st.sampled_from("aZ09<>&\"'#;x %\\$`\n\u00e9\u20ac\U0001f600"),
            st.sampled_from(["&#{:d};", "&#x{:x};", "&#x{:X};", ""]),
        )
    )
)
def test_a_shell_reads_a_text_however_its_characters_are_written(
    written: list[tuple[str, str]],
) -> None:
    text = "".join(character for character, _ in written)
    content = "".join(
        form.format(ord(character)) if form else NAMED.get(character, character)
        for character, form in written
    )
    script = f"{FUNCTIONS.read_text('utf-8')}\nvalue a.b\n"
    found = subprocess.run(
        ["/bin/sh", "-c", script],
        env=os.environ | {"reply": f"<a><b>{content}</b></a>"},
        capture_output=True,
        check=True,
    )
    assert found.stdout.decode().removesuffix("\n") == " ".join(text.split())


def test_what_is_expected_can_name_an_earlier_reply(sent: Sent) -> None:
    invoice, read = sent.sale
    (reference,) = returned(invoice)
    report = evolve(read, operation="executeReport", request=b"", response=b"", number=99)
    named = Expected("contentString", f".*>{reference}<.*")
    assert needed((invoice, report), report, expects=named) == (invoice, report)
    status = evolve(read, request=b"", response=b"", number=99)
    assert needed((invoice, status), status) == (status,)
    assert needed((invoice, status), status, expects=named) == (invoice, status)


@pytest.mark.parametrize("times", [1, 2, 20])
def test_of_requests_at_once_one_is_kept_and_every_other_step(sent: Sent, times: int) -> None:
    invoice, read = sent.sale
    again = [evolve(read, number=read.number + number) for number in range(1, 4)]
    kept = needed((invoice, *again), again[-1], expects=Expected(SUCCESSES, "1", times=times))
    assert kept == (invoice, *again[: max(0, 3 - times)], again[-1])


@pytest.mark.parametrize("code", [0, 1])
def test_a_buyer_who_cannot_pay_is_a_failure(sent: Sent, language: str, code: int) -> None:
    steps = (sent.sale[0], BuyerPays("0", 1))
    buyer = f"sh -c 'exit {code}' pay {{reference}}"
    assert fails(language, sent, steps, Expected("", ""), buyer) is bool(code)


@pytest.mark.parametrize("word", ["{reference}", "a&b={reference}", "'a b {link} {reference}'"])
def test_the_buyer_s_command_gets_the_words_as_without_a_script(
    sent: Sent, language: str, word: str, tmp_path: Path
) -> None:
    reference = next(iter(returned(sent.sale[0])))
    paid = tmp_path / "paid"
    buyer = f"""sh -c 'printf %s "$1" >"$0"' {paid} {word}"""
    steps = (sent.sale[0], BuyerPays(reference, sent.sale[0].number))
    assert not fails(language, sent, steps, Expected("", ""), buyer)
    first = paid.read_text()
    command_buyer(buyer)(first[-len(reference) :])
    assert paid.read_text() == first


@pytest.mark.parametrize("is_returned", [True, False], ids=["returned", "unknown"])
@pytest.mark.parametrize("form", ["$({})", "`{}`", "'; {}; '", '"; {}; "', "; {} #", "\\'; {} #"])
def test_a_reference_runs_no_command(
    sent: Sent, language: str, tmp_path: Path, form: str, *, is_returned: bool
) -> None:
    paid, touched = tmp_path / "paid", tmp_path / "touched"
    reference = form.format(f"touch {touched}")
    answer = reply("sendInvoice", invoiceReference=reference)
    sale = evolve(sent.sale[0], response=answer)
    pays = BuyerPays(reference, sale.number)
    steps: Trace = (sale, pays) if is_returned else (pays,)
    buyer = f"""sh -c 'printf %s "$1" >"$0"' {paid} {{reference}}"""
    with peer(answering(answer)) as service:
        assert not fails_at(service.url(NEWEST), language, steps, Expected("", ""), buyer)
    assert paid.read_text() == reference
    assert not touched.exists()


def test_a_finding_about_the_reply_is_a_failure(sent: Sent, language: str) -> None:
    absent = Expected(FINDING, literal("soap.encoding"), matches=False)
    assert not fails(language, sent, sent.sale[:1], absent)


def test_the_request_to_blame_is_needed_even_if_it_names_something_else(sent: Sent) -> None:
    (invoice, read), (_, other) = sent.sale, sent.register
    last = evolve(read, number=other.number + 1)
    assert needed((invoice, other), last) == (invoice, last)
    assert needed((invoice, other), last, tested=other) == (invoice, other, last)


def test_reads_are_needed_only_before_a_read(sent: Sent) -> None:
    invoice, read = sent.sale
    again = evolve(read, number=read.number + 1)
    cancel = evolve(again, operation="cancelInvoice")
    assert needed((invoice, read, again), again) == (invoice, read, again)
    assert needed((invoice, read, cancel), cancel) == (invoice, cancel)


def test_a_literal_has_no_special_characters() -> None:
    assert literal("1.5 *  (x)") == r"1\.5 \* \(x\)"


@given(st.text("a.*\\ \t\r\n\u0085\u00a0\u2003\u3000\ufeff"))
def test_a_literal_matches_a_text_with_any_white_space_trimmed_or_not(text: str) -> None:
    pattern = re.compile(literal(text))
    assert pattern.fullmatch(" ".join(text.split()))
    in_shell = re.sub(" +", " ", re.sub("[\t\r\n]", " ", text)).strip(" ")
    assert pattern.fullmatch(in_shell), pattern
    as_bytes = in_shell.encode().decode("latin-1")
    assert pattern.fullmatch(as_bytes), pattern


def test_the_invoice_of_another_terminal_and_its_registration_are_needed(sent: Sent) -> None:
    own, read = sent.sale
    terminal, invoice = sent.register
    (old,), (new,) = (
        [text for text, name in returned(each).items() if name == "invoiceReference"]
        for each in (own, invoice)
    )
    request = read.request.replace(old.encode(), new.encode())
    foreign = evolve(read, request=request, number=99)
    assert needed((foreign,), foreign, sent.register) == (terminal, invoice, foreign)
