"""Fault injection: network and service failures that tests switch on, repeatably.

A `Fault` is plain data. `Faults` holds the active ones, decides which of them applies to a request
or a notification, and counts. `injection` damages the response. Imports the wire codec and HTTP.
"""

from seqrkit.simulator.faults.active_faults import ActiveFault, Faults, InjectedFault
from seqrkit.simulator.faults.delay import Delay
from seqrkit.simulator.faults.fault import Fault
from seqrkit.simulator.faults.fault_kinds import Kind

__all__ = ["ActiveFault", "Delay", "Fault", "Faults", "InjectedFault", "Kind"]
