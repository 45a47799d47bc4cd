"""Help: what a result code, operation, rule, behaviour or symptom means, and what to do about it.

Pages are derived from the contract, the table of behaviours and the schemas; only the symptoms
(symptoms.toml) and the ways to reproduce a result code (recipes.toml) are written here. Used by
`seqrkit explain` and the endpoint's /help.
"""

from seqrkit.simulator.pages.help.topics import Section, Topic, explain, groups

__all__ = ["Section", "Topic", "explain", "groups"]
