"""A standalone endpoint, as `seqrkit serve` runs it, controlled from elsewhere: buyer and clock.

What `control.Remote` asks of its ``/control`` is what a test or a command does to an endpoint
besides SOAP.
"""
