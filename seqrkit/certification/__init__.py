"""The vendor's certification procedures, judged by what a client really sent.

The tests are data, in schemas/certification.toml. `Sales` sorts the exchanges of a session by the
invoice they are about, and `judge` looks for the steps of each test in them. `rehearse` plays a
register that passes all of them. In the same way `evidence` finds what a session shows of the
service's behaviours; which steps show one is in schemas/observable-behaviours.toml.
"""

from seqrkit.certification.judge import Evidence, evidence, judge
from seqrkit.certification.procedures import PROCEDURES
from seqrkit.certification.sales import Sales

__all__ = ["PROCEDURES", "Evidence", "Sales", "evidence", "judge"]
