"""Configuration of Sphinx: ``sphinx-build -W -b html docs OUT`` builds the pages offline."""

from __future__ import annotations

import re
from typing import Any

import fastgan

project = "fastgan"
author = "the fastgan maintainers"
version = release = fastgan.__version__

extensions = ["myst_nb", "numpydoc", "sphinx.ext.autodoc", "sphinx.ext.autosummary"]
exclude_patterns = ["_build", "**.ipynb_checkpoints"]
myst_heading_anchors = 3

html_theme = "furo"
html_title = f"fastgan {release}"
html_show_copyright = False
html_theme_options = {
    "dark_css_variables": {"mystnb-source-border-color": "var(--color-background-border)"}
}

# Types are in the docstrings, which say more than annotations can. A name in single backticks is
# a link if the package defines it, and emphasised if it is an argument.
autodoc_typehints = "none"
autosummary_generate = False
numpydoc_show_class_members = False
default_role = "autolink"

# A page that no table of contents lists is an error; an entry without a page is not.
suppress_warnings = ["toc.not_readable"]
nitpicky = True
# Names that autolink finds but no page describes: attributes, and names of NumPy, whose pages could
# only be found over a network.
nitpick_ignore_regex = [("py:obj", ".*")]

# The notebook is stored without outputs, so the build runs it.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120

INITIAL = re.compile(r"^(\s*\.\. \[\S+\] )(?=[A-Z]\. )")


def keep_initials(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Escape an author's initial that begins a reference, since it would begin a numbered list."""
    lines[:] = [INITIAL.sub(r"\1\\", line) for line in lines]


# Pages whose links become tables of contents, each with the bold words above it as its caption.
CONTENTS = ("index", "reference/index")


def add_contents(app: Any, page: str, source: list[str]) -> None:
    """Add tables of contents made from a page's links; GitHub would show written ones as code."""
    if page not in CONTENTS:
        return
    first, *others = re.split(r"^\*\*(.+)\*\*$", source[0], flags=re.MULTILINE)
    for caption, text in [("", first), *zip(others[::2], others[1::2], strict=True)]:
        names = re.findall(r"\]\(([\w/-]+)\.(?:md|rst|ipynb)\)", text)
        if names:
            options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
            source[0] += "\n".join(["", "```{toctree}", *options, "", *names, "```", ""])


def setup(app: Any) -> None:
    """Connect the hooks; `keep_initials` must run after numpydoc has numbered the references."""
    app.connect("source-read", add_contents)
    app.connect("autodoc-process-docstring", keep_initials, priority=900)
