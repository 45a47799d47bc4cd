"""IPython shows the sentence of an error first, then the user's own lines, and no library's."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from IPython.core.interactiveshell import InteractiveShell

REJECTED = """\
def sell():
    seqr.send_invoice(seqrkit.Invoice(title="x", total_amount="0 SEK"))

sell()
"""
INTERRUPTED = """\
class Interrupting(seqrkit.ManualClock):
    def sleep(self, seconds):
        raise KeyboardInterrupt

seqr.clock = Interrupting()
reply = seqr.send_invoice(seqrkit.Invoice(title="x", total_amount="1 SEK"))
seqr.wait_for_payment(reply, progress=False)
"""


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    made = InteractiveShell(colors="nocolor")
    made.run_cell("import seqrkit\nseqr = seqrkit.connect(quiet=True)")
    yield made
    made.run_cell("seqr.close()")


def shown(shell: InteractiveShell, code: str, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    assert not shell.run_cell(code).success
    return capsys.readouterr().out.rstrip().splitlines()


def test_the_sentence_comes_first(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *frames, last = shown(shell, REJECTED, capsys)
    assert first.startswith("InvalidInvoiceData: sendInvoice was answered with 49")
    assert frames == [
        "  line 4: sell()",
        '  line 2: seqr.send_invoice(seqrkit.Invoice(title="x", total_amount="0 SEK"))',
    ]
    assert "inside seqrkit and IPython are not shown" in last


def test_an_error_of_python_keeps_its_traceback(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Traceback" in "\n".join(shown(shell, "1 / 0", capsys))


def test_a_call_in_another_file_is_named_with_the_file(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = shown(
        shell,
        "exec(compile('\\nseqrkit.Amount.of(1.5)', 'my_register.py', 'exec'), {**globals(), "
        "'__name__': 'my_register'})",
        capsys,
    )
    assert lines[0].startswith("InvalidAmount: ")
    assert any(line.startswith("  my_register.py, line 2") for line in lines)


def test_an_interrupted_wait_is_one_sentence(
    shell: InteractiveShell, capsys: pytest.CaptureFixture[str]
) -> None:
    first, *_ = shown(shell, INTERRUPTED, capsys)
    assert first.startswith("Interrupted: ")
    assert "is ISSUED, and the buyer can still pay it" in first
