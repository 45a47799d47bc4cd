"""The help pages: of each result code, operation, rule, behaviour, symptom and contradiction."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any, Final

from seqrkit import contract, schemas
from seqrkit.contract import CONTRADICTIONS, Contradiction, Rule
from seqrkit.contract.message_types import Operation
from seqrkit.errors import ConfigurationError
from seqrkit.schemas import ResultCodeMeaning
from seqrkit.simulator.behaviours import SOURCES, TABLE, Behaviour
from seqrkit.vocabulary import Interface, ResultCode

_MEANING: Final = "What it means"
_ACTIONS: Final = "What to do"
_REPRODUCE: Final = "How to reproduce it here"
_REPEAT: Final = "May the request be repeated?"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and its paragraphs. Commands stand between backticks."""

    heading: str
    paragraphs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Topic:
    """A help page; `see` lists the ids of related pages."""

    id: str
    title: str
    sections: tuple[Section, ...]
    see: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first paragraph."""
        return self.sections[0].paragraphs[0] if self.sections else ""


def explain(name: str) -> Topic:
    """Return the page of a result code (54 or its name), operation, rule, behaviour or symptom.

    Raises `ConfigurationError` with the closest ids if there is none.
    """
    wanted = name.strip().lower()
    known = _by_lower_case_id()
    if wanted in known:
        return known[wanted]
    if wanted.isascii() and wanted.isdigit():
        raise ConfigurationError(
            f"result code {wanted[:20]} is not documented; ask the operator of the service what it "
            "means, and show them the exchange"
        )
    close = get_close_matches(wanted, known, n=3)
    advice = f"did you mean {' or '.join(close)}?" if close else "`seqrkit explain` lists all pages"
    raise ConfigurationError(f'there is no help page for "{name.strip()[:60]}"; {advice}')


@cache
def groups() -> Mapping[str, tuple[Topic, ...]]:
    """Return all pages by subject."""
    return {
        "Symptoms": tuple(_symptom(*item) for item in _data("symptoms").items()),
        "Result codes": tuple(map(_code, schemas.result_codes().values())),
        "Operations": tuple(map(_operation, _operations().values())),
        "Behaviours": tuple(map(_behaviour, TABLE.values())),
        "Rules": tuple(map(_rule, _rules())),
        "Where the references contradict themselves": tuple(map(_contradiction, CONTRADICTIONS)),
    }


def recipes(code: int) -> tuple[str, ...]:
    """Return how to reproduce a result code: by requests where possible, and always by a fault."""
    if code == ResultCode.SUCCESS:
        return ()
    by_fault = f"On any request: `seqrkit faults add result-code --code {code} --count 1`"
    names = {each.value: each.name for each in ResultCode}
    return (*_data("recipes").get(names.get(code, ""), ()), by_fault)


@cache
def _data(name: str) -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath(f"{name}.toml").read_text("utf-8"))


@cache
def _by_lower_case_id() -> Mapping[str, Topic]:
    """Pages by id, and those of result codes by name as well; the first of an id counts."""
    found: dict[str, Topic] = {}
    for topic in (topic for group in groups().values() for topic in group):
        found.setdefault(topic.id.lower(), topic)
    for code, meaning in schemas.result_codes().items():
        found.setdefault(meaning.name.lower(), found[str(code)])
    return found


def _topic(
    id_: str, title: str, sections: Mapping[str, Iterable[str]], see: Iterable[str] = ()
) -> Topic:
    """Return a page without empty paragraphs and sections."""
    full = ((heading, tuple(filter(None, texts))) for heading, texts in sections.items())
    return Topic(id_, title, tuple(Section(*each) for each in full if each[1]), tuple(see))


def _symptom(id_: str, symptom: Mapping[str, Any]) -> Topic:
    sections = {
        _MEANING: [symptom["meaning"]],
        "Usual causes": symptom["causes"],
        _ACTIONS: symptom["actions"],
        _REPRODUCE: symptom.get("reproduce", ()),
        _REPEAT: [symptom.get("repeat", "")],
    }
    return _topic(id_, symptom["title"], sections, symptom.get("see", ()))


def _symptoms_about(id_: str) -> list[str]:
    """Return the symptoms that refer to this code or behaviour."""
    return [name for name, each in _data("symptoms").items() if id_ in each.get("see", ())]


def _code(meaning: ResultCodeMeaning) -> Topic:
    code = meaning.code
    behaviours = [each for each in TABLE.values() if each.code == code]
    sections = {
        _MEANING: [meaning.meaning, f"{_answered_by(meaning)} [{meaning.source}]"],
        _ACTIONS: [meaning.advice],
        "When this endpoint answers it": [
            f"{each.statement} [{each.id}, {each.source}]" for each in behaviours
        ],
        _REPRODUCE: recipes(code),
        _REPEAT: _repeats(meaning),
    }
    see = (*(each.id for each in behaviours), *_symptoms_about(str(code)))
    return _topic(str(code), f"{code} {meaning.name}", sections, see)


def _answered_by(meaning: ResultCodeMeaning) -> str:
    if meaning.operations is None:
        return "Any operation can answer it."
    documented = (
        f"Documented for {', '.join(meaning.operations)}."
        if meaning.operations
        else "No document says which operations answer it."
    )
    if meaning.assumed == ():
        return documented
    assumed = "any operation" if meaning.assumed is None else ", ".join(meaning.assumed)
    return f"{documented} Assumed for {assumed}."


def _repeats(meaning: ResultCodeMeaning) -> Iterable[str]:
    if meaning.carried_out == "yes":
        yield "The request was carried out; there is nothing to repeat."
    elif meaning.code == ResultCode.REPORT_NOT_READY:
        yield "Yes, a few seconds later."
    elif meaning.carried_out == "unknown":
        yield "It is unknown whether the request was carried out, so it depends on the operation:"
        yield from (f"{each.name}: {each.repeat_sentence}" for each in _operations().values())
    elif meaning.carried_out == "earlier":
        yield "After a lost reply this code usually means that the first request was carried out."
        for name in meaning.operations or ():
            yield f"{name}: {_operations()[name].repeat_sentence}"
    else:
        yield "Yes, after the cause is corrected: the request was refused, and nothing was done."


def _operation(operation: Operation) -> Topic:
    codes = [each for each in schemas.result_codes().values() if operation.name in each.named]
    sections = {
        "What it does": [operation.meaning, f"Called by {' or '.join(operation.principals)}."],
        _REPEAT: [operation.repeat_sentence],
        "Its own result codes": [f"{each.code} {each.name}: {each.meaning}" for each in codes],
    }
    return _topic(operation.name, operation.name, sections, (str(each.code) for each in codes))


def _rule(rule: Rule) -> Topic:
    presupposes = ", ".join(rule.presupposes)
    sections = {
        "What it requires": [_sentence(rule.statement), f"[{rule.source}]"],
        "Note": [_sentence(rule.note)],
        "When it is checked": [presupposes and f"Only if these rules are kept: {presupposes}."],
        "How to check it": ["`seqrkit lint FILE` checks messages against all rules."],
    }
    see = (each.id for each in CONTRADICTIONS if rule.id in each.rules)
    return _topic(rule.id, f"{rule.id} ({rule.severity})", sections, see)


def _contradiction(contradiction: Contradiction) -> Topic:
    sections = {
        "One place": [str(contradiction.first)],
        "Another place": [str(contradiction.second)],
    }
    title = f"{contradiction.id}: {contradiction.topic}"
    return _topic(contradiction.id, title, sections, contradiction.rules)


def _behaviour(behaviour: Behaviour) -> Topic:
    place = f" ({behaviour.place})" if behaviour.place else ""
    sections = {
        "What this endpoint does": [behaviour.statement],
        "Evidence": [f"{behaviour.source}: {SOURCES[behaviour.source]}{place}."],
    }
    code = () if behaviour.code is None else (str(int(behaviour.code)),)
    return _topic(behaviour.id, str(behaviour), sections, (*code, *_symptoms_about(behaviour.id)))


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:].rstrip('.')}." if text else ""


@cache
def _operations() -> Mapping[str, Operation]:
    return {
        name: operation
        for interface in reversed(Interface)
        for name, operation in contract.load(interface).operations.items()
    }


def _rules() -> Iterable[Rule]:
    found = {
        id_: rule
        for interface in reversed(Interface)
        for id_, rule in contract.load(interface).rules.items()
    }
    return found.values()
