r"""Leading principal components from the covariance where it knows them, else from the samples themselves.

The covariance is one symmetric product, and its eigenvectors cost $d^3$, whatever n is. But it holds the squares of the
singular values: a variance below $\epsilon$ times the largest is lost, and one of $10^{-6}$ has six digits less than
the largest. Where one that is asked for is smaller than `TRUSTED` times the largest, the components come from
$X_c = QR$ and the singular values of R, as accurate as those of $X_c$.

float32 samples are multiplied as float32 and summed as float64. Where few components are asked of many, their plane is
found in float32, and within it variances and components are those of the float64 covariance.

float64 samples are multiplied as float64. A covariance from float32 products, mended with its exact products with its
k leading vectors, gives the same digits, but those two products cost what the first saves unless k is below d / 16.
Oracle: `pca.principal_components`; singular values that were put in. Source: G. H. Golub, C. F. Van Loan, "Matrix
Computations" (2013), sections 5.2, 8.6.
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh

from abinitio.decomposition.signs import with_positive_peaks

ROWS = 4096  # rows in a product: long enough for it, and few enough for float32 sums to stay accurate
TRUSTED = {np.dtype(np.float64): 1e-6, np.dtype(np.float32): 1e-3}


class Spectrum(NamedTuple):
    """The k leading components (k, d), their variances (k,), the mean (d,) and the sum of all d variances; float64."""

    components: np.ndarray
    variances: np.ndarray
    mean: np.ndarray
    total: float


def leading_components(X, k):
    """What `pca.principal_components` returns for samples X, (n, d) float64 or float32, and k, in a `Spectrum`.

    >>> leading_components(np.array([[1.0, 2.0], [3.0, 6.0], [2.0, 4.0]]), 1).variances.round(12)
    array([5.])
    """
    n, d = X.shape
    if n < d:
        return _from_samples(X, k)
    mean, C = mean_and_covariance(X)
    total = float(np.trace(C))
    few = 8 * (k + 8) <= d
    eigenvalues, V = _leading_pairs_single(C, k) if X.dtype == np.float32 and few else _leading_pairs(C, k)
    if not eigenvalues[0] > TRUSTED[X.dtype] * eigenvalues[-1]:
        return _from_samples(X, k)
    return Spectrum(with_positive_peaks(V[:, ::-1].T), eigenvalues[::-1], mean, total)


def mean_and_covariance(X):
    r"""The mean (d,) and the covariance $X_c^\top X_c / (n - 1)$, (d, d), of the samples, in float64.

    X : (n, d), n >= 2, float64 or float32. Where the means are large against the standard deviations, the rows are
    centred before they are multiplied, so that nothing is lost.

    >>> mean_and_covariance(np.array([[1.0, 2.0], [3.0, 6.0]]))
    (array([2., 4.]), array([[2., 4.],
           [4., 8.]]))
    """
    n, d = X.shape
    shift = _pilot_shift(X)
    untouched = not shift.any()
    rows = n if X.dtype == np.float64 and untouched else ROWS
    total, column_sums = np.zeros((d, d)), np.zeros(d)
    for start in range(0, n, rows):
        A = np.ascontiguousarray(X[start : start + rows]) if untouched else X[start : start + rows] - shift
        column_sums += np.ones(len(A), A.dtype) @ A
        total += A.T @ A  # a product that NumPy knows to be symmetric, at half the cost
    total -= np.outer(column_sums, column_sums) / n  # Σ (a - ā)(a - ā)ᵀ = Σ a aᵀ - Σ a Σ aᵀ / n
    return shift + column_sums / n, total / (n - 1)


def _leading_pairs(C, k):
    """The k largest eigenvalues of the symmetric matrix C, (d, d), ascending, and their eigenvectors (d, k)."""
    d = len(C)
    return eigh(C, subset_by_index=[d - k, d - 1], check_finite=False)


def _leading_pairs_single(C, k):
    """The same with the plane of the eigenvectors from float32: the error of the eigenvalues is that of it squared."""
    V = np.linalg.qr(_leading_pairs(C.astype(np.float32), k)[1].astype(float))[0]
    eigenvalues, Y = eigh(V.T @ (C @ V))  # Rayleigh-Ritz
    return eigenvalues, V @ Y


def _pilot_shift(X):
    """Means of about 256 rows of X, in its type, exact for constant columns; 0 if the columns are near 0 anyway."""
    pilot = X[:: max(len(X) // 256, 1)].astype(float)
    shift = pilot[0] + (pilot - pilot[0]).mean(axis=0)
    near = np.all(np.abs(shift) <= 3 * pilot.std(axis=0))  # costs at most one digit, and saves a copy of X
    return (0 * shift if near else shift).astype(X.dtype)


def _from_samples(X, k):
    """The `Spectrum` from the singular values of the centred samples, (n, d), or of their triangular factor."""
    mean = X.mean(axis=0, dtype=float)
    A, n = X - mean, len(X)
    if n > 2 * A.shape[1]:
        A = np.linalg.qr(A, mode="r")  # Xc = QR has the singular values and the right vectors of R
    _, s, Vt = np.linalg.svd(A, full_matrices=False)
    variances = s**2 / (n - 1)
    return Spectrum(with_positive_peaks(Vt[:k]), variances[:k], mean, float(variances.sum()))
