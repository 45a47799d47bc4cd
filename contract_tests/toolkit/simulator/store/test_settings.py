"""Settings: what is valid, and what the one sentence about an invalid value says."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.json import schema_components

from seqrkit.errors import ConfigurationError
from seqrkit.simulator import Endpoint
from seqrkit.simulator.store.settings import (
    ENTRIES,
    EXAMPLE,
    ResellerSettings,
    Settings,
    TerminalSettings,
)

SECRET = "correct horse"
TILL = {"id": "till", "passwords": [SECRET]}
SEED = {"reference": "1", "terminal": "t", "total": "5 SEK"}
WRONG: dict[str, tuple[object, str]] = {
    "unknown list": ({"terminal": []}, "terminal is not a setting; did you mean terminals?"),
    "unknown key": (
        {"terminals": [{"id": "a", "password": SECRET}]},
        'terminal "a": password is not a setting; did you mean passwords?',
    ),
    "key without a likeness": (
        {"zzz": 1},
        "zzz is not a setting; use one of documented, resellers, terminals, users, tokens, ",
    ),
    "key that is a number": ({1: 2}, "1 is not a setting; use one of"),
    "list": ([], "the content must be a table, not a list"),
    "table for a list": ({"terminals": {}}, "terminals must be a list, not a table"),
    "one password": (
        {"terminals": [{"id": "a", "passwords": SECRET}]},
        'terminal "a": passwords must be a list, not a string',
    ),
    "number as password": (
        {"terminals": [{"id": "a", "passwords": [1234]}]},
        'terminal "a": passwords[0] must be a string, not an integer',
    ),
    "empty password": (
        {"terminals": [{"id": "a", "passwords": [""]}]},
        'terminal "a": passwords[0] must be a string of length >= 1',
    ),
    "too many passwords": (
        {"terminals": [{"id": "a", "passwords": [SECRET] * 11}]},
        'terminal "a": passwords must be a list of length <= 10',
    ),
    "text for a flag": (
        {"resellers": [{"id": "a", "blocked": "no"}]},
        'reseller "a": blocked must be true or false, not a string',
    ),
    "no id": ({"users": [{}]}, "user number 1 has no id"),
    "the same id twice": (
        {"terminals": [TILL, TILL]},
        'terminal "till": id is also that of number 1',
    ),
    "lone surrogate": (
        {"terminals": [{"id": "a", "passwords": ["x", f"{SECRET}\ud800"]}]},
        'terminal "a": passwords[1] contains U+D800, which XML does not allow',
    ),
    "NUL": ({"reports": [{"id": "a", "text": "\0"}]}, 'report "a": text contains U+0000'),
    "huge number": (
        {"terminals": [{"id": "a", "name": 10**5000}]},
        'terminal "a": name must be a string, not an integer',
    ),
    "misspelt status": (
        {"invoices": [{**SEED, "status": "PAYED"}]},
        'invoice "1": status is not a valid value; did you mean "PAID"?',
    ),
    "status that is never seeded": (
        {"invoices": [{**SEED, "status": "EXPIRED"}]},
        'invoice "1": status cannot be EXPIRED in a seed invoice',
    ),
    "comma": ({"invoices": [{**SEED, "total": "5,00 SEK"}]}, 'invoice "1": total: '),
    "no money": ({"invoices": [{**SEED, "total": "0 SEK"}]}, 'invoice "1": total must be above'),
    "unknown currency": ({"users": [{"id": "a", "currency": "KR"}]}, 'user "a": KR is not a'),
    "reference of a payment that is not paid": (
        {"invoices": [{**SEED, "ers_reference": "2"}]},
        'invoice "1": ers_reference is only for an invoice that is PAID',
    ),
    "leading zero": (
        {"invoices": [{**SEED, "reference": "01"}]},
        'invoice "01": reference must be',
    ),
}


@pytest.mark.parametrize("name", WRONG)
def test_an_invalid_setting_is_one_sentence_with_its_place_and_without_secrets(name: str) -> None:
    content, sentence = WRONG[name]
    with pytest.raises(ConfigurationError) as raised:
        Settings.of(content)  # type: ignore[arg-type]
    assert str(raised.value).startswith(f"settings: {sentence}")
    assert "\n" not in str(raised.value)
    assert SECRET not in str(raised.value)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"[[terminals]\n", "is not valid TOML: .*line 1"),
        (b"\xff", "is not valid TOML: "),
        (b"a = " + b"1" * 5000, "is not valid TOML: "),
        (b"a = " + b"[" * 5000, "is not valid TOML: "),
        (b"[users]\n[users]", "is not valid TOML: .*twice .at line 2"),
        (b'[[users]]\nid = "\\ud800"', "is not valid TOML: .*line 2"),
        (b"[[users]]\nid = 1979-05-27", ", line 1: user number 1: id must be a string, not date"),
        (
            b'[[terminals]]\nid = "a"\n\n [[ terminals ]] # b\nid = "b"\nblocked = 1',
            ', line 4: terminal "b": blocked must be true or false, not an integer',
        ),
        (b"terminals = [{id = 1}]", ": terminal number 1: id must be a string, not an integer"),
        (b"[[users]]\nidd = 1", ", line 1: user number 1: idd is not a setting; did you mean id?"),
    ],
)
def test_an_invalid_file_is_one_sentence_with_its_name(
    text: bytes, says: str, tmp_path: Path
) -> None:
    file = tmp_path / "shop.toml"
    file.write_bytes(text)
    with pytest.raises(ConfigurationError) as raised:
        Settings.of(file)
    assert re.match(re.escape(str(file)) + ".*" + says, str(raised.value)), str(raised.value)


def test_settings_that_do_not_fit_name_the_line_of_the_file(tmp_path: Path) -> None:
    file = tmp_path / "shop.toml"
    file.write_text(
        '# settings\n[[terminals]]\nid = "till"\nreseller = "x"\npasswords = ["1234"]\n'
    )
    with pytest.raises(ConfigurationError) as raised:
        Endpoint(settings=file)
    expected = f'{file}, line 2: terminal "till": there is no reseller "x"'
    assert str(raised.value).startswith(expected)


def test_a_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"nowhere\.toml cannot be read: no such file"):
        Settings.of(tmp_path / "nowhere.toml")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from([*ENTRIES, "users[1]", "id", "passwords", "blocked", "user", "x"]),
            inner,
            max_size=3,
        )
    ),
    max_leaves=12,
)


@given(JSON)
def test_anything_is_settings_or_one_error(content: Any) -> None:
    with suppress(ConfigurationError):
        settings = Settings.of({"users": content} if isinstance(content, str) else content)
        assert Settings.of(settings) == settings


def test_settings_show_no_passwords() -> None:
    reseller = ResellerSettings(id="a", user="1", passwords=(SECRET,))
    terminal = TerminalSettings(id="a", reseller="a", passwords=(SECRET, "x"))
    settings = Settings(resellers=(reseller,), terminals=(terminal,))
    for shown in (repr(settings), str(settings), repr(terminal), repr(terminal.__rich_repr__())):
        assert SECRET not in shown
    assert "passwords=('********', '********')" in repr(terminal)


def test_the_example_uses_every_kind_of_entry() -> None:
    settings = Settings.of(EXAMPLE)
    assert all(getattr(settings, name) for name in ENTRIES)


@pytest.mark.parametrize("kind", ENTRIES.values())
def test_every_setting_has_a_description(kind: type) -> None:
    (_, components) = schema_components([kind])
    properties = components[kind.__name__]["properties"]
    assert all(each.get("description", "").endswith(".") for each in properties.values())
