"""The pages: of each result code, operation, rule, behaviour, symptom and contradiction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from functools import cache

from seqrkit import contract, schemas
from seqrkit.contract import CONTRADICTIONS, Contradiction, Rule
from seqrkit.contract.message_types import Operation
from seqrkit.errors import ConfigurationError
from seqrkit.schemas import ResultCodeMeaning
from seqrkit.simulator.behaviours import SOURCES, TABLE, Behaviour
from seqrkit.simulator.pages.help.recipes import ways
from seqrkit.simulator.pages.help.symptoms import SYMPTOMS, Symptom
from seqrkit.simulator.pages.help.topic import Topic, sections
from seqrkit.vocabulary import Interface, ResultCode

_REFUSED = "It was refused and nothing was done: once what is wrong is right, it may be sent again."


def explain(what: str) -> Topic:
    """The page of a result code (54 or its name), an operation, rule, behaviour or contradiction.

    Raises `ConfigurationError`, with the nearest ones, for what there is no page of.
    """
    asked = what.strip()
    known = _by_lower()
    found = known.get(asked.lower())
    if found is not None:
        return found
    if asked.isascii() and asked.isdigit():
        raise ConfigurationError(
            f"no document knows a result code {asked[:20]}; the service may use others than those "
            "documented, so ask it, and show it the exchange"
        )
    near = get_close_matches(asked.lower(), known, n=3)
    advice = f"did you mean {' or '.join(near)}?" if near else "`seqrkit explain` lists them"
    raise ConfigurationError(f'there is no help on "{asked[:60]}"; {advice}')


@cache
def groups() -> Mapping[str, tuple[Topic, ...]]:
    """Every page, by what it is about."""
    return {
        "Symptoms": tuple(map(_symptom, SYMPTOMS.values())),
        "Result codes": tuple(map(_code, schemas.result_codes().values())),
        "Operations": tuple(map(_operation, _operations().values())),
        "Behaviours": tuple(map(_behaviour, TABLE.values())),
        "Rules": tuple(map(_rule, _rules())),
        "Where the references contradict themselves": tuple(map(_contradiction, CONTRADICTIONS)),
    }


@cache
def _by_lower() -> Mapping[str, Topic]:
    """Every page by its id in lower case; a code also by its name. The first of a name wins."""
    found: dict[str, Topic] = {}
    for topic in (topic for group in groups().values() for topic in group):
        found.setdefault(topic.id.lower(), topic)
    for code, meaning in schemas.result_codes().items():
        found.setdefault(meaning.name.lower(), found[str(code)])
    return found


def _code(meaning: ResultCodeMeaning) -> Topic:
    code = meaning.code
    behaviours = [each for each in TABLE.values() if each.code == code]
    return Topic(
        str(code),
        f"{code} {meaning.name}",
        sections(
            ("What it means", (meaning.meaning, f"{_answered_by(meaning)} [{meaning.source}]")),
            ("What to do", (meaning.advice,)),
            ("When this endpoint answers it", tuple(map(_sentence, behaviours))),
            ("How to provoke it here", ways(code)),
            ("May the request be repeated?", tuple(_repeats(meaning))),
        ),
        (*(each.id for each in behaviours), *_symptoms_of(str(code))),
    )


def _answered_by(meaning: ResultCodeMeaning) -> str:
    if meaning.operations is None:
        return "Any operation can answer it."
    documented = (
        f"Documented of {', '.join(meaning.operations)}."
        if meaning.operations
        else "No document says which operation answers it."
    )
    if meaning.assumed == ():
        return documented
    assumed = "any operation" if meaning.assumed is None else ", ".join(meaning.assumed)
    return f"{documented} Assumed of {assumed}."


def _repeats(meaning: ResultCodeMeaning) -> Iterable[str]:
    if meaning.carried_out == "yes":
        yield "It was carried out; there is nothing to repeat."
    elif meaning.code == ResultCode.REPORT_NOT_READY:
        yield "Yes, a few seconds later."
    elif meaning.carried_out == "unknown":
        yield "Nobody knows whether it was carried out, so it depends on the operation:"
        yield from (f"{each.name}: {each.repeat_sentence}" for each in _operations().values())
    elif meaning.carried_out == "earlier":
        yield "After a lost reply this code mostly says that the first request was carried out."
        for name in meaning.operations or ():
            yield f"{name}: {_operations()[name].repeat_sentence}"
    else:
        yield _REFUSED


def _operation(operation: Operation) -> Topic:
    callers = " or ".join(each for each in operation.principals)
    codes = [
        meaning for meaning in schemas.result_codes().values() if operation.name in meaning.named
    ]
    return Topic(
        operation.name,
        operation.name,
        sections(
            ("What it does", (operation.meaning, f"Called by {callers}.")),
            ("May the request be repeated?", (operation.repeat_sentence,)),
            (
                "Result codes of its own",
                tuple(f"{each.code} {each.name}: {each.meaning}" for each in codes),
            ),
        ),
        tuple(str(each.code) for each in codes),
    )


def _rule(rule: Rule) -> Topic:
    return Topic(
        rule.id,
        f"{rule.id} ({rule.severity})",
        sections(
            ("What it says", (_upper(rule.statement), f"[{rule.source}]")),
            ("Note", (_upper(rule.note),)),
            (
                "When it is judged",
                (f"Only where these hold: {', '.join(rule.presupposes)}.",)
                if rule.presupposes
                else (),
            ),
            ("How to check", ("`seqrkit lint FILE` judges messages by all rules.",)),
        ),
        tuple(each.id for each in CONTRADICTIONS if rule.id in each.rules),
    )


def _contradiction(contradiction: Contradiction) -> Topic:
    return Topic(
        contradiction.id,
        f"{contradiction.id}: {contradiction.topic}",
        sections(
            ("In one place", (str(contradiction.first),)),
            ("In another", (str(contradiction.second),)),
        ),
        contradiction.rules,
    )


def _behaviour(behaviour: Behaviour) -> Topic:
    place = f" ({behaviour.place})" if behaviour.place else ""
    code = () if behaviour.code is None else (str(int(behaviour.code)),)
    return Topic(
        behaviour.id,
        str(behaviour),
        sections(
            ("What this endpoint does", (behaviour.statement,)),
            (
                "How anybody knows",
                (f"{behaviour.source}: {SOURCES[behaviour.source]}{place}.",),
            ),
        ),
        (*code, *_symptoms_of(behaviour.id)),
    )


def _symptoms_of(id_: str) -> Iterable[str]:
    """The symptoms that name this code or behaviour."""
    return (symptom.id for symptom in SYMPTOMS.values() if id_ in symptom.see)


def _symptom(symptom: Symptom) -> Topic:
    return Topic(
        symptom.id,
        symptom.title,
        sections(
            ("What it means", (symptom.means,)),
            ("What usually causes it", symptom.causes),
            ("What to do", symptom.cures),
            ("How to provoke it here", symptom.provoke),
            ("May the request be repeated?", (symptom.repeat,)),
        ),
        symptom.see,
    )


def _sentence(behaviour: Behaviour) -> str:
    return f"{behaviour.statement} [{behaviour.id}, {behaviour.source}]"


def _upper(text: str) -> str:
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
