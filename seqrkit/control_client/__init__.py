"""Clients of a standalone endpoint's control API: its phone, its clock, its faults.

Takes calls of the phone and the clock, and sends them as JSON to ``/control`` of an endpoint that
`seqrkit serve` runs. Imports `http_client`, the values and codes, and never the simulator.
"""
