"""One fault, as data: what goes wrong, and for whom, how often and how likely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, cast

from seqrkit.errors import ConfigurationError
from seqrkit.model import REQUESTS
from seqrkit.simulator.faults.delay import Delay
from seqrkit.simulator.faults.fault_kinds import MEANINGS, Kind
from seqrkit.simulator.wire.codec import OLD_OPERATIONS
from seqrkit.vocabulary import ResultCode

_KINDS: Final = ", ".join(kind.value for kind in Kind)
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault on purpose. Raises `ConfigurationError` for what cannot be right.

    `kind` is what goes wrong; a result code needs its `code`, a slow answer its `delay`, and any
    other fault of a request may have one: it then happens that many seconds late. `carried_out`
    is whether the request is carried out all the same, where the kind leaves that open.

    It strikes requests of `operation` only, or of `terminal` (the id by which the caller
    introduces itself, a reseller's too), at most `count` times, with `probability`; those left out
    do not limit it. `seed` makes its draws the same whatever faults there are besides. A request
    that cannot be read is refused as ever: no fault strikes it.
    """

    kind: Kind
    code: int | None = None
    delay: Delay | None = None
    carried_out: bool | None = None
    operation: str | None = None
    terminal: str | None = None
    count: int | None = None
    probability: float = 1.0
    seed: int | None = None

    def __post_init__(self) -> None:
        for wrong in (*self._limits(), *self._details()):
            raise ConfigurationError(wrong)

    @property
    def executes_request(self) -> bool:
        """Whether the request is carried out although its answer goes wrong."""
        settled = MEANINGS[self.kind].carried_out
        return settled if self.carried_out is None else self.carried_out

    def matches(self, operation: str, terminal: str | None) -> bool:
        """Whether it could strike such a request."""
        return self.operation in {None, operation} and self.terminal in {None, terminal}

    def to_dict(self) -> dict[str, Any]:
        """What differs from the default, for JSON."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        shown = {name: value for name, value in given.items() if value != _DEFAULTS.get(name)}
        return shown | {name: str(shown[name]) for name in ("kind", "delay") if name in shown}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Fault:
        """A fault out of JSON, as `to_dict` writes it; raises `ConfigurationError`.

        A code may be its name, too, and a delay a number of seconds.
        """
        names = [each.name for each in fields(cls)]
        for name in data:
            if name not in names:
                raise ConfigurationError(
                    f'a fault has no "{str(name)[:40]}"; it has {", ".join(names)}'
                )
        given: dict[str, Any] = {name: value for name, value in data.items() if value is not None}
        given["kind"] = _kind(given.get("kind"))
        if "code" in given:
            given["code"] = _code(given["code"])
        if "delay" in given:
            given["delay"] = Delay.of(given["delay"])
        return cls(**given)

    def __str__(self) -> str:
        meaning = MEANINGS[self.kind]
        who = "every notification" if meaning.of_notifications else self.operation or "any request"
        words = [f"{who}: {meaning.words}"]
        if self.code is not None:
            name = ResultCode(self.code).name if self.code in set(ResultCode) else ""
            words[0] += f" {self.code} {name}".rstrip()
        if self.delay is not None:
            words[0] += f", after {self.delay.words}"
        if not meaning.of_notifications and self.kind is not Kind.SLOW:
            words.append("carried out all the same" if self.executes_request else "not carried out")
        if self.terminal is not None:
            words.append(f"for {self.terminal}")
        if self.count is not None:
            words.append("once" if self.count == 1 else f"{self.count} times")
        if self.probability < 1:
            words.append(f"with a probability of {self.probability:.4g}")
        return ", ".join(words)

    def _limits(self) -> list[str]:
        wrong = []
        known = sorted(REQUESTS) + sorted(OLD_OPERATIONS)
        if self.operation is not None and self.operation not in known:
            wrong.append(
                f'there is no operation "{str(self.operation)[:40]}"; there are {", ".join(known)}'
            )
        if self.terminal is not None and not _text(self.terminal):
            wrong.append("terminal is the id by which a caller introduces itself, as a text")
        if self.count is not None and not _whole(self.count, 1):
            wrong.append(f"count is how many times it strikes, 1 or more, and not {self.count!r}")
        if not _likely(self.probability):
            wrong.append(f"probability is above 0 and at most 1, and not {self.probability!r}")
        if self.seed is not None and not _whole(self.seed, -_LARGEST):
            wrong.append(f"seed is a whole number, and not {self.seed!r}")
        return wrong

    def _details(self) -> list[str]:
        wrong = []
        kind, meaning = self.kind, MEANINGS[self.kind]
        if (self.code is not None) != (kind is Kind.RESULT_CODE):
            wrong.append(f"{Kind.RESULT_CODE} needs a code, and no other kind has one")
        elif self.code is not None and not _whole(self.code, 1):
            wrong.append(f"code is a result code above 0, which is success, and not {self.code!r}")
        if kind is Kind.SLOW and self.delay is None:
            wrong.append(f"{kind} needs a delay, e.g. 2 or uniform 1 3")
        if not isinstance(cast("object", self.carried_out), bool | None):
            wrong.append(f"carried_out is true or false, and not {self.carried_out!r}")
        elif self.carried_out is not None and meaning.settled:
            wrong.append(f"{kind} says by itself whether the request is carried out")
        if meaning.of_notifications and (self.operation or self.terminal):
            wrong.append(f"{kind} is limited by count and probability, not to callers")
        if kind is Kind.NOTIFICATION_LOST and self.delay is not None:
            wrong.append(f"{kind} cannot be late")
        return wrong


_DEFAULTS: Final = {each.name: each.default for each in fields(Fault)}


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= _LARGEST


def _text(value: object) -> bool:
    return isinstance(value, str) and value != ""


def _likely(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 < value <= 1


def _kind(value: object) -> Kind:
    if value not in list(Kind):
        shown = "nothing" if value is None else f'"{str(value)[:40]}"'
        raise ConfigurationError(f"kind is {shown}; it is one of {_KINDS}")
    return Kind(str(value))


def _code(value: object) -> int:
    if isinstance(value, str):
        if value in ResultCode.__members__:
            return int(ResultCode[value])
        if value.isascii() and value.isdigit() and len(value) <= len(str(_LARGEST)):
            return int(value)
    elif isinstance(value, int) and not isinstance(value, bool):
        return int(value)
    raise ConfigurationError(
        f'"{str(value)[:40]}" is no result code; it is a number such as 94 or a name such as '
        "SERVICE_UNAVAILABLE"
    )
