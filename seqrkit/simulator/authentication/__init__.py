"""Principals of the endpoint, their passwords, and what an administrator may change."""
