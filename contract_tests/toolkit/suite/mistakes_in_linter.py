"""Mistakes of the linter: in how it judges, and in the limits that it judges by."""

import re
from typing import Final

from contract_tests.toolkit.suite.mutation import Edit, Mutation, code
from seqrkit.contract import cross_field_rules, numbers, value_rules
from seqrkit.contract.content_model import Comparison
from seqrkit.contract.linter import Linter

REQUESTS: Final = r"requests\.(broken-is-found|limits-are-inclusive)\["
VALID: Final = r"requests\.valid-has-no-findings\["
COMMON: Final = "documented-common.xsd"
CASHREGISTER: Final = "cashregister-2/documented.xsd"


def _rule(id_: str) -> str:
    """The checks of a rule by itself."""
    return rf"requests\..*/{re.escape(id_)}\]$"


def limit(name: str, old: str, new: str, file: str = COMMON, *, first: str = REQUESTS) -> Mutation:
    """A mistake in what the linter judges by: a piece of its schema, which stands there once."""
    return Mutation(name, first=first, edit=Edit(file, old, new))


LINTER: Final[tuple[Mutation, ...]] = (
    # What it judges by
    limit(
        "41 characters are as good as 40",
        '<xs:maxLength value="40"',
        '<xs:maxLength value="41"',
        first=_rule("context.channel.max-length"),
    ),
    limit(
        "32 characters are too many",
        '<xs:maxLength value="32"',
        '<xs:maxLength value="31"',
    ),
    limit(
        "33 characters are as good as 32",
        '<xs:maxLength value="32"',
        '<xs:maxLength value="33"',
        first=_rule("context.clientReference.max-length"),
    ),
    limit(
        "three characters are a password",
        '<xs:minLength value="4"',
        '<xs:minLength value="3"',
        first=_rule("registerTerminal.password.min-length"),
    ),
    limit(
        "an amount may have three decimals",
        r'value="-?[0-9]+(\.[0-9]{1,2})?"',
        r'value="-?[0-9]+(\.[0-9]{1,3})?"',
        first=_rule("amount.value.pattern"),
    ),
    limit(
        "an amount is never less than nothing",
        r'value="-?[0-9]+(\.[0-9]{1,2})?"',
        r'value="[0-9]+(\.[0-9]{1,2})?"',
        first=VALID,
    ),
    limit(
        "a total may be nothing",
        '<xs:minExclusive value="0"',
        '<xs:minExclusive value="-1"',
        first=_rule("amount.value.positive"),
    ),
    limit(
        "https is no scheme",
        '<xs:pattern value="[Hh][Tt][Tt][Pp][Ss]?://',
        '<xs:pattern value="[Hh][Tt][Tt][Pp]://',
        first=VALID,
    ),
    limit(
        "a userId may have 37 characters",
        '<xs:maxLength value="36"',
        '<xs:maxLength value="37"',
        CASHREGISTER,
        first=_rule("creditUserRequest.userId.max-length"),
    ),
    limit(
        "a user's description has no spaces",
        '<xs:pattern value="[A-Za-z0-9., ]*"',
        '<xs:pattern value="[A-Za-z0-9.,]*"',
        CASHREGISTER,
        first=VALID,
    ),
    limit(
        "a resellers' user is no principal",
        '<xs:enumeration value="RESELLERUSER">',
        '<xs:enumeration value="RESELLER">',
        first=VALID,
    ),
    limit(
        "a channel need not be",
        '<xs:element name="channel" minOccurs="1"',
        '<xs:element name="channel" minOccurs="0"',
        first=_rule("context.channel.required"),
    ),
    limit(
        "ClientWS is no channel",
        'values="WS ClientWS"',
        'values="WS"',
        first=VALID,
    ),
    # How it judges
    code(
        "the linter sees no order",
        Comparison._displaced,
        "if len(kept) == len(judged):",
        "if kept:",
        first=REQUESTS,
    ),
    code(
        "the linter sees nothing that is missing",
        Comparison._missing,
        "rule is None or",
        "True or",
        first=REQUESTS,
    ),
    code(
        "the linter sees nothing that comes again",
        Comparison._repeated,
        "rule is not None and",
        "rule is None and",
        first=REQUESTS,
    ),
    code(
        "the linter sees no text between elements",
        Comparison._stray_text,
        "if not stray:",
        "if stray:",
        first=REQUESTS,
    ),
    code(
        "the linter takes nil for a value",
        Comparison.attributes,
        "if name == _XSI_NIL:",
        'if name == "nil":',
        first=REQUESTS,
    ),
    code(
        "the linter says more than the one rule that is broken",
        cross_field_rules.judge_whole,
        "if not broken.isdisjoint(rule.presupposes):",
        "if False:",
        first=REQUESTS,
    ),
    code(
        "the linter adds all rows but the last",
        cross_field_rules._sum,
        "total_of(read)",
        "total_of(read[:-1])",
        first=VALID,
    ),
    code(
        "the linter adds rows to the nearest unit",
        cross_field_rules._sum,
        "added == total",
        "round(added) == round(total)",
        first=_rule("invoice.invoiceRows.sum"),
    ),
    code(
        "the linter allows a decimal more than a currency has",
        cross_field_rules._minor_units,
        "decimals <= units",
        "decimals <= units + 1",
        first=_rule("amount.value.minor-units"),
    ),
    code(
        "the linter lets an invoice have two currencies",
        cross_field_rules._one_currency,
        "if not others:",
        "if len(others) < 2:",
        first=_rule("invoice.currency.same"),
    ),
    code(
        "the linter takes a used token for a pending one",
        cross_field_rules._token_status,
        "== TokenStatus.PENDING",
        "== TokenStatus.USED",
        first=VALID,
    ),
    code(
        "the linter asks terminals for a userId",
        cross_field_rules._fulfilled,
        "in check.values",
        "not in check.values",
        first=VALID,
    ),
    code(
        "the linter's advice about a minimum is off by one",
        value_rules._below,
        "value < Decimal(minimum)",
        "value <= Decimal(minimum)",
        first=REQUESTS,
    ),
    code(
        "the linter weighs an EAN from the wrong end",
        numbers.ean_check_digit,
        "(1 if i % 2 else 3)",
        "(3 if i % 2 else 1)",
        first=REQUESTS,
    ),
    code(
        "the linter leaves it at what libxml2 says",
        Linter._element,
        "if not plan.doubtful(element):",
        "if True:",
        first=REQUESTS,
    ),
    code(
        "the linter judges the first operation of a Body only",
        Linter._body,
        "if second is None or",
        "if True or",
        first=REQUESTS,
    ),
    code(
        "the linter sees no difference between namespaces",
        Linter._astray,
        "return (finding, *self",
        "return (*(), *self",
        first=REQUESTS,
    ),
    code(
        "the linter points to the wrong rule",
        value_rules._rules,
        "rule.kind in broken and",
        "rule.kind not in broken and",
        first=REQUESTS,
    ),
)
