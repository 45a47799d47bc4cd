"""Replies of third-party servers, recorded by `record`, and the programs of those servers."""
