"""``seqrkit serve``: run the endpoint as a process until it is stopped."""

from __future__ import annotations

import json
import logging
import os
import signal
import sys
import threading
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import click

from seqrkit._version import __version__
from seqrkit.cli.file_io import FILE
from seqrkit.cli.shared_options import with_tls
from seqrkit.clock import ManualClock
from seqrkit.control_client.client import TOKEN
from seqrkit.html import render_text
from seqrkit.http_client.origin import without_credentials
from seqrkit.simulator import PUBLISHED, Endpoint
from seqrkit.simulator.control.access_guard import is_loopback
from seqrkit.simulator.http.limits import DEFAULT
from seqrkit.simulator.http.open_connections import raise_file_limit
from seqrkit.simulator.http.worker_threads import prepare_process
from seqrkit.simulator.store.settings import EXAMPLE
from seqrkit.simulator.worlds import IDLE_SECONDS, MAX_WORLDS
from seqrkit.vocabulary import Interface

PORT = 8080
_TICK = 1.0
_END_SECONDS = 4.0
"""After this time the process ends even if something hangs; what was committed is kept."""


def _print_example(context: click.Context, _option: click.Parameter, value: bool) -> None:  # noqa: FBT001 - click's signature
    if value:
        click.echo(EXAMPLE.read_text(encoding="utf-8"), nl=False)
        context.exit()


@click.command("serve")
@click.option("--host", default="127.0.0.1", show_default=True, help="Address to listen on.")
@click.option(
    "--port", default=PORT, show_default=True, help="Port to listen on; 0 for any free one."
)
@click.option(
    "--db",
    type=click.Path(dir_okay=False, path_type=str),
    metavar="FILE|URL",
    help="Database file, created if necessary, or PostgreSQL at a postgresql:// address, which "
    "several endpoints can share. Without it everything is kept in memory.",
)
@click.option(
    "--workers",
    type=click.IntRange(min=0),
    default=0,
    help="Answer requests in so many processes that share the database of --db (Linux only).",
)
@click.option(
    "--worlds",
    type=click.IntRange(min=0),
    default=MAX_WORLDS,
    show_default=True,
    help="How many other worlds may be served below /w/NAME, each with its own data and clock. "
    "They are kept beside the database of --db, or in memory.",
)
@click.option(
    "--world-idle",
    "world_idle_seconds",
    type=click.FloatRange(min=1),
    default=IDLE_SECONDS,
    show_default=True,
    metavar="SECONDS",
    help="How long a world is kept after its last request; `inf` keeps it until it is removed.",
)
@click.option(
    "--power-safe",
    is_flag=True,
    help="Write each commit to the disk before the reply, so that a power failure loses nothing.",
)
@click.option("--force", is_flag=True, help="Use the database file even if it is damaged.")
@click.option(
    "--strict",
    is_flag=True,
    help="Reject requests that the default mode accepts although they violate the schema.",
)
@click.option(
    "--documented",
    is_flag=True,
    help="Reject requests that break an error rule of the interface's own document, with the "
    "rule's result code.",
)
@click.option(
    "--trust-forwarded",
    is_flag=True,
    help="Use X-Forwarded-Proto, -Host, -Port and -Prefix; only behind a proxy.",
)
@click.option(
    "--base-url",
    metavar="URL",
    default="",
    help="Address of the endpoint in its WSDL, e.g. https://shop.example/seqr.",
)
@click.option(
    "--allow-host",
    "allow_hosts",
    metavar="HOST",
    multiple=True,
    help="Accept this name in Host and Origin headers, besides localhost. May be repeated.",
)
@click.option(
    "--notify-allow",
    metavar="HOST",
    multiple=True,
    help="Send notifications to this host, besides this machine. May be repeated.",
)
@click.option(
    "--notify-loopback",
    is_flag=True,
    help="Send notifications to this machine although other machines can use the endpoint.",
)
@click.option(
    "--token",
    envvar=TOKEN,
    help=f"Token for the control API; default {TOKEN}. Required (generated if not given) when "
    "listening on a non-loopback address.",
)
@with_tls
@click.option(
    "--manual-clock",
    is_flag=True,
    help="Stop the clock; `seqrkit clock advance` moves it.",
)
@click.option(
    "--max-bytes",
    type=click.IntRange(min=1),
    default=DEFAULT.message_bytes,
    show_default=True,
    metavar="N",
    help="Maximum size of a request.",
)
@click.option(
    "--config",
    "settings",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Settings in TOML: resellers, terminals, users, tokens, reports and seed invoices.",
)
@click.option(
    "--config-example",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_example,
    help="Print an example of such a file and exit.",
)
@click.option(
    "--ready-file",
    type=FILE,
    help="Write addresses, token and process id to this file (JSON) once the endpoint answers; "
    "it is removed at the end.",
)
@click.option("--debug", is_flag=True, help="Log stack traces of internal errors.")
def command(
    *, manual_clock: bool, max_bytes: int, ready_file: Path | None, **settings: Any
) -> None:
    """Run an endpoint on this machine until Ctrl-C."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="seqrkit: %(message)s")
    raise_file_limit()
    stop = threading.Event()

    def end(*_: object) -> None:
        stop.set()
        watchdog = threading.Timer(_END_SECONDS, os._exit, (1,))
        watchdog.daemon = True
        watchdog.start()

    endpoint = Endpoint(
        # Two endpoints, or one that is started again, must not issue the same references.
        seed=None,
        clock=ManualClock(datetime.now(UTC)) if manual_clock else None,
        limits=replace(DEFAULT, message_bytes=max_bytes),
        **settings,
    )
    # Until now, they end the process at once, even while it waits for a database.
    for each in (signal.SIGINT, signal.SIGTERM):
        signal.signal(each, end)
    with endpoint:
        prepare_process()
        click.echo(_introduction(endpoint, settings["db"], settings["settings"]), nl=False)
        # A script reads the address from a pipe, which is buffered.
        sys.stdout.flush()
        if ready_file is not None:
            _write_ready_file(ready_file, endpoint)
        # With a timeout, because Windows does not let Ctrl-C interrupt a wait without one.
        while not stop.wait(_TICK):
            pass
        if ready_file is not None:
            ready_file.unlink(missing_ok=True)
    click.echo("stopped")


def _write_ready_file(path: Path, endpoint: Endpoint) -> None:
    """Write the file in one step, readable by this user only, because of the token."""
    content = {
        "base_url": endpoint.base_url,
        "services": {each.value: endpoint.url(each) for each in Interface},
        "token": endpoint.token,
        "pid": os.getpid(),
    }
    made = path.with_name(f"{path.name}.{os.getpid()}.part")
    with open(made, "w", encoding="utf-8", opener=partial(os.open, mode=0o600)) as file:
        file.write(f"{json.dumps(content, indent=2)}\n")
    # A script that waits for the file must never read half of it.
    made.replace(path)


def _introduction(endpoint: Endpoint, db: str | None, config: Path | None) -> str:
    # An address can have passwords before its host and in its parameters.
    shown = without_credentials(db or "").partition("?")[0]
    return render_text(
        "cli/serve_introduction.txt",
        version=__version__,
        endpoint=endpoint,
        kept=f"in the database {shown}" if db else "in memory only, until it stops",
        interfaces=Interface,
        published=PUBLISHED,
        config=config,
        variable=TOKEN,
        is_exposed=not is_loopback(endpoint.host),
    )
