"""Sphinx configuration: pages, notebooks with their saved outputs, and a reference from docstrings.

`nox -s docs` copies these files and the notebooks into one folder and builds there. No notebook is
executed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, get_type_hints

from traitlets import HasTraits

import seqrkit
from seqrkit import pytest_plugin, suite_options
from seqrkit.palette import DARK, LIGHT, Palette
from seqrkit.simulator.store.settings import ENTRIES
from seqrkit.suite import reports

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "seqrkit"
author = copyright = "seqrkit developers"  # noqa: A001 - Sphinx's own name
version = release = seqrkit.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx_click"]
exclude_patterns = ["generated"]
nb_execution_mode = "off"  # `nox -s notebooks` compares the outputs
nb_render_markdown_format = "gfm"
myst_heading_anchors = 3

default_role = "py:obj"  # docstrings name things in single backticks
autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
autodoc_typehints_format = "short"
maximum_signature_line_length = 80
python_use_unqualified_type_names = True
add_module_names = False

html_theme = "furo"
html_title = f"seqrkit {release}"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_copy_source = False
html_show_sourcelink = False


def _colours(palette: Palette) -> dict[str, str]:
    """Return Furo's colours for a palette."""
    return {
        "color-brand-primary": palette.fine,
        "color-brand-content": palette.fine,
        "color-brand-visited": palette.fine,
        "color-foreground-primary": palette.ink,
        "color-foreground-secondary": palette.muted,
        "color-foreground-muted": palette.muted,
        "color-background-primary": palette.ground,
        "color-background-secondary": palette.panel,
        "color-background-border": palette.line,
        "color-code-background": palette.code,
        "color-inline-code-background": palette.code,
        "accent": palette.accent,
    }


html_theme_options = {
    "light_css_variables": _colours(LIGHT),
    "dark_css_variables": _colours(DARK),
}


def _public_names_are_in_the_reference(_: Sphinx, environment: BuildEnvironment) -> None:
    """Warn of each public name that docs/reference/ lacks; a warning fails the build."""
    from sphinx.util import logging

    entries = environment.domaindata["py"]["objects"]
    for name in sorted({*seqrkit.__all__} - {"__version__"}):
        if not {f"seqrkit.{name}", f"seqrkit.errors.exceptions.{name}"} & entries.keys():
            logging.getLogger(__name__).warning("%s is public, and not in docs/reference/", name)


def _without_signature(*event: object) -> tuple[str, None] | None:
    """Omit the signatures of exceptions and widgets, which users do not construct."""
    _, what, _, found, *_ = event
    is_widget = isinstance(found, type) and issubclass(found, HasTraits)
    return ("", None) if what == "exception" or is_widget else None


def _write_tables(app: Sphinx) -> None:
    """Write the tables of fixtures and options from the code that defines them."""
    fixtures = [
        (f"`{name}`", (value.__doc__ or "").partition("\n\n")[0])
        for name, value in vars(pytest_plugin).items()
        if isinstance(value, type(pytest_plugin.seqr))
    ]
    options = [
        (
            f"`--{option.name} {option.metavar}`".replace(" `", "`"),
            option.description,
            f"`{option.variable}`",
        )
        for option in suite_options.OPTIONS
    ]
    settings = [
        (
            f"`[[{name}]]`",
            f"`{field}`",
            " ".join(each.description for each in hint.__metadata__ if each.description),
        )
        for name, entry in ENTRIES.items()
        for field, hint in get_type_hints(entry, include_extras=True).items()
    ]
    generated = Path(app.srcdir) / "generated"
    generated.mkdir(exist_ok=True)
    (generated / "fixtures.md").write_text(_table(("fixture", "value"), fixtures))
    schema = Path(reports.__file__).with_name("results.schema.json")
    (generated / schema.name).write_bytes(schema.read_bytes())
    (generated / "settings.md").write_text(_table(("list", "key", "meaning"), settings))
    (generated / "options.md").write_text(_table(("option", "meaning", "variable"), options))


def _table(head: tuple[str, ...], rows: list[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "".join(f"| {' | '.join(' '.join(cell.split()) for cell in row)} |\n" for row in lines)


def setup(app: Sphinx) -> None:
    """Connect the handlers above to Sphinx's events."""
    app.connect("builder-inited", _write_tables)
    app.connect("autodoc-process-signature", _without_signature)
    app.connect("env-check-consistency", _public_names_are_in_the_reference)
