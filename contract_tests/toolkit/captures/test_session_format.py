"""The session format: its keys are those that an exchange saves, and any bytes come back."""

import json
from pathlib import Path

from attrs import evolve
from hypothesis import given
from hypothesis import strategies as st

from contract_tests.toolkit import exchanges
from seqrkit.captures.session_format import SavedExchange, read_lines, to_bytes, to_line, to_text
from seqrkit.exchange import Exchange, Journal


def test_an_exchange_saves_the_keys_of_the_format():
    saved = exchanges.ALL[0].to_dict()
    assert set(saved) == set(SavedExchange.__annotations__)
    assert json.loads(to_line(saved)) == json.loads(json.dumps(saved))


@given(st.binary(max_size=200))
def test_the_bytes_of_a_message_come_back(data: bytes):
    assert to_bytes(json.loads(json.dumps(to_text(data)))) == data


def test_a_recorded_session_is_read_with_its_line_numbers(tmp_path: Path):
    path = tmp_path / "session.jsonl"
    journal = Journal(path)
    for each in exchanges.ALL:
        journal.record(each)
    journal.close()
    with path.open("ab") as file:
        file.write(b'{"number": 99, "request": "<a')  # a crash left this
    read = dict(read_lines(path.read_bytes()))
    assert list(read) == list(range(1, len(exchanges.ALL) + 1))
    for number, saved in read.items():
        assert Exchange.from_dict(saved).masked_request == exchanges.ALL[number - 1].masked_request


def test_unknown_keys_are_ignored_and_optional_ones_may_be_absent():
    saved = dict(exchanges.ALL[0].to_dict(), note="added later")
    for name in SavedExchange.__optional_keys__:
        del saved[name]
    again = Exchange.from_dict(saved)
    assert again.result_code == evolve(exchanges.ALL[0]).result_code
