"""Kernel density estimation as an estimator with scikit-learn's interface, with Gaussian kernels.

Oracle: scikit-learn's KernelDensity.  Source: as in `kde`; the way by a grid, in `gridded_kde`.
"""

from numbers import Real

import numpy as np
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.density.kde import kernel_log_density, sample_kernel_density, scott_factor, silverman_factor


class KernelDensity(DensityMixin, BaseEstimator):
    r"""Kernel density estimate with Gaussian kernels and scikit-learn's interface.

    bandwidth : h > 0, in the unit of X, or "scott" or "silverman" for `scott_factor` or `silverman_factor`, which are
    for features of standard deviation 1;  kernel : "gaussian", the only one here;  rtol : the relative error of the
    density that is allowed at every query; 0 means rounding, 1e-12.
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
        rules = {"scott": scott_factor, "silverman": silverman_factor}
        if isinstance(self.bandwidth, str) and self.bandwidth in rules:
            self.bandwidth_ = rules[self.bandwidth](*X.shape)
        elif isinstance(self.bandwidth, Real) and 0 < self.bandwidth < np.inf:
            self.bandwidth_ = self.bandwidth
        else:
            raise ValueError(f'bandwidth = {self.bandwidth!r} must be a number > 0, "scott" or "silverman"')
        self._weights = None
        if sample_weight is not None:
            self._weights = _check_sample_weight(sample_weight, X, dtype=float, ensure_non_negative=True)
        self._samples = X
        return self

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
