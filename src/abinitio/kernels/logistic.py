r"""Kernel logistic regression: logistic regression on the features of a kernel.

With $f = \sum_j a_j\, k(\cdot, x_j) + b$ and the labels y = 0, 1,
$$F(a, b) = \frac1n \sum_i \big[\log(1 + e^{f(x_i)}) - y_i f(x_i)\big] + \frac{\alpha}{2}\, a^\top K a$$
is convex, and at its minimum $\alpha a_i = (y_i - p_i)/n$ with $p_i = \sigma(f(x_i))$: the coefficients are what the
probabilities miss. Newton's method solves kernel ridge regression with weights $p_i (1 - p_i)$ at every step.

The estimator finds $Z Z^\top = K$ with as many columns as K has rank, and fits plain logistic regression to Z: the same
minimum, also for several classes. Time $n r^2$ and memory $8 n^2 + 16 n r$ bytes for rank r.
Convention: the mean over the samples; scikit-learn's C is $1/(n \alpha)$.
Source: J. Zhu, T. Hastie, J. Comput. Graph. Stat. 14 (2005) 185.
"""

import warnings

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from abinitio.kernels.classification import KernelClassifier
from abinitio.kernels.pivoted_cholesky import pivot_coefficients, pivoted_cholesky
from abinitio.linear_model.logistic import sigmoid
from abinitio.linear_model.logistic_regression import LogisticRegression
from abinitio.linear_model.multinomial import softmax


def kernel_logistic_loss(theta, K, y, alpha):
    r"""$\frac1n \sum_i [\log(1 + e^{f_i}) - y_i f_i] + \frac{\alpha}{2} a^\top K a$ with $f = Ka + b$.

    theta : (n+1,) the n coefficients a, then the intercept b;  K : (n, n), $K_{ij} = k(x_i, x_j)$;
    y : (n,) labels 0 or 1;  alpha : float >= 0.  Returns a number, in nats; finite for every f.

    >>> K, y = np.eye(2), np.array([0, 1])
    >>> float(kernel_logistic_loss(np.zeros(3), K, y, alpha=1.0).round(6))  # log 2: a coin
    0.693147
    """
    a, b = theta[:-1], theta[-1]
    f = K @ a + b
    return np.mean(np.logaddexp(0, f) - y * f) + alpha / 2 * a @ K @ a


def kernel_logistic_gradient(theta, K, y, alpha):
    r"""The gradient of `kernel_logistic_loss`.

    theta : (n+1,) the n coefficients a, then the intercept b;  K : (n, n), $K_{ij} = k(x_i, x_j)$;
    y : (n,) labels 0 or 1;  alpha : float >= 0.
    Returns (n+1,): the derivatives with respect to a, then to b.

    >>> kernel_logistic_gradient(np.zeros(3), np.eye(2), np.array([0, 1]), alpha=1.0)
    array([ 0.25, -0.25,  0.  ])
    """
    a, b = theta[:-1], theta[-1]
    r = (sigmoid(K @ a + b) - y) / len(y)  # dF/df
    return np.append(K @ (r + alpha * a), r.sum())


def kernel_logistic_step(theta, K, y, alpha):
    r"""The minimum of the parabola that touches `kernel_logistic_loss` at theta: one step of Newton's method.

    theta : (n+1,) the n coefficients a, then the intercept b;  K : (n, n), $K_{ij} = k(x_i, x_j)$;
    y : (n,) labels 0 or 1;  alpha : float > 0.
    Returns (n+1,), the coefficients and the intercept after the step; the sum of the coefficients is 0. Where the
    curvature $p (1 - p)$ of a sample is below 1e-12 it counts as 1e-12.

    >>> kernel_logistic_step(np.zeros(3), np.eye(2), np.array([0, 1]), alpha=0.125)
    array([-1.,  1.,  0.])
    """
    f = K @ theta[:-1] + theta[-1]
    p = sigmoid(f)
    h = np.maximum(p * (1 - p), 1e-12) / len(y)  # d²F/df²
    s, z = np.sqrt(h), f - (p - y) / len(y) / h  # weighted ridge regression on z:  α a = h (z - Ka - b),  Σ a = 0
    A = s[:, None] * K * s + alpha * np.eye(len(y))
    from_z, from_one = s * np.linalg.solve(A, np.column_stack([s * z, s])).T
    b = from_z.sum() / from_one.sum()
    return np.append(from_z - b * from_one, b)


def _through_features(K, codes, sample_weight, settings):
    """(a (1, n) or (c, n), b, steps) for classes given by numbers, by logistic regression on features of K."""
    Z, pivots = pivoted_cholesky(K, tol=1e-10)
    probe = np.cos(np.arange(len(K)) ** 2.0)
    if np.abs(K @ probe - Z @ (Z.T @ probe)).max() > 1e-7 * len(K) * np.abs(np.diag(K)).max():
        raise ValueError(
            "the kernel matrix is not positive semidefinite, so the loss has no minimum; see negative_part"
        )
    model = LogisticRegression(**settings).fit(Z, codes, sample_weight)
    a = np.zeros((len(model.coef_), len(K)))
    a[:, pivots] = pivot_coefficients(Z, pivots, model.coef_.T).T
    return a, model.intercept_, int(model.n_iter_[0])


