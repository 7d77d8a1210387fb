r"""Support-vector regression: the flattest curve, in the features of a kernel, whose tube holds the data.

Minimises $\frac12 |w|^2 + \sum_i C_i \max(0, |y_i - f(x_i)| - \epsilon)$ with $f = w \cdot \varphi + b$, in the dual
form of `svm.signed_dual`. `violation_` and `duality_gap_` prove how near to the optimum the fit is.

Time: about n times the number of support vectors; memory: `cache_size` MB and $16 n d$ bytes.
Oracles: quadratic programming; strong duality; scikit-learn's SVR (libsvm).
Sources: H. Drucker, C. Burges, L. Kaufman, A. Smola, V. Vapnik, NIPS 9 (1997) 155; A. J. Smola, B. Schölkopf, Stat.
Comput. 14 (2004) 199.
"""

from functools import partial

import numpy as np
from sklearn.base import RegressorMixin
from sklearn.utils.validation import _check_sample_weight, validate_data

from abinitio.kernels.kernel_matrix import FLOATS
from abinitio.svm.block_smo import solve_signed_dual
from abinitio.svm.machine import KernelMachine
from abinitio.svm.signed_dual import regression_problem, signed_duality_gap, signed_intercept


class SVR(RegressorMixin, KernelMachine):
    r"""Support-vector regression with scikit-learn's interface.

    kernel, degree, gamma, coef0, cache_size, max_iter : as in `KernelMachine`;  tol : by how much the conditions of
    optimality may be missed, in the unit of y;  C : number > 0, the price of a unit outside the tube;  epsilon : >= 0,
    half-width of the tube, in the unit of y.
    After fit: support_ (s,), numbers of the samples on the border of the tube or outside it, and support_vectors_
    (s, d), n_support_ (1,);  dual_coef_ (1, s);  intercept_ (1,);  coef_ (1, d) for the linear kernel;  n_iter_, steps;
    violation_ and duality_gap_, properties, the proof of optimality.

    >>> model = SVR(kernel="linear", C=100.0, epsilon=0.5, tol=1e-9).fit([[0.0], [2.0]], [0.0, 5.0])
    >>> model.predict([[0.0], [2.0]]).round(6)  # the flattest line inside the tube
    array([0.5, 4.5])
    """

    def __init__(
        self,
        *,
        kernel="rbf",
        degree=3,
        gamma="scale",
        coef0=0.0,
        tol=1e-3,
        C=1.0,
        epsilon=0.1,
        cache_size=200,
        max_iter=-1,
    ):
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.tol = tol
        self.C = C
        self.epsilon = epsilon
        self.cache_size = cache_size
        self.max_iter = max_iter

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d), or K (n, n) if precomputed, and targets y (n,) with weights (n,) or None; returns self."""
        if not 0 < self.C < np.inf:
            raise ValueError(f"C = {self.C!r} must be a finite number > 0")
        if not 0 <= self.epsilon < np.inf:
            raise ValueError(f"epsilon = {self.epsilon!r} must be a finite number >= 0, in the unit of y")
        X, y, weights = self._checked(X, y, sample_weight)
        samples, problem = self._settle(X), regression_problem(y, self.C * weights, self.epsilon)
        self._store(X, problem, self._solve(samples, problem))
        return self

    def _checked(self, X, y, sample_weight):
        X, y = validate_data(self, X, y, dtype=FLOATS, y_numeric=True)
        weights = _check_sample_weight(sample_weight, X, dtype=float, ensure_non_negative=True)
        return X, y.astype(float), weights

    def _solve(self, samples, problem, beta=None):
        """The `Solution` for the samples, from the feasible coefficients beta or from zeros."""
        blocks = partial(self._blocks, samples)
        settings = {"most": self._limit(), "largest": self._largest_set(), "beta": beta}
        return solve_signed_dual(blocks, problem, self.tol, **settings)

    def _store(self, X, problem, found):
        self._keep_support(X, np.flatnonzero(found.beta))
        b = signed_intercept(found.beta, found.g, problem)
        self.dual_coef_, self.intercept_ = found.beta[None, self.support_], np.array([b])
        self.n_iter_ = found.steps
        self._proof = found.violation, signed_duality_gap(found.beta, found.g, b, problem)
        self._warn_unless_solved(found.violation)

    @property
    def n_support_(self):
        """Number of support vectors, (1,)."""
        return np.array([len(self.support_)], dtype=np.int32)

    @property
    def violation_(self):
        """By how much the conditions of optimality are missed."""
        return self._proof[0]

    @property
    def duality_gap_(self):
        """By how much the objective can exceed the least possible one."""
        return self._proof[1]

    def _machines(self):
        return self.dual_coef_.T

    def predict(self, X):
        """The values of the curve at the rows of X (m, d), or of K (m, n) if precomputed: (m,)."""
        return self._by_rows(X, lambda K: K @ self.dual_coef_[0] + self.intercept_[0])
