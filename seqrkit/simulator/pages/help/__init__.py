"""Help: what a code, operation, field, value, rule, behaviour, error or symptom means.

Pages are derived from the contract, the table of behaviours and the schemas; only the symptoms
(symptoms.toml), the ways to reproduce a result code (recipes.toml) and other words for pages
(synonyms.toml) are written here. Used by
`seqrkit explain` and the endpoint's /help.
"""

from seqrkit.simulator.pages.help.topic import Section, Topic
from seqrkit.simulator.pages.help.topic_index import explain, groups

__all__ = ["Section", "Topic", "explain", "groups"]
