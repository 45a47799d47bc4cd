"""What a notebook shows of the buyer's phone and of clocks: a widget each, the same every time.

Loaded when one of them is shown for the first time, see `seqrkit.notebook_repr`. A clock's text
is its representation, a phone's says what is on its screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar
from weakref import WeakKeyDictionary

import ipywidgets

from seqrkit.clock import ManualClock, SystemClock
from seqrkit.notebook_repr import Bundle, view
from seqrkit.simulator.phone import Phone
from seqrkit.widgets.clock_widget import ClockWidget
from seqrkit.widgets.phone_widget import PhoneWidget

_TEXT: Final = "text/plain"
_Kind = TypeVar("_Kind")
_made: WeakKeyDictionary[object, ipywidgets.Widget] = WeakKeyDictionary()


def _widget(make: Callable[[_Kind], ipywidgets.Widget], shown: _Kind) -> ipywidgets.Widget:
    widget = _made.get(shown)
    if widget is None or widget.comm is None:  # never shown, or closed
        widget = _made[shown] = make(shown)
    return widget


def _phone(phone: Phone) -> Bundle:
    widget = _widget(PhoneWidget, phone)
    widget.redraw()  # what was told to it just now may still be on its way
    return {**widget._repr_mimebundle_(), _TEXT: repr(widget)}


def _clock(clock: ManualClock | SystemClock) -> Bundle:
    return {**_widget(ClockWidget, clock)._repr_mimebundle_(), _TEXT: repr(clock)}


view.register(Phone, _phone)
view.register(ManualClock, _clock)
view.register(SystemClock, _clock)
