"""Texts of a draft that were filled in for the user: the client's, and those of earlier exchanges.

A newer text replaces an earlier one of the same origin, never one that the user typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from seqrkit import soap
from seqrkit.client import Client
from seqrkit.exchange import Exchange
from seqrkit.field_paths import Assignment, assignments_of, samples
from seqrkit.vocabulary import PrincipalType
from seqrkit.widgets.field_specs import Kind
from seqrkit.widgets.form_structure import CONTEXT
from seqrkit.widgets.reference_suggestions import contents, references
from seqrkit.widgets.request_draft import Draft

State = tuple[dict[str, str], dict[str, str]]


class Prefill:
    """Fills in a draft and knows which of its texts it wrote.

    `principal` is the sender if the operation leaves a choice. `secrets` are the paths of the
    draft's passwords.
    """

    def __init__(
        self, client: Client, draft: Draft, principal: PrincipalType | str | None = None
    ) -> None:
        self.client = client
        self.draft = draft
        self.principal = principal
        self.secrets: set[str] = {p for p, spec in draft.places() if spec.kind is Kind.SECRET}
        self._by_client: dict[str, str] = {}
        self._by_exchanges: dict[str, str] = {}

    @property
    def state(self) -> State:
        """Which texts were filled in; assigning a state restores it."""
        return dict(self._by_client), dict(self._by_exchanges)

    @state.setter
    def state(self, earlier: State) -> None:
        self._by_client, self._by_exchanges = earlier

    def mask(self, texts: Iterable[Assignment]) -> dict[str, str]:
        """Return texts with masked passwords, by path."""
        return {path: soap.MASK if path in self.secrets else text for path, text in texts}

    def unmask(self, texts: Mapping[str, object]) -> dict[str, str]:
        """Return the draft's passwords for paths whose text is a mask."""
        masked = {path for path in self.secrets if texts.get(path) == soap.MASK}
        return {path: self.draft.text(path) or soap.MASK for path in masked}

    def fill_from_client(self, *, again: bool = False) -> None:
        """Fill in what the client sends of itself: context, a new clientReference, addresses.

        `again` only renews what was filled in before: a message from elsewhere stays as it is.
        Raises `ConfigurationError` if the client has no credentials for the principal.
        """
        begun = self.client.begun(self.draft.operation, principal=self.principal)
        filled = self.mask(assignments_of(begun))
        if again:
            filled = {path: text for path, text in filled.items() if path in self._by_client}
        for path, text in filled.items():
            written = self.draft.text(path)
            # What the user or an earlier exchange has put there is kept.
            if written == self._by_client.get(path) and path not in self._by_exchanges:
                self.draft.set(path, text)
        self._by_client |= filled

    def fill_from_exchanges(self, exchanges: Iterable[Exchange]) -> None:
        """Fill in references, then the invoices and tokens that they refer to.

        The last of several exchanges takes precedence. A list that the user changed is kept.
        """
        made = tuple(exchanges)
        for exchange in made:
            self._bring(references(self.draft, exchange))
        found = dict(contents(self.draft, made))
        for path, _ in self.draft.lists():
            inside = f"{path}["
            here = {p: text for p, text in self.draft.texts.items() if p.startswith(inside)}
            if here.items() - self._by_exchanges.items():
                found = {p: text for p, text in found.items() if not p.startswith(inside)}
            # Replaced as a whole: rows of two invoices must not be mixed.
            elif any(p.startswith(inside) for p in found):
                for _ in range(self.draft.count(path)):
                    self.draft.remove(path, 0)
        self._bring(found.items())

    def _bring(self, texts: Iterable[Assignment]) -> None:
        samples = {path: spec.field.sample for path, spec in self.draft.places()}
        for path, text in texts:
            written = (samples.get(path), self._by_client.get(path), self._by_exchanges.get(path))
            if self.draft.text(path) in {None, *written}:
                self.draft.set(path, text)
                self._by_exchanges[path] = text

    def fills_in(self, path: str) -> bool:
        """Return whether the text at a path is the client's."""
        return path in self._by_client and self.draft.text(path) == self._by_client[path]

    def forget(self) -> None:
        """Treat all texts as typed by the user from now on."""
        self.state = {}, {}

    def empty_context(self) -> None:
        """Remove the context, so that the client fills it in again."""
        inside = f"{CONTEXT}."
        for path in [
            path for path in (*self.draft.texts, *self._by_client) if path.startswith(inside)
        ]:
            self.draft.set(path, None)
            self._by_client.pop(path, None)

    def replace(self, path: str) -> None:
        """Let the client replace the text at a path, also one that the user typed."""
        self._by_client[path] = self.draft.text(path) or ""


def missing_samples(draft: Draft) -> Iterator[Assignment]:
    """Yield the contract's sample of each required field without a text, also in items."""
    for path, text in samples(draft.contract, draft.operation):
        if draft.text(path) is None:
            yield path, text
    for path, spec in draft.lists():
        for number in range(draft.count(path)):
            for each in spec.inside:
                place = f"{path}[{number}].{each.name}"
                inside = [f"{place}.{part.name}" for part in each.inside] or [place]
                empty = {*map(draft.text, inside)} == {None}
                if (each.required or spec.keyed) and empty:
                    yield place, each.field.sample
