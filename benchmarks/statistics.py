"""Statistics: a sweep of least squares against NumPy's, Bayesian ridge against scikit-learn's, theory for the rest."""

from itertools import islice

import numpy as np
import scipy.special
import scipy.stats
import sklearn.linear_model

from abinitio.information.fisher_families import FAMILIES
from abinitio.linear_model import Ridge
from abinitio.statistics.bayes import normal_log_evidence
from abinitio.statistics.bayesian_regression import linear_log_evidence, mackay_step, maximise_evidence
from abinitio.statistics.bayesian_ridge import BayesianRidge
from abinitio.statistics.bias_variance import (
    bias_variance,
    repeated_predictions,
    ridge_smoother,
    smoother_bias_variance,
)
from abinitio.statistics.cramer_rao import cramer_rao_bound
from abinitio.statistics.double_descent import double_descent_sweep, ridgeless_risk
from abinitio.statistics.empirical import mean_with_error
from abinitio.statistics.estimators import (
    median_moments,
    repeated_estimates,
    sum_of_squares_moments,
    sum_of_squares_over,
    variance_with_error,
)
from abinitio.statistics.laplace_approximation import laplace_approximation, logistic_joint
from abinitio.statistics.leakage import leaky_and_honest_accuracy
from abinitio.statistics.likelihood import normal_mle
from abinitio.statistics.nested_least_squares import nested_least_squares
from abinitio.statistics.probability_losses import cross_entropy_covariance, squared_probability_covariance
from abinitio.statistics.resampling import bca_interval, bootstrap_estimates, interval_coverage, percentile_interval
from abinitio.statistics.selection import bayesian_criterion
from abinitio.statistics.shrinkage import james_stein, james_stein_risk, positive_james_stein, positive_james_stein_risk
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


def sweep(d, sizes, repeats, seed=0):
    """Least squares on the first n of the same samples, for every n and data set; the peer starts anew for each."""
    rng = np.random.default_rng(seed)
    sets = [(rng.standard_normal((sizes[-1], d)), rng.standard_normal(sizes[-1])) for _ in range(repeats)]

    def loop():
        return np.array([[np.linalg.lstsq(X[:n], y[:n], rcond=None)[0] for n in sizes] for X, y in sets])

    def error(ours, theirs):
        return float(np.max(np.linalg.norm(ours - theirs, axis=2) / np.linalg.norm(theirs, axis=2)))

    return Contest(
        ours=lambda: np.array([nested_least_squares.fast(X, y, sizes) for X, y in sets]),
        peers=(Peer(name="numpy.linalg.lstsq in a loop", call=loop, error=error, bound=1e-8),),
        check="relative difference of the coefficients, the largest of all",
    )


def bayesian_ridge(n, d, seed=0):
    """Twenty of MacKay's steps; scikit-learn multiplies with X at each."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    y = X @ rng.standard_normal(d) + rng.standard_normal(n)
    fit = lambda cls: lambda: cls(max_iter=20, tol=1e-300).fit(X, y).coef_
    difference = lambda ours, theirs: float(np.abs(ours - theirs).max() / np.abs(theirs).max())
    peer = Peer(
        name="scikit-learn BayesianRidge", call=fit(sklearn.linear_model.BayesianRidge), error=difference, bound=1e-8
    )
    return Contest(ours=fit(BayesianRidge), peers=(peer,), check="relative difference of the coefficients")


def descent_in_errors(smoke):
    """Mean excess error of ridgeless least squares against the exact risk, in standard errors, where |n - d| > 5."""
    rng, sizes, beta = np.random.default_rng(0), np.array([2, 8, 14, 26, 40, 80]), np.full(20, 0.5)
    errors = np.array(list(double_descent_sweep(sizes, beta, 0.5, 0.0, 300 if smoke else 5000, rng)))
    pulls = [
        (values.mean() - ridgeless_risk(n, 20, beta @ beta, 0.5)) / mean_with_error(values)[1]
        for n, values in zip(sizes, errors.T)
    ]
    return Measured(float(np.sqrt(np.mean(np.square(pulls)))), 1 / np.sqrt(2 * len(pulls)))


def shrinkage_in_errors(smoke):
    """Simulated risks of James and Stein's estimators against the exact ones, in standard errors; beside it, risks."""
    rng, theta, beside = np.random.default_rng(0), np.full(10, 0.5), {}
    x, distance, pulls = theta + rng.standard_normal((5000 if smoke else 200_000, 10)), np.linalg.norm(theta), []
    for estimator, risk in ((james_stein, james_stein_risk), (positive_james_stein, positive_james_stein_risk)):
        mean, error = mean_with_error(np.sum((estimator(x) - theta) ** 2, axis=1))
        exact = float(risk(10, distance))
        pulls.append((mean - exact) / error)
        beside[estimator.__name__] = exact
    return Measured(float(np.max(np.abs(pulls))), 1.0, beside | {"each by itself": 10.0})


