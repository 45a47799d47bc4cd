"""The web server of the endpoint: connections, limits, request bodies, ASGI.

Bytes of clients come in and are passed to an ASGI application; its responses go out. Knows nothing
of SOAP operations. Imports nothing else of the simulator.
"""
