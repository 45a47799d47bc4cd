"""The pytest plugin, in separate pytest runs: fixtures, marks, failures, baseline, shards."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

# pytester forgets modules that were first imported in its tests; the linter keeps this one's types.
import xmlschema  # noqa: F401

from seqrkit import soap
from seqrkit.cli.file_io import bundled
from seqrkit.contract import load
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import Interface

pytest_plugins = ["pytester"]

SAMPLES = Path(__file__).parent / "suite" / "sample_properties.py"
CASE = "cashregister-2/sendInvoice/tea"
ELSEWHERE = "https://register.example"


PLUGINS = ["-p", "seqrkit.pytest_plugin", "-p", "xdist.plugin", "-p", "no:cacheprovider"]


@pytest.fixture(autouse=True)
def _alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load no other installed plugins, which would be slow."""
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    """Run pytest in another process."""
    return pytester.runpytest_subprocess(*PLUGINS, *options)


def verified(pytester: pytest.Pytester, check: str, *options: str) -> pytest.RunResult:
    """Run the sample checks whose name contains this."""
    shutil.copy(SAMPLES, pytester.path / "conftest.py")
    shutil.copy(bundled("contract_tests") / "test_wire.py", pytester.path)
    known = ["--seqr-profile=quick", "--seqr-operations=sendInvoice", f"--seqr-check={check}"]
    return run(pytester, "--seqr-interface=cashregister-2", "-ra", *known, *options)


