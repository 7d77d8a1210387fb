r"""A mixture of Gaussians as an estimator with scikit-learn's interface, fitted by expectation and maximisation.

Maximised is the mean of $\ln \sum_k \pi_k N(x_i \mid \mu_k, C_k)$ over the samples, by `expectation_maximisation` from
one or several starts. `reg_covar` keeps a component from shrinking onto a single sample; it is a variance, so that
features in a small unit want a smaller one.
Oracle: scikit-learn's GaussianMixture from the same start.  Source: as in `mixture`.
"""

import warnings
from itertools import islice
from numbers import Integral

import numpy as np
from sklearn.base import BaseEstimator, DensityMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import check_array, check_is_fitted, validate_data

from abinitio._core.random import as_generator
from abinitio.cluster.estimator import KMeans
from abinitio.cluster.kmeans import assign_clusters
from abinitio.cluster.seeding import spread_out_centres
from abinitio.density.mixture import (
    bayesian_information_criterion,
    diagonal,
    expectation_maximisation,
    gaussian_log_densities,
    responsibilities,
    sample_mixture,
    spherical,
    tied,
    weighted_gaussians,
)

SHAPES = {"full": None, "tied": tied, "diag": diagonal, "spherical": spherical}


class GaussianMixture(DensityMixin, BaseEstimator):
    r"""Mixture of Gaussians with scikit-learn's interface.

    n_components : k;  covariance_type : "full", "tied" (one for all), "diag", "spherical";  tol : a start ends when a
    step raises the mean log-likelihood by less;  reg_covar : >= 0, added to the variances;  max_iter : steps of one
    start, after which a ConvergenceWarning is given;  n_init : starts, of which the most likely end is kept;
    init_params : the first shares, "kmeans", "k-means++", "random_from_data" (each sample to the nearest of k
    among them, spread out or at random) or "random";
    weights_init (k,), means_init (k, d), precisions_init : inverse covariances, in the shape of precisions_; or None;
    random_state : None, integer or Generator.
    After fit: weights_ (k,);  means_ (k, d);  covariances_, precisions_ and precisions_cholesky_ U (precision
    $U U^\top$), of shape (k, d, d), (d, d), (k, d) or (k,) for the four types;  converged_;  n_iter_;  lower_bound_,
    the mean log-likelihood (nats) before the last step, and lower_bounds_ before each.

    >>> model = GaussianMixture(2, random_state=0).fit([[0.0], [1.0], [8.0], [9.0]])
    >>> np.sort(model.means_.ravel()).round(6), model.weights_.round(6)
    (array([0.5, 8.5]), array([0.5, 0.5]))
    """

    def __init__(
        self,
        n_components=1,
        *,
        covariance_type="full",
        tol=1e-3,
        reg_covar=1e-6,
        max_iter=100,
        n_init=1,
        init_params="kmeans",
        weights_init=None,
        means_init=None,
        precisions_init=None,
        random_state=None,
    ):
        self.n_components = n_components
        self.covariance_type = covariance_type
        self.tol = tol
        self.reg_covar = reg_covar
        self.max_iter = max_iter
        self.n_init = n_init
        self.init_params = init_params
        self.weights_init = weights_init
        self.means_init = means_init
        self.precisions_init = precisions_init
        self.random_state = random_state

    def fit(self, X, y=None):
        """Fit to the samples X (n, d), n >= 2; y is ignored. Returns self."""
        self._fit(X)
        return self

    def fit_predict(self, X, y=None):
        """Fit, and the most probable component of each sample: (n,)."""
        X = self._fit(X)
        return self._shares(X)[0].argmax(axis=1)

    def _fit(self, X):
        """Fit; the samples, checked."""
        X = validate_data(self, X, dtype=float, ensure_min_samples=2)
        k = self.n_components
        if self.covariance_type not in SHAPES:
            raise ValueError(f"covariance_type = {self.covariance_type!r} must be one of {list(SHAPES)}")
        if not (isinstance(k, Integral) and 1 <= k <= len(X)):
            raise ValueError(f"n_components = {k!r} must be an integer from 1 to n_samples = {len(X)}")
        if not (isinstance(self.max_iter, Integral) and self.max_iter >= 1 and self.n_init >= 1):
            raise ValueError(f"max_iter = {self.max_iter!r} and n_init = {self.n_init!r} must be integers >= 1")
        rng, self.lower_bound_ = as_generator(self.random_state), -np.inf
        for start in range(self.n_init):
            parameters, values, converged = self._climb(X, self._start(X, rng))
            if start == 0 or values[-1] > self.lower_bound_:
                self._parameters, self.converged_, self.n_iter_ = parameters, converged, len(values)
                self.lower_bound_, self.lower_bounds_ = values[-1], values
        if not self.converged_:
            message = f"{self.n_iter_} steps did not converge to tol = {self.tol}; raise max_iter or tol"
            warnings.warn(message, ConvergenceWarning, stacklevel=3)
        self._set_attributes()
        return X

    def _start(self, X, rng):
        """(weights, means, covariances) to start from: those given, else of the first shares of the samples."""
        k, d, shape = self.n_components, X.shape[1], SHAPES[self.covariance_type]
        matrix = {"full": (k, d, d), "tied": (d, d), "diag": (k, d), "spherical": (k,)}[self.covariance_type]
        wanted, start = {"weights_init": (k,), "means_init": (k, d), "precisions_init": matrix}, [None] * 3
        if any(getattr(self, name) is None for name in wanted):
            start = list(weighted_gaussians(X, self._first_shares(X, rng), self.reg_covar))
            start[2] = shape(start[0], start[2]) if shape else start[2]
        for i, (name, size) in enumerate(wanted.items()):
            if getattr(self, name) is not None:
                given = check_array(getattr(self, name), dtype=float, ensure_2d=False, allow_nd=True)
                if given.shape != size:
                    raise ValueError(f"{name} has shape {given.shape}; it must be {size}")
                start[i] = _inverse(self._expanded(given, X.shape[1])) if name == "precisions_init" else given
        if not np.isclose(start[0].sum(), 1) or start[0].min() < 0:
            raise ValueError(f"weights_init sums to {start[0].sum():.6g} and must be >= 0 with sum 1")
        return start

    def _first_shares(self, X, rng):
        """The shares (n, k) from which the components start."""
        n, k = len(X), self.n_components
        if self.init_params == "random":
            R = rng.uniform(size=(n, k))
            return R / R.sum(axis=1, keepdims=True)
        if self.init_params == "kmeans":
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ConvergenceWarning)  # fewer different samples than components
                return np.eye(k)[KMeans(k, n_init=1, random_state=rng).fit(X).labels_]
        if self.init_params not in ("k-means++", "random_from_data"):
            choices = ["kmeans", "k-means++", "random", "random_from_data"]
            raise ValueError(f"init_params = {self.init_params!r} must be one of {choices}")
        spread = self.init_params == "k-means++"
        chosen = spread_out_centres(X, k, np.ones(n), 1, rng) if spread else rng.choice(n, k, replace=False)
        return np.eye(k)[assign_clusters(X, X[chosen])]

    def _climb(self, X, start):
        """(parameters, mean log-likelihoods before each step, whether it converged) from one start."""
        values, steps = [], expectation_maximisation(X, *start, self.reg_covar, SHAPES[self.covariance_type])
        try:
            for *parameters, value in islice(steps, self.max_iter):
                values.append(value)
                if len(values) > 1 and abs(values[-1] - values[-2]) < self.tol:
                    return parameters, values, True
        except np.linalg.LinAlgError as error:
            message = f"a covariance is singular to rounding; reg_covar = {self.reg_covar} is too small, or k too large"
            raise ValueError(message) from error
        return parameters, values, False

    def _stored(self, matrices):
        """Matrices (k, d, d) in the shape of the attributes."""
        kind = self.covariance_type
        if kind == "diag":
            return np.einsum("kii->ki", matrices).copy()
        return {"full": matrices, "tied": matrices[0], "spherical": matrices[:, 0, 0]}[kind]

    def _expanded(self, stored, d):
        """The inverse of `_stored`."""
        if self.covariance_type in ("full", "tied"):
            return np.broadcast_to(stored, (self.n_components, d, d))
        return np.eye(d) * stored.reshape(self.n_components, 1, -1)

    def _set_attributes(self):
        """The public attributes, from the parameters."""
        self.weights_, self.means_, covariances = self._parameters
        L = np.linalg.cholesky(covariances)
        U = _inverse(L).transpose(0, 2, 1)
        self.covariances_, self.precisions_cholesky_ = self._stored(np.array(covariances)), self._stored(U)
        self.precisions_ = self._stored(U @ U.transpose(0, 2, 1))

    def _shares(self, X):
        """(responsibilities (m, k), log-likelihoods (m,)) of the rows of X (m, d)."""
        covariances = self._expanded(self.covariances_, X.shape[1])
        return responsibilities(gaussian_log_densities(X, self.means_, covariances), self.weights_)

    def _checked(self, X):
        check_is_fitted(self)
        return validate_data(self, X, dtype=float, reset=False)

    def score_samples(self, X):
        """Log-density (nats) at each row of X (m, d): (m,)."""
        return self._shares(self._checked(X))[1]

    def score(self, X, y=None):
        """Mean log-density (nats) of the rows of X (m, d); y is ignored."""
        return float(self.score_samples(X).mean())

    def predict_proba(self, X):
        """With which probability each row of X (m, d) comes from each component: (m, k)."""
        return self._shares(self._checked(X))[0]

    def predict(self, X):
        """The most probable component of each row of X (m, d): (m,)."""
        return self.predict_proba(X).argmax(axis=1)

    def sample(self, n_samples=1):
        """(X, labels): draws (n_samples, d), sorted by component, and their components (n_samples,)."""
        check_is_fitted(self)
        covariances = self._expanded(self.covariances_, self.means_.shape[1])
        rng = as_generator(self.random_state)
        X, labels = sample_mixture(self.weights_, self.means_, covariances, n_samples, rng)
        order = np.argsort(labels, kind="stable")
        return X[order], labels[order]

    def _n_parameters(self):
        """How many numbers are free."""
        k, d = self.means_.shape
        sizes = {"full": k * d * (d + 1) // 2, "tied": d * (d + 1) // 2, "diag": k * d, "spherical": k}
        return sizes[self.covariance_type] + k * d + k - 1

    def bic(self, X):
        """`bayesian_information_criterion` for the rows of X (m, d): the lower the better."""
        X = self._checked(X)
        return bayesian_information_criterion(self.score(X) * len(X), self._n_parameters(), len(X))

    def aic(self, X):
        """Akaike's criterion for the rows of X (m, d), 2 (number of parameters) - 2 (log-likelihood)."""
        X = self._checked(X)
        return 2 * self._n_parameters() - 2 * self.score(X) * len(X)


def _inverse(matrices):
    """Inverse matrices (k, d, d)."""
    return np.linalg.solve(matrices, np.broadcast_to(np.eye(matrices.shape[1]), matrices.shape))
