"""Widgets for notebooks: requests as forms, the workbench, the checkout, the phone and clocks.

Takes a client (for `PhoneWidget` a simulated phone, for `ClockWidget` a clock) and displays it;
what users do becomes calls of the client or the phone. `field_specs`, `draft`,
`reference_suggestions` and `payment_flow` hold the logic and need no widgets; all other modules
bind it to ipywidgets, which ``pip install 'seqrkit[notebook]'`` installs.

May import `display`, `client`, `simulator` (its phone only), `field_paths` and everything below
them; never `session`, the demo, the suite or the command line.
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

_MODULES: Final = {
    "Checkout": "checkout",
    "ClockWidget": "clock_widget",
    "Form": "form",
    "PhoneWidget": "phone_widget",
    "Workbench": "workbench",
}


if not TYPE_CHECKING:  # a type checker uses the imports above and reports unknown names

    def __getattr__(name: str) -> object:
        """Load a widget on first access."""
        if name not in _MODULES:
            msg = f"module {__name__!r} has no attribute {name!r}"
            raise AttributeError(msg)
        if find_spec("ipywidgets") is None:
            raise ConfigurationError(
                "widgets need ipywidgets, which is not installed; run pip install "
                "'seqrkit[notebook]'"
            )
        return getattr(import_module(f"{__name__}.{_MODULES[name]}"), name)
