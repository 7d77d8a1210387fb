r"""Logistic regression whose samples are read from a file again and again: L-BFGS over a few passes.

The loss and its gradient are sums over blocks. A pass costs seconds, so that steps have to count: a sample of the rows
is fitted in memory, which leaves an error of about $\sqrt{d/m}$ for m rows, and the Hessian of the sample, H, is nearly
that of all rows. $H^{-1} g$ then is nearly Newton's step: each pass gains about as many digits as $\sqrt{m/d}$ has, and
four or five passes find the minimum of all rows to the digits of float64.

Oracle: `LogisticRegression.fit` on all samples in memory: the objective is convex, so that there is one minimum.
Source: R. H. Byrd, G. M. Chin, W. Neveitt, J. Nocedal, SIAM J. Optim. 21 (2011) 977 (curvature of a sample); F.
Roosta-Khorasani, M. W. Mahoney, Math. Program. 174 (2019) 293.
"""

import warnings
from functools import partial
from typing import NamedTuple

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from abinitio.linear_model.blocked_loss import blocked_cross_entropy, blocked_logistic
from abinitio.linear_model.logistic import sigmoid
from abinitio.linear_model.logistic_regression import LogisticRegression
from abinitio.linear_model.multinomial import softmax
from abinitio.linear_model.smooth_logistic import penalised, smooth_minimum, without_common_part
from abinitio.linear_model.whitening import standardised, standardising
from abinitio.optimize.bfgs import lbfgs
from abinitio.optimize.line_search import Point
from abinitio.streaming.one_pass import target_last
from abinitio.streaming.reduce import MEMORY, reduce_rows
from abinitio.streaming.sample import spread_sample

SAMPLE = 2**20  # numbers in the sample's features
WIDEST = 1500  # parameters up to which the sample's whole Hessian is used
FAR = 1e3  # standard deviations: features whose mean is farther from 0 are centred before they are multiplied
FLAT = 1e-9  # curvatures below this, relative to the largest, are taken for it: the loss ignores a common intercept


class UnknownClass(ValueError):
    """The target has a value that is not among the classes, or the classes are too few to be all."""


class LossSums(NamedTuple):
    """Of some rows: their number, the sum of their losses (nats) and its gradient, of theta's shape."""

    n: int
    value: float
    gradient: np.ndarray


def loss_sums_of(block, theta, frame, classes):
    """The `LossSums` of rows (x, y) at parameters theta, (d+1,) or (d+1, K), for features standardised by `frame`.

    block : (m, d+1), the class last;  classes : (K,) sorted values of it.

    >>> from abinitio.linear_model.whitening import Frame
    >>> frame = Frame(np.zeros(1), np.ones(1), True)
    >>> loss_sums_of(np.array([[0.0, 3.0], [1.0, 5.0]]), np.zeros(2), frame, np.array([3.0, 5.0])).gradient
    array([-0.5,  0. ])
    """
    y = np.minimum(np.searchsorted(classes, block[:, -1]), len(classes) - 1)
    if not np.array_equal(classes[y], block[:, -1]):
        strange = block[classes[y] != block[:, -1], -1][0]
        raise UnknownClass(f"the target holds {strange.item()!r}, which is not among the classes {classes.tolist()}")
    X, ones = block[:, :-1], np.ones(len(block))
    function = blocked_logistic if theta.ndim == 1 else blocked_cross_entropy
    if np.any(np.abs(frame.mean) > FAR * frame.scale):  # products of large numbers would cancel
        return LossSums(len(block), *function(theta, standardised(X, frame, np.float64), y, ones))
    value, gradient = function(frame.to_theta(theta), X, y, ones)
    return LossSums(len(block), value, frame.pull(gradient))


def merge_loss_sums(a, b):
    """The `LossSums` of two parts together, from those of the parts, a and b.

    >>> merge_loss_sums(LossSums(1, 2.0, np.ones(1)), LossSums(1, 3.0, np.ones(1)))
    LossSums(n=2, value=5.0, gradient=array([2.]))
    """
    return LossSums(a.n + b.n, a.value + b.value, a.gradient + b.gradient)


def sample_hessian(t, Z, penalty, fit_intercept=True):
    r"""The Hessian of the mean loss, with $\frac12 \sum_j p_j w_j^2$ added, in the order of t.ravel().

    t : (d+1,) or (d+1, K);  Z : (n, d);  penalty : (d+1,) numbers p, 0 for the intercept;
    fit_intercept : without one, it moves nothing, and nothing moves it.

    >>> sample_hessian(np.zeros(2), np.array([[1.0], [-1.0]]), np.zeros(2))
    array([[0.25, 0.  ],
           [0.  , 0.25]])
    """
    Z1 = np.column_stack([Z, np.full(len(Z), float(fit_intercept))])
    if t.ndim == 1:
        p = sigmoid(Z1 @ t)
        return (Z1.T * (p * (1 - p) / len(Z))) @ Z1 + np.diag(penalty)
    m, K = t.shape
    P, H = softmax(Z1 @ t), np.zeros((m, K, m, K))
    for k in range(K):
        for l in range(k + 1):
            H[:, k, :, l] = H[:, l, :, k] = (Z1.T * (P[:, k] * ((k == l) - P[:, l]) / len(Z))) @ Z1
    return H.reshape(m * K, m * K) + np.diag(np.repeat(penalty, K))


