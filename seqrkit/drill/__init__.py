"""Rehearses what a network does to a client: replies that are lost, late, cut, or asked for twice.

A client's command runs once undisturbed and then once for each disturbance, each time in a world
of its own with a buyer who follows rules. The books of that world say whether the client has
recovered. It imports the endpoint, and the shape of verdicts from `assessment`.
"""
