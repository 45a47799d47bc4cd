"""The chapter of the suite named replay."""

from __future__ import annotations

from seqrkit.suite.property import Chapter

CHAPTER = Chapter("replay")
