"""The chapter of the suite named examples."""

from __future__ import annotations

from seqrkit.suite.property import Chapter

CHAPTER = Chapter("examples")
