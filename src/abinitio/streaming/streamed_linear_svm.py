r"""The linear support-vector machine whose samples are read from a file again and again.

The objective of `LinearSVC`, $\frac12 |w|^2 + C \sum_i \ell_i$ with the intercept as the weight of a constant feature,
is a sum over blocks. The start is the solution of a sample, with C times the ratio of the numbers. Squared hinge losses
are smooth: L-BFGS, whose steps begin with the inverse Hessian of the sample, gains one or two digits a pass, and
$\frac12 |\nabla F|^2$ is the duality gap that says when it is done. Hinge losses have kinks, of which the nearest are
kept in memory (`kink_bundle`). All classes share each pass, one against the rest.

Oracle: `LinearSVC.fit` of all samples in memory.
Sources: R. H. Byrd, G. M. Chin, W. Neveitt, J. Nocedal, SIAM J. Optim. 21 (2011) 977 (curvature of a sample); C. H.
Teo, S. V. N. Vishwanathan, A. J. Smola, Q. V. Le, J. Mach. Learn. Res. 11 (2010) 311.
"""

import warnings
from functools import partial

import numpy as np
from sklearn.exceptions import ConvergenceWarning

from abinitio._core.random import as_generator
from abinitio.optimize.bfgs import lbfgs
from abinitio.optimize.line_search import Point
from abinitio.streaming.kink_bundle import Cells, bundle_minimum, joined_kink_sums, kink_sums_of, merge_kink_sums
from abinitio.streaming.one_pass import target_last
from abinitio.streaming.reduce import MEMORY, reduce_rows
from abinitio.streaming.sample import spread_sample
from abinitio.streaming.softmax import WIDEST, LossSums, inverse_of, merge_loss_sums
from abinitio.svm.linear import LinearSVC, check_settings
from abinitio.svm.linear_minimum import linear_minimum
from abinitio.svm.signed_dual import classification_problem

SAMPLE = 2**20  # numbers in the sample's features
BLOCK = 2**17  # numbers of a block that is worked on at once
AXES = 8  # that say which rows are alike: 2^8 groups of them
KEPT = 1 / 4  # of the memory, for the rows whose kinks are near


