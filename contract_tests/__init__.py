"""Tests of the messages, and, in toolkit/, of the toolkit itself."""
