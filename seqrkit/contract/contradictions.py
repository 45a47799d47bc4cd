from typing import NamedTuple
class Place(NamedTuple): pass
class Contradiction(NamedTuple): pass
CONTRADICTIONS=()
