"""Writes the result codes, statuses and modes, and the exception of each result code.

They are a marked block of `seqrkit/vocabulary.py` and one of `seqrkit/errors.py`, written from
schemas/ by `nox -s model`; a test compares both with what this module would write now.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path

from contract_tests.toolkit.model_writer import formatted
from seqrkit import contract, schemas

PACKAGE = Path(__file__).resolve().parents[2] / "seqrkit"
BEGIN = "# Generated from schemas/ by `nox -s model`: do not edit.\n"
END = "# End of the generated part.\n"

ENUMERATIONS = {
    "PrincipalType": "principalId.type",
    "PaymentMode": "invoice.paymentMode",
    "AcknowledgmentMode": "invoice.acknowledgmentMode",
    "InvoiceStatus": "getPaymentStatusResponse.status",
}
"""The field that each class lists the values of."""
DOCSTRINGS = {
    "PrincipalType": "Who makes a request: a terminal, or a user of the reseller that owns it.",
    "PaymentMode": "How an invoice is to be paid.",
    "AcknowledgmentMode": "Whether the merchant sees the buyer's tokens before the buyer may pay.",
    "InvoiceStatus": "The status of an invoice, as getPaymentStatus returns it.",
}


def sources() -> dict[Path, str]:
    """Return the whole text of each file, its generated part as the schemas have it now."""
    parts = {PACKAGE / "vocabulary.py": _enumerations(), PACKAGE / "errors.py": _exceptions()}
    return {path: _replaced(path, "\n\n".join(part)) for path, part in parts.items()}


def _replaced(path: Path, part: str) -> str:
    before, _, rest = path.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    return formatted(f"{before}{BEGIN}\n\n{part}\n\n{END}{after}", path)


def _enumerations() -> Iterator[str]:
    loaded = contract.load()
    for name, path in ENUMERATIONS.items():
        rows = "".join(f'    {each} = "{each}"\n' for each in loaded.field(path).enumeration)
        yield f'class {name}(StrEnum):\n    """{DOCSTRINGS[name]}"""\n\n{rows}'
    rows = "".join(f"    {each.name} = {each.code}\n" for each in schemas.result_codes().values())
    yield f'''class ResultCode(IntEnum):
    """The result codes of the reference's table, and those that the vendor's SDK adds.

    Codes of topups, transfers and authorizations (30-32, 34-36, 38-47, 60-63) belong to operations
    outside this API and have no name here; a reply that carries one is still read.
    """

{rows}'''


def _exceptions() -> Iterator[str]:
    for each in schemas.result_codes().values():
        if each.code == 0:
            continue
        name = "".join(word.capitalize() for word in each.name.split("_"))
        text = f"Result code {each.code}: {each.meaning}"
        if len(text) > len("x" * 90):
            body = "\n".join(textwrap.wrap(each.meaning, 96))
            text = f"Result code {each.code}.\n\n{textwrap.indent(body, '    ')}\n    "
        shadows = "  # noqa: A001 - named for its code" if name == "SystemError" else ""
        yield (
            f'class {name}(ResultError):{shadows}\n    """{text}"""\n\n'
            f"    result_code = ResultCode.{each.name}\n"
        )


if __name__ == "__main__":
    for target, text in sources().items():
        target.write_text(text, encoding="utf-8")