for _function in (kernel_logistic_loss, kernel_logistic_gradient, kernel_logistic_step):
    _function.fast = _through_features  # what a fit runs while all three have it, and else they themselves


class KernelLogisticRegression(KernelClassifier):
    r"""Kernel logistic regression, binary or multinomial, with scikit-learn's interface.

    Minimises $C \sum_i s_i \ell_i + \frac12 |f|^2$ with the sample weights s (times the class weights), the loss
    $\ell_i = -\log p_{y_i}(x_i)$ in nats, and an intercept that is not penalised.

    C : float > 0, the inverse of the penalty's strength;  kernel, gamma, degree, coef0, kernel_params : as in
    `KernelRidge`;  tol : the largest entry of the gradient at which the fit stops;  fit_intercept : whether b is free
    or 0;  class_weight : None, "balanced" or a dict {class: weight};  max_iter : steps allowed, after which a
    ConvergenceWarning is given.
    After fit: classes_ (c,);  support_ (s,), samples whose kernels span all of them;  dual_coef_ (1, s) or (c, s);
    intercept_ (1,) or (c,);  X_fit_ (s, d);  n_iter_ (1,).

    >>> model = KernelLogisticRegression(C=10.0, gamma=1.0).fit([[0.0], [1.0], [2.0]], ["out", "in", "out"])
    >>> model.predict([[-0.2], [1.1], [1.9]])
    array(['out', 'in', 'out'], dtype='<U3')
    """

    def __init__(
        self,
        C=1.0,
        *,
        kernel="rbf",
        gamma=None,
        degree=3,
        coef0=1,
        kernel_params=None,
        tol=1e-4,
        fit_intercept=True,
        class_weight=None,
        max_iter=100,
    ):
        self.C = C
        self.kernel = kernel
        self.gamma = gamma
        self.degree = degree
        self.coef0 = coef0
        self.kernel_params = kernel_params
        self.tol = tol
        self.fit_intercept = fit_intercept
        self.class_weight = class_weight
        self.max_iter = max_iter

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d), or K (n, n) if precomputed, and labels y (n,) with weights (n,) or None; returns self."""
        if not 0 < self.C < np.inf:
            raise ValueError(f"C = {self.C!r} must be a finite number > 0: without a penalty there is no minimum")
        X, codes, K = self._checked_data(X, y)
        functions = (kernel_logistic_loss, kernel_logistic_gradient, kernel_logistic_step)
        if len(self.classes_) == 2 and not all(hasattr(function, "fast") for function in functions):
            if sample_weight is not None or self.class_weight is not None or not self.fit_intercept:
                raise ValueError("this kernel_logistic_loss takes no weights and always has an intercept")
            a, b, steps = self._newton(K, codes)
        else:
            settings = {"C": self.C, "tol": self.tol, "fit_intercept": self.fit_intercept, "max_iter": self.max_iter}
            a, b, steps = _through_features(K, codes, sample_weight, settings | {"class_weight": self._by_number()})
        self._set_expansion(X, a, b)
        self.n_iter_ = np.array([steps], dtype=np.int32)
        return self

    def _by_number(self):
        """The class weights with the numbers of the classes in place of their names."""
        if not isinstance(self.class_weight, dict):
            return self.class_weight
        numbers = {label: number for number, label in enumerate(self.classes_.tolist())}
        return {numbers[label]: weight for label, weight in self.class_weight.items() if label in numbers}

    def _newton(self, K, y):
        """The minimum by the readable functions: Newton's steps, halved until the loss falls."""
        alpha = 1 / (self.C * len(y))
        loss = lambda theta: kernel_logistic_loss(theta, K, y, alpha)
        slope = lambda theta: np.abs(kernel_logistic_gradient(theta, K, y, alpha)).max()
        theta, steps = np.zeros(len(y) + 1), 0
        while slope(theta) > self.tol and steps < self.max_iter:
            step = kernel_logistic_step(theta, K, y, alpha) - theta
            shorter = (theta + 2.0**-k * step for k in range(30))
            theta, before, steps = next((t for t in shorter if loss(t) < loss(theta)), theta), theta, steps + 1
            if theta is before:
                break
        if slope(theta) > self.tol:
            message = (
                f"stopped after {steps} of max_iter = {self.max_iter} steps with a gradient above tol = {self.tol}"
            )
            warnings.warn(message, ConvergenceWarning, stacklevel=3)
        return theta[None, :-1], theta[-1:], steps

    def predict_proba(self, X):
        """The probabilities of the classes at the rows of X (m, d): (m, c), in the order of classes_."""
        scores = self.decision_function(X)
        return softmax(scores) if scores.ndim == 2 else np.column_stack([sigmoid(-scores), sigmoid(scores)])
