"""A new interface is data: a folder in schemas/ and `nox -s model`, without a change of code."""

from pathlib import Path

import pytest

from contract_tests.toolkit import new_interface
from contract_tests.toolkit.new_interface import ADDED, NAME


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return new_interface.make(tmp_path_factory.mktemp("copy"))


def test_client_endpoint_linter_forms_and_suite_work_with_it(copy: Path) -> None:
    checks = "contract_tests/toolkit/new_interface_checks.py"
    output = new_interface.run(copy, "-m", "pytest", "-q", "-n", "0", "-x", checks)
    assert " passed" in output


def test_the_demo_plays_it(copy: Path) -> None:
    output = new_interface.run(copy, "-m", "seqrkit", "demo", "--interface", NAME)
    assert "cancelInvoice" not in output
    assert "Unregister the terminal" in output


def test_send_takes_the_new_field(copy: Path) -> None:
    assignment = f"invoice.{ADDED}=7"
    arguments = ("send", "sendInvoice", "--sample", "--set", assignment, "--interface", NAME)
    assert f"<{ADDED}>7</{ADDED}>" in new_interface.run(copy, "-m", "seqrkit", *arguments)
