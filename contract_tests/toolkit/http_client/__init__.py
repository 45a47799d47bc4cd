"""Tests of seqrkit.http_client."""
