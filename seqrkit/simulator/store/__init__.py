"""The store: resellers, terminals, invoices, money and history, in one transaction per request.

Records and queries by the names of their columns come in; records go out. SQLite and PostgreSQL
share the transactions (`transactional_store`) and their statements (`sql_transaction`); `tables`
and `serialization` map records to rows for both. It imports the state machine's data and the model,
and nothing of operations, SOAP or HTTP.
"""
