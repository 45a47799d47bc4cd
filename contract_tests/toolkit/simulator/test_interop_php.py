"""PHP's SoapClient makes a whole payment, in each mode."""

from __future__ import annotations

import shutil
import subprocess

import pytest

from contract_tests.toolkit.simulator.interop import CLIENTS, MODES, PAYMENT, payment


def has_soap() -> bool:
    """Whether there is a PHP with ext-soap."""
    if shutil.which("php") is None:
        return False
    return "\nsoap\n" in subprocess.run(["php", "-m"], capture_output=True, text=True).stdout  # noqa: PLW1510, S607


@pytest.mark.skipif(not has_soap(), reason="PHP with ext-soap (php-cli, php-soap) is not installed")
@pytest.mark.parametrize("mode", MODES)
def test_php_pays(mode: str) -> None:
    assert payment("php", CLIENTS / "php_client.php", mode=mode) == PAYMENT
