"""The store: records of invoices, terminals, payments and periods, in one transaction per request.

Requests come in as units of work; records and the results of queries go out. It knows the state
machine's data, but nothing of SOAP or HTTP.
"""
