"""A session with an embedded endpoint and a manual clock."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import seqrkit
from seqrkit import ManualClock, Session


@pytest.fixture
def seqr() -> Iterator[Session]:
    with seqrkit.connect(clock=ManualClock(), seed=1, quiet=True) as session:
        yield session
