"""The index of the help pages by name and spelling, and the pages not about messages."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from difflib import get_close_matches
from functools import cache
from http import HTTPStatus
from importlib.resources import files
from pathlib import PurePosixPath
from typing import Any, Final

from seqrkit import contract, schemas
from seqrkit.contract import CONTRADICTIONS, Contradiction, Rule
from seqrkit.errors import ConfigurationError, SeqrError
from seqrkit.schemas import ResultCodeMeaning
from seqrkit.simulator.behaviours import SOURCES, TABLE, Behaviour
from seqrkit.simulator.pages.help.message_topics import (
    field_topics,
    operation_topics,
    operations,
    value_topics,
)
from seqrkit.simulator.pages.help.topic import (
    ACTIONS,
    MEANING,
    REPEAT,
    REPRODUCE,
    Topic,
    sentence,
    topic,
)
from seqrkit.vocabulary import Interface, ReportId, ResultCode

_NAMES: Final = re.compile(r"STD_RECON_\d+|Shop\.xml|I_GAMING_INTEGRATION")
"""The names of reports and tokens, by which the page of a behaviour is found."""
_PREFIX: Final = re.compile(
    r"(?i:(?:result|error|err|fel|kod|code|#|e(?=[0-9]))[-\s.:#=_]*)+(?=\w+$)"
    r"|(?:\w+\.)+(?=\w+ ?\w*$)|[0-9]+[-\s.:,]+(?=[A-Z]{2})"
)
"""What may stand before a code or a value: ``ResultCode ``, ``InvoiceStatus.``, the code itself."""
_TAG: Final = re.compile(r"<[^<>]*>")
_HTTP: Final = re.compile(r"(?:http|status|error|fel|\s|[:/])*([1-5][0-9][0-9])", re.IGNORECASE)
"""A status of HTTP; result codes have at most two digits."""
_SUGGESTED: Final = 4
_ALIKE: Final = 0.75
_SHORTEST: Final = 3


def explain(name: str) -> Topic:
    """Return the page of a name: a code, operation, field, value, rule, behaviour, error, symptom.

    A code has many spellings: 54, ``code 54``, its name, its exception class. Raises
    `ConfigurationError` with the closest names if there is no page.
    """
    wanted = name.strip()
    exact, known = _index()
    for page in (exact.get(wanted), *(known.get(each) for each in _keys(wanted))):
        if page is not None:
            return page
    digits = list(_keys(wanted))[-1]
    if digits.isdigit():
        raise ConfigurationError(
            f"result code {digits[:20]} is not documented; ask the operator of the service what it "
            "means, and show them the exchange"
        )
    names = [page.id for page in suggestions(wanted)]
    advice = f"did you mean {' or '.join(names)}?" if names else "`seqrkit explain` lists all pages"
    raise ConfigurationError(f'there is no help page for "{wanted[:60]}"; {advice}')


def suggestions(wanted: str) -> list[Topic]:
    """Return the pages with a similar name, then those that have all the words."""
    _, known = _index()
    close = get_close_matches(_key(wanted), known, n=_SUGGESTED, cutoff=_ALIKE)
    found = [known[each] for each in close]
    words = [word for word in map(_key, re.split(r"[\W_]+", wanted)) if len(word) >= _SHORTEST]
    pages = [page for group in groups().values() for page in group if words]
    # Titles first: nearly every page mentions "invoice" in its text.
    for texts in ([page.title for page in pages], [page.text for page in pages]):
        found += [
            page
            for page, text in zip(pages, texts, strict=True)
            if all(word in text.lower() for word in words)
        ]
    return list({page.id: page for page in found}.values())[:_SUGGESTED]


@cache
def groups() -> Mapping[str, tuple[Topic, ...]]:
    """Return all pages by subject."""
    return {
        "Symptoms": tuple(_symptom(*item) for item in _data("symptoms").items()),
        "Result codes": tuple(map(_code, schemas.result_codes().values())),
        "Operations": tuple(operation_topics()),
        "Fields": tuple(field_topics()),
        "Values": tuple(
            replace(each, see=(*each.see, *_symptoms_about(each.id))) for each in value_topics()
        ),
        "Behaviours": tuple(map(_behaviour, TABLE.values())),
        "Rules": tuple(map(_rule, _rules())),
        "Errors in Python": tuple(map(_error, _error_classes(SeqrError))),
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
def _index() -> tuple[Mapping[str, Topic], Mapping[str, Topic]]:
    """Return the pages by their ids, and by the keys of all their names; the first one counts."""
    pages = [page for group in groups().values() for page in group]
    exact: dict[str, Topic] = {}
    known: dict[str, Topic] = {}
    for page in pages:
        exact.setdefault(page.id, page)
        # Ids before other names, or a field called like an operation could hide the operation.
        known.setdefault(_key(page.id), page)
    for page in pages:
        for name in page.names:
            exact.setdefault(name, page)
            known.setdefault(_key(name), page)
    for id_, words in _data("synonyms").items():
        for word in words:
            known.setdefault(_key(word), exact[id_])
    return exact, known


def _symptom(id_: str, symptom: Mapping[str, Any]) -> Topic:
    sections = {
        MEANING: [symptom["meaning"]],
        "Usual causes": symptom["causes"],
        ACTIONS: symptom["actions"],
        REPRODUCE: symptom.get("reproduce", ()),
        REPEAT: [symptom.get("repeat", "")],
    }
    return topic(id_, symptom["title"], sections, symptom.get("see", ()))


def _symptoms_about(id_: str) -> list[str]:
    """Return the symptoms that refer to this code or behaviour."""
    return [name for name, each in _data("symptoms").items() if id_ in each.get("see", ())]


def _code(meaning: ResultCodeMeaning) -> Topic:
    code = meaning.code
    behaviours = [each for each in TABLE.values() if each.code == code]
    sections = {
        MEANING: [meaning.meaning, f"{_answered_by(meaning)} [{meaning.source}]"],
        ACTIONS: [meaning.advice],
        "When this endpoint answers it": [
            f"{each.statement} [{each.id}, {each.source}]" for each in behaviours
        ],
        REPRODUCE: recipes(code),
        REPEAT: _repeats(meaning),
    }
    see = (*(each.id for each in behaviours), *_symptoms_about(str(code)))
    return topic(str(code), f"{code} {meaning.name}", sections, see, [meaning.name])


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
        yield from (f"{each.name}: {each.repeat_sentence}" for each in operations().values())
    elif meaning.carried_out == "earlier":
        yield "After a lost reply this code usually means that the first request was carried out."
        for name in meaning.operations or ():
            yield f"{name}: {operations()[name].repeat_sentence}"
    else:
        yield "Yes, after the cause is corrected: the request was refused, and nothing was done."


def _rule(rule: Rule) -> Topic:
    presupposes = ", ".join(rule.presupposes)
    sections = {
        "What it requires": [sentence(rule.statement), f"[{rule.source}]"],
        "Note": [sentence(rule.note)],
        "When it is checked": [presupposes and f"Only if these rules are kept: {presupposes}."],
        "How to check it": ["`seqrkit lint FILE` checks messages against all rules."],
    }
    see = (each.id for each in CONTRADICTIONS if rule.id in each.rules)
    return topic(rule.id, f"{rule.id} ({rule.severity})", sections, see)


def _contradiction(contradiction: Contradiction) -> Topic:
    sections = {
        "One place": [str(contradiction.first)],
        "Another place": [str(contradiction.second)],
    }
    title = f"{contradiction.id}: {contradiction.topic}"
    names = [each for trace in contradiction.literal for each in (trace, _last(trace))]
    return topic(contradiction.id, title, sections, contradiction.rules, names)


def _last(trace: str) -> str:
    """Return the element or value of a contradiction's trace: ``type`` of ``token.type``."""
    return trace.rpartition("=")[2] if "=" in trace else trace.rpartition(".")[2]


