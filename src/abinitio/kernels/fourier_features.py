r"""Random Fourier features: a stationary kernel as the mean of products of cosines at random frequencies.

Bochner's theorem: $k(x - y) = \mathrm{E}_w \cos(w \cdot (x - y))$ with frequencies w drawn from the Fourier transform
of k, which is a probability density when k is positive definite and k(0) = 1. With phases b uniform in $[0, 2\pi)$ the
features $z(x) = \sqrt{2/D}\,(\cos(w_1 \cdot x + b_1), \ldots)$ have $\mathrm{E}\, z(x) \cdot z(y) = k(x - y)$, so that
a linear model on z costs $n D^2$ where the kernel costs $n^3$. How far off they are: `abinitio.kernels.feature_error`.

Symbols: X (n, d) samples, W (d, D) frequencies in columns, b (D,) phases, Z (n, D) features.
Oracles: the kernel itself within the standard error; scikit-learn's RBFSampler, given its frequencies and phases.
Sources: A. Rahimi, B. Recht, "Random features for large-scale kernel machines", NIPS 2007; for the paired form D. J.
Sutherland, J. Schneider, "On the error of random Fourier features", UAI 2015.
"""

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio._core.random import as_generator


def gaussian_frequencies(d, D, gamma, rng):
    r"""D frequencies for the Gaussian kernel $\exp(-\gamma |x - y|^2)$: independent draws from its Fourier transform.

    d : number of features;  D : number of frequencies;  gamma : float >= 0, $1/2h^2$ for the width h;
    rng : numpy Generator. With these frequencies w, $\mathrm{E} \cos(w \cdot \Delta) = \exp(-\gamma |\Delta|^2)$.
    Returns (d, D), a frequency in each column, in the inverse unit of the features.

    >>> W = gaussian_frequencies(2, 5000, 0.5, np.random.default_rng(0))
    >>> W.shape, bool(abs(np.cos(W[0]).mean() - np.exp(-0.5)) < 0.02)
    ((2, 5000), True)
    """
    return np.sqrt(2 * gamma) * rng.standard_normal((d, D))  # the transform of a Gaussian: variance 2γ along each axis


def laplace_frequencies(d, D, gamma, rng):
    r"""D frequencies for the Laplace kernel $\exp(-\gamma \sum_a |x_a - y_a|)$.

    d : number of features;  D : number of frequencies;  gamma : float >= 0;  rng : numpy Generator.
    Returns (d, D), a frequency in each column, in the inverse unit of the features.

    >>> W = laplace_frequencies(1, 5000, 2.0, np.random.default_rng(0))
    >>> bool(abs(np.cos(W[0]).mean() - np.exp(-2.0)) < 0.03)
    True
    """
    return gamma * rng.standard_cauchy((d, D))  # the transform of exp(-γ|t|) is γ / π(γ² + ω²), axis by axis


def matern_frequencies(d, D, length, nu, rng):
    r"""D frequencies for the Matérn kernel of the distance r,
    $\frac{2^{1-\nu}}{\Gamma(\nu)} s^\nu K_\nu(s)$ with $s = \sqrt{2\nu}\, r / \ell$.

    d : number of features;  D : number of frequencies;  length : $\ell$ > 0, in the unit of the features;
    nu : $\nu$ > 0, the smoothness (1/2: $\exp(-r/\ell)$; infinity: $\exp(-r^2/2\ell^2)$);  rng : numpy Generator.
    Returns (d, D), a frequency in each column, in the inverse unit of the features.

    >>> W = matern_frequencies(3, 5000, 1.0, 0.5, np.random.default_rng(0))
    >>> bool(abs(np.cos(W[0]).mean() - np.exp(-1.0)) < 0.03)
    True
    """
    Z = rng.standard_normal((d, D)) / length
    if np.isinf(nu):
        return Z
    return Z * np.sqrt(2 * nu / rng.chisquare(2 * nu, D))  # density ~ (2ν/ℓ² + ω²)^-(ν + d/2): Student's, 2ν dof


def random_fourier_features(X, W, b):
    r"""Random Fourier features $z_{ij} = \sqrt{2/D}\, \cos(x_i \cdot w_j + b_j)$.

    X : (n, d) samples, in rows;  W : (d, D) frequencies, in columns;  b : (D,) phases, in radians.
    Returns Z, (n, D). For frequencies from the kernel's Fourier transform and phases uniform in $[0, 2\pi)$ the mean of
    $Z Z^\top$ over draws is the kernel matrix.

    >>> random_fourier_features(np.array([[0.0], [np.pi]]), np.array([[1.0, 2.0]]), np.zeros(2))
    array([[ 1.,  1.],
           [-1.,  1.]])
    """
    return np.sqrt(2 / W.shape[1]) * np.cos(X @ W + b)


