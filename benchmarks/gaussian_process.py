"""Gaussian processes against scikit-learn: the same evidence and gradient, a maximum as high, the same predictions.

gpytorch, the other library a user may pick, is not among the pinned packages: there is no row against it.
"""

import warnings

import numpy as np
import sklearn.gaussian_process
import sklearn.gaussian_process.kernels as their_kernels
from sklearn.datasets import load_diabetes
from sklearn.exceptions import ConvergenceWarning

import abinitio.gaussian_process.kernels as our_kernels
from abinitio.gaussian_process import (
    GaussianProcessRegressor,
    gaussian_covariance,
    gaussian_samples,
    gp_leave_one_out,
    gp_posterior,
    whitened_residuals,
)
from benchmarks.row import Contest, Measured, Peer, Quantity, Row

SMOOTH = "structured: sin(x1) x2 with noise of 0.1 at points uniform in a cube of 5 features"
DIABETES = "real: the diabetes data, 442 samples of 10 features, standardised (smoke: the first 150)"


def kernel_of(kernels, lengths=1.0, noise=0.1):
    """A variance, a length or one for each feature, and noise."""
    return kernels.ConstantKernel(1.0) * kernels.RBF(lengths) + kernels.WhiteKernel(noise)


def smooth(n, d=5, seed=0):
    """n points of d features and noisy values of a function of two of them."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-3, 3, (n, d))
    return X, np.sin(X[:, 0]) * X[:, 1] + 0.1 * rng.standard_normal(n)


def diabetes(n=None):
    """The diabetes data, features and target standardised."""
    X, y = load_diabetes(return_X_y=True)
    return (X / X.std(axis=0))[:n], ((y - y.mean()) / y.std())[:n]


def largest_difference(ours, theirs):
    """Largest difference of two evidences with their gradients, relative to the largest of their numbers."""
    return np.abs(ours - theirs).max() / np.abs(theirs).max()


def evidence(X, y, lengths=1.0):
    """One log evidence with its gradient in the logarithms of all parameters."""
    models = [
        model(kernel_of(kernels, lengths), optimizer=None).fit(X, y)
        for model, kernels in (
            (GaussianProcessRegressor, our_kernels),
            (sklearn.gaussian_process.GaussianProcessRegressor, their_kernels),
        )
    ]
    theta = models[1].kernel_.theta + 0.01  # not where the fit was, whose value is stored
    ours, theirs = (
        lambda model=model: np.hstack(model.log_marginal_likelihood(theta, eval_gradient=True, clone_kernel=False))
        for model in models
    )
    peer = Peer(name="scikit-learn", call=theirs, error=largest_difference, bound=1e-9)
    return Contest(ours=ours, peers=(peer,), check="largest relative difference of evidence and gradient")


def fit(X, y, lengths=1.0):
    """A fit from the same start: the parameters with the largest evidence."""
    answer = lambda model: np.array([model.log_marginal_likelihood_value_, *model.kernel_.theta])
    theirs = lambda: sklearn.gaussian_process.GaussianProcessRegressor(kernel_of(their_kernels, lengths)).fit(X, y)

    def quietly():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # of lengths at their bounds
            return answer(theirs())

    shortfall = lambda ours, theirs: (theirs[0] - ours[0]) / abs(theirs[0])
    return Contest(
        ours=lambda: answer(GaussianProcessRegressor(kernel_of(our_kernels, lengths)).fit(X, y)),
        peers=(Peer(name="scikit-learn", call=quietly, error=shortfall, bound=1e-6),),
        check="by how much our log evidence is lower, relative",
    )


def calibration(smoke):
    """Sum of squared whitened residuals of held-out draws of the prior, against its mean m, in standard errors."""
    rng, sets, n, m = np.random.default_rng(0), 20 if smoke else 200, 60, 20
    total = 0.0
    for _ in range(sets):
        X = rng.uniform(-3, 3, (n + m, 2))
        K, noise = gaussian_covariance(X, X, 2.0, np.array([0.8, 1.5])), 0.1
        y = gaussian_samples(np.zeros(n + m), K, noise, 1, rng)[:, 0]
        mean, C = gp_posterior(K[:n, :n], K[n:, :n], K[n:, n:], y[:n], noise)
        total += np.sum(whitened_residuals(y[n:], mean, C + noise * np.eye(m)) ** 2)
    beside = {"chi-squared per degree of freedom": total / (sets * m)}
    return Measured(abs(total - sets * m) / np.sqrt(2 * sets * m), 1.0, beside)


def diabetes_error(smoke):
    """Root mean squared leave-one-out error at the parameters of the largest evidence, and least squares beside it."""
    X, y = diabetes(150 if smoke else None)
    kernel = kernel_of(our_kernels) + our_kernels.ConstantKernel(0.1) * our_kernels.DotProduct(1.0, "fixed")
    model = GaussianProcessRegressor(kernel).fit(X, y)
    mean, variance = gp_leave_one_out(model.kernel_(X), y, model.alpha)
    squares = (y - mean) ** 2
    design = np.column_stack([X, np.ones(len(y))])
    hat = design @ np.linalg.pinv(design)
    linear = np.mean(((y - hat @ y) / (1 - np.diag(hat))) ** 2)
    rms = np.sqrt(squares.mean())
    spread = squares.std(ddof=1) / np.sqrt(len(y)) / (2 * rms)
    beside = {"least squares": np.sqrt(linear), "chi-squared per sample": np.mean(squares / variance)}
    return Measured(rms, spread, beside, limit=np.sqrt(linear) + 2 * spread)


ROWS = (
    Row(
        name="GP log evidence and gradient, n = 2000, 3 parameters",
        data=SMOOTH,
        kind="structured",
        make=lambda: evidence(*smooth(2000)),
        smoke=lambda: evidence(*smooth(300)),
        must=2.5,
        moonshot=5,
    ),
    Row(
        name="GP log evidence and gradient, n = 2000, a length for each of 5 features",
        data=SMOOTH,
        kind="structured",
        make=lambda: evidence(*smooth(2000), lengths=np.ones(5)),
        smoke=lambda: evidence(*smooth(300), lengths=np.ones(5)),
        must=2.5,
        moonshot=5,
    ),
    Row(
        name="GP log evidence and gradient, n = 30",
        data=SMOOTH + ": so few that the libraries' own overhead is the time",
        kind="structured",
        make=lambda: evidence(*smooth(30)),
        smoke=lambda: evidence(*smooth(30)),
        unfavourable=True,
    ),
    Row(
        name="GP fit of 12 parameters to 442 samples",
        data=DIABETES,
        kind="real",
        make=lambda: fit(*diabetes(), lengths=np.ones(10)),
        smoke=lambda: fit(*diabetes(150), lengths=np.ones(10)),
    ),
)

QUANTITIES = (
    Quantity(
        name="GP: calibration of held-out points, functions drawn from the prior",
        data="random: 60 samples and 20 held out, of 200 functions (smoke: 20)",
        unit="standard errors",
        measure=calibration,
        must=4.0,
    ),
    Quantity(
        name="GP: leave-one-out error at the parameters of the largest evidence",
        data=DIABETES,
        unit="standard deviations of the target",
        measure=diabetes_error,
    ),
)

GROWTH = ()