def test_the_fixtures_test_a_cash_register(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest, seqrkit
        from seqrkit import Invoice

        def test_a_sale(seqr, seqr_endpoint, seqr_phone):
            with seqrkit.connect(seqr_endpoint, terminal_id="public_test_shop_terminal",
                                 terminal_password="12345678", quiet=True) as register:
                reply = register.send_invoice(Invoice(title="Tea", total_amount="10 SEK"))
            seqr_phone.scan(reply.qr).pay()
            assert seqr.wait_for_payment(reply).status == "PAID"

        def test_each_test_has_its_own_endpoint(seqr):
            assert not seqr.exchanges

        @pytest.mark.seqr_needs("buyer", "clock", "writes", "inside")
        def test_the_embedded_endpoint_meets_all_needs(seqr):
            seqr.clock.advance(20)
    """)
    run(pytester).assert_outcomes(passed=3)


def test_what_the_register_sent_is_known(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import subprocess, sys
        import pytest, seqrkit
        from hypothesis import given, strategies as st
        from seqrkit import Invoice

        def sell(endpoint, title):
            with seqrkit.connect(endpoint, **endpoint.credentials, quiet=True) as register:
                return register.send_invoice(Invoice(title=title, total_amount="10 SEK"))

        def test_requests(seqr, seqr_endpoint):
            sell(seqr_endpoint, "Tea")
            seqr.get_payment_status("1", check=False)
            (sent,) = seqr_endpoint.requests()
            assert sent.text("invoice/title") == "Tea"
            assert b"12345678" not in sent.envelope
            seqr_endpoint.assert_sent("sendInvoice", {"invoice/title": "Tea"}, times=1)
            with pytest.raises(AssertionError, match="was sent with .*Tea"):
                seqr_endpoint.assert_sent("sendInvoice", {"invoice/title": "Coffee"})
            with pytest.raises(AssertionError, match="sent: sendInvoice"):
                seqr_endpoint.assert_sent("cancelInvoice")
            with pytest.raises(AssertionError, match="clientInvoiceId is missing"):
                seqr_endpoint.assert_no_findings()

        def test_findings_across_requests(seqr_endpoint):
            mode = "NO_ACKNOWLEDGMENT"
            tea = Invoice(title="Tea", total_amount="10 SEK", acknowledgment_mode=mode)
            with seqrkit.connect(seqr_endpoint, **seqr_endpoint.credentials, quiet=True) as till:
                till.update_invoice(till.send_invoice(tea), tea)
            (update,) = seqr_endpoint.requests("updateInvoice")
            assert update.findings[-1].id == "session.updateInvoice.before-scan"

        def test_a_process_finds_everything_in_its_environment(seqr_endpoint):
            program = "import seqrkit; seqrkit.connect().get_payment_status('1', check=False)"
            environment = seqr_endpoint.environment
            subprocess.run([sys.executable, "-c", program], env=environment, check=True)
            seqr_endpoint.assert_sent("getPaymentStatus")

        @given(st.sampled_from(["Tea", "Coffee"]))
        def test_given(seqr_module_endpoint, title):
            seqr_module_endpoint.reset()
            sell(seqr_module_endpoint, title)
            seqr_module_endpoint.assert_sent("sendInvoice", {"invoice/title": title}, times=1)

        def test_the_clock_and_the_phone(seqr_endpoint):
            reply = sell(seqr_endpoint, "Tea")
            seqr_endpoint.phone.scan(reply.qr).pay()
            seqr_endpoint.clock.advance(20)
            status = seqr_endpoint.session.get_payment_status(reply.invoice_reference).status
            assert status == "CANCELED"

        def test_the_books(seqr_endpoint):
            with seqrkit.connect(seqr_endpoint, **seqr_endpoint.credentials, quiet=True) as till:
                reply = till.send_invoice(Invoice(title="Tea", total_amount="10 SEK"))
                seqr_endpoint.assert_books_balance()
                seqr_endpoint.phone.scan(reply.qr).pay()
                lost = f"invoice {reply.invoice_reference}: sale of 10.* open period: no reply"
                with pytest.raises(AssertionError, match=lost):
                    seqr_endpoint.assert_books_balance()
                paid = till.get_payment_status(reply.invoice_reference)
                seqr_endpoint.assert_books_balance()
                seqr_endpoint.session.mark_transaction_period()
                seqr_endpoint.faults.add("drop-after", operation="refundPayment")
                with pytest.raises(seqrkit.errors.TransportError):
                    refund = Invoice(title="Tea", total_amount="4 SEK")
                    till.refund_payment(paid.ers_reference, refund)
                with pytest.raises(AssertionError, match="refund of 4.*no reply told"):
                    seqr_endpoint.assert_books_balance()

        def test_a_payment_that_lapsed_is_in_nobodys_books(seqr_endpoint):
            reply = sell(seqr_endpoint, "Tea")
            seqr_endpoint.phone.scan(reply.qr).pay("4 SEK").pay()
            seqr_endpoint.clock.advance(20)
            seqr_endpoint.assert_books_balance()

        @pytest.mark.seqr_interface("extclientproxy-v2")
        def test_the_interface(seqr_endpoint):
            assert seqr_endpoint.endswith("/extclientproxy/service/v2")
    """)
    run(pytester).assert_outcomes(passed=8)


