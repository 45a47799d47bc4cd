"""The tree of exceptions: drawn as it is, one for each result code, none of another library's."""

import inspect
import re

import pytest
import zeep.exceptions

from seqrkit import errors, http_client
from seqrkit.client.http import TRANSLATED
from seqrkit.contract import load
from seqrkit.errors import ResultError, SeqrError
from seqrkit.simulator.pages.help import explain
from seqrkit.vocabulary import ResultCode

CLASSES = {
    name: cls
    for name, cls in vars(errors).items()
    if inspect.isclass(cls) and issubclass(cls, SeqrError)
}
FAILURES = [code for code in ResultCode if code is not ResultCode.SUCCESS]


def drawn() -> dict[str, str | None]:
    """Each name of the tree in the docstring, with the name above it."""
    above: list[str] = []
    tree: dict[str, str | None] = {}
    for line in (errors.__doc__ or "").splitlines():
        match = re.match(r"^    ((?:[│ ] {3})*(?:[├└]── )?)([A-Z]\w+)", line)
        if match:
            depth = len(match[1]) // 4
            del above[depth:]
            tree[match[2]] = above[-1] if above else None
            above.append(match[2])
    return tree


def test_the_tree_in_the_docstring_is_the_tree_of_classes():
    by_code = set(errors.BY_CODE.values())
    own = {name: cls for name, cls in CLASSES.items() if cls not in by_code}
    actual = {
        name: None if cls is SeqrError else next(b.__name__ for b in cls.__bases__)
        for name, cls in own.items()
    }
    assert drawn() == actual


@pytest.mark.parametrize("code", FAILURES)
def test_each_result_code_has_an_exception_named_for_it(code: ResultCode):
    cls = errors.for_code(code)
    assert cls.result_code is code
    assert cls.__base__ is ResultError
    assert cls.__name__.upper() == code.name.replace("_", "")


def test_no_exception_is_for_a_code_that_has_no_name():
    assert set(errors.BY_CODE) == {int(code) for code in FAILURES}
    assert errors.for_code(4711) is ResultError


@pytest.mark.parametrize("name", CLASSES)
def test_each_exception_says_in_its_docstring_when_it_arises(name: str):
    assert inspect.getdoc(CLASSES[name])


def foreign(module: object) -> set[type[Exception]]:
    return {
        cls
        for cls in vars(module).values()
        if inspect.isclass(cls)
        and issubclass(cls, Exception)
        and not issubclass(cls, Warning)
        and cls.__module__ == getattr(module, "__name__", "")
    }


def test_each_failure_of_the_http_client_is_translated():
    failures = foreign(http_client.failures) - {http_client.HttpFailure, http_client.Unanswered}
    assert failures == set(TRANSLATED)


def test_each_exception_of_zeep_is_caught_as_its_error():
    assert all(issubclass(cls, zeep.exceptions.Error) for cls in foreign(zeep.exceptions))


@pytest.mark.parametrize("name", CLASSES)
def test_what_a_call_raises_points_to_the_help_that_is_there(name: str) -> None:
    error = _an(CLASSES[name])
    if isinstance(error, errors.TransportError) and type(error) is not errors.TransportError:
        assert error.topic
    if error.topic:
        assert explain(error.topic).id == error.topic
        assert f"(More: seqrkit explain {error.topic})" in str(error)
    assert name == "SeqrError" or explain(name).sections


def test_an_error_about_one_thing_points_to_the_page_of_that_thing() -> None:
    paid = errors.PaymentNotCompleted("It ended.", status="CANCELED")
    unknown = errors.UnknownStatus("It ended.", status="HALF_PAID")
    phone = errors.CannotPay("No.", code=ResultCode.PENDING_APPROVAL, topic="phone.waits")
    broken = errors.ContractViolation("No.", findings=load().lint(b"<sendInvoice/>"))
    topics = [each.topic for each in (paid, unknown, phone, broken)]
    assert topics == ["CANCELED", "status", "phone.waits", broken.findings[0].id]
    assert all(explain(each).id == each for each in topics)


@pytest.mark.parametrize("code", FAILURES)
def test_an_error_of_a_code_points_to_what_explains_it(code: ResultCode) -> None:
    error = errors.for_code(code)("It failed.", code=code)
    assert str(error) == f"It failed. (More: seqrkit explain {int(code)})"
    assert explain(str(int(code))).sections


def test_an_undocumented_code_has_no_help_page() -> None:
    assert str(ResultError("It failed.", code=4711)) == "It failed."


def _an(cls: type[SeqrError]) -> SeqrError:
    if issubclass(cls, ResultError):
        return cls("It failed.", code=cls.result_code or ResultCode.SYSTEM_ERROR)
    return errors.HttpError("It failed.", status=500) if cls is errors.HttpError else cls("It.")


def test_names_that_the_exceptions_use_are_not_those_of_the_package() -> None:
    assert vars(errors).keys().isdisjoint({"ClassVar", "ResultCode", "ShortTraceback", "visible"})
