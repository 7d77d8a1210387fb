r"""Kernel principal components: PCA of the samples' images in the feature space of a kernel, without the features.

The images $\varphi(x_i)$ are centred by centring the kernel matrix, $K_c = (1 - \tfrac1n 11^\top) K (1 - \tfrac1n
11^\top)$. Its eigenvectors $a_j$, eigenvalues $\lambda_j$ give the components
$v_j = \sum_i a_{ij}\, \varphi_c(x_i) / \sqrt{\lambda_j}$, of length one, and the scores of the samples
$\sqrt{\lambda_j}\, a_{ij}$; along $v_j$ the images have the variance $\lambda_j / (n - 1)$.

Oracles: PCA for the linear kernel, and of the features where they can be written down; the Fourier modes of samples on
a circle; scikit-learn's KernelPCA. Source: B. Schölkopf, A. Smola, K.-R. Müller, Neural Computation 10 (1998) 1299.
"""

from numbers import Integral

import numpy as np
from scipy.linalg import eigh
from sklearn.base import ClassNamePrefixFeaturesOutMixin, TransformerMixin
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from abinitio.decomposition.signs import with_positive_peaks
from abinitio.kernels.definite_solve import definite_solve
from abinitio.kernels.kernel_matrix import FLOATS, KernelEstimator, kernel_matrix


