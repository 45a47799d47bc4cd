"""Whatever is posted to the endpoint: an answer that is one, soon, and nothing left behind."""

from __future__ import annotations

import os
import sys
from collections import Counter
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import httpx
import pytest

from contract_tests.profiles import NIGHTLY
from contract_tests.replies import reply_problem
from contract_tests.toolkit.simulator.hostile import Hostile, bodies
from contract_tests.toolkit.simulator.served import Client, served
from seqrkit import soap

NUMBER = 100_000 if NIGHTLY else 1_000
SHARE_OF_POSTGRESQL = 1 if NIGHTLY else 0.2
SEED = int(os.environ.get("SEQRKIT_TESTS_SEED", "1"))
DOCUMENTED = {200, 408, 500}
GROWTH = 1.05
"""What the endpoint may take in the second half, as a part of the first, besides `JUMP`.

Earlier figures say nothing: the allocator gives each new thread of the event loop memory of its
own, until as many parts are in use as there will ever be.
"""
JUMP = 40 * 2**20
"""Bytes by which the allocator may grow once, at the first body that needs them.

Measured with 3,000 bodies: 83, 103, 118, 136, 137 and 139 MB after each 500.
"""


def judge(hostile: Hostile, status: int, answer: bytes) -> None:
    """Fail on an answer that is not as it must be."""
    assert status in DOCUMENTED, (hostile, status, answer)
    operation = ""
    if status == 200:
        payload = soap.read_envelope(soap.parse(answer, limit=64 * soap.MAX_BYTES)).payload
        operation = soap.local(payload).removesuffix("Response")
    elif status != 500:
        assert answer.count(b"\n") == 1, (hostile, answer)
    found = reply_problem(hostile.interface, operation, status, answer)
    assert found is None, (found, hostile, answer)
    assert b"Traceback" not in answer
    assert b"internal error" not in answer, hostile


def post(client: Client, hostile: Hostile) -> int:
    status, answer = client.post(hostile.body, hostile.headers, hostile.interface)
    judge(hostile, status, answer)
    return status


@pytest.mark.skipif(sys.platform != "linux", reason="resident memory is read from /proc")
def test_no_body_makes_the_endpoint_fail_hang_or_grow(
    tmp_path: Path,
    database: str,
    record_testsuite_property: Callable[[str, object], None],
) -> None:
    bodies_sent = int(NUMBER * (SHARE_OF_POSTGRESQL if database.startswith("postgresql:") else 1))
    with served(tmp_path / "errors", "--db", database) as endpoint:
        client, statuses, memory = endpoint.client(), Counter[int](), []
        for number, hostile in enumerate(bodies(SEED, bodies_sent), 1):
            statuses[post(client, hostile)] += 1
            if number % (bodies_sent // 10) == 0:
                memory.append(endpoint.resident())
        client.close()
        listed = httpx.get(f"{endpoint.base_url}/control/exchanges?limit=250", trust_env=False)
        errors = endpoint.errors
    record_testsuite_property(f"{bodies_sent} hostile bodies, statuses", dict(statuses))
    record_testsuite_property("resident kB", [each // 1024 for each in memory])
    assert errors == ""
    assert listed.status_code == 200
    assert statuses.keys() >= {200, 500}
    half = len(memory) // 2
    # The highest of each half, because the allocator also gives memory back between two bodies.
    assert max(memory[half:]) <= GROWTH * max(memory[:half]) + JUMP, memory


def test_the_same_seed_makes_the_same_bodies() -> None:
    assert list(bodies(7, 50)) == list(bodies(7, 50))
    assert all(one.body != other.body for one, other in pairwise(bodies(7, 20)))
