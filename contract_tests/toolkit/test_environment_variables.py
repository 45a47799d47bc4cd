"""Boolean environment variables: what counts as yes, as no, and as an error."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit.environment_variables import flag
from seqrkit.errors import ConfigurationError

YES = ("1", "true", "yes")
NO = ("0", "false", "no")


def test_an_unset_variable_is_false() -> None:
    assert flag("SEQR_X", {}) is False


@given(st.sampled_from((*YES, *NO)), st.sampled_from((str.lower, str.upper, str.title)))
def test_words_count_in_any_case(word: str, spell: object) -> None:
    assert callable(spell)
    assert flag("SEQR_X", {"SEQR_X": f" {spell(word)} "}) is (word in YES)


@given(st.text().filter(lambda text: text.strip().lower() not in {*YES, *NO, ""}))
def test_any_other_word_is_an_error_that_names_the_variable(word: str) -> None:
    with pytest.raises(ConfigurationError, match=r"(?s)SEQR_X is .*; set it to 1 or 0"):
        flag("SEQR_X", {"SEQR_X": word})
