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
from contract_tests.toolkit.simulator.served import SERVE, Process, served
from contract_tests.toolkit.simulator.tills import Book, Crew, Soap, audit, told

KILLS = 200 if NIGHTLY else 12
SEED = int(os.environ.get("SEQRKIT_TESTS_SEED", "1"))
WAYS = ("reply", "statement", "outside", "outside")
MOST = {"reply": 60, "statement": 1500, "outside": 150}
"""How much may happen first: replies, statements, acknowledgements."""
VICTIM = ("contract_tests.toolkit.simulator.victim",)

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")


def live(process: Process, book: Book, way: str, random: Random) -> None:
    """Load it until it dies."""
    crew = Crew([process], book)
    if way != "outside":
        assert process.say(f"{way} {random.randint(1, MOST[way])}") == f"{way} it is"
    crew.start()
    if way == "outside":
        for _ in range(random.randint(1, MOST[way])):
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


def test_every_acknowledged_request_survives_a_kill(
    tmp_path: Path, database: str, record_testsuite_property: Callable[[str, object], None]
) -> None:
    random, books = Random(SEED), [Book()]  # noqa: S311  to be had again
    here = (tmp_path / "errors", "--db", database)
    for kill in range(KILLS):
        way = WAYS[kill % len(WAYS)]
        with served(*here, command=SERVE if way == "outside" else VICTIM) as process:
            remembers(process, books[-1])
            books.append(Book())
            live(process, books[-1], way, random)
    with served(*here) as process:
        remembers(process, books[-1])
        assert process.errors == ""
    whole = Book()
    for book in books:
        for name, entries in vars(book).items():
            kept = getattr(whole, name)
            kept.update(entries) if isinstance(kept, dict) else kept.extend(entries)
    assert len(set(whole.invoices)) == len(whole.invoices), "a reference was given out twice"
    audit(database, whole)
    for name, entries in vars(whole).items():
        record_testsuite_property(f"{KILLS} deaths, {name} acknowledged", len(entries))
    assert whole.refunds
    assert whole.periods
