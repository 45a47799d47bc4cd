"""The chapter of the suite named wire."""

from __future__ import annotations

from seqrkit.suite.property import Chapter

CHAPTER = Chapter("wire")
