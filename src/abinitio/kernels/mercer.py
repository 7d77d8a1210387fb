r"""Mercer's condition: k is a kernel exactly if no set of points gives its matrix K a negative eigenvalue.

Then K is a matrix of inner products, $K = Z Z^\top$, and the rows of Z are features of the points, n of them at most.
For a density p(x) the eigenfunctions of $\int k(x, x')\,\phi(x)\,p(x)\,dx = \lambda\,\phi(x')$ are features of all
points, and the eigenvalues of K/n for n draws of x converge to the $\lambda$; for the Gaussian kernel under a Gaussian
density they are known.

Sources: J. Mercer, Phil. Trans. R. Soc. A 209 (1909) 415; C. E. Rasmussen, C. K. I. Williams, "Gaussian Processes for
Machine Learning" (2006), section 4.3.
"""

import numpy as np


def negative_part(K):
    r"""How far a symmetric matrix is from being a kernel matrix: $\max(0, -\lambda_{\min}) / \max_i |\lambda_i|$.

    K : (n, n), symmetric.  Returns a number in [0, 1]: 0 for a kernel matrix, up to rounding (n times 1e-16, about).

    >>> float(negative_part(np.array([[0.0, 2.0], [2.0, 3.0]])))  # eigenvalues -1 and 4
    0.25
    """
    eigenvalues = np.linalg.eigvalsh(K)
    return max(0.0, -eigenvalues[0]) / max(np.abs(eigenvalues).max(), np.finfo(float).tiny)


def is_mercer(K, tol=1e-10):
    r"""Whether a matrix is symmetric and positive semidefinite, that is, may be the kernel matrix of some points.

    K : (n, n);  tol : what is put down to rounding, relative to the largest entry and eigenvalue.  Returns a bool.

    >>> is_mercer(np.array([[1.0, 0.9], [0.9, 1.0]])), is_mercer(np.array([[1.0, 1.1], [1.1, 1.0]]))
    (True, False)
    """
    symmetric = np.abs(K - K.T).max() <= tol * np.abs(K).max()
    return bool(symmetric and negative_part((K + K.T) / 2) <= tol)


def kernel_features(K):
    r"""Features of n points from their kernel matrix alone: Z with $Z Z^\top = K$.

    K : (n, n), symmetric, positive semidefinite up to rounding.
    Returns (n, n): column j is the eigenvector of the j-th largest eigenvalue, times its root (either sign); negative
    eigenvalues, which rounding makes, count as 0.

    >>> np.abs(kernel_features(np.array([[4.0, 0.0], [0.0, 9.0]])))
    array([[0., 2.],
           [3., 0.]])
    """
    eigenvalues, Q = np.linalg.eigh(K)
    return Q[:, ::-1] * np.sqrt(np.maximum(eigenvalues[::-1], 0))


def gaussian_mercer_eigenvalues(count, gamma, sigma):
    r"""The largest eigenvalues of the Gaussian kernel $e^{-\gamma (x - x')^2}$ for x drawn from $N(\mu, \sigma^2)$.

    They are those of $\int k(x, x')\,\phi(x)\,p(x)\,dx = \lambda\,\phi(x')$ in one dimension, and fall geometrically:
    with $a = 1/4\sigma^2$, $c = \sqrt{a^2 + 2 a \gamma}$, $A = a + \gamma + c$:
    $\lambda_k = \sqrt{2a/A}\,(\gamma/A)^k$. Their sum is k(x, x) = 1.
    count : how many, integer >= 0;  gamma : float > 0, in the unit of x to the power -2;  sigma : float > 0.
    Returns (count,), in falling order. Those of K/n for n draws approach them.

    >>> gaussian_mercer_eigenvalues(4, gamma=1.0, sigma=1.0).round(4)  # A = 2, lambda = (1/2)^(k + 1)
    array([0.5   , 0.25  , 0.125 , 0.0625])
    """
    a = 1 / (4 * sigma**2)
    A = a + gamma + np.sqrt(a**2 + 2 * a * gamma)
    return np.sqrt(2 * a / A) * (gamma / A) ** np.arange(count)
