"""Java's HttpClient with default settings makes a whole payment, in each mode."""

from __future__ import annotations

import shutil

import pytest

from contract_tests.toolkit.simulator.interop import CLIENTS, MODES, PAYMENT, payment


@pytest.mark.skipif(shutil.which("javac") is None, reason="a JDK (11 or later) is not installed")
@pytest.mark.parametrize("mode", MODES)
def test_java_pays(mode: str) -> None:
    assert payment("java", CLIENTS / "JavaClient.java", mode=mode) == PAYMENT
