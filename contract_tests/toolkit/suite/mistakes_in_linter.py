"""Mistakes of the linter: in its code, and in the schemas that it judges by."""

import re
from typing import Final

from contract_tests.toolkit.suite.mutation import Edit, Mutation, code
from seqrkit.contract import cross_field_rules, numbers_and_check_digits, value_rules
from seqrkit.contract.content_model import Comparison
from seqrkit.contract.message_linter import Linter

REQUESTS: Final = r"requests\.(broken-is-found|limits-are-inclusive)\["
VALID: Final = r"requests\.valid-has-no-findings\["
COMMON: Final = "documented-common.xsd"
CASHREGISTER: Final = "cashregister-2/documented.xsd"


def _rule(id_: str) -> str:
    """Return a pattern of the checks of a rule."""
    return rf"requests\..*/{re.escape(id_)}\]$"


def limit(name: str, old: str, new: str, file: str = COMMON, *, first: str = REQUESTS) -> Mutation:
    """Return a mistake in the schemas that the linter judges by."""
    return Mutation(name, first=first, edit=Edit(file, old, new))


LINTER: Final[tuple[Mutation, ...]] = (
    # Schemas
    limit(
        "the linter accepts 41 characters where 40 are the limit",
        '<xs:maxLength value="40"',
        '<xs:maxLength value="41"',
        first=_rule("context.channel.max-length"),
    ),
    limit(
        "the linter rejects 32 characters where 32 are the limit",
        '<xs:maxLength value="32"',
        '<xs:maxLength value="31"',
    ),
    limit(
        "the linter accepts 33 characters where 32 are the limit",
        '<xs:maxLength value="32"',
        '<xs:maxLength value="33"',
        first=_rule("context.clientReference.max-length"),
    ),
    limit(
        "the linter accepts a password of three characters",
        '<xs:minLength value="4"',
        '<xs:minLength value="3"',
        first=_rule("registerTerminal.password.min-length"),
    ),
    limit(
        "the linter accepts three decimals",
        r'value="-?[0-9]+(\.[0-9]{1,2})?"',
        r'value="-?[0-9]+(\.[0-9]{1,3})?"',
        first=_rule("amount.value.pattern"),
    ),
    limit(
        "the linter rejects negative amounts",
        r'value="-?[0-9]+(\.[0-9]{1,2})?"',
        r'value="[0-9]+(\.[0-9]{1,2})?"',
        first=VALID,
    ),
    limit(
        "the linter accepts a total of 0",
        '<xs:minExclusive value="0"',
        '<xs:minExclusive value="-1"',
        first=_rule("amount.value.positive"),
    ),
    limit(
        "the linter rejects https",
        '<xs:pattern value="[Hh][Tt][Tt][Pp][Ss]?://',
        '<xs:pattern value="[Hh][Tt][Tt][Pp]://',
        first=VALID,
    ),
    limit(
        "the linter accepts a userId of 37 characters",
        '<xs:maxLength value="36"',
        '<xs:maxLength value="37"',
        CASHREGISTER,
        first=_rule("creditUserRequest.userId.max-length"),
    ),
    limit(
        "the linter rejects spaces in a description",
        '<xs:pattern value="[A-Za-z0-9., ]*"',
        '<xs:pattern value="[A-Za-z0-9.,]*"',
        CASHREGISTER,
        first=VALID,
    ),
    limit(
        "the linter rejects RESELLERUSER",
        '<xs:enumeration value="RESELLERUSER">',
        '<xs:enumeration value="RESELLER">',
        first=VALID,
    ),
    limit(
        "the linter accepts a context without channel",
        '<xs:element name="channel" minOccurs="1"',
        '<xs:element name="channel" minOccurs="0"',
        first=_rule("context.channel.required"),
    ),
    limit(
        "the linter rejects the channel ClientWS",
        'values="WS ClientWS"',
        'values="WS"',
        first=VALID,
    ),
    # Code
    code(
        "the linter ignores the order of elements",
        Comparison._displaced,
        "if len(kept) == len(judged):",
        "if kept:",
        first=REQUESTS,
    ),
    code(
        "the linter ignores missing elements",
        Comparison._missing,
        "if rule is None:",
        "if True:",
        first=REQUESTS,
    ),
    code(
        "the linter ignores repeated elements",
        Comparison._repeated,
        "rule is not None and",
        "rule is None and",
        first=REQUESTS,
    ),
    code(
        "the linter ignores text between elements",
        Comparison._stray_text,
        "if not any(text and text.strip(WHITE) for text in texts):",
        "if True:",
        first=REQUESTS,
    ),
    code(
        "the linter accepts nil as a value",
        Comparison.attributes,
        "if name == _XSI_NIL:",
        'if name == "nil":',
        first=REQUESTS,
    ),
    code(
        "the linter reports consequences of a broken rule",
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
        "the linter accepts two currencies in an invoice",
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
        "the linter requires a userId of terminals",
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
        numbers_and_check_digits.ean_check_digit,
        "(1 if i % 2 else 3)",
        "(3 if i % 2 else 1)",
        first=REQUESTS,
    ),
    code(
        "the linter reports nothing that libxml2 accepts",
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
        "the linter ignores namespaces",
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
