"""Java's HttpClient with default settings makes a whole payment, in default and in strict mode."""

from __future__ import annotations

import shutil

import pytest

from contract_tests.toolkit.simulator.interop import CLIENTS, PAYMENT, payment


@pytest.mark.skipif(shutil.which("javac") is None, reason="a JDK (11 or later) is not installed")
@pytest.mark.parametrize("strict", [False, True], ids=["default", "strict"])
def test_java_pays(strict: bool) -> None:  # noqa: FBT001 - a case
    assert payment("java", CLIENTS / "JavaClient.java", strict=strict) == PAYMENT
