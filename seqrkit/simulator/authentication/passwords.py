"""Passwords: stored as salted slow hashes, verified once, then recognized by a keyed digest.

A slow hash at every poll would be the whole cost of the endpoint. A verified password is therefore
remembered under a key that only this process has and never writes down.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from typing import Final

COST: Final = 14
"""log2 of scrypt's N; 14 takes some 50 ms and 16 MB."""
_BLOCK: Final = 8
_REMEMBERED: Final = 10_000


class Unverified(Exception):
    """A password has to be verified with the slow hash, outside the transaction."""

    def __init__(self, stored: str, password: str) -> None:
        super().__init__("a password has to be verified first")
        self.stored = stored
        self.password = password


class Passwords:
    """Hashes and verifies passwords; `cost` is log2 of scrypt's N for new hashes."""

    def __init__(self, cost: int = COST) -> None:
        self.cost = cost
        self._key = os.urandom(32)
        self._known: dict[bytes, bool] = {}
        self._lock = threading.Lock()

    def hash(self, password: str) -> str:
        """Return a new salted hash; the password counts as verified from now on."""
        salt = os.urandom(16)
        stored = f"scrypt:{self.cost}:{salt.hex()}:{_scrypt(password, salt, self.cost).hex()}"
        self.remember(stored, password, right=True)
        return stored

    def check(self, stored: str, password: str) -> bool:
        """Return whether the password is right; `stored` has hashes with a space between them.

        Raises `Unverified` if that is not known yet.
        """
        for each in stored.split():
            known = self._known.get(self._digest(each, password))
            if known is None:
                raise Unverified(each, password)
            if known:
                return True
        return False

    def verify(self, stored: str, password: str) -> None:
        """Verify a password with the slow hash, and remember the result."""
        _, cost, salt, expected = stored.split(":")
        found = _scrypt(password, bytes.fromhex(salt), int(cost))
        right = hmac.compare_digest(found, bytes.fromhex(expected))
        self.remember(stored, password, right=right)

    def remember(self, stored: str, password: str, *, right: bool) -> None:
        """Remember a result; the oldest is dropped when there are too many."""
        with self._lock:
            self._known[self._digest(stored, password)] = right
            if len(self._known) > _REMEMBERED:
                del self._known[next(iter(self._known))]

    def _digest(self, stored: str, password: str) -> bytes:
        content = f"{stored}:{password}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, key=self._key, digest_size=16).digest()


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=1 << cost,
        r=_BLOCK,
        p=1,
        dklen=32,
        maxmem=256 * _BLOCK * (1 << cost) + (1 << 20),
    )