def signed_rows(block, classes, scale):
    """Pieces (X, Y) of a block: features X (m, d+1) with a last one of the height scale, and signs Y (m, K).

    block : (n, d+1), the class last;  classes : (K,) sorted values of it;  scale : 0 for no further feature, X (m, d).
    A sign says whether the row belongs to the class; for two classes there is one, of the second (K = 1).
    ValueError where a class is not among the classes.

    >>> [(X.tolist(), Y.tolist()) for X, Y in signed_rows(np.array([[7.0, 5.0]]), np.array([3.0, 5.0]), 1.0)]
    [([[7.0, 1.0]], [[1.0]])]
    """
    rows = max(BLOCK // block.shape[1], 64)
    for i in range(0, max(len(block), 1), rows):
        x, y = block[i : i + rows, :-1], block[i : i + rows, -1]
        if not np.isin(y, classes).all():
            strange = y[~np.isin(y, classes)].tolist()[0]
            raise ValueError(f"the target holds {strange!r}, which is not among the classes {classes.tolist()}")
        X = np.full((len(x), x.shape[1] + bool(scale)), float(scale))
        X[:, : x.shape[1]] = x
        yield X, np.where(y[:, None] == classes[len(classes) == 2 :], 1.0, -1.0)


def squared_hinge_sums_of(block, W, classes, scale):
    r"""`LossSums` of $\sum_i \max(0, 1 - y_i\, w_k \cdot x_i)^2$, with values (K,) and gradients (K, d+1).

    block, classes, scale : as in `signed_rows`;  W : (K, d+1).

    >>> block = np.array([[2.0, 0], [0.5, 1]])
    >>> squared_hinge_sums_of(block, np.array([[1.0]]), np.array([0, 1]), 0.0)
    LossSums(n=2, value=array([9.25]), gradient=array([[11.5]]))
    """
    value, gradient = np.zeros(len(W)), np.zeros(W.shape)
    for X, Y in signed_rows(block, classes, scale):
        miss = np.maximum(0, 1 - Y * (X @ W.T))
        value += np.sum(miss**2, axis=0)
        gradient -= 2 * (Y * miss).T @ X
    return LossSums(len(block), value, gradient)


def hinge_sums_of(block, W, machines, widths, classes, scale, most, cells=None):
    """`KinkSums` of some of the machines, a list of J.

    block, classes, scale : as in `signed_rows`;  W : (J, d+1);  machines : (J,), which of the K classes;
    widths : (J,), most and cells : as in `kink_sums_of`.

    >>> block = np.array([[2.0, 0], [0.5, 1]])
    >>> hinge_sums_of(block, np.array([[1.0]]), [0], [np.inf], np.array([0, 1]), 0.0, 10)[0].loss
    3.5
    """
    parts = [
        [kink_sums_of(Y[:, k : k + 1] * X, w, most, width, cells) for w, k, width in zip(W, machines, widths)]
        for X, Y in signed_rows(block, classes, scale)
    ]
    return [joined_kink_sums(of_one, most, cells) for of_one in zip(*parts)]


def _merge_hinge_sums(a, b, most, cells):
    return [merge_kink_sums(p, q, most, cells) for p, q in zip(a, b)]


def cells_of(X, J, rng):
    """`Cells` by J random axes, which halve the rows X (n, p) and their mirror images -X together.

    >>> cells_of(np.array([[1.0], [3.0]]), 2, np.random.default_rng(0)).thresholds
    array([0., 0.])
    """
    axes = rng.standard_normal((X.shape[1], J)) / np.maximum(X.std(axis=0), 1e-12 + np.abs(X).max(axis=0) / 10)[:, None]
    return Cells(axes, np.median(np.concatenate([X @ axes, -X @ axes]), axis=0))


class StreamedLinearSVC(LinearSVC):
    """`LinearSVC`, which can also be fitted to rows that do not fit in memory, to the same optimum.

    Parameters as there, but multi_class must be "ovr" and class_weight None in `fit_rows`; max_iter then is the number
    of passes, and random_state has no influence. After `fit_rows`: classes_, coef_, intercept_, n_iter_ as there;
    n_passes_, the passes over the rows;  gap_, how far at most the objective is above its minimum, relative to it (the
    largest of the classes).

    >>> from abinitio.data import ArrayRows
    >>> rows = ArrayRows(np.array([[-2.0, 0], [0.5, 0], [1.0, 1], [4.0, 1]]), columns=("x", "kind"))
    >>> model = StreamedLinearSVC(loss="hinge", fit_intercept=False).fit_rows(rows, target="kind")
    >>> model.coef_.round(4), model.predict([[-1.0], [3.0]])  # least of w²/2 + (1 + w/2) + (1 - w)
    (array([[0.5]]), array([0., 1.]))
    """

    def fit_rows(self, rows, target, *, classes=None, memory=MEMORY, jobs=None, progress=False):
        """Fit to rows in a file, by passes over them.

        rows : what `abinitio.data.open_rows` returns;  target : name of the column that holds the class;
        classes : its values; None to find them, by a pass over that column;  memory : bytes of a block, of which a
        quarter more is for the rows that are kept;  jobs, progress : as in `reduce_rows`.
        Returns self. ConvergenceWarning where max_iter passes, or the rows kept, do not suffice for the proof.
        """
        check_settings(self, ("hinge", "squared_hinge"))
        if self.multi_class != "ovr" or self.class_weight is not None:
            raise ValueError(
                'passes over rows know multi_class="ovr" alone and no class_weight; fit a sample with them'
            )
        rows, settings = target_last(rows, target), {"memory": memory, "jobs": jobs, "progress": progress}
        if classes is None:
            classes = reduce_rows(rows.select(rows.columns[-1:]), np.unique, np.union1d, **settings)
        self.classes_, self.n_features_in_ = np.unique(classes), len(rows.columns) - 1
        if len(self.classes_) < 2:
            raise ValueError(
                f"{target!r} has only one class, {self.classes_.tolist()[0]!r}; there must be at least two"
            )
        data = {"classes": self.classes_, "scale": float(self.intercept_scaling) if self.fit_intercept else 0.0}
        sample = spread_sample(rows, SAMPLE // len(rows.columns))
        X, Y = (np.concatenate(parts) for parts in zip(*signed_rows(sample, **data)))
        start, fit = self._start(X, Y, len(rows)), self._squared if self.loss == "squared_hinge" else self._kinked
        W, self.gap_, self.n_passes_ = fit(rows, start, X, Y, data, settings)
        self.n_iter_ = self.n_passes_
        if self.gap_ > self._accuracy():
            message = (
                f"stopped after {self.n_passes_} of max_iter = {self.max_iter} passes with a relative duality gap of "
                f"{self.gap_:.3g}, above {self._accuracy():.3g}; raise max_iter, memory or tol, or standardise"
            )
            warnings.warn(message, ConvergenceWarning, stacklevel=2)
        self.coef_ = np.ascontiguousarray(W[:, : self.n_features_in_])
        self.intercept_ = W[:, self.n_features_in_ :].sum(axis=1) * self.intercept_scaling
        return self

    def _start(self, X, Y, n):
        """The solution of the sample, W (K, d+1)."""
        rng, price, accuracy = as_generator(0), np.full(len(X), self.C * n / len(X)), max(self._accuracy(), 1e-5)
        losses, squared = (classification_problem(y, price) for y in Y.T), self.loss == "squared_hinge"
        return np.array([linear_minimum(X, some, squared, accuracy, 100, rng).w for some in losses])

    def _kinked(self, rows, W, X, Y, data, settings):
        """(W, largest relative gap, passes) for hinge losses."""
        most = int(max(KEPT * settings["memory"] / (8 * W.size), 64))
        share = min(1.5 * most / len(rows), 1.0)
        cells = cells_of(X, AXES, as_generator(0)) if share < 1 else None

        def sums_at(W, machines):
            margins = np.abs(1 - Y[:, machines] * (X @ W.T))
            widths = np.quantile(margins, share, axis=0) if share < 1 else np.full(len(W), np.inf)
            summarise = partial(hinge_sums_of, W=W, machines=machines, widths=widths, most=most, cells=cells, **data)
            return reduce_rows(rows, summarise, partial(_merge_hinge_sums, most=most, cells=cells), **settings)

        W, gaps, passes = bundle_minimum(sums_at, W, self.C, self._accuracy(), self.max_iter)
        return W, float(gaps.max()), passes

    def _squared(self, rows, W, X, Y, data, settings):
        """(W, largest relative gap, passes) for squared hinge losses."""
        price, self.n_passes_, values = 2 * self.C * len(rows) / len(X), 0, {}
        inside = (1 - Y * (X @ W.T) > 0).T
        inverses = [inverse_of(np.eye(W.shape[1]) + price * X[A].T @ X[A]) for A in inside if W.shape[1] <= WIDEST]

        def function(W):
            self.n_passes_ += 1
            sums = reduce_rows(rows, partial(squared_hinge_sums_of, W=W, **data), merge_loss_sums, **settings)
            each = self.C * sums.value + np.sum(W**2, axis=1) / 2
            values[W.tobytes()] = each
            return float(each.sum()), W + self.C * sums.gradient

        def gap(point):  # with a = 2C max(0, 1 - y f): F less the dual objective is |gradient|²/2
            return np.max(np.sum(point.gradient**2, axis=1) / 2 / values[point.w.tobytes()])

        precondition = (lambda G: np.stack([inverse(g) for inverse, g in zip(inverses, G)])) if inverses else None
        point = best = Point(W, *function(W))
        known = lambda w: (point.value, point.gradient) if w is W else function(w)
        steps = lbfgs(known, W, precondition=precondition)
        while gap(best) > self._accuracy() and self.n_passes_ < self.max_iter:
            point = next(steps, None)
            if point is None:  # rounding hides every further fall of the objective
                break
            best = min(best, point, key=gap)
        return best.w, float(gap(best)), self.n_passes_
