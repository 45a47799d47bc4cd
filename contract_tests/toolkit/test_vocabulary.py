"""The generated names are those of the schemas."""

from __future__ import annotations

from typing import get_args

import pytest

from contract_tests.toolkit import names_writer
from seqrkit import errors, schemas
from seqrkit.vocabulary import PATHS, Interface, ResultCode


def test_the_generated_names_are_those_of_the_schemas() -> None:
    for path, text in names_writer.sources().items():
        assert path.read_text(encoding="utf-8") == text, "run `nox -s model`"


def test_every_result_code_of_the_contract_has_a_name() -> None:
    assert {code.value: code.name for code in ResultCode} == {
        number: meaning.name for number, meaning in schemas.result_codes().items()
    }


@pytest.mark.parametrize("code", [code for code in ResultCode if code])
def test_every_result_code_has_an_exception_named_for_it(code: ResultCode) -> None:
    raised = errors.for_code(code)
    assert raised.__name__ == "".join(word.capitalize() for word in code.name.split("_"))
    assert raised.result_code is code


def test_a_code_without_a_name_raises_result_error() -> None:
    assert errors.for_code(60) is errors.ResultError


@pytest.mark.parametrize("number", schemas.result_codes())
def test_every_result_code_has_a_meaning_and_an_advice(number: int) -> None:
    meaning = schemas.result_codes()[number]
    assert meaning.meaning
    assert meaning.source
    assert number == 0 or meaning.advice
    assert meaning.carried_out in get_args(schemas.CarriedOut)


@pytest.mark.parametrize("interface", Interface)
def test_every_interface_has_its_path_and_its_schemas(interface: Interface) -> None:
    files = schemas.schema_set(interface)
    assert PATHS[interface].startswith("/")
    assert files.wsdl.is_file()
    assert files.wire.is_file()
    assert files.documented.is_file()


def test_an_unknown_interface_is_an_error_that_lists_the_known_ones() -> None:
    with pytest.raises(errors.ConfigurationError, match='no interface "v3"; it is cashregister-2'):
        schemas.schema_set("v3")
