"""Mistakes put into code that runs, and taken out again."""

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
    """The function with a piece of its text changed, wherever it was imported to.

    Raises `LookupError` unless the text has that piece exactly once: the mistake would be none.
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
    """A behaviour that answers another code than its own."""
    before = behaviour.code
    object.__setattr__(behaviour, "code", code)  # frozen: nobody else is to do that
    try:
        yield
    finally:
        object.__setattr__(behaviour, "code", before)


def _code(function: FunctionType, old: str, new: str) -> CodeType:
    text = textwrap.dedent(inspect.getsource(function))
    if text.count(old) != 1:
        raise LookupError(f"{function.__qualname__} has {old!r} {text.count(old)} times, not once")
    tree = ast.parse(text.replace(old, new))
    definition = tree.body[0]
    assert isinstance(definition, ast.FunctionDef | ast.AsyncFunctionDef)
    definition.decorator_list = []  # what they made of it stays
    ast.increment_lineno(tree, function.__code__.co_firstlineno - 1)
    made = compile(tree, function.__code__.co_filename, "exec", dont_inherit=True, flags=_FLAGS)
    return next(each for each in made.co_consts if isinstance(each, CodeType))


_FLAGS = __future__.annotations.compiler_flag
