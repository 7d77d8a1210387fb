r"""Locally linear regression: at each query a straight line (a plane) fitted with weights that fade with the distance.

$\hat f(q) = a$, where a, b minimise $\sum_i k_i (y_i - a - b^\top(x_i - q))^2$ with
$k_i = \exp(-|x_i - q|^2 / 2h^2)$. With the weighted means $m$ of $x_i - q$ and $\bar y$ of $y_i$, the weighted
covariance S of the positions and t of positions with targets: $b = S^{-1} t$ and $\hat f(q) = \bar y - b^\top m$.

Far from all data only ratios of weights matter, so they are taken relative to the nearest sample: they can never all
underflow. Where the samples that carry weight do not span a direction, b has no component along it (the minimum-norm
fit): a query that sees one sample only gets its value.

`local_linear` reads like this and works through all pairs; what the estimator calls is its fast twin `local_moments`,
tested to agree. Oracles: straight lines are reproduced for every bandwidth; weighted least squares at each query.
Sources: W. S. Cleveland, J. Am. Stat. Assoc. 74 (1979) 829; J. Fan, Ann. Statist. 21 (1993) 196, section 2;
T. Hastie, R. Tibshirani, J. Friedman, "The Elements of Statistical Learning" (2009), section 6.1.
"""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

BLOCK = 2**20  # numbers per block of queries x samples, so that memory does not grow with the number of queries


def local_linear(queries, x, y, bandwidth):
    r"""The locally linear fit at each query: $a$ of the line $a + b^\top(x - q)$ that minimises, over a and b,

    $\sum_{i=1}^n k_i\,(y_i - a - b^\top(x_i - q))^2$ with the weights $k_i = \exp\!\big(-|x_i - q|^2 / (2h^2)\big)$.

    queries : (m,), or (m, d) for d features;  x : (n,), or (n, d);  y : (n,);
    bandwidth : h, float > 0, in the unit of x.
    Returns (m,). Where several lines fit equally well (the samples that carry weight share one position), the one
    with the smallest |b| is meant. Far from all samples the result stays finite: the nearest of them decide.

    >>> local_linear(np.array([0.5, 9.0]), np.array([0.0, 1.0, 2.0]), np.array([1.0, 3.0, 5.0]), bandwidth=1.0).round(6)
    array([ 2., 19.])
    """
    X, Q = x.reshape(len(x), -1), queries.reshape(len(queries), -1)
    D = X.T - Q[:, :, None]  # x - q, (m, d, n)
    distance2 = np.einsum("mdn,mdn->mn", D, D)
    K = np.exp((distance2.min(axis=1, keepdims=True) - distance2) / (2 * bandwidth**2))  # 1 for the nearest sample
    K /= K.sum(axis=1, keepdims=True)
    m, y_mean = D @ K[:, :, None], K @ y
    D -= m
    KD = K[:, None, :] * D
    S, t = KD @ D.swapaxes(1, 2), KD @ (y - y_mean[:, None])[:, :, None]
    b = inverse_on_span(S, m[:, :, 0]) @ t  # gradient = 0:  S b = t
    return y_mean - (b * m).sum(axis=(1, 2))


def inverse_on_span(S, m):
    r"""Inverse of each covariance matrix on the directions that its samples span; zero across them.

    S : (k, d, d) weighted covariances of positions;  m : (k, d) their mean distance from the query.
    A direction counts as spanned where the variance is above $10^{-14}$ of the largest and $10^{-26}\,|m|^2$: below, it
    is the rounding of the positions.  Returns (k, d, d).

    >>> inverse_on_span(np.array([[[4.0, 0.0], [0.0, 0.0]]]), np.array([[1.0, 1.0]]))
    array([[[0.25, 0. ],
            [0.  , 0. ]]])
    """
    variance, axes = np.linalg.eigh(S)
    floor = 1e-14 * variance[:, -1] + 1e-26 * (m**2).sum(axis=1)
    inverse = np.where(variance > floor[:, None], 1 / np.where(variance > 0, variance, 1), 0)
    return (axes * inverse[:, None, :]) @ axes.swapaxes(1, 2)


def _fast(queries, x, y, bandwidth, sample_weight=None):
    """`local_linear`, by blocks of compiled code; sample_weight : (n,) multiplies the kernel's weights."""
    from abinitio.linear_model.local_moments import centred_moments  # numba loads only where used

    _, m, y_mean, S, t = centred_moments(queries, x, y, bandwidth, sample_weight)
    return y_mean - np.einsum("md,mde,me->m", m, inverse_on_span(S, m), t)


local_linear.fast = _fast  # an estimator runs local_linear.fast where there is one, and else local_linear itself


