"""A dashboard without a browser: `python -m benchmarks.peers.dashboard --port N`.

It follows the events, and after each requests the same lists as the page does, as often.
"""

from __future__ import annotations

import argparse
import http.client
import threading
from time import sleep

CALM_SECONDS = 0.2
LISTS = ("invoices?limit=50", "exchanges?limit=50", "faults", "terminals")


def _get(port: int, path: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    connection.request("GET", f"/control/{path}")
    response = connection.getresponse()
    assert response.status == 200, path
    return response


def _read(port: int, path: str) -> None:
    with _get(port, path) as response:
        response.read()


def _refresh(port: int, changed: threading.Event) -> None:
    while changed.wait():
        sleep(CALM_SECONDS)
        changed.clear()
        _read(port, "state")
        threads = [threading.Thread(target=_read, args=(port, each)) for each in LISTS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port, changed = parser.parse_args().port, threading.Event()
    threading.Thread(target=_refresh, args=(port, changed)).start()
    with _get(port, "events?contents=no") as events:
        while events.readline():
            changed.set()
