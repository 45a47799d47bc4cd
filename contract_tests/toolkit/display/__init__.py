"""Tests of seqrkit.display."""
