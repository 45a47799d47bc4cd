"""``seqrkit contract``: export the rules, fields and codes of an interface."""

from __future__ import annotations

import json
from dataclasses import fields
from typing import Any, Final

import click

from seqrkit import contract
from seqrkit.cli import echo
from seqrkit.cli.shared_options import interface_option
from seqrkit.contract import Contract, Field
from seqrkit.vocabulary import ResultCode

SCHEMA_VERSION: Final = 1
"""The version of the JSON; raised if a key changes its meaning or goes away."""


@click.command("contract")
@interface_option
@click.option("--json", "as_json", is_flag=True, help="Print everything as JSON.")
def command(*, interface: str, as_json: bool) -> None:
    """Print the rules of an interface, or export rules, fields and result codes as JSON.

    \b
    With --json one object is printed:
      {"schema_version": 1, "interface": ...,
       "operations": {NAME: {"request": TYPE, "reply": TYPE, "principals": [...]}},
       "types": {TYPE: [{"name", "path", "base", "type", "required", "repeated", "enumeration",
        "max_length", "pattern", "sample", "meaning", "source"}]},
       "rules": [{"id", "path", "kind", "statement", "severity", "source", "note", "presupposes",
        "parameter"}],
       "result_codes": {CODE: NAME}}
    type is null for a field with text. Keys may be added; schema_version is raised if one changes.

    \b
    Examples:
      seqrkit contract --interface extclientproxy-v2
      seqrkit contract --json > contract.json
    """  # noqa: D301 - \b is click's own
    judge = contract.load(interface)
    if as_json:
        click.echo(json.dumps(_export(judge), indent=2))
        return
    for rule in judge.rules.values():
        echo(str(rule))


def _export(judge: Contract) -> dict[str, Any]:
    return {
        "schema_version": SCHEMA_VERSION,
        "interface": judge.interface.value,
        "operations": {
            each.name: {
                "request": each.request.name,
                "reply": each.reply.name,
                "principals": list(each.principals),
            }
            for each in judge.operations.values()
        },
        "types": {
            kind.name: [_field(each) for each in kind.fields]
            for element in judge.elements.values()
            for kind in element.parts()
        },
        "rules": [
            {field.name: getattr(each, field.name) for field in fields(each)}
            for each in judge.rules.values()
        ],
        "result_codes": {int(code): code.name for code in ResultCode},
    }


def _field(field: Field) -> dict[str, Any]:
    names = ("name", "path", "base", "required", "repeated", "max_length", "pattern", "sample")
    values = {name: getattr(field, name) for name in (*names, "meaning", "source")}
    return values | {
        "type": None if field.type is None else field.type.name,
        "enumeration": list(field.enumeration),
    }
