r"""Support-vector classification with probabilities, by Platt scaling on samples that were held out.

A machine is sure of the samples that it was fitted to, so the sigmoid of `svm.platt` is fitted to scores that came from
machines which had not seen them: the samples are split into folds, and each fold is scored by a machine of the others.
For several classes the probabilities of all pairs are coupled.

Oracles: calibration on new samples; scikit-learn's CalibratedClassifierCV. Sources: as in `svm.platt`.
"""

from itertools import combinations

import numpy as np
from sklearn.base import clone

from abinitio._core.random import as_generator
from abinitio.svm.classification import SVC
from abinitio.svm.platt import couple_probabilities, pairwise_matrices, platt_probability, platt_scaling


class ProbabilitySVC(SVC):
    r"""`SVC` with probabilities; its parameters, and two more.

    C, kernel, degree, gamma, coef0, tol, cache_size, class_weight, max_iter, decision_function_shape, break_ties : as
    in `SVC`;  folds : integer >= 2, number of parts, each scored by a machine that was fitted to the others; fewer
    where a class has fewer samples;  random_state : seed or Generator of the split.
    After fit: as `SVC`; sigmoids_ (pairs, 2), the A and B of $p = 1/(1 + e^{Af + B})$, p of the class whose scores are
    positive.

    >>> X = np.r_[-2 * np.ones(50), 2 * np.ones(50), [0.5, -0.5]][:, None]
    >>> model = ProbabilitySVC(kernel="linear", random_state=0).fit(X, np.r_[np.zeros(50), np.ones(50), [0, 1]])
    >>> bool(model.predict_proba([[2.0]])[0, 1] > 0.9)
    True
    """

    def __init__(
        self,
        *,
        C=1.0,
        kernel="rbf",
        degree=3,
        gamma="scale",
        coef0=0.0,
        tol=1e-3,
        cache_size=200,
        class_weight=None,
        max_iter=-1,
        decision_function_shape="ovr",
        break_ties=False,
        folds=5,
        random_state=None,
    ):
        super().__init__(
            C=C,
            kernel=kernel,
            degree=degree,
            gamma=gamma,
            coef0=coef0,
            tol=tol,
            cache_size=cache_size,
            class_weight=class_weight,
            max_iter=max_iter,
            decision_function_shape=decision_function_shape,
            break_ties=break_ties,
        )
        self.folds = folds
        self.random_state = random_state

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d), or K (n, n) if precomputed, and labels y (n,) with weights (n,) or None; returns self."""
        if not (self.folds == int(self.folds) and self.folds >= 2):
            raise ValueError(f"folds = {self.folds!r} must be an integer >= 2")
        super().fit(X, y, sample_weight)
        X, codes = np.asarray(X), np.unique(np.asarray(y).ravel(), return_inverse=True)[1]
        if sample_weight is not None:  # what has no weight is not there
            there = np.asarray(sample_weight) > 0
            X = X[np.ix_(there, there)] if self._is_precomputed() else X[there]
            codes, sample_weight = codes[there], np.asarray(sample_weight)[there]
        scores = self._held_out_scores(X, codes, sample_weight)
        sigmoids = []
        for column, (p, q) in enumerate(combinations(range(len(self.classes_)), 2)):
            ours = (codes == p) | (codes == q)
            labels = np.where(codes[ours] == (q if len(self.classes_) == 2 else p), 1, -1)
            sigmoids.append(platt_scaling(scores[ours, column], labels))
        self.sigmoids_ = np.array(sigmoids)
        return self

    def _held_out_scores(self, X, codes, sample_weight):
        """The scores (n, pairs) of all samples, each by machines that were fitted without it."""
        rng, counts = as_generator(self.random_state), np.bincount(codes)
        folds = min(int(self.folds), counts.min())
        if folds < 2:
            alone = self.classes_[counts.argmin()]
            raise ValueError(f"class {alone!r} has one sample: for probabilities each class needs two or more")
        fold = np.empty(len(codes), dtype=int)
        for k, count in enumerate(counts):
            fold[codes == k] = rng.permutation(count) % folds
        scores, plain = np.empty((len(codes), len(counts) * (len(counts) - 1) // 2)), SVC(**_settings_of(self))
        for k in range(folds):
            rest, left = np.flatnonzero(fold != k), np.flatnonzero(fold == k)
            kept = np.ix_(rest, rest) if self._is_precomputed() else rest
            asked = np.ix_(left, rest) if self._is_precomputed() else left
            weights = None if sample_weight is None else np.asarray(sample_weight)[rest]
            model = clone(plain).fit(X[kept], self.classes_[codes[rest]], weights)
            scores[left] = model._pair_scores(X[asked])
        return scores

    def predict_proba(self, X):
        """The probabilities of the classes at the rows of X (m, d), or of K (m, n): (m, c), as in classes_."""
        scores = self._pair_scores(X)
        p = np.stack([platt_probability(f, A, B) for f, (A, B) in zip(scores.T, self.sigmoids_)], axis=1)
        if len(self.classes_) == 2:
            return np.column_stack([1 - p[:, 0], p[:, 0]])
        return couple_probabilities(pairwise_matrices(p, len(self.classes_)))


def _settings_of(model):
    """The parameters that a model shares with a plain `SVC`."""
    return {name: getattr(model, name) for name in SVC().get_params()}
