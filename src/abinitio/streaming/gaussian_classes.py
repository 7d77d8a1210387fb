r"""Classes as Gaussians, from the moments of each class: naive Bayes, linear and quadratic discriminants.

$$\ln P(k|x) = \ln \pi_k - \tfrac12 \ln|C_k| - \tfrac12 (x - \mu_k)^\top C_k^{-1} (x - \mu_k) + \text{const}$$
with $C_k$ diagonal (naive Bayes), the same for all classes (linear) or free (quadratic). Counts, means and scatter
matrices by class are all that any of the three needs, so that one pass fits them all.

Oracles: scikit-learn's GaussianNB, LinearDiscriminantAnalysis and QuadraticDiscriminantAnalysis.
Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.2.
"""

import numpy as np

from abinitio.streaming.moments import Moments, merge_moments, moments_of


def class_moments_of(X, y, K):
    """The `Moments` of each class, stacked: n (K,), mean (K, d), scatter (K, d, d); of an absent class all 0.

    X : (n, d);  y : (n,) integers 0 ... K-1.

    >>> class_moments_of(np.array([[1.0], [3.0], [7.0]]), np.array([0, 0, 1]), 2).mean.ravel()
    array([2., 7.])
    """
    d = X.shape[1]
    parts = [moments_of(X[y == k]) if np.any(y == k) else _empty(d) for k in range(K)]
    return Moments(*map(np.array, zip(*parts)))


def _empty(d):
    return Moments(0.0, np.zeros(d), np.zeros((d, d)))


def merge_class_moments(a, b):
    """The moments by class of two parts together, from those of the parts, a and b.

    >>> one = class_moments_of(np.array([[1.0]]), np.array([1]), 2)
    >>> merge_class_moments(one, one).n
    array([0., 2.])
    """
    return Moments(*map(np.array, zip(*(merge_moments(Moments(*p), Moments(*q)) for p, q in zip(zip(*a), zip(*b))))))


def naive_covariances(moments, smoothing=1e-9):
    r"""Diagonal covariances by class, (K, d, d), each variance with 1/n plus `smoothing` times the largest of all data.

    moments : by class. The convention, and the default, are scikit-learn's.

    >>> naive_covariances(Moments(np.array([2.0]), np.zeros((1, 1)), np.full((1, 1, 1), 8.0)), 0.0).ravel()
    array([4.])
    """
    diagonal = np.einsum("kii->ki", moments.scatter)
    weights = moments.n / moments.n.sum()
    between = weights @ (moments.mean - weights @ moments.mean) ** 2
    total = diagonal.sum(axis=0) / moments.n.sum() + between
    variances = diagonal / moments.n[:, None] + smoothing * total.max()
    return variances[:, :, None] * np.eye(diagonal.shape[1])


def common_covariance(moments):
    r"""The covariance within the classes, the same for all: (K, d, d), $\sum_k S_k / n$.

    >>> two = Moments(np.array([1.0, 3.0]), np.zeros((2, 1)), np.array([[[0.0]], [[8.0]]]))
    >>> common_covariance(two).ravel()
    array([2., 2.])
    """
    return np.repeat(moments.scatter.sum(axis=0, keepdims=True) / moments.n.sum(), len(moments.n), axis=0)


def class_covariances(moments):
    r"""A covariance for each class, (K, d, d), with 1/n: that of largest likelihood.

    >>> class_covariances(Moments(np.array([2.0]), np.zeros((1, 1)), np.full((1, 1, 1), 8.0))).ravel()
    array([4.])
    """
    return moments.scatter / moments.n[:, None, None]


def class_log_joint(X, moments, covariances):
    r"""$\ln[\pi_k N(x_i \mid \mu_k, C_k)]$ in nats, (m, K), with the classes as frequent as in the data.

    X : (m, d);  moments : by class, each with samples;  covariances : (K, d, d), positive definite.

    >>> one = Moments(np.array([5.0]), np.zeros((1, 1)), np.ones((1, 1, 1)))
    >>> class_log_joint(np.zeros((1, 1)), one, np.ones((1, 1, 1))).round(4)  # -ln(2π)/2
    array([[-0.9189]])
    """
    L = np.linalg.cholesky(covariances)
    columns = []
    for k, pi in enumerate(moments.n / moments.n.sum()):
        z = np.linalg.solve(L[k], (X - moments.mean[k]).T)
        constant = np.log(pi) - np.log(np.diag(L[k])).sum() - X.shape[1] / 2 * np.log(2 * np.pi)
        columns.append(constant - np.sum(z**2, axis=0) / 2)
    return np.column_stack(columns)
