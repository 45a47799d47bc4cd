"""What a notebook shows of the buyer's phone and of clocks: a widget each, the same every time.

Loaded when one of them is shown for the first time, see `seqrkit.showing`. Their text stays what
their representation says.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

import ipywidgets

from seqrkit.clock import ManualClock, SystemClock
from seqrkit.showing import Bundle, view
from seqrkit.simulator.phone import Phone
from seqrkit.widgets.clock import ClockWidget
from seqrkit.widgets.phone import PhoneWidget

_TEXT: Final = "text/plain"
_Kind = TypeVar("_Kind")
_made: WeakKeyDictionary[object, ipywidgets.Widget] = WeakKeyDictionary()


def _shown(make: Callable[[_Kind], ipywidgets.Widget], shown: _Kind) -> Bundle:
    widget = _made.get(shown)
    if widget is None or widget.comm is None:  # never shown, or closed
        widget = _made[shown] = make(shown)
    return {**widget._repr_mimebundle_(), _TEXT: repr(shown)}


view.register(Phone, partial(_shown, PhoneWidget))
view.register(ManualClock, partial(_shown, ClockWidget))
view.register(SystemClock, partial(_shown, ClockWidget))
