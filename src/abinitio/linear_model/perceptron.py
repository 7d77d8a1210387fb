r"""The perceptron: a linear rule that learns from its mistakes only, one sample at a time.

Labels are $y_i = \pm 1$ in the functions, and the prediction is the sign of $x_i^\top w$ (an intercept is the weight of
a column of ones). A sample is a mistake if $y_i\, x_i^\top w \le 0$: on the boundary counts as wrong.

If some unit vector u separates the data with the margin $\gamma = \min_i y_i\, x_i^\top u > 0$ and $R = \max_i |x_i|$,
then from w = 0 there are at most $R^2/\gamma^2$ mistakes, in any order and for ever: each mistake adds at least
$\gamma$ to $u^\top w$ and at most $R^2$ to $|w|^2$. Without a margin the weights never come to rest; then the mean of
all of them (`averaged_perceptron`) or the best of them (`pocket_perceptron`) is what to keep.

Oracles: the bound, which orthogonal samples of one length reach; `sklearn.linear_model.Perceptron` without shuffling.
Sources: F. Rosenblatt, Psychol. Rev. 65 (1958) 386; A. Novikoff, Proc. Symp. Math. Theory of Automata 12 (1962) 615.
"""

import warnings
from collections import deque

import numba
import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from abinitio._core.random import as_generator


def perceptron_step(w, x, y, rate=1.0):
    r"""The perceptron's weights after it has seen one sample.

    w : (d,) weights before;  x : (d,) features;  y : the label, -1 or +1;  rate : float > 0, the step $\eta$.
    If $y\, x^\top w > 0$ the sample is right and the weights stay as they are; otherwise (0 included) it is a mistake
    and they become $w + \eta\, y\, x$.
    Returns the weights after, (d,); w itself is not changed.

    >>> w = perceptron_step(np.zeros(2), np.array([3.0, 1.0]), -1)
    >>> w, perceptron_step(w, np.array([1.0, 0.0]), -1)
    (array([-3., -1.]), array([-3., -1.]))
    """
    return w if y * (x @ w) > 0 else w + rate * y * x


def mistake_bound(X, y, u):
    r"""Novikoff's bound $R^2/\gamma^2$ on the mistakes that a perceptron started at w = 0 makes on separable data.

    X : (n, d) samples;  y : (n,) labels, -1 or +1;  u : (d,) weights of any length > 0 that may separate the data.
    $R = \max_i |x_i|$ and $\gamma = \min_i y_i\, x_i^\top u/|u|$. The bound is smallest for the u of the widest margin.
    Returns a float: infinity (`np.inf`) if u does not separate the data, that is if $\gamma \le 0$.

    >>> mistake_bound(np.array([[3.0, 4.0], [0.0, -2.0]]), np.array([1, -1]), np.array([0.0, 7.0]))
    6.25
    """
    gamma = (y * (X @ u)).min() / np.linalg.norm(u)
    return float((X**2).sum(axis=1).max() / gamma**2) if gamma > 0 else np.inf


def perceptron_walk(X, y, w, rng):
    """The perceptron's walk through the samples, in a new random order in every epoch (endless generator).

    X : (n, d) samples;  y : (n,) labels, -1 or +1;  w : (d,) weights to start from (not itself yielded);
    rng : numpy Generator. Yields the weights, (d,), after every sample, n times an epoch.

    >>> walk = perceptron_walk(np.eye(2), np.array([1, -1]), np.zeros(2), np.random.default_rng(0))
    >>> [next(walk) for _ in range(3)][-1]  # after two mistakes there are none
    array([ 1., -1.])
    """
    while True:
        for i in rng.permutation(len(y)):
            w = perceptron_step(w, X[i], y[i])
            yield w


@numba.njit(cache=True, fastmath={"reassoc", "contract"})
def _next_mistake(w, X, y, order, start):
    """The first place in `order`, from `start` on, whose sample is a mistake, and its loss; else len(order) and 0."""
    for t in range(start, len(order)):
        i = order[t]
        z = 0.0
        for j in range(len(w)):
            z += X[i, j] * w[j]
        if y[i] * z <= 0:
            return t, -y[i] * z
    return len(order), 0.0


def perceptron_epoch(w, X, y, rates, order):
    r"""One epoch of the perceptron, which looks for the next mistake in compiled code (generator).

    w : (d,) weights before;  X : (n, d) samples, C-contiguous float64;  y : (n,) labels, -1.0 or +1.0;
    rates : (n,) step of each sample, >= 0;  order : integer array, the samples in the order of the visit.
    Yields (w, steps, loss) for each of the weights in turn, from those before to those after the epoch: the number of
    samples after which the weights were these, and $-y\, x^\top w \ge 0$ of the mistake that ended them (0 at the end).

    >>> epoch = perceptron_epoch(np.zeros(1), np.ones((3, 1)), np.ones(3), np.ones(3), np.arange(3))
    >>> [(w.tolist(), steps) for w, steps, loss in epoch]
    [([0.0], 0), ([1.0], 3)]
    """
    since, (t, loss) = 0, _next_mistake(w, X, y, order, 0)
    while t < len(order):
        i = order[t]
        yield w, t - since, loss
        w, since = perceptron_step(w, X[i], y[i], rates[i]), t
        t, loss = _next_mistake(w, X, y, order, t + 1)
    yield w, t - since, 0.0


