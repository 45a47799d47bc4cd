"""Tests of seqrkit.exchange."""
