"""How to break each kind of rule, and nothing else along with it.

`RECIPES` has a recipe for every kind of rule about an element; `ENVELOPES` one for every rule about
the bytes around it. A rule of a new kind has none, and a test says so.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from seqrkit.strategies.breaking import cross_field, structure, values
from seqrkit.strategies.breaking.envelope import ENVELOPES
from seqrkit.strategies.breaking.locations import Choose, Recipe, Site, sites, ways

__all__ = ["ENVELOPES", "RECIPES", "Choose", "Recipe", "Site", "sites", "ways"]

RECIPES: Final = MappingProxyType({**values.RECIPES, **structure.RECIPES, **cross_field.RECIPES})
"""By the rule's kind."""
