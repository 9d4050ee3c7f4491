"""What a fitted estimator says of items: D's logits, anomalies, and one number to choose by."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from sklearn.utils.validation import check_is_fitted

from fastgan.metrics import anomaly_score, energy_score
from fastgan.networks.conditional_gan import ConditionalGAN
from fastgan.networks.gan import GAN
from fastgan.randomness.even_latents import even_latents
from fastgan.sklearn.inputs import Array, places, rows_and_labels

FAKES = 512  # that held-out items are compared with, for each class


class Judging:
    """The methods of an estimator that judge items, for one that has been trained."""

    gan_: GAN | ConditionalGAN
    classes_: Array

    def decision_function(self, X: npt.ArrayLike) -> Array:
        """Give the discriminator's logits: the larger, the more of a real item it sees.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)

        Returns
        -------
        ndarray, shape (n_samples,), or (n_samples, n_classes) if `conditional`
            s = b + sum over j of x_j w_j; column i of several is the logit as ``classes_[i]``.

        Notes
        -----
        With the non-saturating and the minimax loss, without smoothing and penalties, the D that
        is best against a fixed G has s(x) = log(p_data(x) / p_G(x)) [1]_: above 0 where real items
        are denser than generated ones. With least squares it has s = p_data / (p_data + p_G), so
        that 1/2 parts them [2]_, and with Wasserstein's loss only differences mean something.

        A D of one layer comes as near to these as a plane can, and once G has learned all that D
        can see, s says nothing of anything. So it tells what G still lacks, not what is an
        outlier, which `score_samples` does; nor is it a classifier's score of one class against
        the others.

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
        """Give the opposite of how far items are from everything that G can draw.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)

        Returns
        -------
        ndarray of float64, shape (n_samples,)
            -A(x), with the anomaly score A of `fastgan.metrics.anomaly_score`; of several classes
            that of the nearest. At most 0, where G can draw the item; the lower, the more of an
            outlier.

        Notes
        -----
        It is no log-likelihood, which it is of density estimators: the pictures of fewer latent
        numbers than features lie on a surface, on which a density would be infinite and beside
        which it would be 0. It takes some 500 pictures an item and class.
        """
        check_is_fitted(self)
        rows, _ = rows_and_labels(self, X, None, labelled=False, fitting=False)
        scores = [np.negative(anomaly_score(gan, rows)) for gan in self._gans()]
        return np.max(scores, axis=0)  # type: ignore[no-any-return]

    def score(self, X: npt.ArrayLike, y: npt.ArrayLike | None = None) -> float:
        """Tell how well G foretells held-out items: the more, the better.

        Parameters
        ----------
        X : array_like, shape (n_samples, n_features)
        y : array_like, shape (n_samples,), optional
            The class of each row, if `conditional`: it is compared with pictures of its class.

        Returns
        -------
        float
            The opposite of `fastgan.metrics.energy_score` of 512 pictures (of each class, if there
            are several) of evenly spread latent vectors, the same at every call. In the unit of
            the data; comparable for the same `X` only.

        Notes
        -----
        A loss would not do: it tells how good one network is against the other one.
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
        """The networks of each class; of one, if there are no classes."""
        if isinstance(self.gan_, ConditionalGAN):
            return [self.gan_.of(i) for i in range(len(self.classes_))]
        return [self.gan_]
