r"""Linear classifiers whose samples are looked at once, a few at a time: averaged stochastic gradient descent.

Minimised is the mean loss with the penalty $\frac{\alpha}{2} |w|^2$. Each batch of m rows moves the weights by
$$\theta \leftarrow \theta - \gamma\, P g, \qquad \gamma = \frac{m}{m + \mathrm{tr}(P \langle x x^\top \rangle)}\,
t^{-1/2},$$
with the batch's gradient g and the number t of batches so far. P is the inverse of the mean curvature of the loss over
the rows seen, $\langle h\, x x^\top \rangle + \alpha$, so that every feature, and every combination of them, is of the
same scale; with the trace, what a row does to its own score stays small. The steps are longer than those $\sim 1/t$
that would settle by themselves; what settles is the mean over the way (Polyak, Ruppert), here with weights that grow in
proportion to t so that the start is forgotten as $1/t^2$. Its excess of the expected loss over the best one falls as
fast as for any estimator, as 1/n: where the model is true the minimum of n samples has $p/2n$ nats on average for p
parameters, and this mean about 4/3 of it, for its weights, after some hundred steps. (Where the classes are nearly
separate the way to the minimum is long, and passes of L-BFGS or Newton's method, `StreamedLogisticRegression` and
`StreamedLinearSVC`, are better.)

Oracles: the exact minimum; $p/2n$; scikit-learn's SGDClassifier(average=True).
Sources: B. T. Polyak, A. B. Juditsky, SIAM J. Control Optim. 30 (1992) 838; E. Moulines, F. Bach, NIPS 24 (2011) 451;
S. Lacoste-Julien, M. Schmidt, F. Bach, arXiv:1212.2002 (weights in proportion to t).
"""

from numbers import Integral
from typing import NamedTuple

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.utils.metaestimators import available_if
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.linear_model.logistic import sigmoid
from abinitio.streaming.one_pass import target_last
from abinitio.streaming.reduce import MEMORY, reduce_rows
from abinitio.streaming.streamed_linear_svm import signed_rows

FAR = 4.0  # the largest change of a score that a step may make in its own batch: a rare feature shall not throw it off
ENOUGH = 1000  # rows for each parameter from which on the curvature is known well enough
LEAST = 0.01  # of the largest curvature that the logistic loss has: a row counts at least so much


def logistic_slope(z, y):
    """The derivative of log(1 + exp(-y z)) with respect to the score z.  z, y : arrays of one shape, y -1 or +1.

    >>> logistic_slope(np.zeros(2), np.array([1, -1]))
    array([-0.5,  0.5])
    """
    return -y * sigmoid(-y * z)


def hinge_slope(z, y):
    """A derivative of max(0, 1 - y z) with respect to the score z, 0 at the kink.  z, y : arrays, y -1 or +1.

    >>> hinge_slope(np.array([0.0, 2.0]), np.array([1, 1]))
    array([-1,  0])
    """
    return -y * (y * z < 1)


def logistic_curvature(z):
    """The second derivative of the logistic loss with respect to the score z, an array; at most 1/4.

    >>> logistic_curvature(np.zeros(1))
    array([0.25])
    """
    return sigmoid(z) * sigmoid(-z)


SLOPES = {"log_loss": logistic_slope, "hinge": hinge_slope}


class Walk(NamedTuple):
    """Where a descent stands: its weights (K, p) and their mean over the way, and the rows it has seen."""

    theta: np.ndarray
    mean: np.ndarray
    rows: float


def averaged_descent(walk, X, Y, slope, alpha, P, trace, size):
    """Where a `Walk`, walk, stands after the rows X (n, p), in their order, with signs Y (n, K).

    slope : callable, (scores, signs) -> derivatives of the loss;  alpha : (p,) penalties, 0 for the intercept;
    P : (p, p), what multiplies the gradients;  trace : of P times the mean of x x^T;  size : rows of a batch; t of the
    step's length counts such batches.

    >>> start = Walk(np.zeros((1, 1)), np.zeros((1, 1)), 0.0)
    >>> averaged_descent(start, np.ones((2, 1)), np.ones((2, 1)), hinge_slope, np.zeros(1), np.eye(1), 2.0, 4).theta
    array([[0.5]])
    """
    theta, mean, seen = walk
    for i in range(0, len(X), size):
        x, y = X[i : i + size], Y[i : i + size]
        m = len(x)
        seen += m
        gradient = slope(x @ theta.T, y).T @ x / m + alpha * theta
        step = (m / (m + trace) / max(seen / size, 1.0) ** 0.5) * (gradient @ P)
        change = np.abs(x @ step.T).max()
        theta = theta - (step if change <= FAR else step * (FAR / change))
        mean = mean + min(2 * m / (seen + m), 1.0) * (theta - mean)  # weights ~ t:  t / (1 + 2 + ... + t) = 2 / (t + 1)
    return Walk(theta, mean, seen)


