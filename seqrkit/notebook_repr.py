"""Registration of notebook representations.

A class with a rich notebook display inherits from `Shown`. The functions that draw it live in
packages that import the class's module, not the other way round, and register with `view`. The
package `seqrkit` loads them when an object is displayed for the first time.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import singledispatch

Bundle = Mapping[str, object]
"""Representations by MIME type: always ``text/plain``, usually ``text/html`` too."""


@singledispatch
def view(shown: object) -> Bundle:
    """Return the representations of an object; the same object always gives the same ones.

    Register a function for a class with ``@view.register``. The default is the object's ``repr``.
    """
    return {"text/plain": repr(shown)}


class Shown:
    """Base class of objects with a rich notebook display."""

    __slots__ = ()

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        # Not imported: `seqrkit` imports this module, and drawing is needed in notebooks only.
        sys.modules[__package__].load_views(type(self))
        return view(self)
