"""The HTTP side of the endpoint: connections, limits, request bodies, and the ASGI application.

HTTP requests come in; SOAP messages go to the service and its replies go out again.
"""
