"""Generates `seqrkit/vocabulary.py` and `seqrkit/errors/result_errors.py` from schemas/.

``nox -s model`` rewrites both files; a test compares them with what this module would write now.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from contract_tests.toolkit.model_writer import ENUMERATIONS, contracts, formatted, in_order
from seqrkit import schemas
from seqrkit.contract import Field
from seqrkit.schemas import XS

PACKAGE = Path(__file__).resolve().parents[2] / "seqrkit"
LINE = 90

DOCSTRINGS = {
    "PrincipalType": "Who makes a request: a terminal, or a user of the reseller that owns it.",
    "PaymentMode": "How an invoice is to be paid.",
    "AcknowledgmentMode": "Whether the merchant sees the buyer's tokens before the buyer may pay.",
    "InvoiceStatus": "The status of an invoice, as getPaymentStatus returns it.",
    "ReceiptType": "What a submitted receipt document is.",
    "TokenStatus": "The state of a customer token (loyalty card, coupon).",
    "ResultCode": """The result codes of the reference and those of the vendor's SDK.

    Codes of topups, transfers and authorizations (30-32, 34-36, 38-47, 60-63) belong to operations
    outside this API and have no name here; a reply that carries one is still read.
    """,
}


VOCABULARY = '''\
"""Names and numbers of the reference as enumerations, generated from schemas/ by `nox -s model`.

Their meanings are in schemas/.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final'''

NAMES = '''\
USER_TOKEN: Final = "I_GAMING_INTEGRATION"  # noqa: S105 - a name, not a secret
"""The id of the customer token whose value is the userId of creditUser."""


class ReportId(StrEnum):
    """The reports of executeReport (vendor's developer manual)."""

    SHOP = "Reconciliation/Shop.xml"
    TERMINALS = "Reconciliation/STD_RECON_002.xml"
    DETAILS = "Reconciliation/STD_RECON_003.xml"
    CASHIERS = "Reconciliation/STD_RECON_004.xml"
    TERMINAL = "Reconciliation/STD_RECON_006.xml"
    TERMINAL_DETAILS = "Reconciliation/STD_RECON_007.xml"
'''
"""What the schemas have only in descriptions."""


def sources() -> dict[Path, str]:
    """Return the text of each file as the schemas have it now."""
    vocabulary, errors = PACKAGE / "vocabulary.py", PACKAGE / "errors" / "result_errors.py"
    return {
        vocabulary: formatted("\n\n".join((VOCABULARY, *_vocabulary(), NAMES)), vocabulary),
        errors: formatted("\n\n".join((f"{EXCEPTIONS}\n{_all()}", *_exceptions())), errors),
    }


def _vocabulary() -> Iterator[str]:
    known = contracts()
    namespace = schemas.read(known[0].schemas.wire).get("targetNamespace")
    yield (
        f'NAMESPACE: Final = "{namespace}"\n'
        '"""The target namespace of every interface; only operation elements are qualified with '
        'it."""\n'
    )
    yield _enumeration(
        "Interface",
        "The published interfaces, newest first, by the names they were published under.",
        {_member(each.interface): f'"{each.interface}"' for each in known},
    )
    yield (
        "NEWEST: Final = next(iter(Interface))\n"
        '"""The newest interface; functions use it if no interface is named."""\n'
    )
    paths = (f"Interface.{_member(e.interface)}: {_path(e.schemas)!r}," for e in known)
    yield (
        f"PATHS: Final = {{{''.join(paths)}}}\n"
        '"""The path each interface was published at; its WSDL is at the same path with '
        '``?wsdl``."""\n'
    )
    for name, field in ENUMERATIONS.items():
        if name in _NUMBERED:
            yield _enumeration(name, DOCSTRINGS[name], _numbers(*_NUMBERED[name]))
            continue
        values = in_order([_values(each.field(field)) for each in known])
        yield _enumeration(name, DOCSTRINGS[name], {each: f'"{each}"' for each in values})


_NUMBERED = {
    "TokenStatus": ("documented-common.xsd", "tokenStatus"),
    "ResultCode": ("result-codes.xsd", "resultCode"),
}
"""Enumerations of numbers: the file and the type that give each number its name (c:name)."""


def _numbers(file: str, type_name: str) -> dict[str, str]:
    root = schemas.read(schemas.bundled() / file)
    found = root.iterfind(f"{XS}simpleType[@name='{type_name}']//{XS}enumeration")
    return {str(each.get(f"{schemas.CONTRACT}name")): str(each.get("value")) for each in found}


def _values(field: Field) -> list[str]:
    """The values that a field may have, or else those that it should have."""
    advised = field.rule("one-of")
    return list(field.enumeration or (advised.parameter.split() if advised else ()))


def _enumeration(name: str, docstring: str, members: dict[str, str]) -> str:
    kind = "IntEnum" if name in _NUMBERED else "StrEnum"
    rows = "".join(f"    {member} = {value}\n" for member, value in members.items())
    return f'class {name}({kind}):\n    """{docstring}"""\n\n{rows}'


def _member(interface: str) -> str:
    return interface.upper().replace("-", "_")


def _path(files: schemas.SchemaSet) -> str:
    """The path in the address of the published service description."""
    (address,) = schemas.read(files.wsdl).iter("{http://schemas.xmlsoap.org/wsdl/soap/}address")
    return urlsplit(address.get("location") or "").path


def _class_name(code: schemas.ResultCodeMeaning) -> str:
    return "".join(word.capitalize() for word in code.name.split("_"))


def _failures() -> list[schemas.ResultCodeMeaning]:
    return [each for each in schemas.result_codes().values() if each.code != 0]


EXCEPTIONS = '''\
"""The exceptions of result codes, generated from schemas/ by `nox -s model`."""

from __future__ import annotations

from typing import ClassVar

from seqrkit.errors.exceptions import ResultError
from seqrkit.vocabulary import ResultCode
'''


def _all() -> str:
    """Return the list of the module's public names."""
    names = sorted(map(_class_name, _failures()))
    return f"__all__ = [{', '.join(map(repr, names))}]\n"


def _exceptions() -> Iterator[str]:
    for each in _failures():
        name = _class_name(each)
        text = f"Result code {each.code}: {each.meaning}"
        if len(text) > LINE:
            body = "\n".join(textwrap.wrap(each.meaning, 96))
            text = f"Result code {each.code}.\n\n{textwrap.indent(body, '    ')}\n    "
        shadows = "  # noqa: A001 - named for its code" if name == "SystemError" else ""
        yield (
            f'class {name}(ResultError):{shadows}\n    """{text}"""\n\n'
            f"    result_code: ClassVar[ResultCode | None] = ResultCode.{each.name}\n"
        )


if __name__ == "__main__":
    for target, text in sources().items():
        target.write_text(text, encoding="utf-8")
