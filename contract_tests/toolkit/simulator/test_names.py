"""The names a thread has read can be forgotten, and what was read with them stays."""

import threading

from lxml import etree

from seqrkit import soap
from seqrkit.simulator.wire.parser_memory import forget_names


def in_a_thread(work: object) -> None:
    failures: list[BaseException] = []

    def run() -> None:
        try:
            work()  # type: ignore[operator]
        except BaseException as error:  # noqa: BLE001 - raised below
            failures.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    for failure in failures:
        raise failure


def test_messages_outlive_the_names_they_were_read_with() -> None:
    def work() -> None:
        kept = []
        for number in range(50):
            names = "".join(f"<name{number}_{each} key{each}='value'/>" for each in range(50))
            kept.append(soap.parse(f"<root>{names}</root>".encode()))
            forget_names()
        for number, root in enumerate(kept):
            assert [each.tag for each in root] == [f"name{number}_{each}" for each in range(50)]
            assert root[7].get("key7") == "value"

    in_a_thread(work)


def test_elements_of_before_and_after_go_together() -> None:
    def work() -> None:
        before = soap.parse(b"<before><child/></before>")
        forget_names()
        after = soap.parse(b"<after><other/></after>")
        after.append(before[0])
        before.append(after[0])
        del before
        forget_names()
        assert etree.tostring(after) == b"<after><child/></after>"
        assert after.find("child") is not None

    in_a_thread(work)


def test_a_thread_that_has_read_nothing_has_nothing_to_forget() -> None:
    in_a_thread(forget_names)