def inverse_curvature(H, n, alpha):
    r"""The inverse of $H/n + \alpha$, with as much on the diagonal as n rows leave unknown.

    H : (p, p), the sum of $h\, x x^\top$ over n rows;  alpha : (p,) penalties.

    >>> inverse_curvature(np.array([[1e6, 0.0], [0.0, 5e5]]), 10**6, np.array([1.0, 0.0])).round(3)
    array([[0.5, 0. ],
           [0. , 2. ]])
    """
    diagonal = np.diag(H) / n
    unknown = np.where(diagonal > 0, diagonal * len(H), max(diagonal.max(), 1e-300)) / n
    return np.linalg.inv(H / n + np.diag(unknown + alpha))


class StreamedSGDClassifier(ClassifierMixin, BaseEstimator):
    r"""A linear classifier by averaged stochastic gradient descent, for samples that come in parts or lie in a file.

    Minimises the mean loss $+ \frac{\alpha}{2} |w|^2$, the intercept free; more than two classes one against the rest.

    loss : "log_loss" (logistic regression) or "hinge" (support vectors);  alpha : > 0, strength of the penalty;
    max_iter : how often `fit` and `fit_rows` look at each sample;  batch_size : samples of a step;
    random_state : None, integer or Generator, for the order of the samples in `fit` and `fit_rows`.
    After fit: classes_ (K,), coef_ (1, d) for two classes, else (K, d), intercept_ (1,) or (K,);  n_iter_, the passes;
    t_, the samples seen, repeated ones counted again.

    >>> X, y = [[-2.0], [-1.0], [1.0], [2.0]], ["a", "a", "b", "b"]
    >>> StreamedSGDClassifier(random_state=0).fit(X, y).predict([[-3.0], [0.5]]).tolist()
    ['a', 'b']
    """

    def __init__(self, loss="log_loss", *, alpha=1e-4, max_iter=5, batch_size=64, random_state=None):
        self.loss = loss
        self.alpha = alpha
        self.max_iter = max_iter
        self.batch_size = batch_size
        self.random_state = random_state

    def fit(self, X, y):
        """Fit to the samples X (n, d) with labels y (n,), in `max_iter` random orders. Returns self."""
        X, codes = self._checked(X, y, None, reset=True)
        rng = as_generator(self.random_state)
        for _ in range(self.max_iter):
            order = rng.permutation(len(X))
            self._see(np.column_stack([X[order], codes[order]]), np.arange(len(self.classes_)))
        self.n_iter_ = self.max_iter
        return self._set_attributes()

    def partial_fit(self, X, y, classes=None):
        """Go on with these samples X (m, d), in their order, with labels y (m,). Returns self.

        classes : all that there are, at the first call; None for those of y.
        """
        X, codes = self._checked(X, y, classes, reset=not hasattr(self, "_walk"))
        self._see(np.column_stack([X, codes]), np.arange(len(self.classes_)))
        self.n_iter_ = 1
        return self._set_attributes()

    def fit_rows(self, rows, target, *, classes=None, memory=MEMORY, progress=False):
        """Fit to rows in a file, by `max_iter` passes over them in random orders.

        rows : what `abinitio.data.open_rows` returns;  target : name of the column that holds the class;
        classes : its values; None to find them, by a pass over that column;  memory : bytes of the blocks;
        progress : show rows a second and the time left.  Returns self.
        """
        self._check_settings()
        rows = target_last(rows, target)
        if classes is None:
            classes = reduce_rows(rows.select(rows.columns[-1:]), np.unique, np.union1d, memory=memory)
        self._begin(np.unique(classes))
        rng, self.n_features_in_ = as_generator(self.random_state), len(rows.columns) - 1
        for _ in range(self.max_iter):
            for block in rows.blocks(memory=memory, seed=int(rng.integers(2**31)), progress=progress):
                self._see(block.X, self.classes_)
        self.n_iter_ = self.max_iter
        return self._set_attributes()

    def _check_settings(self):
        if self.loss not in SLOPES:
            raise ValueError(f"loss = {self.loss!r} must be one of {', '.join(map(repr, SLOPES))}")
        if not 0 < self.alpha < np.inf:
            raise ValueError(f"alpha = {self.alpha!r} must be a finite number > 0")
        for name in ("max_iter", "batch_size"):
            if not (isinstance(getattr(self, name), Integral) and getattr(self, name) >= 1):
                raise ValueError(f"{name} = {getattr(self, name)!r} must be an integer >= 1")

    def _checked(self, X, y, classes, reset):
        """The samples, and their labels as 0 ... K-1."""
        self._check_settings()
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], reset=reset)
        check_classification_targets(y)
        if reset:
            self._begin(np.unique(y if classes is None else classes))
        codes = np.minimum(np.searchsorted(self.classes_, y), len(self.classes_) - 1)
        if not np.array_equal(self.classes_[codes], y):
            strange = y[self.classes_[codes] != y].tolist()[0]
            raise ValueError(f"y holds the class {strange!r}, which is not among the classes {self.classes_.tolist()}")
        return X, codes

    def _begin(self, classes):
        if len(classes) < 2:
            raise ValueError(f"there is only one class, {classes.tolist()[0]!r}; there must be at least two")
        self.classes_, self._walk = classes, None

    def _see(self, block, classes):
        """Descend along the rows of a block, whose last column holds the class, in their order."""
        for X, Y in signed_rows(block, classes, 1.0):
            if not len(X):
                continue
            if self._walk is None:  # scores are taken about the mean of the first rows, so that nothing cancels
                zeros = np.zeros((Y.shape[1], X.shape[1]))
                self._origin, self._walk = np.append(X[:, :-1].mean(axis=0), 0.0), Walk(zeros, zeros, 0.0)
                self._alpha = np.append(np.full(X.shape[1] - 1, self.alpha), 0.0)
                self._squares, self._H = np.zeros((2, X.shape[1], X.shape[1]))
            X -= self._origin
            if self._walk.rows < ENOUGH * X.shape[1]:
                self._learn_curvature(X, Y)
            slope, scale = SLOPES[self.loss], (self._P, self._trace)
            self._walk = averaged_descent(self._walk, X, Y, slope, self._alpha, *scale, self.batch_size)

    def _learn_curvature(self, X, Y):
        """Bring P up to date; the kink of the hinge loss is rounded off over a unit of the score."""
        z = X @ self._walk.mean.T
        h = np.maximum(logistic_curvature(z if self.loss == "log_loss" else 1 - Y * z).mean(axis=1), LEAST / 4)
        self._squares, self._H = self._squares + X.T @ X, self._H + (X.T * h) @ X
        n = self._walk.rows + len(X)
        self._P = inverse_curvature(self._H, n, self._alpha)
        self._trace = np.sum(self._P * self._squares) / n

    def _set_attributes(self):
        mean = self._walk.mean
        self.coef_, self.t_ = mean[:, :-1].copy(), self._walk.rows
        self.intercept_ = mean[:, -1] - self.coef_ @ self._origin[:-1]
        return self

    def decision_function(self, X):
        """Scores at the rows of X (m, d): (m,) for two classes, positive for the second; else (m, K)."""
        check_is_fitted(self)
        scores = validate_data(self, X, dtype=[np.float64, np.float32], reset=False) @ self.coef_.T + self.intercept_
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict(self, X):
        """The class of the largest score at the rows of X (m, d): (m,)."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]

    @available_if(lambda model: model.loss == "log_loss")
    def predict_proba(self, X):
        """Probabilities (m, K) at the rows of X (m, d); of several classes each against the rest, then normalised."""
        p = sigmoid(self.decision_function(X))
        return np.column_stack([1 - p, p]) if p.ndim == 1 else p / p.sum(axis=1, keepdims=True)
