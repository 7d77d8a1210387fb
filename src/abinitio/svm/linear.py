r"""The linear support-vector machine as a classifier with scikit-learn's interface.

It minimises $\frac12 |w|^2 + \frac12 (b/s)^2 + \sum_i C_i \max(0, 1 - y_i (x_i \cdot w + b))$ with $s$ =
`intercept_scaling`, or the squares of the losses (the default): as in liblinear, and unlike in `SVC`, the intercept is
the weight of a constant feature of the height s, and is penalised. The minimum is found by `linear_minimum`, and the
duality gap proves it.
Oracle: scikit-learn's LinearSVC. Source: R.-E. Fan, K.-W. Chang, C.-J. Hsieh, X.-R. Wang, C.-J. Lin, J. Mach. Learn.
Res. 9 (2008) 1871.
"""

import warnings

import numpy as np
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.class_weight import compute_class_weight
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.svm.coordinate_descent import coordinate_step, dual_coordinate_descent, linear_duality_gap, linear_primal
from abinitio.svm.crammer_singer import crammer_singer_minimum
from abinitio.svm.linear_minimum import linear_minimum
from abinitio.svm.signed_dual import classification_problem


def _fast_minimum(X, y, C, squared, accuracy, most, rng):
    """(w, duality gap relative to the objective, steps) for labels y -1 or +1 and prices C (n,) > 0."""
    solution = linear_minimum(X, classification_problem(y, C), squared, accuracy, most, rng)
    return solution.w, solution.gap / solution.objective, solution.steps


coordinate_step.fast = _fast_minimum  # what a fit runs where there is one, and else sweeps of the function itself


def _minimum(X, y, C, squared, accuracy, most, rng):
    """The same by sweeps of `coordinate_step`, if it is not the package's own."""
    fast = getattr(coordinate_step, "fast", None)
    if fast is not None:
        return fast(X, y, C, squared, accuracy, most, rng)
    upper, diagonal = (np.inf + 0 * C, 1 / (2 * C)) if squared else (C, 0 * C)
    for steps, (a, w) in enumerate(dual_coordinate_descent(X, y, upper, diagonal, rng), start=1):
        gap = linear_duality_gap(a, X, y, upper, diagonal) / linear_primal(w, X, y, upper, diagonal)
        if gap <= accuracy or steps == most:
            return w, gap, steps


def warn_of_gap(gap, accuracy, steps, most):
    """A ConvergenceWarning where the relative duality `gap` is above `accuracy` after `steps` of at most `most`."""
    if gap > accuracy:
        message = (
            f"stopped after {steps} of max_iter = {most} steps with a relative duality gap of {gap:.3g}, above "
            f"{accuracy:.3g}; raise max_iter or tol, or standardise the features"
        )
        warnings.warn(message, ConvergenceWarning, stacklevel=3)


def check_settings(model, losses):
    """ValueError where C, tol, max_iter, intercept_scaling or loss of the estimator `model` is out of range.

    losses : the names allowed.
    """
    if not 0 < model.C < np.inf:
        raise ValueError(f"C = {model.C!r} must be a finite number > 0")
    if not model.tol > 0:
        raise ValueError(f"tol = {model.tol!r} must be a number > 0")
    if not model.max_iter >= 1:
        raise ValueError(f"max_iter = {model.max_iter!r} must be an integer >= 1")
    if model.fit_intercept and not 0 < model.intercept_scaling < np.inf:
        raise ValueError(f"intercept_scaling = {model.intercept_scaling!r} must be > 0; fit_intercept=False for b = 0")
    if model.loss not in losses:
        raise ValueError(f"loss = {model.loss!r} must be one of {losses}")


