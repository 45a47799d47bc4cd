"""A session as a pytest file that replays it, with the fixture `seqr_replay`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from seqrkit.display.highlight import readable
from seqrkit.display.sequence_diagram import step_of
from seqrkit.exchange import Exchange
from seqrkit.html import render_text
from seqrkit.terminal_text import one_line


def session_test_file(exchanges: Sequence[Exchange], file: str) -> str:
    """Return the text of the test file; passwords are masked."""
    name = re.sub(r"\W+", "_", Path(file).stem.lower(), flags=re.ASCII).strip("_")
    return render_text(
        "display/session_test_file.txt",
        file=one_line(Path(file).name).replace("\\", "\\\\").replace('"', "'"),
        count=len(exchanges),
        when=exchanges[0].started_at,
        interface=exchanges[0].interface,
        name=name or "session",
        calls=_calls(exchanges),
    )


def _calls(exchanges: Sequence[Exchange]) -> Iterator[str]:
    before = None
    for each in exchanges:
        step = step_of(each)
        said = f"{step.operation} {step.asked}".rstrip()
        yield f"    # {each.number}. {one_line(f'{said}: {step.result} {step.answered}').rstrip()}"
        passed = 0.0 if before is None else each.seconds_after(before)
        arguments = [
            json.dumps(each.operation),
            f"request={_literal(each.masked_request)}",
            f"reply={'None' if each.response is None else _literal(each.masked_response or b'')}",
            *([f"status={each.status}"] if each.status not in {200, None} else []),
            *([f"after={passed:.3g}"] if passed else []),
        ]
        lines = "".join(f"        {argument},\n" for argument in arguments)
        yield f"    seqr_replay(\n{lines}    )"
        before = each


def _literal(message: bytes) -> str:
    """Return a message as Python: a text on several lines if it can be one."""
    try:
        text = message.decode()
    except UnicodeDecodeError:
        return repr(message)
    # References to characters would be lost when the text is indented for reading.
    if not text.replace("\n", "").replace("\t", "").isprintable() or "&#" in text:
        return repr(message)
    shown = readable(message)[0].replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    return f'"""\\\n{shown}"""'
