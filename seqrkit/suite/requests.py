"""The chapter of the suite named requests."""

from __future__ import annotations

from seqrkit.suite.property import Chapter

CHAPTER = Chapter("requests")