@pytest.mark.parametrize(
    ("assertion", "message"),
    [
        (
            'assert_sent("sendInvoice", {"invoice/title": "Tea", "invoice/footer": "-"})',
            '*no sendInvoice with invoice/title "Tea", invoice/footer "-" was sent, expected one',
        ),
        ('assert_sent("sendInvoice", times=2)', "*1 sendInvoice was sent, expected 2"),
        ('assert_sent("sendInvoice", times=0)', "*1 sendInvoice was sent, expected none"),
        ('assert_sent("sendinvoice", times=0)', "*there is no operation sendinvoice; it is one*"),
        ('requests("sendinvoice")', "*there is no operation sendinvoice; it is one of *"),
        ('requests()[0].text("invoice.note")', "*sendInvoice has no element invoice.note; name*"),
        (
            'assert_sent("sendInvoice", {"invoice/titel": "Tea"}, times=0)',
            "*sendInvoice has no element invoice/titel; name the elements on the way to it*",
        ),
        (
            'assert_sent("cancelInvoice", {"reference": "1"}, times=0)',
            "*cancelInvoice has no element reference; name the elements on the way to it*",
        ),
        ("assert_no_findings()", "*the register's requests have findings:"),
        ("assert_books_balance()", "*the register's books differ from those of the endpoint:"),
    ],
)
def test_a_failed_assertion_shows_the_line_of_the_test(
    pytester: pytest.Pytester, assertion: str, message: str
) -> None:
    pytester.makepyfile(f"""
        import seqrkit

        def test_it(seqr_endpoint):
            with seqrkit.connect(seqr_endpoint, **seqr_endpoint.credentials, quiet=True) as till:
                reply = till.send_invoice(
                    seqrkit.Invoice(title="Coffee", total_amount="10 SEK")
                )
            seqr_endpoint.phone.scan(reply.qr).pay()
            seqr_endpoint.{assertion}
    """)
    ended = run(pytester)
    ended.assert_outcomes(failed=1)
    ended.stdout.fnmatch_lines([message])
    if "invoice/title" in assertion:
        expected = '*sendInvoice was sent with invoice/title "Coffee", no invoice/footer'
        ended.stdout.fnmatch_lines([expected])
    ended.stdout.no_fnmatch_line("*register_endpoint.py*")


def test_a_parameter_chooses_the_interface(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.parametrize("seqr", ["extclientproxy-v2", "cashregister-2"], indirect=True)
        def test_both(seqr, seqr_endpoint):
            assert seqr.interface in seqr_endpoint or "extclientproxy" in seqr_endpoint

        @pytest.mark.parametrize("seqr_module_endpoint", ["extclientproxy-v2"], indirect=True)
        def test_wider_scopes(seqr_module_endpoint):
            assert "extclientproxy" in seqr_module_endpoint
    """)
    run(pytester).assert_outcomes(passed=3)


def test_a_test_runs_once_for_each_drill(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest
        from seqrkit import Invoice, SeqrError

        TEA = Invoice(title="Tea", client_invoice_id="1", cashier_id="B", footer="-",
                      total_amount="10 SEK")

        @pytest.mark.seqr_drills("lost sendInvoice", "twice refundPayment")
        def test_it_recovers(seqr_drill):
            register = seqr_drill.session
            try:
                sent = register.send_invoice(TEA)
            except SeqrError:
                sent = register.send_invoice(TEA)
            seqr_drill.phone.scan(sent.qr).pay()
            register.wait_for_payment(sent)
            seqr_drill.assert_books_balance()

        def test_all(seqr_drill): ...
    """)
    run(pytester).assert_outcomes(passed=2 + 24)


