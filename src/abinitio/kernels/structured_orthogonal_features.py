r"""Structured orthogonal random features: signs and Hadamard matrices in place of a rotation, at $D \log d$ a sample.

With H the Hadamard matrix of order p (a power of two) and $B_1, B_2, B_3$ independent random signs on the diagonal,
$Q = p^{-3/2} H B_3 H B_2 H B_1$ is orthogonal and costs $3 p \log_2 p$ additions to apply. A group of p frequencies is
$W^\top = \sqrt{2\gamma}\, S Q$, where S gives each row the length of a Gaussian vector. As in `orthogonal_features`,
frequencies of a group are orthogonal, and near neighbours, which matter most, have less noise than with independent
frequencies; those of Fastfood, correlated through a shared diagonal, have more.

What is lost is exactness of the law: for a unit vector u, an entry r of Qu has
$\mathrm{E}(p r^2)^2 = 3 - 6/p + (12 - 8 \sum_j u_j^4)/p^2$, and with a uniform direction $3p/(p + 2)$. With u along
$x - y$ the mean of the features' kernel k is off by about $-(2\gamma|x-y|^2)^2\, k \sum_j u_j^4 / 3p^2$, below
$2 \cdot 10^{-4}$, since p is at least `SMALLEST`.

Oracles: the matrices; the moments over all signs; the variance of `feature_error.orthogonal_feature_variance`.
Sources: F. X. Yu, A. T. Suresh, K. Choromanski, D. Holtmann-Rice, S. Kumar, "Orthogonal random features", NIPS 2016,
section 4, with the lengths of Gaussian vectors in place of $\sqrt p$.
"""

from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.kernels.fourier_features import checked_gamma, checked_size
from abinitio.kernels.structured_features import walsh_hadamard

SMALLEST = 64  # frequencies in a group


class StructuredRotations(NamedTuple):
    """The random parts of the frequencies, for g groups of p = 2^q; see `draw_structured_rotations`."""

    signs: np.ndarray  # (g, 3, p), the diagonals B: ±1, the first to be applied first
    scales: np.ndarray  # (g, p), √(2γ) S / p^(3/2)


def draw_structured_rotations(d, m, gamma, rng):
    r"""The random parts of m frequencies or a few more for the Gaussian kernel $\exp(-\gamma |x - y|^2)$.

    d : number of features;  m : number of frequencies;  gamma : float >= 0;  rng : numpy Generator.
    Returns `StructuredRotations` of $\lceil m/p \rceil$ groups of p, the first power of two that is at least d and 64.

    >>> draw_structured_rotations(100, 200, 0.5, np.random.default_rng(0)).signs.shape
    (2, 3, 128)
    """
    p = max(1 << (d - 1).bit_length(), SMALLEST)
    groups = -(-m // p)
    signs = rng.choice([-1.0, 1.0], (groups, 3, p))
    lengths = np.sqrt(rng.chisquare(p, (groups, p)))  # of standard normal vectors in p dimensions
    return StructuredRotations(signs, np.sqrt(2 * gamma / p**3) * lengths)


def structured_rotation_projection(X, parts):
    r"""The phases $x_i \cdot w_j$ of all samples with all frequencies of `StructuredRotations`.

    X : (n, d) samples;  parts : `StructuredRotations` of g groups of p >= d frequencies.  Returns (n, g p).

    >>> parts = draw_structured_rotations(2, 2, 0.5, np.random.default_rng(0))
    >>> W = structured_rotation_projection(np.eye(2), parts)  # the frequencies themselves
    >>> x = np.array([[3.0, -1.0]])
    >>> bool(np.allclose(structured_rotation_projection(x, parts), x @ W))
    True
    """
    p = parts.scales.shape[1]
    padded = np.zeros((len(X), p), X.dtype)
    padded[:, : X.shape[1]] = X
    groups = []
    for (b1, b2, b3), s in zip(*parts):
        once = walsh_hadamard(padded * b1)
        groups.append(walsh_hadamard(walsh_hadamard(once * b2) * b3) * s)  # S H B₃ H B₂ H B₁ x
    return np.hstack(groups)


def structured_orthogonal_features(X, parts, m):
    r"""Random Fourier features with the first m frequencies of `StructuredRotations`: cosines, then sines, over
    $\sqrt m$.

    X : (n, d) samples;  parts : `StructuredRotations`;  m : number of frequencies, at most those there are.
    Returns Z, (n, 2m), rows of length 1; the mean of $Z Z^\top$ over draws is the Gaussian kernel to $2 \cdot 10^{-4}$.

    >>> parts = draw_structured_rotations(2, 2, 0.5, np.random.default_rng(0))
    >>> structured_orthogonal_features(np.zeros((1, 2)), parts, 1)
    array([[1., 0.]])
    """
    P = structured_rotation_projection(X, parts)[:, :m]
    return np.hstack([np.cos(P), np.sin(P)]) / np.sqrt(m)


def _fast(X, parts, m):
    """`structured_orthogonal_features` on samples side by side in the SIMD lanes."""
    from abinitio.kernels.blocked_fastfood import blocked_structured_orthogonal_features  # numba loads where used

    return blocked_structured_orthogonal_features(X, parts, m)


structured_orthogonal_features.fast = _fast  # an estimator runs it where there is one, and else the function itself


class StructuredRBFSampler(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Structured orthogonal features of the Gaussian kernel $\exp(-\gamma |x - y|^2)$, cosines and sines paired.

    gamma : float >= 0, or "scale" for 1 / (d Var X);  n_frequencies : m, half the number of features;
    random_state : None, integer or Generator.
    In many dimensions it takes a fraction of the time of `RBFSampler`, its memory is m numbers in place of d m, and its
    kernel has less noise.
    After fit: parts_, `StructuredRotations`;  n_features_in_.

    >>> X = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> Z = StructuredRBFSampler(gamma=0.5, n_frequencies=2000, random_state=0).fit_transform(X)
    >>> bool(np.abs(Z @ Z.T - np.exp([[0, -1], [-1, 0]])).max() < 0.05)
    True
    """

    def __init__(self, *, gamma=1.0, n_frequencies=50, random_state=None):
        self.gamma = gamma
        self.n_frequencies = n_frequencies
        self.random_state = random_state

    def fit(self, X, y=None):
        """Draw the frequencies for samples X (n, d); y is ignored. Returns self."""
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        gamma, m, rng = checked_gamma(self.gamma, X), checked_size(self.n_frequencies), as_generator(self.random_state)
        parts = draw_structured_rotations(X.shape[1], m, gamma, rng)
        self.parts_ = StructuredRotations(*(part.astype(X.dtype) for part in parts))
        self._n_features_out = 2 * m
        return self

    def transform(self, X):
        """Features (n, 2m) of the samples X, (n, d): m cosines, then m sines."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        features = getattr(structured_orthogonal_features, "fast", structured_orthogonal_features)
        return features(X.astype(self.parts_.signs.dtype, copy=False), self.parts_, self._n_features_out // 2)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
