r"""Orthogonal random features: frequencies in orthogonal directions cover them evenly, and the kernel has less noise.

Within a group of at most d frequencies the directions are the columns of a random orthogonal matrix (Haar measure) and
the lengths are independent, distributed as those of Gaussian vectors. Each frequency alone is Gaussian as before, so
the features stay unbiased; two of a group are no longer independent, and for near neighbours, which matter most, their
errors compensate: see `feature_error.orthogonal_feature_variance`.

Source: F. X. Yu, A. T. Suresh, K. Choromanski, D. Holtmann-Rice, S. Kumar, "Orthogonal random features", NIPS 2016.
"""

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.kernels.fourier_features import checked_gamma, checked_size, paired_fourier_features


def random_rotation(d, rng):
    """A random orthogonal matrix (d, d), uniform: its law does not change when it is turned or reflected.

    d : integer >= 1;  rng : numpy Generator.

    >>> Q = random_rotation(3, np.random.default_rng(0))
    >>> bool(np.allclose(Q @ Q.T, np.eye(3)))
    True
    """
    Q, R = np.linalg.qr(rng.standard_normal((d, d)))
    return Q * np.sign(R.diagonal())  # R with a positive diagonal makes the factorisation unique, and Q uniform


def orthogonal_frequencies(d, D, gamma, rng):
    r"""D frequencies for the Gaussian kernel $\exp(-\gamma |x - y|^2)$, in groups of d with orthogonal directions.

    d : number of features;  D : number of frequencies;  gamma : float >= 0;  rng : numpy Generator.
    Columns 0 ... d-1 are one group, columns d ... 2d-1 the next, and so on; the last may be smaller. Every column
    alone is distributed as in `gaussian_frequencies`: uniform in direction, its length independent of all others.
    Returns (d, D), in the inverse unit of the features.

    >>> W = orthogonal_frequencies(3, 5, 0.5, np.random.default_rng(0))
    >>> W.shape, (W[:, :3].T @ W[:, :3]).round(12).nonzero()
    ((3, 5), (array([0, 1, 2]), array([0, 1, 2])))
    """
    directions = np.hstack([random_rotation(d, rng) for _ in range(-(-D // d))])[:, :D]
    lengths = np.sqrt(rng.chisquare(d, D))  # those of standard normal vectors
    return np.sqrt(2 * gamma) * directions * lengths


class OrthogonalRBFSampler(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Orthogonal random features, cosines and sines paired, of the Gaussian kernel $\exp(-\gamma |x - y|^2)$.

    gamma : float >= 0, or "scale" for 1 / (d Var X);  n_frequencies : m, half the number of features;
    random_state : None, integer or Generator.
    At equal number of features D = 2m it does half the products of `RBFSampler`, and its kernel has less noise.
    After fit: random_weights_ (d, m), the frequencies;  n_features_in_.

    >>> Z = OrthogonalRBFSampler(gamma=0.5, random_state=0).fit_transform(np.array([[0.0, 0.0], [0.1, 0.1]]))
    >>> Z.shape, bool(abs(Z[0] @ Z[1] - np.exp(-0.01)) < 1e-2)
    ((2, 100), True)
    """

    def __init__(self, *, gamma=1.0, n_frequencies=50, random_state=None):
        self.gamma = gamma
        self.n_frequencies = n_frequencies
        self.random_state = random_state

    def fit(self, X, y=None):
        """Draw the frequencies for samples X (n, d); y is ignored. Returns self."""
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        gamma, m, rng = checked_gamma(self.gamma, X), checked_size(self.n_frequencies), as_generator(self.random_state)
        self.random_weights_ = orthogonal_frequencies(X.shape[1], m, gamma, rng).astype(X.dtype, copy=False)
        self._n_features_out = 2 * m
        return self

    def transform(self, X):
        """Features (n, 2m) of the samples X, (n, d): m cosines, then m sines."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return getattr(paired_fourier_features, "fast", paired_fourier_features)(X, self.random_weights_)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
