"""The contract suite: properties of messages, endpoint and linter, run by pytest or from code.

`checks` lists the checks; ``check.run(environment)`` runs one in a `CheckEnvironment` and raises
`CheckFailure`, with the smallest message that shows it, if the property does not hold. The files in
contract_tests/ pass the checks to pytest; ``seqrkit verify`` runs those files.

Packages, each of which imports only those before it: framework, oracles, properties, runner,
reports.
"""

from seqrkit.suite.framework import PROFILES, Check, CheckEnvironment, CheckFailure, Profile
from seqrkit.suite.properties import GROUPS, checks, group

__all__ = [
    "GROUPS",
    "PROFILES",
    "Check",
    "CheckEnvironment",
    "CheckFailure",
    "Profile",
    "checks",
    "group",
]