def paired_fourier_features(X, W):
    r"""Random Fourier features without phases: the cosines, then the sines, of $x_i \cdot w_j$, over $\sqrt m$.

    X : (n, d) samples, in rows;  W : (d, m) frequencies, in columns.
    Returns Z, (n, 2m): columns 0 ... m-1 hold $\cos(x_i \cdot w_j)/\sqrt m$, columns m ... 2m-1 hold
    $\sin(x_i \cdot w_j)/\sqrt m$. Every row has length 1, so that k(x, x) = 1 is exact.

    >>> paired_fourier_features(np.array([[np.pi / 2]]), np.array([[1.0, 2.0, 3.0, 0.0]])).round(12) + 0.0
    array([[ 0. , -0.5,  0. ,  0.5,  0.5,  0. , -0.5,  0. ]])
    """
    P = X @ W
    return np.hstack([np.cos(P), np.sin(P)]) / np.sqrt(W.shape[1])  # cos a cos b + sin a sin b = cos(a - b)


def _fast(X, W, b):
    """`random_fourier_features` block by block in the processor's cache."""
    from abinitio.kernels.blocked_features import blocked_fourier_features  # numba loads only where used

    return blocked_fourier_features(X, W, b)


def _fast_pairs(X, W):
    """`paired_fourier_features` block by block in the processor's cache."""
    from abinitio.kernels.blocked_features import blocked_paired_features

    return blocked_paired_features(X, W)


random_fourier_features.fast = _fast  # an estimator runs the fast twin where there is one, and else the function itself
paired_fourier_features.fast = _fast_pairs


class RBFSampler(ClassNamePrefixFeaturesOutMixin, TransformerMixin, BaseEstimator):
    r"""Random Fourier features of the Gaussian kernel $\exp(-\gamma |x - y|^2)$ with scikit-learn's interface.

    gamma : float >= 0, or "scale" for 1 / (d Var X);  n_components : D, the number of features;
    random_state : None, integer or Generator.
    After fit: random_weights_ (d, D), the frequencies;  random_offset_ (D,), the phases;  n_features_in_.
    float32 samples have float32 features, in about half the time.

    >>> X = np.array([[0.0, 0.0], [1.0, 1.0]])
    >>> Z = RBFSampler(gamma=0.5, n_components=4000, random_state=0).fit_transform(X)
    >>> bool(np.abs(Z @ Z.T - np.exp([[0, -1], [-1, 0]])).max() < 0.05)
    True
    """

    def __init__(self, *, gamma=1.0, n_components=100, random_state=None):
        self.gamma = gamma
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, X, y=None):
        """Draw frequencies and phases for samples X (n, d); y is ignored. Returns self."""
        X = validate_data(self, X, dtype=[np.float64, np.float32])
        gamma, D, rng = checked_gamma(self.gamma, X), checked_size(self.n_components), as_generator(self.random_state)
        self.random_weights_ = gaussian_frequencies(X.shape[1], D, gamma, rng).astype(X.dtype, copy=False)
        self.random_offset_ = rng.uniform(0, 2 * np.pi, D).astype(X.dtype, copy=False)
        self._n_features_out = D
        return self

    def transform(self, X):
        """Features (n, D) of the samples X, (n, d)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        return getattr(random_fourier_features, "fast", random_fourier_features)(
            X, self.random_weights_, self.random_offset_
        )

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags


def checked_gamma(gamma, X):
    """The number that `gamma` means for samples X, (n, d): itself, or 1 / (d Var X) for "scale" (1 if X is constant).

    Raises ValueError for a negative number and for other words.

    >>> checked_gamma("scale", np.array([[0.0, 2.0]]))
    0.5
    """
    if isinstance(gamma, str) and gamma == "scale":
        variance = float(X.var())
        return 1 / (X.shape[1] * variance) if variance > 0 else 1.0
    if not isinstance(gamma, Real) or not 0 <= gamma < np.inf:
        raise ValueError(f"gamma = {gamma!r} must be a number >= 0, or 'scale' for 1 / (n_features * X.var())")
    return float(gamma)


def checked_size(number):
    """`number` of frequencies or features as an integer; ValueError if it is not one or below 1.

    >>> checked_size(10)
    10
    """
    if not isinstance(number, Integral) or number < 1:
        raise ValueError(f"the number of random features or frequencies is {number!r}; it must be an integer >= 1")
    return int(number)
