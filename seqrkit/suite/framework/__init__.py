"""What a check is: properties and their cases, and what a property is given to test with.

In: a contract of an interface, a way to connect a session, and a profile. Out: `Property`, `Check`,
`CheckContext`, `CheckFailure` and the coverage of the contract. Imports nothing else of the suite;
of seqrkit the contract, the model, and what a session needs.
"""

from seqrkit.suite.framework.check_context import Case, CheckContext
from seqrkit.suite.framework.check_environment import CheckEnvironment, embedded
from seqrkit.suite.framework.check_failure import CheckFailure, Inapplicable, LeftOut
from seqrkit.suite.framework.contract_coverage import Aspect, Coverage
from seqrkit.suite.framework.profile import PROFILES, Profile
from seqrkit.suite.framework.property import Check, Need, Property, PropertyGroup

__all__ = [
    "PROFILES",
    "Aspect",
    "Case",
    "Check",
    "CheckContext",
    "CheckEnvironment",
    "CheckFailure",
    "Coverage",
    "Inapplicable",
    "LeftOut",
    "Need",
    "Profile",
    "Property",
    "PropertyGroup",
    "embedded",
]
