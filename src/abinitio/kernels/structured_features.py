r"""Structured random features (Fastfood): Gaussian frequencies that are never written down, at $D \log d$ a sample.

The product $X W$ with D frequencies costs $n d D$. A Hadamard matrix H (entries ±1, orthogonal rows, a power of two of
them) is multiplied in $d \log_2 d$ additions, and between two of them a few diagonals make noise of Gaussian law: for
each group of d frequencies, $W^\top = \sqrt{2\gamma / d}\; S H G P H B$ with random signs B, a permutation P, a
diagonal G of normal numbers, and S that gives each row $\sqrt d$ times the length of a Gaussian vector in place of
$|G|\sqrt d$, which is common to all. Each frequency alone is Gaussian exactly, so that the features are unbiased.
Frequencies of a group are uncorrelated, not independent: given the signs, the phases of two of them are Gaussian with
a correlation that comes of the shared G, and its squares, summed over a group, do not fall with d. For a displacement
with many coordinates and $k = e^{-t}$ the variance of the paired features is $(1 - k^2)^2/2m + 2 k^2 t^2/m$, of which
independent pairs have the first term: for near neighbours it is twice theirs, and that of
`structured_orthogonal_features` is less than theirs. Features are padded with zeros up to a power of two.

Oracles: scipy.linalg.hadamard; the kernel; the frequencies' law; the readable version, for the fast one.
Source: Q. Le, T. Sarlós, A. Smola, "Fastfood: approximating kernel expansions in loglinear time", ICML 2013.
"""

from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.kernels.fourier_features import checked_gamma, checked_size


class Fastfood(NamedTuple):
    """The random parts of the frequencies, for g groups of p = 2^q frequencies each; see `fastfood_frequencies`."""

    signs: np.ndarray  # (g, p), B: ±1
    permutations: np.ndarray  # (g, p) integers, P: row i of P a is a[permutations[i]]
    diagonals: np.ndarray  # (g, p), G: normal numbers
    scales: np.ndarray  # (g, p), S times √(2γ/p): what is left to reach the length of each frequency


def walsh_hadamard(X):
    r"""The product $X H$ of each row with the Hadamard matrix of Sylvester.

    X : (n, p), p a power of two. $H_1 = (1)$ and $H_{2p} = \begin{pmatrix} H_p & H_p \\ H_p & -H_p \end{pmatrix}$:
    symmetric, entries ±1, $H H = p\,1$, not normalised.
    Returns (n, p), in about $p \log_2 p$ additions a row.

    >>> walsh_hadamard(np.array([[1.0, 2.0, 3.0, 4.0]]))
    array([[10., -2., -4.,  0.]])
    """
    n, p = X.shape
    half = 1
    while half < p:
        pairs = X.reshape(n, -1, 2, half)
        X = np.stack([pairs[:, :, 0] + pairs[:, :, 1], pairs[:, :, 0] - pairs[:, :, 1]], axis=2).reshape(n, p)
        half *= 2
    return X


def draw_fastfood(d, m, gamma, rng):
    r"""The random parts of m frequencies or a few more for the Gaussian kernel $\exp(-\gamma |x - y|^2)$: a `Fastfood`.

    d : number of features;  m : number of frequencies;  gamma : float >= 0;  rng : numpy Generator.
    There are $\lceil m/p \rceil$ groups of p, the first power of two that is at least d.

    >>> draw_fastfood(3, 6, 0.5, np.random.default_rng(0)).signs.shape
    (2, 4)
    """
    p = 1 << (d - 1).bit_length()
    shape = -(-m // p), p
    signs = rng.choice([-1.0, 1.0], shape)
    permutations = rng.permuted(np.broadcast_to(np.arange(p), shape), axis=1)
    diagonals = rng.standard_normal(shape)
    lengths = np.sqrt(rng.chisquare(p, shape))  # of standard normal vectors in p dimensions
    scales = np.sqrt(2 * gamma / p) * lengths / np.linalg.norm(diagonals, axis=1, keepdims=True)
    return Fastfood(signs, permutations, diagonals, scales)


def fastfood_projection(X, parts):
    r"""The phases $x_i \cdot w_j$ of all samples with all frequencies of a `Fastfood`.

    X : (n, d) samples;  parts : the `Fastfood` of g groups of p >= d frequencies.  Returns (n, g p).

    >>> parts = draw_fastfood(2, 2, 0.5, np.random.default_rng(0))
    >>> W = fastfood_projection(np.eye(2), parts)  # the frequencies themselves
    >>> bool(np.allclose(fastfood_projection(np.array([[3.0, -1.0]]), parts), np.array([[3.0, -1.0]]) @ W))
    True
    """
    p = parts.signs.shape[1]
    padded = np.zeros((len(X), p), X.dtype)
    padded[:, : X.shape[1]] = X
    groups = [
        walsh_hadamard(walsh_hadamard(padded * b)[:, order] * g) * s  # S H G P H B x
        for b, order, g, s in zip(*parts)
    ]
    return np.hstack(groups)


def structured_fourier_features(X, parts, m):
    r"""Random Fourier features with the first m frequencies of a `Fastfood`: cosines, then sines, over $\sqrt m$.

    X : (n, d) samples;  parts : the `Fastfood`;  m : number of frequencies, at most those there are.
    Returns Z, (n, 2m); the mean of $Z Z^\top$ over draws is the Gaussian kernel, and every row has length 1.

    >>> parts = draw_fastfood(2, 2, 0.5, np.random.default_rng(0))
    >>> structured_fourier_features(np.zeros((1, 2)), parts, 1)
    array([[1., 0.]])
    """
    P = fastfood_projection(X, parts)[:, :m]
    return np.hstack([np.cos(P), np.sin(P)]) / np.sqrt(m)


def _fast(X, parts, m):
    """`structured_fourier_features` on samples side by side in the SIMD lanes."""
    from abinitio.kernels.blocked_fastfood import blocked_structured_features  # numba loads only where used

    return blocked_structured_features(X, parts, m)


structured_fourier_features.fast = (
    _fast  # an estimator runs the fast twin where there is one, and else the function itself
)


class FastfoodSampler(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Structured random features of the Gaussian kernel $\exp(-\gamma |x - y|^2)$, cosines and sines paired.

    gamma : float >= 0, or "scale" for 1 / (d Var X);  n_frequencies : m, half the number of features;
    random_state : None, integer or Generator.
    In many dimensions it takes a fraction of the time of `RBFSampler`, and its memory is m numbers in place of d m.
    After fit: parts_, a `Fastfood`;  n_features_in_.

    >>> X = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> Z = FastfoodSampler(gamma=0.5, n_frequencies=2000, random_state=0).fit_transform(X)
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
        parts = draw_fastfood(X.shape[1], m, gamma, rng)
        self.parts_ = Fastfood(*(part if part.dtype.kind == "i" else part.astype(X.dtype) for part in parts))
        self._n_features_out = 2 * m
        return self

    def transform(self, X):
        """Features (n, 2m) of the samples X, (n, d): m cosines, then m sines."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        features = getattr(structured_fourier_features, "fast", structured_fourier_features)
        return features(X.astype(self.parts_.signs.dtype, copy=False), self.parts_, self._n_features_out // 2)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
