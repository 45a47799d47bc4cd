"""Tests of seqrkit.widgets without a browser."""