def estimators_in_errors(smoke):
    """The simulated variance of a variance against the exact one, in standard errors; beside it, efficiencies."""
    rng, n = np.random.default_rng(0), 9
    draw = lambda shape, rng: rng.standard_normal(shape)
    variances = repeated_estimates(lambda x: sum_of_squares_over(x, n - 1), draw, n, 4000 if smoke else 100_000, rng)
    variance, error = variance_with_error(variances)
    bound = cramer_rao_bound(FAMILIES["normal"].fisher(np.array([0.0, 1.0])), n, np.array([1.0, 0.0]))
    beside = {"efficiency of the median": bound / median_moments(scipy.stats.norm.ppf, n)[1]}
    beside["mean of sigma at n = 9"] = float(np.mean([normal_mle(rng.standard_normal(n))[1] for _ in range(2000)]))
    return Measured(abs(variance - sum_of_squares_moments(1.0, n, n - 1)[1]) / error, 1.0, beside)


def bias_in_errors(smoke):
    """Measured bias and variance of ridge regression against the exact ones, the larger pull."""
    rng, noise = np.random.default_rng(0), 0.5
    X, Q = rng.standard_normal((20, 3)), rng.standard_normal((8, 3))
    f = lambda X: np.sin(X[:, 0]) + X[:, 1]
    draw = lambda rng: (X, f(X) + np.sqrt(noise) * rng.standard_normal(20))
    parts = bias_variance(
        repeated_predictions(Ridge(2.0, fit_intercept=False), draw, Q, 100 if smoke else 1000, rng), f(Q)
    )
    exact = smoother_bias_variance(ridge_smoother(X, Q, 2.0), f(X), f(Q), noise)
    pulls = (
        (parts.bias_square - exact[0]) / parts.bias_square_error,
        (parts.variance - exact[1]) / parts.variance_error,
    )
    return Measured(float(np.max(np.abs(pulls))), 1.0, {"bias squared": float(exact[0]), "variance": float(exact[1])})


def evidence_of_a_constant(smoke):
    """Evidence of one constant feature by regression and by conjugacy, difference in nats; beside it, at its top."""
    y = 2.0 + np.random.default_rng(0).standard_normal(50 if smoke else 1000)
    X = np.ones((len(y), 1))
    *_, (noise, prior) = islice(maximise_evidence(mackay_step, X, y, 1.0, 1.0), 50)
    evidence = linear_log_evidence(X, y, noise, prior)
    by_hand = normal_log_evidence(0.0, prior, y, np.sqrt(noise))
    log_likelihood = np.sum(scipy.stats.norm.logpdf(y, y.mean(), np.sqrt(noise)))
    schwarz = -bayesian_criterion(log_likelihood, 1, len(y)) / 2
    return Measured(abs(float(evidence - by_hand)), 0.0, {"evidence": float(evidence), "Schwarz": float(schwarz)})


def laplace_evidence(smoke):
    """Log evidence of one slope by Laplace's approximation, its error in nats; beside it, for fewer labels."""
    errors = {}
    for n in (20, 200):
        rng = np.random.default_rng(0)
        x = rng.standard_normal(n)
        y = (rng.random(n) < 1 / (1 + np.exp(-1.5 * x))).astype(int)
        value_and_gradient, hessian = logistic_joint(x[:, None], y, 4.0)
        found = laplace_approximation(value_and_gradient, hessian, np.zeros(1))
        theta = np.linspace(-10, 10, 2001 if smoke else 20_001)  # the sum of an analytic integrand is its integral
        logs = np.array([-value_and_gradient(t)[0] for t in theta[:, None]])
        errors[f"n = {n}"] = float(
            abs(found.log_evidence - scipy.special.logsumexp(logs) - np.log(theta[1] - theta[0]))
        )
    return Measured(errors.pop("n = 200"), 0.0, errors)


def honest_accuracy(smoke):
    """Cross-validated accuracy on noise minus 1/2, in errors, features chosen in training; beside it, chosen before."""
    rng, found = np.random.default_rng(0), []
    for _ in range(10 if smoke else 100):
        X, y = rng.standard_normal((40, 500)), rng.permutation(np.arange(40) % 2)
        found.append(leaky_and_honest_accuracy(X, y, 10, 5, rng))
    leaky, honest = np.array(found).T
    return Measured(max(0.0, float((honest.mean() - 0.5) / mean_with_error(honest)[1])), 1.0, {"leaky": leaky.mean()})


