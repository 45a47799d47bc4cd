"""The documented mode: rejects requests that break an error rule of the interface's own document.

The findings of the linter decide, and `schemas/documented-mode.toml` has the result codes. Rules
that follow from the published schema alone, or that are assumed, reject nothing: strict mode
enforces the schema.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase
from functools import cache
from typing import Any, Final, NamedTuple

from seqrkit import contract, schemas
from seqrkit.contract import Finding, Severity
from seqrkit.vocabulary import Interface, ResultCode

_TABLE: Final = "documented-mode.toml"


class Rejection(NamedTuple):
    """The result code of a rejected request, and the rule with its source as resultDescription."""

    code: ResultCode
    description: str


def rejections(
    operation: str, body: bytes, interface: Interface, *, charset: str | None, limit: int
) -> Iterator[Rejection]:
    """Yield why the interface's own document rejects a request, the first mistake first."""
    judge = contract.load(interface)
    document = schemas.documents()[judge.document].title
    for finding in judge.lint_message(body, limit=limit, charset=charset):
        if finding.severity is Severity.ERROR and finding.source.startswith(document):
            code = _code(operation, finding.id, is_empty=not finding.value)
            if code is not ResultCode.SUCCESS:
                yield Rejection(code, _description(code, finding))


def _description(code: ResultCode, finding: Finding) -> str:
    return f"{code.name}: {finding.rule.statement} ({finding.id}; {finding.source})"


@cache
def _answers() -> Sequence[dict[str, Any]]:
    return tuple(schemas.read_toml(_TABLE)["answer"])


@cache
def _code(operation: str, rule: str, *, is_empty: bool) -> ResultCode:
    for answer in _answers():
        concerns = operation in answer.get("operations", [operation])
        concerns = concerns and (is_empty or not answer.get("only_empty"))
        if concerns and any(fnmatchcase(rule, pattern) for pattern in answer["rules"]):
            return ResultCode(answer["code"])
    # 90 is the code for which the reference names no particular cause.
    return ResultCode.SYSTEM_ERROR
