"""Faults on purpose: what can go wrong between a merchant and the service, at will and repeatably.

A `Fault` is plain data; `Faults` holds those in force, decides which of them strikes a request or a
notification, and counts.
"""

from seqrkit.simulator.faults.active_faults import ActiveFault, Faults, InjectedFault
from seqrkit.simulator.faults.delay import Delay
from seqrkit.simulator.faults.fault import Fault
from seqrkit.simulator.faults.fault_kinds import Kind

__all__ = ["ActiveFault", "Delay", "Fault", "Faults", "InjectedFault", "Kind"]
