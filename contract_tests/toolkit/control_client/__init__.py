"""Tests of seqrkit.control_client."""
