"""Recipes that break one rule and no other.

`RECIPES` has a recipe for each kind of rule about an element, `ENVELOPES` one for each rule about
the bytes around it. A test fails for a rule without a recipe.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import Final

from seqrkit.strategies.breaking import cross_field, structure, values
from seqrkit.strategies.breaking.envelope import ENVELOPES
from seqrkit.strategies.breaking.locations import Choose, Recipe, Site, sites, ways

__all__ = ["ENVELOPES", "RECIPES", "Choose", "Recipe", "Site", "sites", "ways"]

RECIPES: Final = MappingProxyType({**values.RECIPES, **structure.RECIPES, **cross_field.RECIPES})
"""The recipe of each kind of rule."""
