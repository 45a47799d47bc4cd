"""Help where it hurts: what a result code, a rule, a behaviour or a symptom means, and what to do.

One page each, made of what is known elsewhere: the contract, the table of behaviours, the result
codes. Only the symptoms and the ways to provoke a code are written here.
"""

from seqrkit.simulator.pages.help.topic import Section, Topic
from seqrkit.simulator.pages.help.topics import explain, groups

__all__ = ["Section", "Topic", "explain", "groups"]
