"""Who may ask for what: the principals ready at start, and how a caller is recognized."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Published:
    """The credentials the vendor published for testing."""

    reseller_id: str = "public_test_shop"
    reseller_user: str = "9900"
    reseller_password: str = "1234"  # noqa: S105  published by the vendor for testing
    terminal_id: str = "public_test_shop_terminal"
    terminal_password: str = "12345678"  # noqa: S105  the same


PUBLISHED = Published()
