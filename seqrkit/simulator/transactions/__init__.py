"""Transactions: units of work on the store, at one instant, with due events applied first.

A function that takes a `Ledger` comes in; what it returns goes out, after the commit. Requests, the
buyer's phone, the passing of time and the control API all use `runner`. It imports store, states,
authentication and the clock, and nothing of operations, SOAP or HTTP.
"""
