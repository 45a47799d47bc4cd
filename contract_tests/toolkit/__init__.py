"""Tests of seqrkit itself, a module of tests for each of its modules."""
