"""fastgan without scikit-learn, or with an old version of it."""

from __future__ import annotations

import subprocess
import sys

import pytest

pytest.importorskip("sklearn")


def run_python(script: str) -> str:
    command = [sys.executable, "-c", script]
    return subprocess.run(command, check=True, timeout=120, capture_output=True, text=True).stdout


def test_nothing_else_needs_it() -> None:
    run_python("""
import sys, fastgan, fastgan.metrics, fastgan.plotting
fastgan.train(fastgan.datasets.slanted_land(), epochs=1)
assert "sklearn" not in sys.modules
""")


@pytest.mark.parametrize(
    "without",
    ["sys.modules['sklearn'] = None",
     "import sklearn.utils.validation; del sklearn.utils.validation.validate_data"],
)  # fmt: skip
def test_without_it_or_with_an_old_one_an_error_says_how_to_get_it(without: str) -> None:
    printed = run_python(f"""
import sys
{without}
try:
    import fastgan.sklearn
except ImportError as error:
    print(error)
""")
    expected = "the estimator needs scikit-learn 1.6 or newer: pip install 'fastgan[sklearn]'\n"
    assert printed == expected


def test_another_missing_module_is_not_mistaken_for_it() -> None:
    printed = run_python("""
import sys
sys.modules["fastgan.metrics"] = None
try:
    import fastgan.sklearn
except ImportError as error:
    print(error.name)
""")
    assert printed == "fastgan.metrics\n"
