r"""A mixture of Gaussians whose samples are read from a file again and again: a pass for each step of EM.

A step of expectation and maximisation needs, of every component, the moments of the samples with their shares
$r_{ik}$ as weights: $N_k = \sum_i r_{ik}$, the mean, and the scatter matrix about it. Those of two parts are joined as
any moments are, each about its own mean, so that nothing cancels. A sample of the rows is fitted in memory first, so
that few passes are left.

For samples that come once there is stepwise EM: the moments of each part (for one sample: divided by their number)
enter a running mean of those of all parts, the t-th with the weight $\gamma_t = t^{-\kappa}$,
$$s_t = (1 - \gamma_t)\, s_{t-1} + \gamma_t\, \bar s(\text{part}; \theta_{t-1}), \qquad \theta_t = \theta(s_t),$$
which forgets what was said with the poor parameters of the beginning. It converges for $\frac12 < \kappa \le 1$.

Oracle: `expectation_maximisation` of all samples in memory, step by step.
Sources: A. P. Dempster, N. M. Laird, D. B. Rubin, J. R. Statist. Soc. B 39 (1977) 1; O. Cappé, E. Moulines,
J. R. Statist. Soc. B 71 (2009) 593.
"""

import warnings
from functools import partial, reduce
from typing import NamedTuple

import numpy as np
from sklearn.base import clone
from sklearn.exceptions import ConvergenceWarning
from sklearn.utils.validation import validate_data

from abinitio._core.random import as_generator
from abinitio.density.gaussian_mixture import SHAPES, GaussianMixture
from abinitio.density.mixture import gaussian_log_densities, responsibilities, weighted_gaussians
from abinitio.streaming.gaussian_classes import merge_class_moments
from abinitio.streaming.moments import Moments, merge_moments
from abinitio.streaming.reduce import MEMORY, reduce_rows
from abinitio.streaming.sample import spread_sample

SAMPLE = 2**20  # numbers in the sample that is fitted in memory
EXPONENT = 0.6  # kappa, which Cappé and Moulines take


class MixtureSums(NamedTuple):
    """Of some samples: the sum of their log-likelihoods (nats), and the `Moments` of each component, stacked."""

    log_likelihood: float
    moments: Moments


def mixture_sums_of(X, weights, means, covariances):
    """The `MixtureSums` of samples X (m, d), m >= 1, under the mixture with these parameters.

    weights : (k,);  means : (k, d);  covariances : (k, d, d).

    >>> mixture_sums_of(np.array([[1.0], [3.0]]), np.ones(1), np.zeros((1, 1)), np.ones((1, 1, 1))).moments.mean
    array([[2.]])
    """
    R, logs = responsibilities(gaussian_log_densities(X, means, covariances), weights)
    N = R.sum(axis=0)
    _, means, covariances = weighted_gaussians(X.astype(float), R)
    return MixtureSums(float(logs.sum()), Moments(N, means, covariances * N[:, None, None]))


def merge_mixture_sums(a, b):
    """The `MixtureSums` of two parts a and b together.

    >>> one = MixtureSums(-1.0, Moments(np.ones(1), np.zeros((1, 1)), np.zeros((1, 1, 1))))
    >>> merge_mixture_sums(one, one)[0], merge_mixture_sums(one, one).moments.n
    (-2.0, array([2.]))
    """
    return MixtureSums(a.log_likelihood + b.log_likelihood, merge_class_moments(a.moments, b.moments))


def gaussians_of_moments(moments, floor=0.0):
    """The maximisation step: (weights (k,), means (k, d), covariances (k, d, d)) from the moments of the components.

    moments : stacked, weighted by the shares;  floor : >= 0, added to the diagonals. Conventions as in
    `weighted_gaussians`: a component without samples has the mean and covariance of all.

    >>> one = Moments(np.array([1.0, 3.0]), np.array([[0.0], [8.0]]), np.array([[[1.0]], [[6.0]]]))
    >>> gaussians_of_moments(one)[0], gaussians_of_moments(one)[2].ravel()
    (array([0.25, 0.75]), array([1., 2.]))
    """
    n, some = moments.n.sum(), moments.n > 0
    every = reduce(merge_moments, (Moments(*part) for part in zip(*moments)))
    means = np.where(some[:, None], moments.mean, every.mean)
    covariances = moments.scatter / np.where(some, moments.n, 1)[:, None, None]
    covariances = np.where(some[:, None, None], covariances, every.scatter / n)
    return moments.n / n, means, covariances + floor * np.eye(means.shape[1])


def stepped_moments(old, new, share):
    """A running mean of moments: those of `new` with the weight `share`, those of `old` with the rest.

    old, new : `Moments` of the components, stacked; each is taken for one sample;  share : in (0, 1].
    Returns `Moments` whose n sum to 1.

    >>> two = [Moments(np.array([4.0]), np.array([[mean]]), np.zeros((1, 1, 1))) for mean in (0.0, 10.0)]
    >>> stepped_moments(*two, share=0.25).mean
    array([[2.5]])
    """
    parts = ((old, (1 - share) / old.n.sum()), (new, share / new.n.sum()))
    return merge_class_moments(*(Moments(m.n * factor, m.mean, m.scatter * factor) for m, factor in parts))


