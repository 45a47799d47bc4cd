"""A user's own notebook in continuous integration: nbval against an endpoint of one's own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from contract_tests.profiles import NIGHTLY
from seqrkit.environment_variables import client_variables
from seqrkit.session import published
from seqrkit.simulator import Endpoint

ROOT = Path(__file__).resolve().parents[2]
SELL = """
import seqrkit

seqr = seqrkit.connect()
tea = seqrkit.Invoice(title="Tea from a notebook", total_amount="10.00 SEK")
sent = seqr.send_invoice(tea)
"""
SHOW = "# NBVAL_CHECK_OUTPUT\nseqr.get_payment_status(sent.invoice_reference).status.value"


def nbval(where: Path, endpoint: Endpoint, *cells: tuple[str, str]) -> tuple[int, str]:
    """Run cells with the documented command, each compared with an output if it has one."""
    made = nbformat.v4.new_notebook()
    for source, output in cells:
        cell = nbformat.v4.new_code_cell(source, execution_count=1)
        if output:
            data = {"text/plain": output}
            cell.outputs = [nbformat.v4.new_output("execute_result", data, execution_count=1)]
        made.cells.append(cell)
    nbformat.write(made, where / "sale.ipynb")
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "--nbval-lax", str(where)],
        cwd=where,
        env=os.environ
        | {"PYTHONPATH": str(ROOT)}
        | dict(client_variables(endpoint.url(), published())),
        capture_output=True,
        text=True,
        check=False,
    )
    return ended.returncode, ended.stdout + ended.stderr


@pytest.mark.skipif(not NIGHTLY, reason="runs every night")
def test_nbval_runs_a_notebook_against_the_endpoint_of_the_environment(tmp_path: Path) -> None:
    with Endpoint() as endpoint:
        code, said = nbval(tmp_path, endpoint, (SELL, ""), (SHOW, "'ISSUED'"))
        assert code == 0, said
        assert "Tea from a notebook" in [bill.title for bill in endpoint.phone.open_bills()]
        code, said = nbval(tmp_path, endpoint, (SELL, ""), (SHOW, "'PAID'"))
        assert code == 1, said
        code, said = nbval(tmp_path, endpoint, ("1 / 0", ""))
        assert code == 1
        assert "ZeroDivisionError" in said
