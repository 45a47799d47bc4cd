"""The profile of the tests: quick by default, longer in the nightly run.

``nox -s nightly`` sets ``HYPOTHESIS_PROFILE=nightly``.
"""

from __future__ import annotations

import os
from typing import Final

PROFILE: Final = os.environ.get("HYPOTHESIS_PROFILE", "default")
"""The Hypothesis profile, which also scales other long tests."""
NIGHTLY: Final = PROFILE == "nightly"
