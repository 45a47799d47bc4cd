"""npm's soap makes a whole payment, in each mode.

`nox -s tests` installs it; SEQRKIT_TESTS_NODE_MODULES names the folder.
"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from contract_tests.toolkit.simulator.interop import CLIENTS, MODES, PAYMENT, payment

MODULES = Path(os.environ.get("SEQRKIT_TESTS_NODE_MODULES", "node_modules"))


@pytest.mark.skipif(shutil.which("node") is None, reason="node is not installed")
@pytest.mark.skipif(
    not (MODULES / "soap").is_dir(), reason="npm's soap is not installed: run `nox -s tests`"
)
@pytest.mark.parametrize("mode", MODES)
def test_node_pays(mode: str) -> None:
    client = CLIENTS / "node_client.js"
    assert payment("node", client, MODULES.resolve(), mode=mode) == PAYMENT