def _fast(X, weights, means, covariances):
    """`mixture_sums_of` in blocks that stay in the cache, or by the readable functions in many dimensions."""
    from abinitio.streaming.blocked_sums import blocked_mixture_sums  # numba loads only where used

    sums = blocked_mixture_sums(X, weights, means, covariances)
    return mixture_sums_of(X, weights, means, covariances) if sums is None else MixtureSums(sums[0], Moments(*sums[1:]))


mixture_sums_of.fast = _fast  # what an estimator runs where there is one, and else the function itself


def _sums_of(X, weights, means, covariances):
    return getattr(mixture_sums_of, "fast", mixture_sums_of)(X, weights, means, covariances)


class StreamedGaussianMixture(GaussianMixture):
    """`GaussianMixture`, which can also be fitted to rows that do not fit in memory, and to samples that come in parts.

    Parameters as there; max_iter is the number of passes in `fit_rows`, and n_init and init_params say how the sample
    is fitted from which it starts (where weights_init, means_init and precisions_init are all given, the passes start
    from these). Attributes as there; after `partial_fit` lower_bound_ is the mean log-likelihood (nats) of the last
    part before its step, and converged_, n_iter_ and lower_bounds_ are those of the fit that it started from.

    >>> from abinitio.data import ArrayRows
    >>> rows = ArrayRows(np.array([[0.0], [1.0], [8.0], [9.0]]))
    >>> model = StreamedGaussianMixture(2, random_state=0).fit_rows(rows)
    >>> np.sort(model.means_.ravel()).round(6), model.weights_.round(6)
    (array([0.5, 8.5]), array([0.5, 0.5]))
    """

    def fit(self, X, y=None):
        """Fit to the samples X (n, d), n >= 2, as `GaussianMixture`; y is ignored. Returns self."""
        vars(self).pop("_running", None)
        return super().fit(X)

    def fit_rows(self, rows, *, memory=MEMORY, jobs=None, progress=False):
        """Fit to rows in a file, by passes over them.

        rows : what `abinitio.data.open_rows` returns;  memory, jobs, progress : as in `reduce_rows`.  Returns self.
        ConvergenceWarning where max_iter passes do not suffice.
        """
        vars(self).pop("_running", None)
        parameters, values = self._first_parameters(spread_sample(rows, SAMPLE // len(rows.columns))), []
        self.n_features_in_, self.converged_ = len(rows.columns), False
        while len(values) < self.max_iter and not self.converged_:
            summarise = partial(_sums_of, **dict(zip(("weights", "means", "covariances"), parameters)))
            sums = reduce_rows(rows, summarise, merge_mixture_sums, memory=memory, jobs=jobs, progress=progress)
            values.append(sums.log_likelihood / sums.moments.n.sum())
            parameters = self._maximised(sums.moments)
            self.converged_ = len(values) > 1 and abs(values[-1] - values[-2]) < self.tol
        self._parameters, self.n_iter_, self.lower_bounds_, self.lower_bound_ = (
            parameters,
            len(values),
            values,
            values[-1],
        )
        if not self.converged_:
            message = f"{self.n_iter_} passes did not converge to tol = {self.tol}; raise max_iter or tol"
            warnings.warn(message, ConvergenceWarning, stacklevel=2)
        self._set_attributes()
        return self

    def _first_parameters(self, sample):
        """(weights, means, covariances) where the passes start."""
        sample = sample.astype(float)
        if all(given is not None for given in (self.weights_init, self.means_init, self.precisions_init)):
            return self._start(sample, as_generator(self.random_state))
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the passes go on from there
            return GaussianMixture(**clone(self).get_params()).fit(sample)._parameters

    def _maximised(self, moments):
        weights, means, covariances = gaussians_of_moments(moments, self.reg_covar)
        shape = SHAPES[self.covariance_type]
        return weights, means, shape(weights, covariances) if shape else covariances

    def partial_fit(self, X, y=None):
        """Move the mixture towards these samples X (m, d) by a step of stepwise EM; y is ignored. Returns self.

        The first part is fitted as `fit` does; a fit before is taken for a start, and forgotten as any start. Parts
        should be of about the same size, of hundreds of samples or more for each component, and in random order.
        """
        if not hasattr(self, "weights_"):
            return self.fit(X)
        X = validate_data(self, X, dtype=float, reset=False)
        if not hasattr(self, "_running"):  # the fit before it was the first part
            self._running = 1, None
        t, moments = self._running
        sums = _sums_of(X, *self._parameters)
        share = 1.0 if moments is None else t**-EXPONENT
        self._running = t + 1, stepped_moments(moments or sums.moments, sums.moments, share)
        self._parameters, self.lower_bound_ = self._maximised(self._running[1]), sums.log_likelihood / len(X)
        self._set_attributes()
        return self
