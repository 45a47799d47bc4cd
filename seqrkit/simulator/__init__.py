"""The embedded endpoint, which behaves like the service.

Takes SOAP requests over HTTP, or calls of `Endpoint` and `Phone` in the same process; answers with
SOAP replies and keeps invoices, payments and periods in a store. The table in docs/architecture.md
says what each of its packages may import. Names are loaded when first used, so that code that only
needs the state machine does not import a web server.
"""

from lazy_loader import attach_stub

__getattr__, __dir__, __all__ = attach_stub(__name__, __file__)
