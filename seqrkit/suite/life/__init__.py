"""Life: whole payments, compared with a model; every result code and every change of status."""

from __future__ import annotations

from seqrkit.suite.life.reach import codes, transitions
from seqrkit.suite.property import Chapter

__all__ = ["CHAPTER", "codes", "transitions"]

CHAPTER = Chapter("life")
