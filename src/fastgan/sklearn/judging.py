"""Scores of items by a fitted estimator: D's logits, anomalies, and one number for searches."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted

from fastgan.metrics import anomaly_score, energy_score
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.randomness.even_latents import even_latents
from fastgan.sklearn.inputs import Array, places, rows_and_labels

FAKES = 512  # pictures of each class, with which held-out items are compared


class Judging:
    """The methods of a trained estimator that score items."""

    gan_: GAN | ConditionalGAN
    classes_: Array

    def decision_function(self, X: npt.ArrayLike) -> Array:
        """Return the discriminator's logits; higher means that it finds an item more real.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,), or (n_samples, n_classes) if `conditional`
            s = b + sum over j of x_j w_j; with classes, column i judges items as ``classes_[i]``.

        Notes
        -----
        With the non-saturating and the minimax loss, without smoothing and penalties, the optimal
        D against a fixed G has s(x) = log(p_data(x) / p_G(x)) [1]_: above 0 where real items are
        denser than generated ones. With least squares it has s = p_data / (p_data + p_G), so that
        1/2 separates them [2]_. With the Wasserstein loss only differences of s have a meaning.

        A D of one layer approximates these by a linear function. Once G has learned all that D can
        see, s carries no information. So s shows what G still lacks; it does not find outliers,
        which `score_samples` does, nor is it a classifier's score of one class against the others.

        References
        ----------
        .. [1] I. Goodfellow et al., "Generative Adversarial Nets", NIPS 2014, proposition 1.
        .. [2] X. Mao et al., "Least Squares Generative Adversarial Networks", ICCV 2017, section
           3.2, with a = 0 and b = 1.
        """
        check_is_fitted(self)
        rows, _ = rows_and_labels(self, X, None, labelled=False, fitting=False)
        if not isinstance(self.gan_, ConditionalGAN):
            return np.asarray(self.gan_.score(rows))
        return np.stack([gan.score(rows) for gan in self._gans()], axis=1)

    def score_samples(self, X: npt.ArrayLike) -> Array:
        """Return minus the distance of items from everything that G can draw; low for outliers.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of float64, shape (n_samples,)
            -A(x), where A is the anomaly score of `fastgan.metrics.anomaly_score`; with classes,
            that of the nearest class. At most 0, which means that G can draw the item; the lower
            the score, the more of an outlier the item is.

        Notes
        -----
        Unlike the scores of density estimators, this is not a log-likelihood: with fewer latent
        numbers than features, all pictures lie on a surface, on which a density would be infinite
        and off which it would be 0. Scoring takes about 500 pictures an item and class.
        """
        check_is_fitted(self)
        rows, _ = rows_and_labels(self, X, None, labelled=False, fitting=False)
        scores = [np.negative(anomaly_score(gan, rows)) for gan in self._gans()]
        return np.max(scores, axis=0)  # type: ignore[no-any-return]

    def score(self, X: npt.ArrayLike, y: npt.ArrayLike | None = None) -> float:
        """Score how well G predicts held-out items; higher is better.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
        y : array_like, shape (n_samples,), optional
            The class of each row, if `conditional`; rows are compared with pictures of their class.

        Returns
        -------
        float
            Minus `fastgan.metrics.energy_score` for 512 pictures (of each class, if there are
            classes) of evenly spread latent vectors, the same at every call. In the unit of the
            data; compare scores only for the same `X`.

        Notes
        -----
        A loss would not serve: it measures only how good one network is against the other.
        """
        check_is_fitted(self)
        conditional = isinstance(self.gan_, ConditionalGAN)
        X, y = rows_and_labels(self, X, y, labelled=conditional, fitting=False)
        of_rows = places("y", y, self.classes_) if conditional else np.zeros(len(X), np.intp)
        z = even_latents(FAKES, self.gan_.latent_dim, self.gan_.latent)
        total = 0.0
        for place in np.unique(of_rows):
            of_class = X[of_rows == place]
            total += len(of_class) * energy_score(of_class, self._gans()[place].generate(z))
        return -total / len(X)

    def _gans(self) -> list[GAN]:
        """Return the networks of each class; a single GAN if there are no classes."""
        if isinstance(self.gan_, ConditionalGAN):
            return [self.gan_.of(i) for i in range(len(self.classes_))]
        return [self.gan_]
