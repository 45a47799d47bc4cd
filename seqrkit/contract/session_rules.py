"""What only several requests together can break: that each has a clientReference of its own."""

from __future__ import annotations

from threading import Lock

from lxml.etree import _Element

from seqrkit.contract.cross_field_rules import UNIQUE_REFERENCE, text_of
from seqrkit.contract.finding_messages import WHITE
from seqrkit.contract.findings import Finding, quote, shorten


class ReferenceWatch:
    """Notices a clientReference that is used again for the same clientId, over one session."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], str] = {}
        self._lock = Lock()

    def see(
        self, client_id: str, client_reference: str, *, operation: str = "", line: int | None = None
    ) -> Finding | None:
        """Take note of a request; a finding where the pair was seen before. Thread-safe."""
        if not client_reference:
            return None
        with self._lock:
            earlier = self._seen.get((client_id, client_reference))
            self._seen.setdefault((client_id, client_reference), operation or "a request")
        if earlier is None:
            return None
        message = f"{quote(client_reference)} was already used by {earlier}; use a new one"
        path = f"{operation}/context/clientReference" if operation else "context/clientReference"
        return Finding(UNIQUE_REFERENCE, path, line, message, shorten(client_reference))

    def judge(self, request: _Element) -> Finding | None:
        """The same, of a request's element."""
        reference = request.find("context/clientReference")
        if reference is None:
            return None
        return self.see(
            text_of(request, "context/clientId"),
            (reference.text or "").strip(WHITE),
            operation=str(request.tag).rpartition("}")[2],
            line=reference.sourceline,
        )
