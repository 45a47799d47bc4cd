"""One fault as data: its kind, and which requests it applies to, how often and how likely."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from typing import Any, Final, cast

from seqrkit.errors import ConfigurationError
from seqrkit.model import REQUESTS
from seqrkit.simulator.faults.delay import Delay
from seqrkit.simulator.faults.fault_kinds import EFFECTS, Kind
from seqrkit.simulator.wire.codec import OLD_OPERATIONS
from seqrkit.vocabulary import ResultCode

_KINDS: Final = ", ".join(kind.value for kind in Kind)
_LARGEST: Final = 2**31 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A fault. Raises `ConfigurationError` for invalid arguments.

    A result code needs its `code`, a slow answer its `delay`. Other faults of requests may have a
    delay: they then happen that much later. `carried_out` is whether the request is carried out,
    for kinds that allow both.

    The fault applies to requests of `operation` and `terminal` (the id of the caller, also of a
    reseller), at most `count` times, with `probability`; those not given do not limit it. `seed`
    makes its random choices independent of other faults. No fault applies to a request that cannot
    be read.
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
        """Whether the request is carried out although its answer is damaged."""
        settled = EFFECTS[self.kind].carried_out
        return settled if self.carried_out is None else self.carried_out

    def matches(self, operation: str, terminal: str | None) -> bool:
        """Return whether it applies to requests of that operation and caller."""
        return self.operation in {None, operation} and self.terminal in {None, terminal}

    def to_dict(self) -> dict[str, Any]:
        """Return the values that differ from the defaults, for JSON."""
        given = {each.name: getattr(self, each.name) for each in fields(self)}
        shown = {name: value for name, value in given.items() if value != _DEFAULTS.get(name)}
        return shown | {name: str(shown[name]) for name in ("kind", "delay") if name in shown}

    @classmethod
    def from_dict(cls, data: Mapping[str, object]) -> Fault:
        """Return a fault from JSON, as `to_dict` writes it; raises `ConfigurationError`.

        A code may be given by its name, and a delay as a number of seconds.
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
        meaning = EFFECTS[self.kind]
        who = (
            "every notification"
            if meaning.affects_notifications
            else self.operation or "any request"
        )
        words = [f"{who}: {meaning.description}"]
        if self.code is not None:
            name = ResultCode(self.code).name if self.code in set(ResultCode) else ""
            words[0] += f" {self.code} {name}".rstrip()
        if self.delay is not None:
            words[0] += f", after {self.delay.words}"
        if not meaning.affects_notifications and self.kind is not Kind.SLOW:
            words.append("carried out" if self.executes_request else "not carried out")
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
        # A misspelt operation would be a fault that never happens, and a test that proves nothing.
        if self.operation is not None and self.operation not in known:
            wrong.append(
                f'"{str(self.operation)[:40]}" is not an operation; use one of {", ".join(known)}'
            )
        if self.terminal is not None and not _text(self.terminal):
            wrong.append("terminal must be the id of a caller, as a string")
        if self.count is not None and not _whole(self.count, 1):
            wrong.append(f"count is {self.count!r}; it must be an integer above 0")
        if not _likely(self.probability):
            wrong.append(f"probability is {self.probability!r}; it must be above 0 and at most 1")
        if self.seed is not None and not _whole(self.seed, -_LARGEST):
            wrong.append(f"seed is {self.seed!r}; it must be an integer")
        return wrong

    def _details(self) -> list[str]:
        wrong = []
        kind, meaning = self.kind, EFFECTS[self.kind]
        if (self.code is not None) != (kind is Kind.RESULT_CODE):
            wrong.append(f"{Kind.RESULT_CODE} requires a code, and no other kind accepts one")
        elif self.code is not None and not _whole(self.code, 1):
            wrong.append(
                f"code is {self.code!r}; it must be a result code above 0, because 0 is success"
            )
        if kind is Kind.SLOW and self.delay is None:
            wrong.append(f"{kind} requires a delay, e.g. 2 or uniform 1 3")
        if not isinstance(cast("object", self.carried_out), bool | None):
            wrong.append(f"carried_out is {self.carried_out!r}; it must be true or false")
        elif self.carried_out is not None and meaning.is_fixed:
            wrong.append(f"{kind} determines whether the request is carried out; omit carried_out")
        if meaning.affects_notifications and (self.operation or self.terminal):
            wrong.append(f"{kind} can be limited by count and probability only")
        if kind is Kind.NOTIFICATION_LOST and self.delay is not None:
            wrong.append(f"{kind} cannot have a delay")
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
        shown = "missing" if value is None else f'"{str(value)[:40]}"'
        raise ConfigurationError(f"kind is {shown}; it must be one of {_KINDS}")
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
        f'"{str(value)[:40]}" is not a result code; it is a number such as 94 or a name such as '
        "SERVICE_UNAVAILABLE"
    )
