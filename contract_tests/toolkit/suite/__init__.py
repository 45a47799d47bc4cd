"""Tests of the suite: that it holds together, and that it finds mistakes."""
