"""Tests of seqrkit.soap."""
