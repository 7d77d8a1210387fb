r"""Bayesian ridge regression as an estimator: the evidence chooses the penalty.

As `abinitio.statistics.bayesian_regression`, with an intercept of flat prior and gamma priors of both precisions
$\alpha = 1/\sigma^2$ and $\lambda = 1/\tau^2$. Along the singular vectors of the centred $X = U s V^\top$ the posterior
falls apart into single coefficients, $m_k = \alpha s_k (U^\top y)_k/(\lambda + \alpha s_k^2)$, and a step costs $O(d)$.

Oracles: MacKay's steps on the readable functions; the linear-kernel Gaussian process; scikit-learn.
Source: D. J. C. MacKay, Neural Computation 4 (1992) 415; M. E. Tipping, J. Mach. Learn. Res. 1 (2001) 211.
"""

import numpy as np
from sklearn.base import BaseEstimator, RegressorMixin
from sklearn.utils.validation import _check_sample_weight, check_is_fitted, validate_data

from abinitio.statistics.bayesian_regression import linear_predictive


class BayesianRidge(RegressorMixin, BaseEstimator):
    r"""Bayesian ridge regression with scikit-learn's interface: the evidence chooses the penalty.

    The noise has the precision $\alpha = 1/\sigma^2$, the coefficients $\lambda = 1/\tau^2$, each with a gamma prior.
    max_iter : steps allowed;  tol : change of the coefficients, summed, at which the iteration stops;
    alpha_1, alpha_2, lambda_1, lambda_2 : shape and rate of the gamma priors of $\alpha$ and $\lambda$;
    alpha_init, lambda_init : first precisions, None for 1/Var(y) and 1;  compute_score : whether to keep the log
    evidence of every step;  fit_intercept : whether to fit b (flat prior).
    After fit: coef_ (d,), intercept_;  alpha_, lambda_ the precisions;  sigma_ (d, d), covariance of the coefficients;
    scores_ (n_iter_ + 1,) log evidences plus log priors, the last of them after the fit, or empty;  n_iter_;
    X_offset_ (d,) the mean of X, or 0.

    >>> model = BayesianRidge().fit([[0.0], [1.0], [2.0], [3.0]], [0.0, 1.1, 1.9, 3.0])
    >>> mean, deviation = model.predict([[1.5]], return_std=True)
    >>> mean.round(2), deviation.round(2)
    (array([1.5]), array([0.08]))
    """

    def __init__(
        self,
        *,
        max_iter=300,
        tol=1.0e-3,
        alpha_1=1.0e-6,
        alpha_2=1.0e-6,
        lambda_1=1.0e-6,
        lambda_2=1.0e-6,
        alpha_init=None,
        lambda_init=None,
        compute_score=False,
        fit_intercept=True,
    ):
        self.max_iter = max_iter
        self.tol = tol
        self.alpha_1 = alpha_1
        self.alpha_2 = alpha_2
        self.lambda_1 = lambda_1
        self.lambda_2 = lambda_2
        self.alpha_init = alpha_init
        self.lambda_init = lambda_init
        self.compute_score = compute_score
        self.fit_intercept = fit_intercept

    def fit(self, X, y, sample_weight=None):
        """Fit to X (n, d) and y (n,) with weights sample_weight (n,); returns self."""
        X, y = validate_data(self, X, y, dtype=[np.float64, np.float32], y_numeric=True)
        weights = _check_sample_weight(sample_weight, X, dtype=float, ensure_non_negative=True)
        dtype, X, y = X.dtype, X.astype(float), y.astype(float)
        y_mean = np.average(y, weights=weights)
        variance = np.average((y - y_mean) ** 2, weights=weights)
        x0, y0 = (np.average(X, axis=0, weights=weights), y_mean) if self.fit_intercept else (np.zeros(X.shape[1]), 0.0)
        root = np.sqrt(weights)
        U, s, Vt = np.linalg.svd(root[:, None] * (X - x0), full_matrices=False)
        z = U.T @ (root * (y - y0))
        rest = np.sum((root * (y - y0) - U @ z) ** 2)  # of y² that no w reaches
        alpha = 1 / (variance + np.finfo(float).eps) if self.alpha_init is None else float(self.alpha_init)
        start = alpha, 1.0 if self.lambda_init is None else float(self.lambda_init)
        alpha, lam, m = self._climb(s, Vt, z, rest, weights.sum(), start)
        w = Vt.T @ m
        unknown = 1 / (lam + alpha * s**2) - 1 / lam  # outside of the rows of X the covariance is that of the prior
        self.sigma_ = np.eye(len(w)) / lam + (Vt.T * unknown) @ Vt
        self.alpha_, self.lambda_, self.X_offset_ = alpha, lam, x0
        self.coef_, self.intercept_ = w.astype(dtype), np.asarray(y0 - x0 @ w, dtype=dtype)[()]
        return self

    def _climb(self, s, Vt, z, rest, n, precisions):
        """(alpha, lambda, m) at the maximum of the evidence, m along the rows of Vt; sets n_iter_ and scores_."""
        (alpha, lam), scores, before = precisions, [], None
        mean = lambda: alpha * s * z / (lam + alpha * s**2)
        error = lambda m: rest + np.sum((z - s * m) ** 2)
        for step in range(1, self.max_iter + 1):
            m, self.n_iter_ = mean(), step
            scores.append(self._score(s, Vt.shape[1], m, error(m), n, alpha, lam))
            gamma = np.sum(alpha * s**2 / (lam + alpha * s**2))
            lam = (gamma + 2 * self.lambda_1) / (m @ m + 2 * self.lambda_2)
            alpha = (n - gamma + 2 * self.alpha_1) / (error(m) + 2 * self.alpha_2)
            if before is not None and np.sum(np.abs(Vt.T @ (m - before))) < self.tol:
                break
            before = m
        m = mean()
        scores.append(self._score(s, Vt.shape[1], m, error(m), n, alpha, lam))
        self.scores_ = np.array(scores) if self.compute_score else []
        return alpha, lam, m

    def _score(self, s, d, m, error, n, alpha, lam):
        """Log evidence and the logarithms of the gamma priors, without their constants."""
        priors = self.lambda_1 * np.log(lam) - self.lambda_2 * lam + self.alpha_1 * np.log(alpha) - self.alpha_2 * alpha
        log_determinant = (d - len(s)) * np.log(lam) + np.sum(np.log(lam + alpha * s**2))
        square = alpha * error + lam * m @ m
        return priors + (d * np.log(lam) + n * np.log(alpha / (2 * np.pi)) - square - log_determinant) / 2

    def predict(self, X, return_std=False):
        """Predictions (n,) at the rows of X (n, d); with return_std also their standard deviations (n,), of y."""
        check_is_fitted(self)
        X = validate_data(self, X, dtype=[np.float64, np.float32], reset=False)
        y = X @ self.coef_ + self.intercept_
        if not return_std:
            return y
        return y, np.sqrt(linear_predictive(X - self.X_offset_, 0 * self.coef_, self.sigma_, 1 / self.alpha_)[1])
