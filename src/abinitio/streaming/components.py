r"""Principal components from moments: the eigenvectors of a scatter matrix that no machine needs to have seen whole.

Oracle: `decomposition.principal_components` of all samples at once.
"""

import numpy as np

from abinitio.decomposition.signs import with_positive_peaks


def components_of_moments(moments, k):
    """The k directions of largest variance, and the variances along them (with 1/(n-1)).

    moments : `Moments` of the samples;  k : 1 <= k <= d.
    Returns (components (k, d), variances (k,)), as `decomposition.principal_components`. The scatter matrix holds the
    squares of the singular values: of a variance below 1e-16 times the largest it knows nothing.

    >>> from abinitio.streaming.moments import moments_of
    >>> components, variances = components_of_moments(moments_of(np.array([[1.0, 2.0], [3.0, 6.0], [2.0, 4.0]])), 1)
    >>> (components * np.sqrt(5)).round(12), variances.round(12)
    (array([[1., 2.]]), array([5.]))
    """
    eigenvalues, V = np.linalg.eigh(moments.scatter / (moments.n - 1))
    return with_positive_peaks(V[:, : -k - 1 : -1].T), np.maximum(eigenvalues[: -k - 1 : -1], 0)
