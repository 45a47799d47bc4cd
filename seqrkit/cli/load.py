"""``seqrkit load``: play registers and shops at an endpoint, on Locust."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import partial
from itertools import count
from math import isfinite
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final
from urllib.parse import urlsplit

import click
import msgspec
from attrs import evolve

from seqrkit.cli import Misuse, NothingTested, counted, echo, require
from seqrkit.cli.endpoint_options import with_connection
from seqrkit.cli.file_io import FILE, read_session_file, save
from seqrkit.cli.generate import drawn
from seqrkit.client import Credentials
from seqrkit.client.endpoint_address import address, interface_of
from seqrkit.errors import LOGIN_REFUSALS, ResultError, SoapFault, TransportError
from seqrkit.html import render_text
from seqrkit.http_client import is_loopback
from seqrkit.load.sale_scripts import VARIABLE, Script, recorded, sale, shop
from seqrkit.session import Session, connect, control_at, credentials_for
from seqrkit.vocabulary import PATHS, AcknowledgmentMode, PaymentMode, PrincipalType, ResultCode

_SCRIPTS: Final = 50
"""How many different sales are prepared."""
_SALES_OF_A_PERIOD: Final = 25
_OWN: Final = re.compile("-[Hu]|--hos|--us")
"""Locust's options for its target and its users, which would evade this command's limits."""
_REFUSED: Final = LOGIN_REFUSALS | {ResultCode.ACCESS_DENIED}
"""The result codes of credentials that cannot read a status."""
_FILE: Final = Path(__file__).resolve().parents[1] / "load" / "locustfile.py"


def _finite(_context: click.Context, _option: click.Parameter, rate: float | None) -> float | None:
    if rate is not None and not isfinite(rate):
        raise click.BadParameter("it must be finite, as any other would set no limit")
    return rate


@click.command("load")
@click.argument("url")
@click.argument("locust", nargs=-1, metavar="[-- LOCUST_OPTIONS]")
@click.option("--users", type=click.IntRange(1), default=10, show_default=True, help="Registers.")
@click.option(
    "--rate",
    type=click.FloatRange(0.001),
    callback=_finite,
    help="Requests per second, of all registers.",
)
@click.option(
    "--for", "seconds", type=click.IntRange(1), default=30, show_default=True, metavar="SECONDS"
)
@click.option("--session", help="Play this session instead of generated sales.")
@click.option("--seed", type=int, default=0, show_default=True, help="Of the generated sales.")
@click.option("--judge-every", type=click.IntRange(1), default=100, show_default=True, metavar="N")
@click.option("--html", type=FILE, help="Write Locust's report.")
@click.option("--json", "json_file", type=FILE, help="Write the figures.")
@click.option(
    "--prepare",
    type=FILE,
    help="Write the requests (with passwords) for Locust's own command line, and print that.",
)
@click.option("--allow-writes", is_flag=True, help="Also at an endpoint on another machine.")
@partial(with_connection, without={"proxy"})  # Locust connects to proxies without a tunnel
@click.pass_context
def command(
    context: click.Context,
    url: str,
    *,
    locust: tuple[str, ...],
    users: int,
    rate: float | None,
    seconds: int,
    session: str | None,
    seed: int,
    judge_every: int,
    html: Path | None,
    json_file: Path | None,
    prepare: Path | None,
    allow_writes: bool,
    connection: dict[str, Any],
) -> None:
    """Play registers and shops at an endpoint.

    Each register sends an invoice, polls it twice and cancels it. At an endpoint of seqrkit every
    second sale is paid by the simulated buyer and refunded. With the credentials of a reseller's
    user, transaction periods are ended. SESSION is the file of record= or an HTTP archive (HAR).
    What follows `--` goes to Locust, such as --master and --worker.

    \b
    Examples:
      seqrkit load http://127.0.0.1:8080 --users 20 --for 30
      seqrkit load http://127.0.0.1:8080 --session shop.jsonl --rate 50 --html load.html
      seqrkit load https://127.0.0.1:8443 --ca certificates/ca.pem
      seqrkit load http://127.0.0.1:8080 --users 100 -- --master --expect-workers 2
      seqrkit load http://127.0.0.1:8080 --users 100 -- --worker --master-host 10.0.0.1

    \b
    Exit code: 0 if each request was answered with a result code, 1 if not, 2 if it could not
    run, 3 if none was answered in time.
    """  # noqa: D301 - \b is click's own
    require("load", "locust", *([] if session else ["hypothesis"]))
    # Both are asked for: the one protects its data, the other its capacity.
    if not is_loopback(url) and not (allow_writes and rate):
        host = urlsplit(url).hostname or url
        raise Misuse(
            f"{host} is another machine: a load test creates invoices there, and may be more than "
            "it can take; give --allow-writes and a --rate"
        )
    if any(map(_OWN.match, locust)):
        raise Misuse("give the target and --users to this command, and not to Locust")
    plan = _plan(url, session, seed, connection)
    plan |= {"users": users, "rate": rate, "judge_every": judge_every}
    shared = ["--users", users, "--spawn-rate", users, "--host", plan["url"]]
    if prepare is not None:
        _save_plan(prepare, plan | {"result": f"{prepare}.result.json"})
        echo(f"{VARIABLE}={prepare} locust -f {_FILE} {' '.join(map(str, shared))}")
        return
    with TemporaryDirectory(prefix="seqrkit-") as folder:
        result, prepared = Path(folder) / "result.json", Path(folder) / "plan.json"
        _save_plan(prepared, plan | {"result": str(result), "parent": os.getpid()})
        is_worker = "--worker" in locust
        options = ["--headless", *shared, "--run-time", f"{seconds}s"]
        options += ["--html", html] if html else []
        words = ["-f", _FILE, "--loglevel", "ERROR", *([] if is_worker else options), *locust]
        planned = count() if is_worker else range(seconds)
        code, errors = _run_locust(words, {VARIABLE: str(prepared)}, planned)
        if code and not result.exists():
            reason = errors.strip()[-500:] or f"exit code {code}"
            raise Misuse(f"Locust has ended early: {reason}")
        if is_worker:
            return
        figures = json.loads(result.read_text("utf-8"))
    if json_file is not None:
        save(json_file, f"{json.dumps(figures, indent=2)}\n".encode())
    echo(render_text("cli/load_figures.txt", figures=figures).rstrip())
    if not figures["requests"]:
        raise NothingTested("no request was answered in time; give more seconds with --for")
    context.exit(1 if figures["failures"] else 0)


def _plan(url: str, session: str | None, seed: int, connection: dict[str, Any]) -> dict[str, Any]:
    """Return what each process of Locust needs: the target and the requests."""
    interface = interface_of(url, None)
    target = address(url, interface)
    remote = control_at(url, **connection)
    known: dict[str, Any] = credentials_for(remote)
    with connect(url, quiet=True, **known, **connection) as seqr:
        credentials = Credentials(**known)
        _check(seqr, logs_in=credentials.are_known(PrincipalType.TERMINALID))
        made = list(
            _recorded(seqr, credentials, session)
            if session
            else _generated(seqr, credentials, seed, is_paid=remote is not None)
        )
    if not any(made):
        raise Misuse(f"{session}: no request of {interface} is in it")
    base = target.removesuffix(PATHS[interface])
    return {
        "url": target,
        "control": None if remote is None else f"{base}/control",
        "interface": interface,
        "connection": connection,
        "scripts": made,
    }


def _save_plan(file: Path, plan: Mapping[str, Any]) -> None:
    """Write a plan that only its owner can read, because its requests contain passwords."""
    file.touch(0o600)
    file.chmod(0o600)
    save(file, msgspec.json.encode(plan))


def _check(seqr: Session, *, logs_in: bool) -> None:
    """Raise `Misuse` if the endpoint cannot be reached or does not accept the credentials."""
    try:
        if logs_in:
            seqr.get_payment_status("1")
        else:  # an answer of any kind; missing credentials are reported next
            seqr.send_raw(b"", "getPaymentStatus")
    except SoapFault:
        return
    except TransportError as error:
        raise Misuse(error.sentence) from error
    except ResultError as error:
        if error.code in _REFUSED:
            raise Misuse(error.sentence) from error


def _run_locust(
    words: Sequence[object], variables: Mapping[str, str], planned: Iterable[int]
) -> tuple[int, str]:
    """Run Locust and count the seconds of the load; return its exit code and its errors.

    It has a process of its own, because it replaces parts of the standard library by gevent's. A
    first Ctrl-C or SIGTERM lets it end and write its figures, and a second one kills it.
    """
    process = subprocess.Popen(  # noqa: S603 - our own file
        [sys.executable, "-m", "locust", *map(str, words)],
        env=os.environ | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,  # the terminal's Ctrl-C is for this process, which passes it on
    )
    signals = [signal.SIGINT if os.name == "posix" else signal.SIGTERM]

    def stop(*_: object) -> None:
        if signals:
            process.send_signal(signals.pop())
        else:
            process.kill()

    before = {each: signal.signal(each, stop) for each in (signal.SIGINT, signal.SIGTERM)}
    try:
        errors = _errors(process, planned)
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
    return process.returncode, errors


def _errors(process: subprocess.Popen[str], planned: Iterable[int]) -> str:
    """Count the planned seconds until a process ends; return what it has written to stderr."""
    for _ in counted(planned, "seconds of load"):
        with suppress(subprocess.TimeoutExpired):
            return process.communicate(timeout=1)[1]
    return process.communicate()[1]


def _generated(
    seqr: Session, credentials: Credentials, seed: int, *, is_paid: bool
) -> Iterator[Script]:
    from seqrkit import strategies  # deferred: a session is played without Hypothesis

    strategy = strategies.valid("sendInvoice", contract=seqr.contract)
    for number, request in enumerate(drawn(strategy, _SCRIPTS, seed)):
        invoice = evolve(
            request.invoice,
            payment_mode=PaymentMode.IMMEDIATE_DEBIT,
            acknowledgment_mode=AcknowledgmentMode.NO_ACKNOWLEDGMENT,
            # A generated URL belongs to somebody, who should not get thousands of requests.
            notification_url=None,
        )
        yield sale(seqr, invoice, credentials, is_paid=is_paid and number % 2 == 1)
        is_end = number % _SALES_OF_A_PERIOD == 0
        if is_end and credentials.are_known(PrincipalType.RESELLERUSER):
            yield shop(seqr, credentials)


def _recorded(seqr: Session, credentials: Credentials, session: str) -> Iterator[Script]:
    yield recorded(seqr, read_session_file(session, seqr.interface), credentials)
