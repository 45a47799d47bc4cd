"""The control API: what tests, commands and web pages do to an endpoint besides SOAP.

HTTP requests under /control/ come in, JSON and Server-Sent Events go out. Each action is a function
with the decorator `action`; routes and the OpenAPI description are derived from these. Imports
store, service, phone, faults, notifications and the exchange log; never the SOAP application. This
file imports nothing, so that an endpoint that nobody controls does not load the rest.
"""
