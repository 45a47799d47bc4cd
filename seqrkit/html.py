"""HTML with automatic escaping: text never becomes markup, nor reorders what is displayed.

Write a fragment of a line or two where it is used, and join fragments with `joined`::

    html('<b class="{}">{}</b>', kind, title)
    joined(html("<li>{}</li>", name) for name in names)

Write anything longer as a Jinja2 template beside its module, named by its path in seqrkit::

    render("display/demo_page.html", steps=steps, title=title)

A template can include stylesheets (``{% include "display/page.css" %}``) and import the macros of
another one. An undefined name in a template is an error.

A template of text other than HTML, such as a script, is rendered by `render_text`, which escapes
nothing.

The other functions return `Markup`: a string that is HTML already. Put into another fragment or
template it stays as it is; every other value is escaped, in text as in quoted attributes. Call
``Markup(...)`` yourself only for text that is HTML by construction, such as a file of this package.
Do not put values into ``<script>`` or ``<style>``, and always quote attributes.

Importing this module is cheap; Jinja2 is imported with the first template.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, LiteralString

from markupsafe import Markup, escape

from seqrkit.terminal_text import visible

if TYPE_CHECKING:
    import jinja2

__all__ = ["Markup", "html", "joined", "render", "render_text"]


def html(template: LiteralString, *values: object, **named: object) -> Markup:
    """Return the template with the escaped values in place of its braces, which hold no format."""
    # `LiteralString` lets mypy refuse a template made of data.
    # Several times faster than `Markup.format`: a long envelope takes thousands of calls.
    escaped = {name: _escaped(value) for name, value in named.items()}
    return Markup(template.format(*map(_escaped, values), **escaped))  # noqa: S704 - escaped


def joined(parts: Iterable[object], separator: str = "") -> Markup:
    """Return the parts joined by the separator, each escaped unless it is `Markup`."""
    return escape(separator).join(map(_escaped, parts))


def render(template: str, /, **values: object) -> Markup:
    """Return a template of the package, given by its path below ``seqrkit/``, with these values."""
    return Markup(_templates().get_template(template).render(values))  # noqa: S704 - autoescaped


def render_text(template: str, /, **values: object) -> str:
    """Return a template of a text that is not HTML: as it is, with the values as they are."""
    return _text_templates().get_template(template).render(values)


def _shown(value: object) -> object:
    # Escaping alone leaves characters that reorder text: a reply could show another amount.
    return visible(value) if type(value) is str else value


def _escaped(value: object) -> Markup:
    return escape(_shown(value))


@cache
def _templates() -> jinja2.Environment:
    import jinja2  # takes 70 ms, which text views need not wait for

    return jinja2.Environment(
        loader=jinja2.PackageLoader(__package__, ""),
        autoescape=True,
        finalize=_shown,
        # A mistyped name would be an empty cell.
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


@cache
def _text_templates() -> jinja2.Environment:
    return _templates().overlay(
        autoescape=False,  # programs quote values as their language needs
        finalize=None,
        keep_trailing_newline=True,
        lstrip_blocks=False,
    )
