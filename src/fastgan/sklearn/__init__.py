"""A GAN for scikit-learn's pipelines and searches: `GANEstimator`.

Only this module needs scikit-learn; the rest of fastgan does not.
"""

try:
    from fastgan.sklearn.estimator import GANEstimator
except ImportError as error:
    if (error.name or "").partition(".")[0] != "sklearn":
        raise
    raise ImportError(
        "the estimator needs scikit-learn 1.6 or newer: pip install 'fastgan[sklearn]'"
    ) from error

__all__ = ["GANEstimator"]
