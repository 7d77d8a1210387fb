r"""The machines that are told how many samples may be wrong, and not what a wrong one costs.

For the classifier, $\nu$ is an upper bound of the share of samples inside the street or beyond it, and a lower bound of
the share of support vectors; C follows from it. For the curve the same holds for the share of samples outside the tube,
and its half-width $\epsilon$ follows.

Both are the machines of `svm.classification` and `svm.regression` for one value of C or $\epsilon$. At their optimum
$\sum_i a_i = \nu \sum_i C_i$ in one case and $\sum_i |\beta_i| = \nu \sum_i C_i$ in the other, and these sums, over C,
fall steadily as C or $\epsilon$ grow: a root is looked for, each machine starting from the last one's coefficients.

Oracles: the two bounds; scikit-learn's NuSVC and NuSVR (libsvm).
Sources: B. Schölkopf, A. J. Smola, R. C. Williamson, P. L. Bartlett, Neural Comput. 12 (2000) 1207; C.-C. Chang, C.-J.
Lin, Neural Comput. 13 (2001) 2119 (the equivalence, and which $\nu$ can be reached).
"""

import numpy as np

from abinitio.svm.classification import SVC
from abinitio.svm.regression import SVR
from abinitio.svm.signed_dual import regression_problem

TRIALS = 60  # values of C or epsilon at the most; about ten are needed


def falling_root(function, low, high, accuracy):
    """Where a function that falls is 0, by the rule of false position, halving the value that stays (Illinois).

    function : number -> number, >= 0 at `low` and <= 0 at `high`;  accuracy : |value| at which the search ends.
    Returns the last number tried. Source: G. Dahlquist, Å. Björck, "Numerical Methods" (1974), section 6.3.

    >>> round(falling_root(lambda x: 2.0 - x**2, 0.0, 2.0, 1e-12), 9)
    1.414213562
    """
    at_low, at_high = function(low), function(high)
    x, value = (low, at_low) if abs(at_low) <= accuracy else (high, at_high)
    for _ in range(TRIALS):
        if abs(value) <= accuracy or low == high:
            break
        x = (low * at_high - high * at_low) / (at_high - at_low)
        value = function(x)
        if value > 0:
            low, at_low, at_high = x, value, at_high / 2
        else:
            high, at_high, at_low = x, value, at_low / 2
    return x


class NuSVC(SVC):
    r"""Support-vector classification with a bound $\nu$ on the share of errors, with scikit-learn's interface.

    nu : number in (0, 1];  kernel, degree, gamma, coef0, tol, cache_size, class_weight, max_iter,
    decision_function_shape, break_ties : as in `SVC`. ValueError where $\nu$ is too large for the smaller class.
    After fit: as in `SVC`, whose solution it is with the right C.

    >>> model = NuSVC(nu=0.5, kernel="linear").fit([[-2.0], [-1.0], [1.0], [2.0]], [0, 0, 1, 1])
    >>> model.predict([[-0.5], [0.5]])
    array([0, 1])
    """

    def __init__(
        self,
        *,
        nu=0.5,
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
    ):
        self.nu = nu
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.tol = tol
        self.cache_size = cache_size
        self.class_weight = class_weight
        self.max_iter = max_iter
        self.decision_function_shape = decision_function_shape
        self.break_ties = break_ties

    def _price(self):
        if not 0 < self.nu <= 1:
            raise ValueError(f"nu = {self.nu!r} must be a number in (0, 1]")
        return 1.0

    def _optimum(self, blocks, y, C):
        """The machine whose multipliers are, on the average, nu times their bound."""
        smaller = 2 * min(C[y > 0].sum(), C[y < 0].sum())
        if self.nu * C.sum() > smaller * (1 + 1e-9):
            raise ValueError(
                f"nu = {self.nu} is infeasible for these classes: it can be at most 2 min(n+, n-) / (n+ + n-) = "
                f"{smaller / C.sum():.6g}"
            )
        last = {"factor": 1.0, "beta": np.zeros(len(y))}

        def excess(log_factor):  # of the mean multiplier over nu, which falls as the price of the loss rises
            factor = np.exp(log_factor)
            start = np.clip(last["beta"] * (factor / last["factor"]), -factor * C, factor * C)
            problem, found = super(NuSVC, self)._optimum(blocks, y, factor * C, start)
            last.update(factor=factor, beta=found.beta, answer=(problem, found))
            return np.abs(found.beta).sum() / (factor * C.sum()) - self.nu

        low, high = _bracket(excess, self.tol * self.nu)
        falling_root(excess, low, high, self.tol * self.nu)
        return last["answer"]


def _bracket(excess, accuracy):
    """Two logarithms of a price between which the excess falls through 0, or one where it is 0 within the accuracy."""
    low = high = 0.0
    value = excess(low)
    step = np.log(8.0) if value > 0 else -np.log(8.0)
    while abs(value) > accuracy and (value > 0) == (step > 0) and abs(high) < 60:
        low, high = high, high + step
        value = excess(high)
    return min(low, high), max(low, high)


class NuSVR(SVR):
    r"""Support-vector regression with a bound $\nu$ on the share of samples outside the tube, with scikit-learn's
    interface.

    nu : number in (0, 1];  C : number > 0, the price of a unit outside the tube;  kernel, degree, gamma, coef0, tol,
    cache_size, max_iter : as in `SVR`.
    After fit: as in `SVR`, whose solution it is with the right half-width of the tube.

    >>> model = NuSVR(nu=0.5, C=100.0, kernel="linear", tol=1e-9).fit([[0.0], [1.0], [2.0]], [0.0, 1.0, 2.0])
    >>> model.predict([[3.0]]).round(6)
    array([3.])
    """

    def __init__(
        self,
        *,
        nu=0.5,
        C=1.0,
        kernel="rbf",
        degree=3,
        gamma="scale",
        coef0=0.0,
        tol=1e-3,
        cache_size=200,
        max_iter=-1,
    ):
        self.nu = nu
        self.C = C
        self.kernel = kernel
        self.degree = degree
        self.gamma = gamma
        self.coef0 = coef0
        self.tol = tol
        self.cache_size = cache_size
        self.max_iter = max_iter

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d), or K (n, n) if precomputed, and targets y (n,) with weights (n,) or None; returns self."""
        if not 0 < self.nu <= 1:
            raise ValueError(f"nu = {self.nu!r} must be a number in (0, 1]")
        if not 0 < self.C < np.inf:
            raise ValueError(f"C = {self.C!r} must be a finite number > 0")
        X, y, weights = self._checked(X, y, sample_weight)
        samples, C, last = self._settle(X), self.C * weights, {}

        def excess(epsilon):  # of the mean |coefficient| over nu, which falls as the tube widens
            problem = regression_problem(y, C, epsilon)
            found = self._solve(samples, problem, last["answer"][1].beta if last else None)
            last["answer"] = problem, found
            return np.abs(found.beta).sum() / C.sum() - self.nu

        if excess(0.0) > 0:
            falling_root(excess, 0.0, np.ptp(y) / 2, self.tol * self.nu)
        self._store(X, *last["answer"])
        return self
