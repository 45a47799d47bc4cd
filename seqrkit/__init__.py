"""Explore, check and rehearse SEQR (Glase) merchant payments.

::

    import seqrkit
    from seqrkit import Invoice, InvoiceRow

    seqr = seqrkit.connect()
    reply = seqr.send_invoice(Invoice(title="Grand Cinema", total_amount="149.99 SEK"))
    seqr.phone.scan(reply.qr).pay()
    seqr.wait_for_payment(reply)

The public names are listed in ``__init__.pyi``. Each is loaded when first used, so that
``import seqrkit`` is fast and unused parts cost nothing.
"""

from importlib import import_module
from importlib.util import find_spec

from lazy_loader import attach_stub

from seqrkit._version import __version__ as __version__

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)

_WIDGETS = {"ManualClock", "Phone", "SystemClock"}


def load_views(kind: type) -> None:
    """Load the notebook representation of a class, for `seqrkit.notebook_repr`.

    Without ipywidgets, a class that is displayed as a widget shows its ``repr``.
    """
    if kind.__name__ not in _WIDGETS:
        import_module("seqrkit.display.notebook_views")
    elif find_spec("ipywidgets") is not None:
        import_module("seqrkit.widgets.phone_and_clock_views")
