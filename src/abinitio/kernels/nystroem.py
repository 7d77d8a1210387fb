r"""The Nyström approximation: a kernel matrix from m of its columns.

With m of the samples as landmarks, $K_{mm}$ their kernel matrix and $K_{nm}$ that of all samples with them,
$\tilde K = K_{nm} K_{mm}^+ K_{mn}$: the inner products of the images projected on the plane that the landmarks' images
span. So $K - \tilde K$ is positive semidefinite, it vanishes on the landmarks, and everywhere if they span all images.
The features $Z = K_{nm} K_{mm}^{-1/2}$ have $Z Z^\top = \tilde K$: a linear model on Z costs $n m^2$.

Random Fourier features know nothing of the data; these live where the data are, and for a kernel matrix whose
eigenvalues fall quickly they are far more accurate at the same m.

Oracles: the projection; kernels of finite rank; scikit-learn's Nystroem, given its landmarks.
Source: C. K. I. Williams, M. Seeger, "Using the Nyström method to speed up kernel machines", NIPS 2000.
"""

import numpy as np
from scipy.linalg import eigh
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.kernels.fourier_features import checked_size
from abinitio.kernels.kernel_matrix import FLOATS, KernelEstimator, kernel_matrix


def nystroem_kernel(K_nm, K_mm):
    r"""The Nyström approximation $K_{nm} K_{mm}^+ K_{nm}^\top$ of a kernel matrix.

    K_nm : (n, m) kernel of the n samples with the m landmarks;  K_mm : (m, m) kernel of the landmarks, symmetric,
    positive semidefinite; it may be singular: + is the pseudo-inverse, which takes eigenvalues below $m \epsilon$ times
    the largest for 0 ($\epsilon = 2.2 \cdot 10^{-16}$).
    Returns (n, n).

    >>> x = np.array([[1.0], [2.0], [-3.0]])
    >>> nystroem_kernel(x @ x[:1].T, x[:1] @ x[:1].T)  # the linear kernel in one dimension: one landmark spans it
    array([[ 1.,  2., -3.],
           [ 2.,  4., -6.],
           [-3., -6.,  9.]])
    """
    Z = K_nm @ inverse_square_root(K_mm)
    return Z @ Z.T


def inverse_square_root(K):
    r"""The symmetric matrix R, (m, m), with $R K R$ the projection on the range of K: $K^{-1/2}$ where K is invertible.

    K : (m, m), symmetric, positive semidefinite. Eigenvalues below $m \epsilon$ times the largest are taken for 0, and
    have no part in R ($\epsilon = 2.2 \cdot 10^{-16}$).

    >>> inverse_square_root(np.diag([4.0, 0.0]))
    array([[0.5, 0. ],
           [0. , 0. ]])
    """
    eigenvalues, Q = eigh(K)
    kept = eigenvalues > len(K) * np.finfo(float).eps * eigenvalues[-1]
    return (Q[:, kept] / np.sqrt(eigenvalues[kept])) @ Q[:, kept].T


class Nystroem(ClassNamePrefixFeaturesOutMixin, TransformerMixin, KernelEstimator):
    r"""Features of any kernel from a random part of the samples, with scikit-learn's interface.

    kernel, gamma, coef0, degree, kernel_params : as in `kernels.kernel_matrix` (None: its defaults), or
    kernel = "precomputed";  n_components : m, how many samples serve as landmarks, at most all;
    random_state : None, integer or Generator.
    After fit: components_ (m, d), the landmarks;  component_indices_ (m,), which samples they are;
    normalization_ (m, m), the inverse square root of their kernel matrix;  n_features_in_.

    >>> X = np.array([[1.0, 0.0], [0.0, 2.0], [3.0, 1.0]])
    >>> Z = Nystroem("linear", n_components=2, random_state=0).fit_transform(X)
    >>> bool(np.allclose(Z @ Z.T, X @ X.T))  # two landmarks span the plane
    True
    """

    def __init__(
        self,
        kernel="rbf",
        *,
        gamma=None,
        coef0=None,
        degree=None,
        kernel_params=None,
        n_components=100,
        random_state=None,
    ):
        self.kernel = kernel
        self.gamma = gamma
        self.coef0 = coef0
        self.degree = degree
        self.kernel_params = kernel_params
        self.n_components = n_components
        self.random_state = random_state

    def fit(self, X, y=None):
        """Choose the landmarks among the samples X, (n, d), or (n, n) if precomputed; y is ignored. Returns self."""
        X = validate_data(self, X, dtype=FLOATS)
        m = min(checked_size(self.n_components), len(X))
        if self.gamma is not None and not self.gamma >= 0:
            raise ValueError(f"gamma = {self.gamma!r} must be a number >= 0, or None for 1 / number of features")
        self.component_indices_ = as_generator(self.random_state).permutation(len(X))[:m]
        self.components_ = X[self.component_indices_]
        K = self.components_[:, self.component_indices_] if self._precomputed() else self._values(self.components_)
        self.normalization_ = inverse_square_root(K).astype(X.dtype)
        self._n_features_out = m
        return self

    def transform(self, X):
        """Features (n, m) of X, (n, d), or of their kernel with all the samples of fit if precomputed."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        K = X[:, self.component_indices_] if self._precomputed() else self._values(X)
        return (K @ self.normalization_).astype(X.dtype, copy=False)

    def _precomputed(self):
        return isinstance(self.kernel, str) and self.kernel == "precomputed"

    def _values(self, X):
        """The kernel of X (n, d) with the landmarks, (n, m)."""
        given = {"gamma": self.gamma, "degree": self.degree, "coef0": self.coef0, "kernel_params": self.kernel_params}
        given = {name: value for name, value in given.items() if value is not None}
        return kernel_matrix(X, self.components_, self.kernel, **given)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
