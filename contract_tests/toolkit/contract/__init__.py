"""Tests of seqrkit.contract."""