def inverse_of(H):
    """callable, g -> H^-1 g for gradients of any shape; directions in which H is flat are not amplified further.

    >>> inverse_of(np.diag([2.0, 4.0]))(np.array([2.0, 2.0]))
    array([1. , 0.5])
    """
    eigenvalues, V = np.linalg.eigh(H)
    eigenvalues = np.maximum(eigenvalues, FLAT * eigenvalues[-1])
    return lambda g: (V @ ((V.T @ g.ravel()) / eigenvalues)).reshape(g.shape)


class StreamedLogisticRegression(LogisticRegression):
    """`LogisticRegression` with the L2 penalty, which can also be fitted to rows that do not fit in memory.

    Parameters as there, but l1_ratio must be 0 and class_weight None in `fit_rows`; max_iter then is the number of
    passes. After `fit_rows`: classes_, coef_, intercept_, n_iter_ and n_passes_, the number of passes over the rows.

    >>> from abinitio.data import ArrayRows
    >>> rows = ArrayRows(np.array([[-1.0, 0], [1.0, 1], [0.0, 0], [0.0, 1]]), columns=("x", "kind"))
    >>> StreamedLogisticRegression(C=2.5, tol=1e-9).fit_rows(rows, target="kind").coef_.round(6)  # as `smooth_minimum`
    array([[1.177505]])
    """

    def fit_rows(self, rows, target, *, classes=None, memory=MEMORY, jobs=None, progress=False):
        """Fit to rows in a file, by passes over them.

        rows : what `abinitio.data.open_rows` returns;  target : name of the column that holds the class;
        classes : its values; None to find them, in a sample or, where that misses one, by a pass over that column;
        memory, jobs, progress : as in `reduce_rows`.
        Returns self. ConvergenceWarning where max_iter passes do not suffice.
        """
        self._check_parameters()
        if self.l1_ratio or self.class_weight is not None:
            raise ValueError(
                "passes over rows know neither l1_ratio nor class_weight; fit a sample in memory with them"
            )
        rows, settings = target_last(rows, target), {"memory": memory, "jobs": jobs, "progress": progress}
        sample = spread_sample(rows, SAMPLE // len(rows.columns))
        try:
            theta, slope = self._by_passes(rows, sample, sample[:, -1] if classes is None else classes, settings)
        except UnknownClass:
            if classes is not None or len(sample) == len(rows):
                raise
            classes = reduce_rows(rows.select(rows.columns[-1:]), np.unique, np.union1d, **settings)
            theta, slope = self._by_passes(rows, sample, classes, settings)
        if slope > self.tol:
            warnings.warn(
                f"stopped after {self.n_passes_} of max_iter = {self.max_iter} passes with a gradient of {slope:.3g}, "
                f"above tol = {self.tol:.3g}; raise max_iter or tol",
                ConvergenceWarning,
                stacklevel=2,
            )
        theta = theta.reshape(len(theta), -1).T
        self.coef_, self.intercept_ = np.ascontiguousarray(theta[:, :-1]), theta[:, -1].copy()
        return self

    def _by_passes(self, rows, sample, classes, settings):
        """(theta, the largest entry of the gradient there)."""
        self.classes_, self.n_features_in_ = np.unique(classes), len(rows.columns) - 1
        if len(self.classes_) < 2:
            one = self.classes_.tolist()
            raise UnknownClass(f"{rows.columns[-1]!r} has only one class, {one}; there must be at least two")
        alpha = 1 / (self.C * len(rows))
        X, y = sample[:, :-1], np.searchsorted(self.classes_, sample[:, -1])
        if len(np.unique(y)) < len(self.classes_):  # a rare class: the sample shall have heard of it
            X = np.concatenate([X, X[: len(self.classes_)]])
            y = np.concatenate([y, np.arange(len(X) - len(y))])
        s = np.full(len(X), 1 / len(X))
        frame = standardising(X, s, self.fit_intercept)
        start = smooth_minimum(X, y, s, alpha, max(self.tol, 1e-6), 100, self.fit_intercept).theta
        t, Z = frame.from_theta(start), standardised(X, frame, np.float64)
        t[-1] *= self.fit_intercept
        penalty = np.append(alpha / frame.scale**2, 0.0)
        precondition = inverse_of(sample_hessian(t, Z, penalty, self.fit_intercept)) if t.size <= WIDEST else None
        self.n_passes_ = 0

        def function(t):
            self.n_passes_ += 1
            sums = reduce_rows(
                rows, partial(loss_sums_of, theta=t, frame=frame, classes=self.classes_), merge_loss_sums, **settings
            )
            gradient = sums.gradient / sums.n
            gradient[-1] *= self.fit_intercept
            return penalised(sums.value / sums.n, gradient, t, alpha, frame.scale)

        slope = lambda point: np.abs(frame.push(point.gradient)).max()
        point = best = Point(t, *function(t))
        known = lambda w: (point.value, point.gradient) if w is t else function(w)
        steps = lbfgs(known, t, precondition=precondition)
        while slope(best) > self.tol and self.n_passes_ < self.max_iter:
            point = next(steps, None)
            if point is None:  # rounding hides every further fall of the loss
                break
            best = min(best, point, key=slope)
        self.n_iter_ = np.array([self.n_passes_], dtype=np.int32)
        return without_common_part(frame.to_theta(best.w)), slope(best)
