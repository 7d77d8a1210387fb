r"""Gaussian-process regression with scikit-learn's interface: posterior, evidence, and parameters that maximise it.

The functions are those of `posterior`, `evidence`, `maximise` and `samples`; here they meet the kernel and the data.
Time $n^3/3$ multiplications a fit without, $n^3$ each evidence with its gradient; memory $16 n^2$ bytes.
"""

import numpy as np
from scipy.linalg import cho_solve, cholesky
from sklearn.base import BaseEstimator, MultiOutputMixin, RegressorMixin
from sklearn.utils.validation import check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.gaussian_process.composition import ConstantKernel, as_kernel
from abinitio.gaussian_process.evidence import log_evidence, log_evidence_gradient
from abinitio.gaussian_process.kernels import RBF
from abinitio.gaussian_process.maximise import highest
from abinitio.gaussian_process.posterior import gp_posterior, gp_posterior_marginals
from abinitio.gaussian_process.samples import gaussian_samples, sufficient_jitter

FLOATS = (np.float64, np.float32)


class GaussianProcessRegressor(MultiOutputMixin, RegressorMixin, BaseEstimator):
    r"""Gaussian-process regression, as scikit-learn's class of this name.

    kernel : a kernel of `gaussian_process.kernels`, a plain kernel (X, Y) -> (m, n), or None for
    ConstantKernel() * RBF(). Its free parameters are set in fit to those with the largest evidence within their bounds
    (one that ends at a bound, as in kernel_, would go on; an irrelevant feature's length does). A WhiteKernel in it is
    measurement noise, part of the predicted variance.
    alpha : variance added to the diagonal in fit, number >= 0 or (n,), in the unit of y squared (after normalize_y, of
    the normalised y): known errors of y, not part of the predicted variance, and the jitter that keeps a smooth kernel
    definite. Nothing else is added; numpy.linalg.LinAlgError says so when it is too small.
    optimizer : "fmin_l_bfgs_b" (L-BFGS within the bounds, ours), None to keep the kernel's parameters, or a callable
    (obj_func, theta, bounds) -> (theta, value) that minimises obj_func(theta) -> (value, gradient);
    n_restarts_optimizer : further starts, at random within the bounds (uniform in the logarithms);
    normalize_y : whether y is centred and divided by its standard deviation (ddof = 0) in fit;
    random_state : seed or Generator of the further starts.
    After fit: X_train_, y_train_ (normalised), kernel_, L_ (n, n) with $L L^\top = A$, alpha_ = $A^{-1} y$ (n,) or
    (n, k), log_marginal_likelihood_value_ (of the normalised y, in nats). Before fit it predicts by the prior.

    >>> model = GaussianProcessRegressor(RBF(1.0, "fixed"), alpha=1.0).fit([[0.0], [9.0]], [2.0, 4.0])
    >>> mean, std = model.predict([[0.0], [9.0], [99.0]], return_std=True)  # points that do not see each other
    >>> mean.round(6), std.round(6)
    (array([1., 2., 0.]), array([0.707107, 0.707107, 1. ]))
    """

    def __init__(
        self,
        kernel=None,
        *,
        alpha=1e-10,
        optimizer="fmin_l_bfgs_b",
        n_restarts_optimizer=0,
        normalize_y=False,
        random_state=None,
    ):
        self.kernel = kernel
        self.alpha = alpha
        self.optimizer = optimizer
        self.n_restarts_optimizer = n_restarts_optimizer
        self.normalize_y = normalize_y
        self.random_state = random_state

    def __sklearn_tags__(self):
        tags = super().__sklearn_tags__()
        tags.requires_fit = False
        return tags

    def fit(self, X, y):
        """Fit to X (n, d) and y (n,) or (n, k), k processes of one kernel ((n, 1) counts as (n,)); returns self."""
        X, y = validate_data(self, X, y, dtype=FLOATS, multi_output=True, y_numeric=True)
        self._check_parameters(len(y))
        X, y = X.astype(float), (y[:, 0] if y.shape[1:] == (1,) else y).astype(float)
        self._y_train_mean, self._y_train_std = np.zeros(y.shape[1:]), np.ones(y.shape[1:])
        if self.normalize_y:
            spread = y.std(axis=0)
            self._y_train_mean, self._y_train_std = y.mean(axis=0), np.where(spread > 0, spread, 1)
        self.X_train_, self.y_train_ = X, (y - self._y_train_mean) / self._y_train_std
        kernel = self._prior()
        self.kernel_ = kernel.clone_with_theta(kernel.theta)
        if self.optimizer is not None and len(kernel.theta):
            self.kernel_ = kernel.clone_with_theta(self._best_theta(kernel))
        A = self.kernel_(X)
        A[np.diag_indices_from(A)] += self.alpha
        try:
            self.L_ = cholesky(A, lower=True, overwrite_a=True, check_finite=False)
        except np.linalg.LinAlgError as error:
            raise np.linalg.LinAlgError(
                f"the covariance of {self.kernel_} with alpha = {self.alpha} is not positive definite; raise alpha"
            ) from error
        self.alpha_ = cho_solve((self.L_, True), self.y_train_, check_finite=False)
        self.log_marginal_likelihood_value_ = self._evidence_of_factor()
        return self

    def _evidence_of_factor(self):
        if not hasattr(log_evidence, "fast"):
            return self._evidence(self.kernel_)[0]
        k, n = self.y_train_.size // len(self.y_train_), len(self.y_train_)
        constant = np.sum(np.log(np.diag(self.L_))) + n / 2 * np.log(2 * np.pi)
        return float(-np.vdot(self.y_train_, self.alpha_) / 2 - k * constant)

    def _check_parameters(self, n):
        if np.shape(self.alpha) not in ((), (n,)) or not np.all(np.asarray(self.alpha) >= 0):
            raise ValueError(f"alpha = {self.alpha!r} must be a number >= 0, or one for each of the {n} samples")
        if not (self.optimizer is None or self.optimizer == "fmin_l_bfgs_b" or callable(self.optimizer)):
            raise ValueError(f"optimizer = {self.optimizer!r} must be 'fmin_l_bfgs_b', None or a callable")
        if not self.n_restarts_optimizer >= 0:
            raise ValueError(f"n_restarts_optimizer = {self.n_restarts_optimizer!r} must be an integer >= 0")

    def _prior(self):
        return ConstantKernel() * RBF() if self.kernel is None else as_kernel(self.kernel)

    def _evidence(self, kernel):
        """(log evidence, gradient) of the training data under a kernel; LinAlgError where it is not definite."""
        if hasattr(log_evidence, "fast") and hasattr(log_evidence_gradient, "fast"):
            return log_evidence.fast(kernel, self.X_train_, self.y_train_, self.alpha)
        K, dK, targets = kernel(self.X_train_), kernel.gradients(self.X_train_), self._columns()
        value = sum(log_evidence(K, y, self.alpha) for y in targets)
        return value, sum(log_evidence_gradient(K, y, self.alpha, dK) for y in targets)

    def _columns(self):
        return self.y_train_.reshape(len(self.y_train_), -1).T

    def _best_theta(self, kernel):
        def evidence(theta):
            try:
                return self._evidence(kernel.clone_with_theta(theta))
            except np.linalg.LinAlgError:
                return -np.inf, np.zeros(len(theta))

        def cost(theta):  # what scikit-learn hands to a callable optimizer
            value, gradient = evidence(theta)
            return -value, -gradient

        rng, bounds = as_generator(self.random_state), kernel.bounds
        if self.n_restarts_optimizer and not np.all(np.isfinite(bounds)):
            raise ValueError("random starts need finite bounds; give all parameters some, or n_restarts_optimizer = 0")
        starts = [kernel.theta, *(rng.uniform(*bounds.T) for _ in range(self.n_restarts_optimizer))]
        if callable(self.optimizer):
            return min((self.optimizer(cost, theta, bounds) for theta in starts), key=lambda end: end[1])[0]
        return highest(evidence, starts, bounds).w

    def log_marginal_likelihood(self, theta=None, eval_gradient=False, clone_kernel=True):
        """The log evidence of the training data at theta (p,), the logarithms of the kernel's free parameters.

        None for those of the fit; eval_gradient : return (value, gradient (p,)); clone_kernel : here without effect.
        Minus infinity, and zeros, where the covariance is not positive definite.
        """
        check_is_fitted(self, "kernel_")
        if theta is None and not eval_gradient:
            return self.log_marginal_likelihood_value_
        if theta is not None and np.shape(theta) != self.kernel_.theta.shape:
            raise ValueError(f"theta has shape {np.shape(theta)}, the kernel's theta {self.kernel_.theta.shape}")
        kernel = self.kernel_ if theta is None else self.kernel_.clone_with_theta(np.asarray(theta, dtype=float))
        try:
            value, gradient = self._evidence(kernel)
        except np.linalg.LinAlgError:
            value, gradient = -np.inf, np.zeros(len(kernel.theta))
        return (value, gradient) if eval_gradient else value

    def predict(self, X, return_std=False, return_cov=False):
        """The posterior at the rows of X (m, d): mean (m,) or (m, k); with return_std (mean, standard deviation), of
        the same shape, 0 where rounding makes the variance negative; with return_cov (mean, covariance), (m, m) or
        (m, m, k). RuntimeError if both are asked for."""
        if return_std and return_cov:
            raise RuntimeError("return_std and return_cov cannot both be asked for; the covariance has the variances")
        X = validate_data(self, X, dtype=FLOATS, reset=False)
        dtype, X = X.dtype, X.astype(float)
        if not hasattr(self, "X_train_"):
            mean, scale, prior = np.zeros(len(X)), np.ones(()), self._prior()
            spread = prior(X) if return_cov else prior.diag(X)
        else:
            mean, spread = self._posterior(X, return_std, return_cov)
            mean, scale = mean * self._y_train_std + self._y_train_mean, self._y_train_std
        if not return_std and not return_cov:
            return mean.astype(dtype)
        spread = np.multiply.outer(spread, scale**2)
        return mean.astype(dtype), (spread if return_cov else np.sqrt(np.maximum(spread, 0))).astype(dtype)

    def _posterior(self, X, return_std, return_cov):
        """(mean, covariance or variance or None) of the normalised process at X."""
        K_cross = self.kernel_(X, self.X_train_)
        K_new = self.kernel_(X) if return_cov else self.kernel_.diag(X)
        function = gp_posterior if return_cov else gp_posterior_marginals
        if not hasattr(function, "fast"):
            K = self.kernel_(self.X_train_)
            answers = [function(K, K_cross, K_new, y, self.alpha) for y in self._columns()]
            mean = np.stack([answer[0] for answer in answers], axis=1)
            return mean.reshape(len(X), *self.y_train_.shape[1:]), answers[0][1]
        spread = function.fast(self.L_, K_cross, K_new) if return_std or return_cov else None
        return K_cross @ self.alpha_, spread

    def sample_y(self, X, n_samples=1, random_state=0):
        """Functions drawn from the posterior (before fit: the prior) at the rows of X (m, d).

        n_samples : how many;  random_state : seed or Generator.  Returns (m, n_samples), or (m, k, n_samples) for k
        processes. A jitter of up to 1e-4 of the prior variance is added where rounding makes the covariance indefinite.
        """
        rng = as_generator(random_state)
        mean, covariance = (part.astype(float) for part in self.predict(X, return_cov=True))
        prior = self.kernel_ if hasattr(self, "kernel_") else self._prior()
        scales = np.max(prior.diag(np.asarray(X, dtype=float))) * np.atleast_1d(getattr(self, "_y_train_std", 1.0)) ** 2
        means, covariances = mean.reshape(len(mean), -1).T, covariance.T.reshape(-1, *covariance.shape[:2])
        draws = [
            gaussian_samples(mu, C, sufficient_jitter(C, scale), n_samples, rng)
            for mu, C, scale in zip(means, covariances, scales)
        ]
        return np.stack(draws, axis=1).reshape(*mean.shape, n_samples)
