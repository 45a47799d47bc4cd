"""The store: resellers, terminals, invoices, money and history, in one transaction per request.

Records and queries by the names of their columns come in; records go out. Backends implement
`interface`, today SQLite; `tables` and `serialization` map records to rows for all of them. It
imports the state machine's data and the model, and nothing of operations, SOAP or HTTP.
"""
