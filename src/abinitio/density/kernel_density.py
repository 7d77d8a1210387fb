"""Kernel density estimation as an estimator with scikit-learn's interface, with Gaussian kernels.

Oracle: scikit-learn's KernelDensity.  Sources: as in `kde` and `bandwidth`; the ways by a grid and by a tree, in
`gridded_kde` and `tree_kde`.
"""

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.density.bandwidth import least_squares_bandwidth, likelihood_bandwidth, sheather_jones_bandwidth
from abinitio.density.kde import kernel_log_density, sample_kernel_density, scott_factor, silverman_factor

RULES = {  # the bandwidth for samples X (n, d)
    "scott": lambda X: scott_factor(*X.shape),
    "silverman": lambda X: silverman_factor(*X.shape),
    "likelihood": likelihood_bandwidth,
    "least squares": least_squares_bandwidth,
    "sheather-jones": lambda X: sheather_jones_bandwidth(X[:, 0]),
}
FROM_SAMPLES = ("likelihood", "least squares", "sheather-jones")


class KernelDensity(DensityMixin, BaseEstimator):
    r"""Kernel density estimate with Gaussian kernels and scikit-learn's interface.

    bandwidth : h > 0, in the unit of X, or "scott" or "silverman" for `scott_factor` or `silverman_factor`, which are
    for features of standard deviation 1, or, from the samples themselves where they are at least two and have no
    weights, "likelihood", "least squares" or, for one feature, "sheather-jones" (see `bandwidth`);
    kernel : "gaussian", the only one here;  rtol : the relative error of the density that is allowed at every query;
    0 means rounding, 1e-12.
    After fit: bandwidth_, the h used.

    >>> model = KernelDensity(bandwidth=1.0).fit([[0.0], [2.0]])
    >>> model.score_samples([[1.0]]).round(4)  # -(1 + ln 2π)/2
    array([-1.4189])
    """

    def __init__(self, *, bandwidth=1.0, kernel="gaussian", rtol=0):
        self.bandwidth = bandwidth
        self.kernel = kernel
        self.rtol = rtol

    def fit(self, X, y=None, sample_weight=None):
        """Keep the samples X (n, d) with weights (n,) or None; y is ignored. Returns self."""
        X = validate_data(self, X, dtype=float)
        if self.kernel != "gaussian":
            raise ValueError(f'kernel = {self.kernel!r} must be "gaussian"; for others see scikit-learn')
        if not (isinstance(self.rtol, Real) and self.rtol >= 0):
            raise ValueError(f"rtol = {self.rtol!r} must be a number >= 0")
        self.bandwidth_ = self._chosen_bandwidth(X, sample_weight)
        self._weights = None
        if sample_weight is not None:
            self._weights = _check_sample_weight(sample_weight, X, dtype=float, ensure_non_negative=True)
        self._samples = X
        return self

    def _chosen_bandwidth(self, X, sample_weight):
        """The h for the samples X (n, d)."""
        rule = self.bandwidth
        if isinstance(rule, Real) and 0 < rule < np.inf:
            return rule
        if not (isinstance(rule, str) and rule in RULES):
            raise ValueError(f"bandwidth = {rule!r} must be a number > 0 or one of {list(RULES)}")
        if rule in FROM_SAMPLES and (len(X) < 2 or sample_weight is not None):
            raise ValueError(f"bandwidth = {rule!r} is for two samples or more (n_samples = {len(X)}) without weights")
        if rule == "sheather-jones" and X.shape[1] > 1:
            raise ValueError(f"bandwidth = {rule!r} is for one feature; there are {X.shape[1]}")
        return RULES[rule](X)

    def score_samples(self, X):
        """Logarithm of the density at each row of X (m, d), whose unit is that of the samples to the power -d: (m,)."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=float, reset=False)
        if hasattr(kernel_log_density, "fast"):
            return kernel_log_density.fast(self._samples, X, self.bandwidth_, self._weights, self.rtol)
        return kernel_log_density(self._samples, X, self.bandwidth_, self._weights)

    def score(self, X, y=None):
        """The sum of the log-densities (nats) of the rows of X, (m, d); y is ignored."""
        return float(self.score_samples(X).sum())

    def sample(self, n_samples=1, random_state=None):
        """Draws (n_samples, d) from the density;  random_state : None, integer or Generator."""
        check_is_fitted(self)
        rng = as_generator(random_state)
        return sample_kernel_density(self._samples, self.bandwidth_, n_samples, self._weights, rng)
