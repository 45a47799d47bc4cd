"""How hard the tests look: quickly by default, thoroughly in the nightly profile.

``HYPOTHESIS_PROFILE=nightly`` asks for it, which is what ``nox -s nightly`` sets.
"""

from __future__ import annotations

import os
from typing import Final

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "ci" if "CI" in os.environ else "default")
"""Hypothesis's profile, and the measure of every other test that can be made harder."""
NIGHTLY: Final = PROFILE == "nightly"
