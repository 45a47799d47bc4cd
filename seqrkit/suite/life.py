"""The chapter of the suite named life."""

from __future__ import annotations

from seqrkit.suite.property import Chapter

CHAPTER = Chapter("life")
