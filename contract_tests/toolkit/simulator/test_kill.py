"""kill -9 at any moment: nothing is lost that was acknowledged, and no refund is too much.

The endpoint is under the load of several cash registers. A quarter of the deaths come between the
commit of a request and its reply, a quarter right before some SQL statement, so also in the middle
of a transaction, and the others from outside, whenever it happens to be.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.simulator.served import Process
from contract_tests.toolkit.simulator.tills import Book, Crew, Soap, audit, told, victim

KILLS = 200 if NIGHTLY else 20
SEED = int(os.environ.get("SEQRKIT_TESTS_SEED", "1"))
WAYS = ("reply", "statement", "outside", "outside")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def live(process: Process, book: Book, way: str, random: Random) -> None:
    """Load it until it dies."""
    crew = Crew([process], book)
    if way != "outside":
        most = 60 if way == "reply" else 1500
        assert crew.buyers[0].say(f"{way} {random.randint(1, most)}") == "done"
    crew.start()
    if way == "outside":
        for _ in range(random.randint(1, 150)):
            crew.done.acquire()
        process.popen.kill()
    crew.join()  # nobody hears from it any more
    assert process.gone() == -signal.SIGKILL


def remembers(process: Process, book: Book) -> None:
    """What was acknowledged is what it answers now."""
    soap = Soap(process)
    for reference in book.invoices:
        told(soap.poll(reference), "status")
    for reference, payment in book.payments.items():
        reply = soap.poll(reference)
        assert told(reply, "status") == "PAID"
        assert told(reply, "ersReference") == payment
    soap.close()


def test_what_was_acknowledged_survives_every_death(
    tmp_path: Path, record_property: Callable[[str, object], None]
) -> None:
    random, books = Random(SEED), [Book()]  # noqa: S311  to be had again
    for kill in range(KILLS):
        with victim(tmp_path) as process:
            remembers(process, books[-1])
            books.append(Book())
            live(process, books[-1], WAYS[kill % len(WAYS)], random)
    with victim(tmp_path) as process:
        remembers(process, books[-1])
        assert process.errors == ""
    whole = Book()
    for book in books:
        for name, entries in vars(book).items():
            kept = getattr(whole, name)
            kept.update(entries) if isinstance(kept, dict) else kept.extend(entries)
    assert len(set(whole.invoices)) == len(whole.invoices), "a reference was given out twice"
    audit(tmp_path / "shop.db", whole)
    for name, entries in vars(whole).items():
        record_property(name, len(entries))
    assert whole.refunds
    assert whole.periods