def test_messages_name_pytest_s_options(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(seqr): ...")
    ended = run(pytester, "--seqr-endpoint", "https://127.0.0.1:1/x", "--seqr-ca", "nowhere.pem")
    ended.stdout.fnmatch_lines(["*--seqr-ca 'nowhere.pem' contains no certificates to trust*"])
    ended.stdout.no_fnmatch_line("*Traceback*")


def test_tests_with_unmet_needs_are_skipped(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import pytest

        @pytest.mark.seqr_needs("buyer")
        def test_buyer(): ...

        @pytest.mark.seqr_needs("writes")
        def test_writes(): ...
    """)
    ended = run(pytester, "-rs", f"--seqr-endpoint={ELSEWHERE}")
    ended.assert_outcomes(skipped=2)
    ended.stdout.fnmatch_lines(
        [
            "*register.example has no simulated buyer; use --seqr-buyer-command or *",
            "*creates invoices or moves money*--seqr-allow-writes*",
        ]
    )


@pytest.mark.parametrize(
    ("mark", "expected"),
    [
        ("seqr_needs", "seqr_needs: buyr is not one of endpoint, writes, buyer, phone, *"),
        ("seqr_suite", "seqr_suite: buyr is not one of wire, requests, *"),
        ("seqr_drills", 'seqr_drills: there is no drill "buyr"; there are lost sendInvoice, *'),
    ],
)
def test_an_unknown_word_of_a_mark_is_an_error(
    pytester: pytest.Pytester, mark: str, expected: str
) -> None:
    fixture = {"seqr_suite": "seqr_check", "seqr_drills": "seqr_drill"}.get(mark, "")
    pytester.makepyfile(f"""
        import pytest

        @pytest.mark.{mark}("buyr")
        def test_buyer({fixture}): ...
    """)
    ended = run(pytester)
    ended.assert_outcomes(errors=1)
    ended.stdout.fnmatch_lines([f"*{expected}"])
    ended.stdout.no_fnmatch_line("*seqrkit/*.py:*")


@pytest.fixture
def unmarked(pytester: pytest.Pytester) -> pytest.Pytester:
    """Return a test that sends a request; looking up the host of the endpoint fails."""
    pytester.makeconftest("""
        import socket

        def refuse(*arguments, **options):
            raise socket.gaierror("a look-up")

        socket.getaddrinfo = refuse
    """)
    pytester.makepyfile("""
        def test_it(seqr):
            seqr.get_payment_status("1")
    """)
    return pytester


@pytest.mark.parametrize("word", ["", "0", "false", "no", "No"])
def test_seqr_sends_nothing_to_another_host_without_permission(
    unmarked: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    monkeypatch.setenv("SEQR_ENDPOINT", ELSEWHERE)
    monkeypatch.setenv("SEQR_ALLOW_WRITES", word)
    ended = run(unmarked)
    ended.assert_outcomes(errors=1)
    ended.stdout.fnmatch_lines(["*register.example is not a known test host; --seqr-allow-writes*"])
    ended.stdout.no_fnmatch_line("*EndpointUnreachable*")


@pytest.mark.parametrize(
    ("options", "word"), [((), "1"), ((), "yes"), (("--seqr-allow-writes",), "0")]
)
def test_seqr_sends_to_another_host_with_permission(
    unmarked: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    options: tuple[str, ...],
    word: str,
) -> None:
    monkeypatch.setenv("SEQR_TERMINAL_ID", "till")
    monkeypatch.setenv("SEQR_TERMINAL_PASSWORD", "secret")
    monkeypatch.setenv("SEQR_ALLOW_WRITES", word)
    ended = run(unmarked, f"--seqr-endpoint={ELSEWHERE}", *options)
    ended.assert_outcomes(failed=1)
    ended.stdout.fnmatch_lines(["*EndpointUnreachable: *register.example*"])


INVALID = {
    "SEQR_ALLOW_WRITES": "maybe",
    "SEQR_REQUIRE_COVERAGE": "2",
    "SEQR_SEED": "abc",
    "SEQR_SHARD": "3/2",
    "SEQR_RATE": "fast",
    "SEQR_PROFILE": "huge",
}


@pytest.mark.parametrize("variable", INVALID)
def test_an_invalid_variable_is_an_error_if_seqrkit_is_used(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, variable: str
) -> None:
    monkeypatch.setenv(variable, INVALID[variable])
    pytester.makepyfile("def test_it(seqr): ...")
    ended = run(pytester)
    assert ended.ret != pytest.ExitCode.OK
    ended.stdout.fnmatch_lines([f"*{INVALID[variable]}*"])
    ended.stdout.fnmatch_lines([f"*{variable}*" if variable != "SEQR_PROFILE" else "*profile*"])
    ended.stdout.no_fnmatch_line("*in run_from_options*")
    ended.stdout.no_fnmatch_line("*results_collector.py*")


def test_an_address_that_is_none_is_one_sentence(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_it(seqr_endpoint): ...")
    ended = run(pytester, "--seqr-endpoint", "ftp://shop.example")
    ended.assert_outcomes(errors=1)
    ended.stdout.fnmatch_lines(['"ftp://shop.example" is not the address of an endpoint; *'])
    ended.stdout.no_fnmatch_line("*client.py*")


def test_a_baseline_is_written(pytester: pytest.Pytester) -> None:
    verified(pytester, "wire.sample-fails", "--seqr-write-baseline=known.toml").assert_outcomes(
        failed=1
    )
    again = verified(pytester, "wire.sample-fails", "--seqr-baseline=known.toml")
    again.assert_outcomes(xfailed=1)


@pytest.mark.parametrize("in_time", [True, False])
def test_checks_that_are_left_out_can_be_an_error(
    pytester: pytest.Pytester, *, in_time: bool
) -> None:
    given = [] if in_time else ["--seqr-max-time=1e-9"]
    ended = verified(pytester, "wire.sample-passes", "--seqr-fail-on-left-out", *given)
    assert ended.ret == (pytest.ExitCode.OK if in_time else pytest.ExitCode.TESTS_FAILED)
    said = "checks were left out, see --seqr-fail-on-left-out"
    assert (said in ended.outlines) is not in_time


def test_a_list_runs_no_checks(pytester: pytest.Pytester) -> None:
    ended = verified(pytester, "wire.sample-", "--seqr-list")
    assert "passed" not in ended.parseoutcomes()
    ended.stdout.fnmatch_lines(["SKIPPED * --seqr-list runs no checks"])


@pytest.mark.parametrize(
    ("closed", "password", "said"),
    [
        (True, "12345678", "* cannot be reached *"),
        (False, "wrong", "*refuses the terminal*with resultCode*"),
    ],
    ids=["nothing there", "a wrong login"],
)
def test_the_service_is_looked_for_before_the_first_check(
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    *,
    closed: bool,
    password: str,
    said: str,
) -> None:
    monkeypatch.setenv("SEQR_TERMINAL_ID", "public_test_shop_terminal")
    monkeypatch.setenv("SEQR_TERMINAL_PASSWORD", password)
    with Endpoint() as endpoint:
        if closed:
            endpoint.close()
        at = f"--seqr-endpoint={endpoint.base_url}"
        ended = verified(pytester, "wire.sample-", at)
        without = verified(pytester, "wire.sample-", at, "--seqr-no-probe")
    assert (ended.ret, ended.parseoutcomes()) == (pytest.ExitCode.USAGE_ERROR, {})
    ended.stderr.fnmatch_lines([f"ERROR: {said}"])
    assert without.parseoutcomes()


def test_invalid_variables_do_not_affect_other_projects(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in INVALID.items():
        monkeypatch.setenv(name, value)
    pytester.makepyfile("def test_it(): ...")
    run(pytester).assert_outcomes(passed=1)
    run(pytester, "-n", "2").assert_outcomes(passed=1)


def test_a_failure_shows_rule_message_and_commands(pytester: pytest.Pytester) -> None:
    ended = verified(pytester, "wire.sample-fails", "--seqr-seed=7", "--seqr-failures=kept")
    ended.assert_outcomes(failed=1)
    saved = Path("kept/wire.sample-fails-cashregister-2-sendInvoice-tea.xml")
    ended.stdout.fnmatch_lines(
        [
            f"wire.sample-fails?{CASE}?",
            "requires   It is sample-fails.",
            "source     these tests (D)",
            "found      the title is not missed",
            "rule       invoice.title.required (error): *",
            "repeat     seqrkit verify --interface cashregister-2 --profile quick --seed 7 *",
            "    <*sendInvoice*>",
            f"*`seqrkit lint {saved}`*`seqrkit send --xml {saved}`*",
            "With curl, once `seqrkit serve` runs:",
            "curl *http://127.0.0.1:8080/soap/merchant/cashregister-2*",
            "with seqrkit.connect(*",
        ]
    )
    content = (pytester.path / saved).read_bytes()
    assert soap.MASK.encode() in content
    assert [each.id for each in load().lint(content)] == ["invoice.title.required"]


def test_a_failure_is_reported_even_if_it_cannot_be_saved(pytester: pytest.Pytester) -> None:
    pytester.path.joinpath("taken").touch()
    ended = verified(pytester, "wire.sample-fails", "--seqr-failures=taken/here")
    ended.assert_outcomes(failed=1)
    ended.stdout.fnmatch_lines(["*could not be saved: cannot write taken/here/wire.*.xml: *"])


def test_an_exception_in_a_check_is_an_error(pytester: pytest.Pytester) -> None:
    ended = verified(pytester, "sample-raises", "--seqr-json=out.json")
    ended.assert_outcomes(failed=1)
    (result,) = outcome(pytester)["results"]
    assert (result["verdict"], result["failures"]) == ("crashed", [])
    assert result["why"] == f"ZeroDivisionError: {CASE}"


def test_the_results_of_all_workers_are_combined(pytester: pytest.Pytester) -> None:
    everything = ["--seqr-operations=", "--seqr-interface=", "--seqr-json=out.json"]
    ended = verified(pytester, "sample-passes", "-n", "2", *everything)
    ended.assert_outcomes(passed=4)
    report = outcome(pytester)
    assert report["counts"] == {"held": 4}
    assert report["coverage"]["operations"]["items"] == [
        f"{interface} {name}"
        for interface in Interface
        for name in ("refundPayment", "sendInvoice")
    ]
    assert report["coverage"]["operations"]["seen"] == 4
    assert re.fullmatch(r"\d+", str(report["seed"]))


def test_missing_coverage_fails_the_run_if_required(
    pytester: pytest.Pytester,
) -> None:
    ended = verified(pytester, "sample-passes", "--seqr-require-coverage")
    ended.assert_outcomes(passed=1)
    assert ended.ret == 1
    ended.stdout.fnmatch_lines(["rules broken *0 of *"])


def test_a_baseline_excuses_known_failures(pytester: pytest.Pytester) -> None:
    entry = '[[deviation]]\nid = "wire.sample-{}[cashregister-2/sendInvoice/tea]"\n'
    entry += 'reason = "{}"\nexpires = {}\n'
    pytester.path.joinpath("known.toml").write_text(
        entry.format("fails", "ticket 1", "2999-01-01")
        + entry.format("passes", "ticket 2", "2999-01-01")
        + entry.format("raises", "ticket 3", "2020-01-01")
    )
    ended = verified(pytester, "wire.sample-", "--seqr-baseline=known.toml", "--seqr-json=out.json")
    ended.assert_outcomes(xfailed=1, passed=3, failed=2)
    remarks = "\n".join(outcome(pytester)["remarks"])
    assert "until 2020-01-01: ticket 3" in remarks
    assert "ticket 1" not in remarks


def test_invalid_options_are_reported_before_any_test_runs(pytester: pytest.Pytester) -> None:
    ended = verified(pytester, "sample-passes", "--seqr-baseline=nowhere.toml", "-n", "2")
    assert ended.ret == pytest.ExitCode.USAGE_ERROR
    ended.stderr.fnmatch_lines(["ERROR: cannot read the baseline nowhere.toml: No such file*"])


def test_two_shards_draw_different_examples_that_are_repeatable(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hypothesis derandomizes in continuous integration; the profile must override that."""

    def drawn(*options: str) -> str:
        ended = verified(pytester, "sample-random", "--seqr-json=out.json", *options)
        ended.assert_outcomes(failed=1)
        message: str = outcome(pytester)["results"][0]["failures"][0]["sentence"]
        return message

    monkeypatch.setenv("CI", "true")
    first = drawn("--seqr-seed=7", "--seqr-shard=1/2")
    assert first != drawn("--seqr-seed=7", "--seqr-shard=2/2")
    assert first == drawn("--seqr-seed=7", "--seqr-shard=1/2")
    assert drawn() != drawn()


def outcome(pytester: pytest.Pytester) -> dict:
    """Return the JSON report."""
    data = json.loads((pytester.path / "out.json").read_text())
    assert isinstance(data, dict)
    return data
