"""Requests as forms, the envelope beside them, and the buyer a click away: for notebooks.

`fields` and `draft` are the logic, and need nothing; all else binds it to ipywidgets, which
``pip install 'seqrkit[notebook]'`` brings.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from seqrkit.errors import ConfigurationError

if TYPE_CHECKING:
    from seqrkit.widgets.checkout import Checkout
    from seqrkit.widgets.clock_widget import ClockWidget
    from seqrkit.widgets.form import Form
    from seqrkit.widgets.phone_widget import PhoneWidget
    from seqrkit.widgets.workbench import Workbench

__all__ = ["Checkout", "ClockWidget", "Form", "PhoneWidget", "Workbench"]

_HOMES: Final = {
    "Checkout": "checkout",
    "ClockWidget": "clock_widget",
    "Form": "form",
    "PhoneWidget": "phone_widget",
    "Workbench": "workbench",
}


if not TYPE_CHECKING:  # a type checker sees the names above, and is to miss the others

    def __getattr__(name: str) -> object:
        """Load a widget when it is first asked for."""
        if name not in _HOMES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        if find_spec("ipywidgets") is None:
            raise ConfigurationError(
                "widgets are made of ipywidgets, which is not installed: pip install "
                "'seqrkit[notebook]'"
            )
        return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
