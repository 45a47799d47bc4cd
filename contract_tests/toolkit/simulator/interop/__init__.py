"""Clients in other languages, which each make a whole payment."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

from seqrkit.clock import ManualClock
from seqrkit.simulator import Endpoint
from seqrkit.vocabulary import NEWEST, PATHS

CLIENTS = Path(__file__).parent
SECONDS = 120
MODES: dict[str, dict[str, Any]] = {
    "default": {},
    "strict": {"strict": True},
    "documented": {"documented": True},
    "documented and strict": {"documented": True, "strict": True},
}
"""The options of the endpoints that each client pays at."""


def payment(*command: str | Path, mode: str) -> str:
    """What a client prints that gets the addresses of an endpoint and of its control API.

    In strict mode they are those of a world.
    """
    with Endpoint(clock=ManualClock(), **MODES[mode]) as endpoint:
        world = endpoint.worlds.get("team") if mode == "strict" else endpoint
        base = endpoint.base_url + ("" if world is endpoint else "/w/team")
        addresses = (base + PATHS[NEWEST], f"{base}/control")
        done = subprocess.run(
            [*map(str, command), *addresses],
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        assert not done.stderr
        (*_, sent), *_ = ([each] for each in world.application.exchanges)
        assert "Kaffe &amp; bröd".encode() in sent.request
        assert not sent.notes
    return done.stdout


PAYMENT = (
    "sendInvoice 0 SUCCESS\n"
    "getPaymentStatus 0 ISSUED\n"
    "getPaymentStatus 0 PAID\n"
    "refundPayment 0 SUCCESS\n"
)
"""The replies to a whole payment, as each client prints them."""
