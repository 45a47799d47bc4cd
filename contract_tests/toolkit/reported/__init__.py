"""Inputs that integrators report, each with its number in rows.toml.

`pytest -k reply_07` runs the tests of one row; test_rows.py fails for a row without a test.
"""
