"""Control over HTTP: what a test, a command or a page does to an endpoint besides SOAP.

`table.ACTIONS` lists what there is; routes and OpenAPI description are made of it. Nothing is
imported here, so that an endpoint which nobody controls does not load it.
"""