def missed_coverage(smoke):
    """How far BCa intervals of 95 % for the mean of 20 exponential draws fall short; beside it, the percentiles."""
    mean, repeats, missed = lambda x: x.mean(axis=-1), 200 if smoke else 2000, {}
    intervals = {
        "BCa": lambda x, e: bca_interval(x, mean, e, 0.95),
        "percentile": lambda x, e: percentile_interval(e, 0.95),
    }
    for name, interval in intervals.items():
        of_sample = lambda x, rng, f=interval: f(x, bootstrap_estimates(x, mean, 500, rng))
        draw = lambda rng: rng.exponential(size=20)
        coverage, error = interval_coverage(of_sample, draw, 1.0, repeats, np.random.default_rng(0))
        missed[name] = float(0.95 - coverage)
    return Measured(missed.pop("BCa"), float(error), missed)


def efficiency_of_squares(smoke):
    """Variance of cross entropy's slope over that of the squared error's, exact, for features of a growing spread."""
    x, theta = np.random.default_rng(0).standard_normal(200 if smoke else 20_000), np.array([1.0, 0.0])
    ratios = {}
    for spread in (0.5, 1, 2, 4):
        X = np.column_stack([spread * x, np.ones(len(x))])
        best, squares = cross_entropy_covariance(theta, X), squared_probability_covariance(theta, X)
        ratios[f"spread {spread}"] = float(best[0, 0] / squares[0, 0])
    return Measured(max(ratios.values()), 0.0, ratios)


SIZES = np.arange(1, 61)
GAUSSIAN = "random: independent Gaussian features and targets"

ROWS = (
    Row(
        name="double-descent sweep, 60 sample sizes x 200 repeats",
        data=GAUSSIAN + ", d = 30",
        kind="random",
        make=lambda: sweep(30, SIZES, 200),
        smoke=lambda: sweep(30, SIZES, 10),
        must=5,
        moonshot=20,
    ),
    Row(
        name="double-descent sweep, 5 sample sizes x 20 repeats, d = 200",
        data=GAUSSIAN + ", d = 200: few sizes to share the work of each row, and matrices large enough for BLAS",
        kind="random",
        make=lambda: sweep(200, np.array([50, 150, 200, 250, 400]), 20),
        smoke=lambda: sweep(200, np.array([50, 200, 400]), 2),
        unfavourable=True,
    ),
    Row(
        name="Bayesian ridge, n = 20000, d = 50",
        data=GAUSSIAN,
        kind="random",
        make=lambda: bayesian_ridge(20_000, 50),
        smoke=lambda: bayesian_ridge(2000, 20),
    ),
)

ERRORS = "standard errors"
QUANTITIES = (
    Quantity(
        name="statistics: simulated double descent against the exact risk",
        data="random: Gaussian features, d = 20; root mean square over sample sizes",
        unit=ERRORS,
        measure=descent_in_errors,
        must=2.0,
    ),
    Quantity(
        name="statistics: simulated James-Stein against the exact risk",
        data="random: ten means of 0.5 with errors 1; beside it, exact risks",
        unit=ERRORS,
        measure=shrinkage_in_errors,
        must=4.0,
    ),
    Quantity(
        name="statistics: variance of a variance",
        data="random: nine normal draws",
        unit=ERRORS,
        measure=estimators_in_errors,
        must=4.0,
    ),
    Quantity(
        name="statistics: bias and variance of ridge regression",
        data="random: a sine and noise; beside it, exact values",
        unit=ERRORS,
        measure=bias_in_errors,
        must=4.0,
    ),
    Quantity(
        name="statistics: evidence by regression and by conjugacy",
        data="random: normal draws about 2",
        unit="nats",
        measure=evidence_of_a_constant,
        must=1e-8,
    ),
    Quantity(
        name="statistics: log evidence of 200 labels by Laplace's approximation",
        data="random: logistic labels of one feature; beside it, of 20 labels",
        unit="nats",
        measure=laplace_evidence,
        must=0.01,
    ),
    Quantity(
        name="statistics: accuracy on noise above 1/2, features chosen in training",
        data="random: 40 samples, 500 features, 10 kept; beside it, the accuracy of a choice from all samples",
        unit=ERRORS,
        measure=honest_accuracy,
        must=4.0,
    ),
    Quantity(
        name="statistics: coverage that BCa intervals of 95 % miss",
        data="random: 20 exponential draws",
        unit="",
        measure=missed_coverage,
        must=0.06,
    ),
    Quantity(
        name="statistics: efficiency of the squared error for a slope",
        data="random: Gaussian feature, exact covariances",
        unit="",
        measure=efficiency_of_squares,
        must=1.0,
    ),
)

GROWTH: tuple[Growth, ...] = ()
