"""How Sphinx makes the pages: ``sphinx-build -W -b html docs OUT``, without a network."""

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
# a link if it is one of the package, and emphasised if it is an argument.
autodoc_typehints = "none"
autosummary_generate = False
numpydoc_show_class_members = False
default_role = "autolink"

# A page that no list of contents names is an error; a name in one without a page is none.
suppress_warnings = ["toc.not_readable"]
nitpicky = True
# What autolink finds and no page describes: attributes, and names of NumPy, whose pages would need
# a network to be found.
nitpick_ignore_regex = [("py:obj", ".*")]

# The notebook is kept without outputs, and run where it is shown.
nb_execution_mode = "force"
nb_execution_raise_on_error = True
nb_execution_timeout = 120

INITIAL = re.compile(r"^(\s*\.\. \[\S+\] )(?=[A-Z]\. )")


def keep_initials(app: Any, what: str, name: str, obj: Any, options: Any, lines: list[str]) -> None:
    """Let a reference begin with an author's initial, which would begin a numbered list."""
    lines[:] = [INITIAL.sub(r"\1\\", line) for line in lines]


# Pages whose links are the lists of contents beside them, each under the words in bold above.
CONTENTS = ("index", "reference/index")


def add_contents(app: Any, page: str, source: list[str]) -> None:
    """Make lists of contents of a page's links: written in it, they would be code on GitHub."""
    if page not in CONTENTS:
        return
    first, *others = re.split(r"^\*\*(.+)\*\*$", source[0], flags=re.MULTILINE)
    for caption, text in [("", first), *zip(others[::2], others[1::2], strict=True)]:
        names = re.findall(r"\]\(([\w/-]+)\.(?:md|rst|ipynb)\)", text)
        if names:
            options = [":hidden:", *([f":caption: {caption}"] if caption else [])]
            source[0] += "\n".join(["", "```{toctree}", *options, "", *names, "```", ""])


def setup(app: Any) -> None:
    """Add what Sphinx is to do on its way; initials after numpydoc has numbered the references."""
    app.connect("source-read", add_contents)
    app.connect("autodoc-process-docstring", keep_initials, priority=900)
