"""Tests of seqrkit.client."""
