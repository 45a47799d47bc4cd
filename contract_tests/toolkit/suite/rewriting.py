"""Changes running code for the time of a ``with`` block."""

import __future__

import ast
import inspect
import textwrap
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from seqrkit.simulator.behaviours import Behaviour
from seqrkit.vocabulary import ResultCode


@contextmanager
def rewritten(function: Callable[..., Any], old: str, new: str) -> Iterator[None]:
    """Replace a text in the source of a function, wherever the function was imported.

    Raises `LookupError` unless the text occurs exactly once: otherwise nothing would be changed.
    """
    plain: Any = inspect.unwrap(function)
    before: CodeType = plain.__code__
    plain.__code__ = _code(plain, old, new)
    try:
        yield
    finally:
        plain.__code__ = before


@contextmanager
def answering(behaviour: Behaviour, code: ResultCode) -> Iterator[None]:
    """Make a behaviour answer another code."""
    before = behaviour.code
    object.__setattr__(behaviour, "code", code)  # it is frozen
    try:
        yield
    finally:
        object.__setattr__(behaviour, "code", before)


def _code(function: FunctionType, old: str, new: str) -> CodeType:
    text = textwrap.dedent(inspect.getsource(function))
    if text.count(old) != 1:
        raise LookupError(
            f"{old} occurs {text.count(old)} times in {function.__qualname__}, not once"
        )
    tree = ast.parse(text.replace(old, new))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef)
    definition.decorator_list = []  # what decorators made of it stays in place
    ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
    made = compile(tree, function.__code__.co_filename, "exec", dont_inherit=True, flags=_FLAGS)
    return next(each for each in made.co_consts if isinstance(each, CodeType))


_FLAGS = __future__.annotations.compiler_flag
