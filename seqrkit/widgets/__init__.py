"""Widgets for notebooks: requests as forms, the workbench, the checkout, the phone and clocks.

Takes a client (for `PhoneWidget` a simulated phone, for `ClockWidget` a clock) and displays it;
what users do becomes calls of the client or the phone. `field_specs`, `draft`,
`reference_suggestions` and `payment_flow` hold the logic and need no widgets; all other modules
bind it to ipywidgets, which ``pip install 'seqrkit[notebook]'`` installs.

May import `display`, `client`, `simulator` (its phone only), `field_paths` and everything below
them; never `session`, the demo, the suite or the command line.
"""

from importlib.util import find_spec

from lazy_loader import attach_stub

from seqrkit.errors import ConfigurationError

_load, __dir__, __all__ = attach_stub(__name__, __file__)


def __getattr__(name: str) -> object:
    """Load a widget on first access."""
    if name in __all__ and find_spec("ipywidgets") is None:
        raise ConfigurationError(
            "widgets need ipywidgets, which is not installed; run pip install 'seqrkit[notebook]'"
        )
    return _load(name)
