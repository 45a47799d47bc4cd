"""Rehearses what a network does to a client: replies that are lost, late, cut, or asked for twice.

A client's command runs once undisturbed and then once for each disturbance, each time in a world
of its own with a buyer who follows rules. The books of that world say whether the client has
recovered. It imports the endpoint, and the shape of verdicts from `assessment`.
"""

from seqrkit.drill.books import Books
from seqrkit.drill.buyer import ScriptedBuyer, buyer_rules
from seqrkit.drill.client_run import ClientRun, run_client
from seqrkit.drill.disturbances import DISTURBANCES, OPERATIONS, Disturbance
from seqrkit.drill.verdicts import judge_drill

__all__ = [
    "DISTURBANCES",
    "OPERATIONS",
    "Books",
    "ClientRun",
    "Disturbance",
    "ScriptedBuyer",
    "buyer_rules",
    "judge_drill",
    "run_client",
]
