"""Two endpoints in two processes on one database are one service."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from decimal import Decimal
from pathlib import Path

import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.toolkit.simulator.served import Process, served
from contract_tests.toolkit.simulator.tills import (
    Book,
    Buyer,
    Crew,
    Soap,
    audit,
    code,
    told,
)

CLIENTS = 8
ROUNDS = 50 if NIGHTLY else 5
SALES = 5_000 if NIGHTLY else 200


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("two")


@pytest.fixture(scope="module")
def both(home: Path, database: str) -> Iterator[list[Process]]:
    with ExitStack() as stack:
        yield [stack.enter_context(served(home / "errors", "--db", database)) for _ in range(2)]


@pytest.fixture(scope="module")
def clients(both: list[Process]) -> Iterator[list[Soap]]:
    """Clients of the one and of the other, in turn."""
    made = [Soap(both[each % 2]) for each in range(CLIENTS)]
    yield made
    for each in made:
        each.close()


def at_once(clients: list[Soap], ask: Callable[[Soap], str]) -> list[str]:
    """What all are answered who ask at the same time."""
    answers: list[str] = []
    ready = threading.Barrier(len(clients))

    def run(client: Soap) -> None:
        ready.wait()
        answers.append(ask(client))

    threads = [threading.Thread(target=run, args=(client,)) for client in clients]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == len(clients)
    return answers


def pay(process: Process, reference: str) -> None:
    """Have the buyer pay at one of the two."""
    buyer = Buyer(process)
    buyer.pay(reference)
    buyer.close()


def paid(both: list[Process], clients: list[Soap]) -> str:
    """The ersReference of a payment, sent at the one, paid and seen at the other."""
    reference = clients[0].send()
    pay(both[1], reference)
    return told(clients[1].poll(reference), "ersReference")


def test_refunds_at_the_same_time_never_exceed_the_payment(
    both: list[Process], clients: list[Soap]
) -> None:
    for _ in range(ROUNDS):
        payment = paid(both, clients)
        answers = at_once(clients, lambda soap: soap.refund(payment, Decimal(30)))  # noqa: B023
        assert Counter(map(code, answers)) == {0: 3, 98: CLIENTS - 3}


def test_a_reservation_is_committed_once(both: list[Process], clients: list[Soap]) -> None:
    for _ in range(ROUNDS):
        reference = clients[0].send("RESERVATION_REQUIRED")
        pay(both[1], reference)
        answers = at_once(clients, lambda soap: soap.commit(reference))  # noqa: B023
        assert Counter(map(code, answers)) == {0: 1, 96: CLIENTS - 1}


def test_a_seqr_id_belongs_to_one_terminal(clients: list[Soap]) -> None:
    contexts = dict(
        zip(clients, [clients[0].register(f"till {n}") for n in range(CLIENTS)], strict=True)
    )
    answers = at_once(
        clients, lambda soap: soap("assignSeqrId", "<seqrId>ONE</seqrId>", contexts[soap])
    )
    assert Counter(map(code, answers)) == {0: 1, 53: CLIENTS - 1}


def test_a_cash_register_has_one_open_invoice(clients: list[Soap]) -> None:
    context = clients[0].register("busy till")
    references = at_once(clients, lambda soap: soap.send(context=context))
    assert len(set(references)) == CLIENTS
    asked = [
        clients[0](
            "getPaymentStatus",
            f"<invoiceReference>{each}</invoiceReference><invoiceVersion>0</invoiceVersion>",
            context,
        )
        for each in references
    ]
    states = Counter(told(each, "status") for each in asked)
    assert states == {"ISSUED": 1, "CANCELED": CLIENTS - 1}


def test_nothing_is_lost_between_two_processes(both: list[Process], database: str) -> None:
    books = [Book()]
    crew = Crew(both, books[0])
    crew.start()
    for _ in range(SALES):
        crew.done.acquire()
    for process in both:
        process.popen.kill()
    crew.join()
    assert len(set(books[0].invoices)) == len(books[0].invoices)
    assert both[0].errors == ""
    audit(database, books[0])
