"""Passwords: stored as salted slow hashes, verified once, then recognized by a keyed digest.

A slow hash at every poll would be the whole cost of the endpoint. A verified password is therefore
remembered under a key that only this process has and never writes down.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import threading
from collections.abc import Callable
from functools import partial
from typing import Final

COST: Final = 14
"""log2 of scrypt's N; 14 takes some 50 ms and 16 MB."""
_BLOCK: Final = 8
_REMEMBERED: Final = 10_000
_PREPARED: Final = 100


class HashNeeded(Exception):
    """A slow hash has to be computed before a unit of work is run again.

    It is raised within a transaction, and computed outside, so that others do not wait.
    """

    def __init__(self, compute: Callable[[], object]) -> None:
        super().__init__("a password has to be hashed first")
        self.compute = compute


class Passwords:
    """Hashes and verifies passwords; `cost` is log2 of scrypt's N for new hashes."""

    def __init__(self, cost: int = COST) -> None:
        self.cost = cost
        # Random for each process, so that the digests are of no use outside it.
        self._key = os.urandom(32)
        # Wrong passwords too: a client that repeats one must not cost a slow hash each time.
        self._known: dict[bytes, bool] = {}
        self._prepared: dict[bytes, str] = {}
        self._lock = threading.Lock()

    def hash(self, password: str) -> str:
        """Return a new salted hash; the password counts as verified from now on."""
        salt = os.urandom(16)
        stored = f"scrypt:{self.cost}:{salt.hex()}:{_scrypt(password, salt, self.cost).hex()}"
        self.remember(stored, password, right=True)
        return stored

    def new_hash(self, password: str) -> str:
        """Return a new salted hash, within a transaction; raises `HashNeeded` the first time."""
        key = self._digest("", password)
        # Used once: two terminals with the same password must not have the same salt.
        stored = self._prepared.pop(key, None)
        if stored is None:
            raise HashNeeded(partial(self._prepare, key, password))
        return stored

    def check(self, stored: str, password: str) -> bool:
        """Return whether the password is right; `stored` has hashes with a space between them.

        Raises `HashNeeded` if that is not known yet.
        """
        # Settings can give a principal several passwords, as during a change of them.
        for each in stored.split():
            known = self._known.get(self._digest(each, password))
            if known is None:
                raise HashNeeded(partial(self.verify, each, password))
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

    def _prepare(self, key: bytes, password: str) -> None:
        stored = self.hash(password)
        with self._lock:
            self._prepared[key] = stored
            if len(self._prepared) > _PREPARED:
                del self._prepared[next(iter(self._prepared))]

    def _digest(self, stored: str, password: str) -> bytes:
        content = f"{stored}:{password}".encode("utf-8", "surrogatepass")
        return hashlib.blake2b(content, key=self._key, digest_size=16).digest()


def _scrypt(password: str, salt: bytes, cost: int) -> bytes:
    return hashlib.scrypt(
        # Any text that a request can hold must be hashed without an error.
        password.encode("utf-8", "surrogatepass"),
        salt=salt,
        n=1 << cost,
        r=_BLOCK,
        p=1,
        dklen=32,
        # OpenSSL allows 32 MiB by default, which N = 2^15 exceeds.
        maxmem=256 * _BLOCK * (1 << cost) + (1 << 20),
    )
