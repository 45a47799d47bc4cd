"""Forgets the names of elements that were read, which lxml keeps as long as the thread lives.

libxml2 keeps every name it has read in a dictionary, and lxml has one a thread, shared by all
messages read there. A client that invents names would fill an endpoint's memory with them, a
megabyte a message. A new dictionary takes the place of the old one, which is freed with the last
message that was read with it.
"""

from __future__ import annotations

import ctypes
from typing import Any, Final

from lxml import etree

_CONTEXT: Final = "_ParserDictionaryContext"
"""The key under which lxml keeps what belongs to a thread (parser.pxi)."""
_SMALLEST: Final = b"<a/>"


def forget_names() -> None:
    """Begin a new dictionary in the calling thread; takes some ten microseconds.

    Does nothing where Python has no way to get at what belongs to a thread, or lxml another one.
    """
    thread = _of_thread()
    if thread.pop(_CONTEXT, None) is not None:
        # A parser made now brings a new dictionary, and the thread has none: it takes that one.
        etree.fromstring(_SMALLEST, etree.XMLParser())


def _of_thread() -> dict[str, Any]:
    """The dictionary that CPython keeps for the C extensions of a thread, empty on others."""
    try:
        get = ctypes.pythonapi.PyThreadState_GetDict
    except AttributeError:
        return {}
    get.restype = ctypes.c_void_p  # a borrowed reference, which py_object would give away
    found = get()
    return {} if found is None else ctypes.cast(found, ctypes.py_object).value