def _behaviour(behaviour: Behaviour) -> Topic:
    place = f" ({behaviour.place})" if behaviour.place else ""
    sections = {
        "What this endpoint does": [behaviour.statement],
        "Evidence": [f"{behaviour.source}: {SOURCES[behaviour.source]}{place}."],
    }
    code = () if behaviour.code is None else (str(int(behaviour.code)),)
    see = (*code, *_symptoms_about(behaviour.id))
    names = _NAMES.findall(behaviour.statement)
    names += [each for each in ReportId if PurePosixPath(each).stem in behaviour.statement]
    return topic(behaviour.id, str(behaviour), sections, see, names)


def _error_classes(cls: type[SeqrError]) -> Iterator[type[SeqrError]]:
    """Yield the classes below one, except those of result codes, which have their codes' pages."""
    for each in cls.__subclasses__():
        if getattr(each, "result_code", None) is None:
            yield each
            yield from _error_classes(each)


def _error(cls: type[SeqrError]) -> Topic:
    lines = (cls.__doc__ or "").split("\n\n")
    sections = {MEANING: [" ".join(each.split()) for each in lines]}
    return topic(cls.__name__, cls.__name__, sections, filter(None, [cls.topic]))


def _rules() -> Iterable[Rule]:
    found = {
        id_: rule
        for interface in reversed(Interface)
        for id_, rule in contract.load(interface).rules.items()
    }
    return found.values()


def _key(name: str) -> str:
    """Return what the spellings of a name have in common.

    `totalAmount` and `total_amount` are one name; so are `SYSTEM_ERROR`, `SystemError` and the
    documents' `INVALID_INITIATOR_ PRINCIPAL_ID`, which has a space; `Lösenord` and `losenord`.
    """
    # Without accents: Swedish users type them or not.
    plain = unicodedata.normalize("NFKD", name)
    return re.sub(r"[\s_-]|[^\x00-\x7f]", "", plain).lower()


def _keys(typed: str) -> Iterable[str]:
    """Yield the keys under which to look for what someone typed: ``ResultCode 29``, ``29``."""
    yield _key(typed)
    typed = (_TAG.sub(" ", typed).strip() or typed.strip("</ >")).rstrip(".,;:")
    yield _key(typed)
    prefix = _PREFIX.match(typed)
    rest = typed[prefix.end() :] if prefix else typed
    with suppress(ValueError):
        # Logs write codes with leading zeros or in hexadecimal.
        rest = str(int(rest, 16 if rest.lower().startswith("0x") else 10))
    yield _key(rest)
    status = _HTTP.fullmatch(typed)
    if status and int(status[1]) in set(HTTPStatus):
        yield from (f"http{status[1]}", "httperror")