def centred_kernel(K):
    r"""Inner products of the samples' images in feature space, measured from the images' mean.

    K : (n, n) kernel matrix of the samples, $K_{ij} = \varphi(x_i) \cdot \varphi(x_j)$.
    Returns (n, n): $(\varphi(x_i) - \bar\varphi) \cdot (\varphi(x_j) - \bar\varphi)$ with the mean $\bar\varphi$ over
    the n samples.

    >>> centred_kernel(np.array([[1.0, 3.0], [3.0, 9.0]]))  # the linear kernel of x = 1 and 3
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    columns = K.mean(axis=0)
    return K - columns - columns[:, None] + columns.mean()


def centred_test_kernel(K_test, K):
    r"""Inner products of new points' images with the samples' images, both measured from the mean of the samples'.

    K_test : (m, n), $\varphi(t_i) \cdot \varphi(x_j)$ of new points t with samples x, a row for each new point;
    K : (n, n) kernel matrix of the samples.
    Returns (m, n): $(\varphi(t_i) - \bar\varphi) \cdot (\varphi(x_j) - \bar\varphi)$ with the mean $\bar\varphi$ over
    the n samples x.

    >>> centred_test_kernel(np.array([[4.0, 12.0]]), np.array([[1.0, 3.0], [3.0, 9.0]]))  # t = 4: 4 - 2 times -1 and 1
    array([[-2.,  2.]])
    """
    return K_test - K_test.mean(axis=1, keepdims=True) - K.mean(axis=0) + K.mean()


def kernel_components(K, k):
    r"""The k largest eigenvalues of the centred kernel matrix, largest first, and their eigenvectors.

    K : (n, n) kernel matrix of the samples, not yet centred;  k : integer, 1 <= k <= n.
    Returns (eigenvalues, vectors): eigenvalues (k,), not negative (what rounding or a function that is no kernel leaves
    below 0 is 0);  vectors (n, k), orthonormal columns, each with its entry of largest magnitude positive.

    >>> kernel_components(np.array([[1.0, 3.0], [3.0, 9.0]]), 1)[0].round(12)
    array([2.])
    """
    n = len(K)
    eigenvalues, A = eigh(centred_kernel(K), subset_by_index=[n - k, n - 1])
    eigenvalues = np.where(eigenvalues > n * np.finfo(float).eps * eigenvalues[-1], eigenvalues, 0)
    return eigenvalues[::-1], with_positive_peaks(A[:, ::-1].T).T


def kernel_scores(K_test, K, eigenvalues, vectors):
    r"""Coordinates of new points along the kernel principal components, measured from the samples' mean.

    K_test : (m, n) kernel of the new points with the samples, and K : (n, n) of the samples, neither centred;
    eigenvalues : (k,) of the centred K, >= 0, and vectors : (n, k), its orthonormal eigenvectors.
    Returns (m, k); 0 along a component whose eigenvalue is 0. For the samples themselves, $\sqrt{\lambda_j}\, a_{ij}$.

    >>> kernel_scores(np.array([[4.0, 12.0]]), np.array([[1.0, 3.0], [3.0, 9.0]]), np.array([2.0]),
    ...               np.array([[-1.0], [1.0]]) / np.sqrt(2)).round(12)  # x = 4 is 2 from the mean of 1 and 3
    array([[2.]])
    """
    lengths = np.sqrt(np.where(eigenvalues > 0, eigenvalues, np.inf))  # of Σ a φ, to which v is normalised
    return centred_test_kernel(K_test, K) @ (vectors / lengths)


class KernelPCA(ClassNamePrefixFeaturesOutMixin, TransformerMixin, KernelEstimator):
    r"""Kernel principal component analysis with scikit-learn's interface.

    n_components : k, None for all with an eigenvalue above 0;  kernel, gamma, degree, coef0, kernel_params : as in
    `kernels.kernel_matrix`, or kernel = "precomputed";  alpha : penalty of the kernel ridge regression that
    `inverse_transform` is, if fit_inverse_transform;  remove_zero_eig : leave out components whose eigenvalue is 0.
    After fit: eigenvalues_ (k,), eigenvectors_ (n, k) of the centred kernel matrix;  X_fit_;  gamma_;  and, for the
    inverse, dual_coef_ (n, d) and X_transformed_fit_ (n, k);  n_features_in_.
    Memory: three matrices of n² numbers.

    >>> KernelPCA(n_components=1).fit_transform([[1.0], [3.0]]).round(12)
    array([[ 1.],
           [-1.]])
    """

    def __init__(
        self,
        n_components=None,
        *,
        kernel="linear",
        gamma=None,
        degree=3,
        coef0=1,
        kernel_params=None,
        alpha=1.0,
        fit_inverse_transform=False,
        remove_zero_eig=False,
    ):
        self.n_components = n_components
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.kernel_params = kernel_params
        self.alpha = alpha
        self.fit_inverse_transform = fit_inverse_transform
        self.remove_zero_eig = remove_zero_eig

    def fit(self, X, y=None):
        """Find the components of the samples X, (n, d), or (n, n) if precomputed; y is ignored. Returns self."""
        if self.fit_inverse_transform and isinstance(self.kernel, str) and self.kernel == "precomputed":
            raise ValueError("fit_inverse_transform needs the samples: it cannot go with kernel = 'precomputed'")
        k = self.n_components
        if k is not None and not (isinstance(k, Integral) and k >= 1):
            raise ValueError(f"n_components = {k!r} must be None or an integer >= 1")
        X = validate_data(self, X, dtype=FLOATS, copy=True)
        self.gamma_ = 1 / X.shape[1] if self.gamma is None else self.gamma
        K = self._kernel(X, X)
        eigenvalues, vectors = kernel_components(K, len(K) if k is None else min(k, len(K)))
        if k is None or self.remove_zero_eig:
            vectors, eigenvalues = vectors[:, eigenvalues > 0], eigenvalues[eigenvalues > 0]
        self.eigenvalues_, self.eigenvectors_ = eigenvalues.astype(X.dtype), vectors.astype(X.dtype)
        self.X_fit_, self._fit_K = X, K
        self._n_features_out = len(eigenvalues)
        if self.fit_inverse_transform:
            self.X_transformed_fit_ = self.eigenvectors_ * np.sqrt(self.eigenvalues_)
            K = self._score_kernel(self.X_transformed_fit_)
            self.dual_coef_ = definite_solve(K, X, self.alpha).astype(X.dtype)
        return self

    def fit_transform(self, X, y=None):
        """`fit`, and the scores (n, k) of the samples; y is ignored."""
        self.fit(X)
        return self.eigenvectors_ * np.sqrt(self.eigenvalues_)

    def transform(self, X):
        """Scores (m, k) of new points X, (m, d), or (m, n) kernel values if precomputed."""
        K_test, dtype = self._query_kernel(X)
        return kernel_scores(K_test, self._fit_K, self.eigenvalues_, self.eigenvectors_).astype(dtype)

    def inverse_transform(self, X):
        """Points (m, d) whose scores are about X, (m, k), by kernel ridge regression of the samples on their scores."""
        check_is_fitted(self)
        if not self.fit_inverse_transform:
            raise NotFittedError("inverse_transform was not prepared; fit with fit_inverse_transform=True")
        Z = check_array(X, dtype=FLOATS)
        return (self._score_kernel(Z) @ self.dual_coef_).astype(Z.dtype)

    def _score_kernel(self, Z):
        """The kernel of scores Z (m, k) with those of the samples, with the gamma that the samples have."""
        parameters = self.gamma_, self.degree, self.coef0, self.kernel_params
        return kernel_matrix(Z, self.X_transformed_fit_, self.kernel, *parameters)

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.transformer_tags.preserves_dtype = ["float64", "float32"]
        return tags
