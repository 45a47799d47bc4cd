"""Text put into HTML never becomes markup; control characters in it are escaped."""

from html.parser import HTMLParser

import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from seqrkit.html import Markup, html, joined, render
from seqrkit.terminal_text import visible

HOSTILE = st.text(st.sampled_from("<>&\"'/=;! abc{}%#`\u2028")) | st.text()


class Reader(HTMLParser):
    """Collects what a browser would see: tags with attributes, and text."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


@given(HOSTILE, HOSTILE)
def test_values_stay_text_and_attributes(attribute: str, text: str) -> None:
    read = Reader(html('<b title="{}">{text}</b>', attribute, text=text))
    assert read.tags == [("b", {"title": visible(attribute)})]
    assert read.text == visible(text)


@given(st.lists(HOSTILE))
def test_joined_texts_stay_texts(parts: list[str]) -> None:
    assert Reader(joined(parts)).text == visible("".join(parts))
    assert Reader(joined((html("<i>{}</i>", part) for part in parts), "<")).tags == [
        ("i", {}) for _ in parts
    ]


def test_markup_is_not_escaped_again() -> None:
    inner = html("<i>{}</i>", "&")
    assert html("<b>{}</b>", inner) == "<b><i>&amp;</i></b>"
    assert joined([inner, "<"], Markup("<br>")) == "<i>&amp;</i><br>&lt;"


def test_a_missing_template_is_an_error() -> None:
    with pytest.raises(jinja2.TemplateNotFound):
        render("display/missing.html")