class Perceptron(ClassifierMixin, BaseEstimator):
    r"""The perceptron with scikit-learn's interface; more than two classes are learnt one against the rest.

    fit_intercept : whether a constant feature 1 is added;  max_iter : epochs allowed, after which a ConvergenceWarning
    is given;  tol : an epoch improves if its mean loss, the mean of $\max(0, -y\, x^\top w)$ at the visits, is less
    than the best so far minus tol (None: all max_iter epochs are done);  n_iter_no_change : epochs in a row without
    improvement that end the fit;  shuffle : a new random order in every epoch, or always that of the rows;
    eta0 : float > 0, the step;  random_state : seed or Generator of the orders;  class_weight : None, a dict from
    class to factor, or "balanced" for n / (number of classes x samples of the class): factors of the samples' steps (as
    in scikit-learn, of three classes or more the factor holds for the one and not for the rest);
    warm_start : start from the last fit's weights rather than from zero.
    After fit: classes_ (K,);  coef_ (K, d) and intercept_ (K,), or (1, d) and (1,) for two classes;  n_iter_ epochs.

    >>> Perceptron().fit([[0.0], [1.0], [3.0], [4.0]], ["low", "low", "high", "high"]).predict([[0.5], [3.5]])
    array(['low', 'high'], dtype='<U4')
    """

    def __init__(
        self,
        *,
        fit_intercept=True,
        max_iter=1000,
        tol=1e-3,
        shuffle=True,
        eta0=1.0,
        random_state=0,
        n_iter_no_change=5,
        class_weight=None,
        warm_start=False,
    ):
        self.fit_intercept = fit_intercept
        self.max_iter = max_iter
        self.tol = tol
        self.shuffle = shuffle
        self.eta0 = eta0
        self.random_state = random_state
        self.n_iter_no_change = n_iter_no_change
        self.class_weight = class_weight
        self.warm_start = warm_start

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and labels y (n,); sample_weight (n,) >= 0 multiplies each sample's step. Returns self."""
        X, y = validate_data(self, X, y, dtype=np.float64, order="C")
        self._check_parameters()
        before = getattr(self, "classes_", None)
        codes = self._encode(y)
        rates = self.eta0 * _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        factors = compute_class_weight(self.class_weight, classes=self.classes_, y=y)
        X1 = np.hstack([X, np.ones((len(X), 1))]) if self.fit_intercept else X
        binary = len(self.classes_) == 2
        ones = [1] if binary else range(len(self.classes_))
        W, epochs = np.zeros((len(ones), X1.shape[1])), np.zeros(len(ones), dtype=int)
        if self.warm_start and np.array_equal(before, self.classes_):
            W = np.column_stack([self.coef_, self.intercept_])[:, : X1.shape[1]]
        rng = as_generator(self.random_state)
        for row, k in enumerate(ones):
            signs = np.where(codes == k, 1.0, -1.0)
            steps = rates * np.where(codes == k, factors[k], factors[0] if binary else 1.0)
            walk = self._walk(W[row], X1, signs, steps, rng)
            epochs[row], W[row] = deque(self._kept(walk, X1, signs, steps), maxlen=1).pop()  # what is kept at the end
        if not np.isfinite(W).all():
            raise ValueError("the weights overflowed; divide the features by their largest absolute value")
        self.coef_, self.intercept_ = W[:, : X.shape[1]], W[:, X.shape[1] :].sum(axis=1)
        self.n_iter_ = int(epochs.max())
        if self.tol is not None and self.n_iter_ == self.max_iter:
            message = f"still improving after max_iter = {self.max_iter} epochs; raise max_iter, or tol"
            warnings.warn(message, ConvergenceWarning, stacklevel=2)
        return self

    def _check_parameters(self):
        if not self.eta0 > 0:
            raise ValueError(f"eta0 is {self.eta0}; it must be > 0")
        if self.max_iter < 1:
            raise ValueError(f"max_iter is {self.max_iter}; at least one epoch is needed")

    def _encode(self, y):
        """Set classes_ and return the number of each label's class."""
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            raise ValueError(f"y holds only one class, {self.classes_[0]!r}; a classifier needs at least two")
        return codes

    def _walk(self, w, X, y, rates, rng):
        """Epochs until the loss no longer falls: yields (epoch, w, steps), with steps as in `perceptron_epoch`."""
        best, patience = np.inf, 0
        for epoch in range(1, self.max_iter + 1):
            order, loss = rng.permutation(len(y)) if self.shuffle else np.arange(len(y)), 0.0
            for visited, steps, cost in perceptron_epoch(w, X, y, rates, order):
                loss += cost / len(y)
                yield epoch, visited, steps
            w = visited
            patience = patience + 1 if self.tol is not None and loss > best - self.tol else 0
            best = min(best, loss)
            if patience >= self.n_iter_no_change:
                return

    def _kept(self, walk, X, y, rates):
        """What a variant keeps of the walk so far: yields (epoch, w). The perceptron keeps the last weights."""
        return ((epoch, w) for epoch, w, _ in walk)

    def decision_function(self, X):
        """Scores xᵀw + b of the rows of X, (n, d): (n,) for two classes, positive for classes_[1]; else (n, K)."""
        check_is_fitted(self)
        scores = validate_data(self, X, dtype=np.float64, reset=False) @ self.coef_.T + self.intercept_
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict(self, X):
        """Predicted labels (n,) of the rows of X, (n, d): the class of the largest score."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]
