"""The small interface behind which the endpoint keeps what it knows."""

from __future__ import annotations

from typing import Protocol


class Store(Protocol):
    """A place that keeps what was answered with success."""

    def close(self) -> None:
        """Give back the file."""
