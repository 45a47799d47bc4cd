"""Eight clients with wrong passwords: `python -m benchmarks.peers.guesser --port N`.

Each password is another one. An endpoint with `SETTINGS` has so many terminals that it delays none
of the answers during a benchmark.
"""

from __future__ import annotations

import argparse
import http.client
import threading
from itertools import count

from benchmarks.messages import PASSWORD, SEND_INVOICE, TERMINAL
from seqrkit.vocabulary import NEWEST, PATHS

CLIENTS = 8
TERMINALS = [f"guessed-{number}" for number in range(20)]
SETTINGS = "".join(
    f'[[terminals]]\nid = "{each}"\nreseller = "public_test_shop"\npasswords = ["right"]\n'
    for each in TERMINALS
)


def _guess(port: int, numbers: count[int]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for number in numbers:
        terminal = TERMINALS[number % len(TERMINALS)]
        body = SEND_INVOICE.replace(TERMINAL.encode(), terminal.encode())
        body = body.replace(f">{PASSWORD}<".encode(), f">wrong-{number}<".encode())
        connection.request("POST", PATHS[NEWEST], body, {"Content-Type": "text/xml"})
        assert b"<resultCode>20<" in connection.getresponse().read()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    port = parser.parse_args().port
    for client in range(CLIENTS):
        threading.Thread(target=_guess, args=(port, count(client, CLIENTS))).start()
