r"""Logistic regression for K classes: softmax, the cross entropy, its gradient and its Hessian.

The model says $P(y = k | x) = p_k = e^{z_k} / \sum_l e^{z_l}$ with $z = x^\top W + b$. What is minimised is
$$F(\theta) = -\frac1n \sum_i \log p_{y_i}(x_i) + \frac{\alpha}{2} |W|^2, \qquad \theta = (W, b) .$$
Adding one number to all $z_k$ changes nothing: b is determined up to a constant, and the penalty makes the
coefficients of each feature sum to zero over the classes. F is convex: in z its Hessian is the covariance matrix
$\mathrm{diag}(p) - p p^\top$ of the class.

Convention: the mean over the samples; scikit-learn's C is $1/(n \alpha)$. Oracles: complex step; conditions of
optimality; two classes are binary logistic regression.
Source: C. M. Bishop, "Pattern Recognition and Machine Learning" (2006), section 4.3.4;
D. Böhning, Ann. Inst. Statist. Math. 44 (1992) 197.
"""

import numpy as np

from abinitio.linear_model.blocked_loss import blocked_cross_entropy


def softmax(Z):
    r"""$e^{z_k} / \sum_l e^{z_l}$ along the last axis, without overflow.

    Z : (..., K) scores, with any number of axes before the last.
    Returns (..., K) probabilities, which sum to 1 along the last axis; Z itself is not changed.

    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]]))
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    E = np.exp(Z - Z.max(axis=-1, keepdims=True))  # a common shift cancels; at most e⁰ = 1
    return E / E.sum(axis=-1, keepdims=True)


def log_sum_exp(Z):
    r"""$\log \sum_k e^{z_k}$ along the last axis, without overflow.

    Z : (..., K) scores.  Returns (...,).

    >>> log_sum_exp(np.array([1000.0, 1000.0])).round(6)
    np.float64(1000.693147)
    """
    top = Z.max(axis=-1, keepdims=True)
    return np.log(np.exp(Z - top).sum(axis=-1)) + top[..., 0]


def cross_entropy(theta, X, y, alpha):
    r"""$-\frac1n \sum_i \log p_{y_i}(x_i) + \frac{\alpha}{2} |W|^2$ with $p = \mathrm{softmax}(XW + b)$; never log 0.

    theta : (d+1, K) the coefficients W, one column a class, and below them one row of intercepts b;  X : (n, d);
    y : (n,) integers 0 ... K-1;  alpha : float >= 0, penalty on W, not on b.  Returns a number, in nats.

    >>> X, y = np.array([[0.0], [1.0]]), np.array([0, 2])
    >>> float(cross_entropy(np.zeros((2, 3)), X, y, alpha=0.0).round(6))  # log 3: any of three
    1.098612
    """
    W, b = theta[:-1], theta[-1]
    Z = X @ W + b
    return np.mean(log_sum_exp(Z) - Z[np.arange(len(y)), y]) + alpha / 2 * np.sum(W**2)


def cross_entropy_gradient(theta, X, y, alpha):
    r"""The gradient of `cross_entropy`, $-\frac1n \sum_i \log p_{y_i}(x_i) + \frac{\alpha}{2} |W|^2$.

    Here $p = \mathrm{softmax}(XW + b)$; the gradient is finite for scores of any size.
    theta : (d+1, K) the coefficients W, one column a class, and below them one row of intercepts b;  X : (n, d);
    y : (n,) integers 0 ... K-1;  alpha : float >= 0, penalty on W, not on b.
    Returns (d+1, K): the derivatives with respect to W and, in the last row, to the intercept of each class.

    >>> X, y = np.array([[0.0], [1.0]]), np.array([0, 1])
    >>> cross_entropy_gradient(np.zeros((2, 2)), X, y, alpha=0.0)
    array([[ 0.25, -0.25],
           [ 0.  ,  0.  ]])
    """
    W, b = theta[:-1], theta[-1]
    R = softmax(X @ W + b)
    R[np.arange(len(y)), y] -= 1  # dF/dz = p - (1 for the true class), over n
    R /= len(y)
    return np.vstack([X.T @ R + alpha * W, R.sum(axis=0)])


def cross_entropy_hessian(theta, X, alpha):
    r"""The Hessian of `cross_entropy`, which does not depend on the labels.

    theta : (d+1, K) the coefficients W, one column a class, and below them one row of intercepts b;  X : (n, d);
    alpha : float >= 0, penalty on W, not on b.
    Returns ((d+1) K, (d+1) K), in the order of theta.ravel(): symmetric and positive semidefinite, and singular along
    a common change of the K intercepts.

    >>> cross_entropy_hessian(np.zeros((1, 2)), np.zeros((5, 0)), alpha=0.0)
    array([[ 0.25, -0.25],
           [-0.25,  0.25]])
    """
    m, K = theta.shape
    X1 = np.column_stack([X, np.ones(len(X))])
    P = softmax(X1 @ theta)
    C = P[:, :, None] * (np.eye(K) - P[:, None, :]) / len(X)  # covariances diag(p) - p p'
    H = np.einsum("ni,nkl,nj->ikjl", X1, C, X1, optimize=True).reshape(m * K, m * K)
    return H + np.diag(np.repeat([alpha] * (m - 1) + [0.0], K))


for _function in (softmax, log_sum_exp, cross_entropy, cross_entropy_gradient):
    _function.fast = blocked_cross_entropy  # what a fit runs while all four have it, and else they themselves
