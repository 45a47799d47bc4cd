"""How the documentation is made: the notebooks with their saved outputs, and the docstrings.

`nox -s docs` puts these files and the notebooks side by side, and builds; nothing is executed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import seqrkit
from seqrkit.palette import DARK, LIGHT, Palette

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.environment import BuildEnvironment

project = "seqrkit"
author = copyright = "seqrkit developers"  # noqa: A001 - Sphinx's own name
version = release = seqrkit.__version__
language = "en"

extensions = ["myst_nb", "sphinx.ext.autodoc"]
nb_execution_mode = "off"  # `nox -s notebooks` holds the outputs to be what they are
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
    """Furo's colours out of ours."""
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


def _every_public_name_is_told_of(_: Sphinx, environment: BuildEnvironment) -> None:
    """A public name without an entry of the reference is a warning, which fails the build."""
    from sphinx.util import logging

    told = environment.domaindata["py"]["objects"]
    for name in sorted({*seqrkit.__all__} - {"__version__"}):
        if not {f"seqrkit.{name}", f"seqrkit.errors.{name}"} & told.keys():
            logging.getLogger(__name__).warning("%s is public, and not in docs/reference/", name)


def _nobody_makes_them(*event: object) -> tuple[str, None] | None:
    """An exception is caught: what it is made of would be the same lines again and again."""
    _, what, *_ = event
    return ("", None) if what == "exception" else None


def setup(app: Sphinx) -> None:
    """Have exceptions shown shortly, and the reference checked once everything has been read."""
    app.connect("autodoc-process-signature", _nobody_makes_them)
    app.connect("env-check-consistency", _every_public_name_is_told_of)
