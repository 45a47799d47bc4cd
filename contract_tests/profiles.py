"""How thoroughly the tests look: quickly by default, longer in the nightly profile.

``nox -s nightly`` sets ``HYPOTHESIS_PROFILE=nightly``.
"""

from __future__ import annotations

import os
from typing import Final

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "default")
"""Hypothesis's profile, which also scales every other test that can look longer."""
NIGHTLY: Final = PROFILE == "nightly"