def local_linear_leave_one_out(x, y, bandwidth, sample_weight=None):
    r"""Mean squared error of the locally linear fit at each sample, fitted without that sample.

    x : (n,) or (n, d), n >= 2;  y : (n,);  bandwidth : float > 0;
    sample_weight : (n,), multiplies the kernel's weights and weighs the mean over the samples; None for ones.
    The fit is linear in y, and $l_i$, the weight of $y_i$ in the fit at $x_i$, gives the error without refitting:
    $(y_i - \hat f(x_i)) / (1 - l_i)$. A sample whose $l_i$ is 1 up to rounding is left out explicitly.
    Returns a number, in the square of the unit of y.

    >>> x, y = np.array([0.0, 1.0, 2.0]), np.array([1.0, 1.0, 4.0])
    >>> float(local_linear_leave_one_out(x, y, bandwidth=100.0).round(3))  # line through two: errors 3, -1.5, 3
    6.75
    """
    from abinitio.linear_model.local_moments import centred_moments

    weight, m, y_mean, S, t = centred_moments(x, x, y, bandwidth, sample_weight)
    pull = np.einsum("mde,me->md", inverse_on_span(S, m), m)
    left = 1 - (1 + (pull * m).sum(axis=1)) / weight * (1 if sample_weight is None else sample_weight)
    error, clear = y - y_mean + (pull * t).sum(axis=1), left > 1e-6
    error[clear] /= left[clear]
    for i in np.nonzero(~clear)[0]:
        rest = np.arange(len(y)) != i
        weights = None if sample_weight is None else sample_weight[rest]
        error[i] = y[i] - _fast(x[i : i + 1], x[rest], y[rest], bandwidth, weights)[0]
    return np.average(error**2, weights=sample_weight)


def bandwidth_grid(x, count=20):
    r"""Bandwidths to choose from: from the typical distance of neighbours to the extent of the data, geometrically.

    x : (n,) or (n, d), n >= 2;  count : how many.
    With the root mean square distance R from the mean, the typical distance is $R\,n^{-1/d}$.
    Returns (count,); ones where all positions are equal.

    >>> bandwidth_grid(np.array([0.0, 2.0, 4.0, 6.0]), count=3).round(3)
    array([0.559, 1.118, 2.236])
    """
    X = x.reshape(len(x), -1)
    extent = np.sqrt(((X - X.mean(axis=0)) ** 2).sum(axis=1).mean())
    if extent == 0:
        return np.ones(count)
    return extent * np.geomspace(len(X) ** (-1 / X.shape[1]), 1, count)


class LocalLinearRegression(RegressorMixin, BaseEstimator):
    """Locally linear regression with a Gaussian kernel, with scikit-learn's interface.

    bandwidth : float > 0 in the unit of the features, or None: the one of `bandwidth_grid` with the smallest
    leave-one-out error (the features then should have comparable units: standardise them).
    After fit: bandwidth_, X_fit_ (n, d), y_fit_ (n,), sample_weight_ (n,) or None; if the bandwidth was chosen, also
    bandwidths_ and leave_one_out_, their errors, (20,) each.

    >>> LocalLinearRegression(bandwidth=1.0).fit([[0.0], [1.0], [2.0]], [1.0, 3.0, 5.0]).predict([[0.5]]).round(6)
    array([2.])
    """

    def __init__(self, bandwidth=None):
        self.bandwidth = bandwidth

    def fit(self, X, y, sample_weight=None):
        """Keep X (n, d), y (n,) and sample_weight (n,) or None; choose the bandwidth if it is None; returns self."""
        if self.bandwidth is not None and not 0 < self.bandwidth < np.inf:
            raise ValueError(
                f"bandwidth = {self.bandwidth!r} must be a positive number, in the unit of X; None chooses it"
            )
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], y_numeric=True)
        self.sample_weight_ = None
        if sample_weight is not None:
            s = _check_sample_weight(sample_weight, X, dtype=np.float64, ensure_non_negative=True)
            if not s.any():
                raise ValueError("sample_weight is zero for every sample; give at least one a positive weight")
            X, y, self.sample_weight_ = X[s > 0], y[s > 0], s[s > 0]
        self.X_fit_, self.y_fit_ = X, np.asarray(y, dtype=float)
        self.bandwidth_ = self.bandwidth
        if self.bandwidth is None:
            self.bandwidths_ = bandwidth_grid(X.astype(float)) if len(X) > 1 else np.ones(1)
            self.leave_one_out_ = self._errors(self.bandwidths_) if len(X) > 1 else np.zeros(1)
            self.bandwidth_ = float(self.bandwidths_[np.argmin(self.leave_one_out_)])
        return self

    def _errors(self, bandwidths):
        data = self.X_fit_.astype(float), self.y_fit_
        return np.array([local_linear_leave_one_out(*data, h, self.sample_weight_) for h in bandwidths])

    def predict(self, X):
        """The fit at each row of X (m, d): (m,), in the float type of X."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        data = X.astype(float), self.X_fit_.astype(float), self.y_fit_, self.bandwidth_
        fast = getattr(local_linear, "fast", None)
        if fast is not None:
            return fast(*data, self.sample_weight_).astype(X.dtype)
        if self.sample_weight_ is not None:
            raise ValueError("this local_linear takes no sample weights; fit without sample_weight")
        rows = max(BLOCK // self.X_fit_.size, 1)
        blocks = [local_linear(data[0][i : i + rows], *data[1:]) for i in range(0, len(X), rows)]
        return np.concatenate(blocks).astype(X.dtype)