class LinearSVC(ClassifierMixin, BaseEstimator):
    r"""The linear support-vector machine, as scikit-learn's class of this name.

    Minimises $\frac12 |w|^2 + \frac12 (b/s)^2 + C \sum_i s_i \ell_i$ with sample weights s (times the class weights);
    the intercept b is penalised, as in liblinear: raise intercept_scaling where that matters.

    loss : "hinge", $\ell = \max(0, 1 - y f)$, or "squared_hinge", its square;
    tol : the fit stops when its objective F is proven to be within $\mathrm{tol}^2 F$ of the minimum, and thus the
    weights within $\mathrm{tol} \sqrt{2F}$ of the best (crammer_singer: when F is within 0.01 tol F; nowhere less than
    1e-12 F);  C : float > 0, price of the losses;
    multi_class : more than two classes are learnt "ovr", one against the rest, or together by "crammer_singer", which
    has a loss of its own (`crammer_singer`);  fit_intercept : whether b is free or 0;
    intercept_scaling : float > 0, the s of the penalty on b;
    class_weight : None, "balanced" or a dict {class: weight} (as in scikit-learn, one against the rest the weight of a
    class holds for the one, and that of the rest is 1);  random_state : seed or Generator of the order in which samples
    are looked at, on which the minimum does not depend;  max_iter : steps of Newton's method (sweeps of coordinate
    descent for crammer_singer, and where n and d are both large) allowed, after which a ConvergenceWarning is given.
    After fit: classes_ (K,), coef_ (1, d) for two classes, else (K, d), intercept_ (1,) or (K,), n_iter_.

    >>> model = LinearSVC(loss="hinge", fit_intercept=False).fit([[-2.0], [0.5], [1.0], [4.0]], ["a", "a", "b", "b"])
    >>> model.predict([[-1.0], [3.0]]), model.coef_.round(4)  # least of w²/2 + (1 + w/2) + (1 - w)
    (array(['a', 'b'], dtype='<U1'), array([[0.5]]))
    """

    def __init__(
        self,
        loss="squared_hinge",
        *,
        tol=1e-4,
        C=1.0,
        multi_class="ovr",
        fit_intercept=True,
        intercept_scaling=1,
        class_weight=None,
        random_state=None,
        max_iter=1000,
    ):
        self.loss = loss
        self.tol = tol
        self.C = C
        self.multi_class = multi_class
        self.fit_intercept = fit_intercept
        self.intercept_scaling = intercept_scaling
        self.class_weight = class_weight
        self.random_state = random_state
        self.max_iter = max_iter

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and labels y (n,) with weights sample_weight (n,) >= 0 or None; returns self."""
        check_settings(self, ("hinge", "squared_hinge"))
        if self.multi_class not in ("ovr", "crammer_singer"):
            raise ValueError(f"multi_class = {self.multi_class!r} must be 'ovr' or 'crammer_singer'")
        X, y = validate_data(self, X, y, dtype=np.float64, order="C")
        check_classification_targets(y)
        self.classes_, codes = np.unique(y, return_inverse=True)
        if len(self.classes_) < 2:
            only = self.classes_.tolist()[0]
            raise ValueError(f"y has only one class, {only!r}; there must be samples of at least two classes")
        s = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
        factors = compute_class_weight(self.class_weight, classes=self.classes_, y=y, sample_weight=s)
        X1 = np.column_stack([X, np.full(len(X), float(self.intercept_scaling))]) if self.fit_intercept else X
        solve = self._together if self.multi_class == "crammer_singer" else self._one_by_one
        W, gap, steps = solve(X1, codes, self.C * s, factors, as_generator(self.random_state))
        warn_of_gap(gap, self._accuracy(), steps, self.max_iter)
        self.coef_ = np.ascontiguousarray(W[:, : X.shape[1]])
        self.intercept_ = W[:, X.shape[1] :].sum(axis=1) * self.intercept_scaling
        self.n_iter_ = int(steps)
        return self

    def _accuracy(self):
        """The duality gap at the end, relative to the objective; coordinate descent would take long to tol²."""
        return max(self.tol / 100 if self.multi_class == "crammer_singer" else self.tol**2, 1e-12)

    def _one_by_one(self, X, codes, prices, factors, rng):
        """(W, largest relative gap, most steps) of each class against the rest; one of two classes is enough."""
        binary, results = len(factors) == 2, []
        for k in [1] if binary else range(len(factors)):
            C = prices * np.where(codes == k, factors[k], factors[0] if binary else 1.0)
            y, used = np.where(codes == k, 1.0, -1.0), C > 0
            if not used.any():
                raise ValueError("the weight of every sample is zero; give at least one a positive weight")
            data = (X, y, C) if used.all() else (X[used], y[used], C[used])
            results.append(_minimum(*data, self.loss == "squared_hinge", self._accuracy(), self.max_iter, rng))
        W, gaps, steps = zip(*results)
        return np.array(W), max(gaps), max(steps)

    def _together(self, X, codes, prices, factors, rng):
        """(W, relative gap, sweeps) of the machine of Crammer and Singer; for two classes the difference of its two."""
        C, classes = prices * factors[codes], len(factors)
        W, gap, sweeps = crammer_singer_minimum(X, codes, C, classes, self._accuracy(), self.max_iter, rng)
        return W[1:] - W[:1] if len(W) == 2 else W, gap, sweeps

    def decision_function(self, X):
        """Scores f = x·w + b at the rows of X (m, d): (m,) for two classes, positive for the second; else (m, K)."""
        check_is_fitted(self)
        scores = validate_data(self, X, dtype=np.float64, reset=False) @ self.coef_.T + self.intercept_
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict(self, X):
        """The class of the largest score at the rows of X (m, d): (m,)."""
        scores = self.decision_function(X)
        return self.classes_[(scores > 0).astype(int) if scores.ndim == 1 else scores.argmax(axis=1)]
