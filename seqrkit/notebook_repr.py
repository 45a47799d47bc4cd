"""How an object shows itself in a notebook: that it does, not how it is drawn.

What draws stands above what is drawn in the house, so it comes here: an object that can be shown
is a `Shown`, and whoever draws its kind registers with `view`. The package itself, which stands at
the top, knows which module that is, and loads it when something is shown for the first time.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from functools import singledispatch

Bundle = Mapping[str, object]
"""The views of an object by MIME type: always ``text/plain``, mostly ``text/html`` too."""


@singledispatch
def view(shown: object) -> Bundle:
    """The views of an object; the same object gives the same views every time.

    Register a function for a class with ``@view.register``. Without one an object shows its
    representation.
    """
    return {"text/plain": repr(shown)}


class Shown:
    """What shows itself in a notebook."""

    __slots__ = ()

    def _repr_mimebundle_(self, **_: object) -> Bundle:
        sys.modules[__package__].load_views(type(self))
        return view(self)
