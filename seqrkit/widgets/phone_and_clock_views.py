"""Notebook representations of the buyer's phone and of clocks: one widget each.

Loaded when one of them is displayed for the first time, see `seqrkit.notebook_repr`. The text of a
clock is its ``repr``, that of a phone describes its screen.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from weakref import WeakKeyDictionary

import ipywidgets

from seqrkit.clock import ManualClock, SystemClock
from seqrkit.notebook_repr import Bundle, view
from seqrkit.simulator.phone import Phone
from seqrkit.widgets.clock_widget import ClockWidget
from seqrkit.widgets.phone_widget import PhoneWidget

_Kind = TypeVar("_Kind")
_made: WeakKeyDictionary[object, ipywidgets.Widget] = WeakKeyDictionary()


def _widget(make: Callable[[_Kind], ipywidgets.Widget], shown: _Kind) -> ipywidgets.Widget:
    # One widget for each object, so that displaying it again shows the same screen.
    widget = _made.get(shown)
    if widget is None or widget.comm is None:  # never displayed, or closed
        widget = _made[shown] = make(shown)
    return widget


@view.register
def _phone(phone: Phone) -> Bundle:
    widget = _widget(PhoneWidget, phone)
    widget.redraw()  # a redraw in the background may still be pending
    return {**widget._repr_mimebundle_(), "text/plain": repr(widget)}


@view.register
def _clock(clock: ManualClock | SystemClock) -> Bundle:
    return {**_widget(ClockWidget, clock)._repr_mimebundle_(), "text/plain": repr(clock)}
