"""The services that seqrkit's endpoint is measured against, each run in a process of its own."""
