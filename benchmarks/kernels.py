"""Kernels against scikit-learn: kernel ridge regression, its path with leave-one-out, kernel logistic regression."""

import warnings
from functools import partial

import numpy as np
import sklearn.datasets
import sklearn.kernel_ridge
import sklearn.linear_model
import sklearn.metrics.pairwise
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from abinitio.data.mnist import load_mnist_5k
from abinitio.kernels import (
    FeatureMap,
    KernelLogisticRegression,
    KernelPerceptron,
    KernelRidge,
    KernelRidgeCV,
    KernelSmoother,
    chebyshev_basis,
    gaussian_kernel,
    gaussian_mercer_eigenvalues,
    least_norm_coefficients,
    matern_kernel,
    product_features,
    product_kernel,
    rkhs_norm,
    to_unit_interval,
)
from abinitio.linear_model import LogisticRegression
from abinitio.linear_model.basis import polynomial_basis
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


def largest_difference(ours, theirs):
    """Largest difference of two arrays, relative to the largest entry."""
    return np.abs(ours - theirs).max() / np.abs(theirs).max()


def kernel_ridge(X, y, alpha, gamma, bound=1e-9, single=True):
    """The fit of kernel ridge regression with a Gaussian kernel: its coefficients; `single` : with a float32 peer."""
    settings = {"alpha": alpha, "kernel": "rbf", "gamma": gamma}
    fit = lambda X, y: sklearn.kernel_ridge.KernelRidge(**settings).fit(X, y).dual_coef_
    X32, y32 = X.astype(np.float32), y.astype(np.float32)
    peer = Peer(name="scikit-learn KernelRidge", call=lambda: fit(X, y), error=largest_difference, bound=bound)
    best = Peer(
        name="scikit-learn KernelRidge, float32",
        call=lambda: fit(X32, y32),
        error=largest_difference,
        bound=5e-3,
        at_its_best=True,
    )
    return Contest(
        ours=lambda: KernelRidge(**settings).fit(X, y).dual_coef_,
        peers=(peer, best) if single else (peer,),
        check="relative difference of the coefficients",
    )


def ridge_path(X, y, alphas, gamma):
    """The coefficients for the alpha of least leave-one-out error; the peer fits each of `alphas`, and does not get to
    know which is best: the inverse matrices that its user needs for that cost as much again."""
    fit = lambda alpha: sklearn.kernel_ridge.KernelRidge(alpha=alpha, kernel="rbf", gamma=gamma).fit(X, y).dual_coef_

    def ours():
        model = KernelRidgeCV(alphas, kernel="rbf", gamma=gamma).fit(X, y)
        return np.array([model.alpha_, *model.dual_coef_])

    def error(ours, theirs):
        same = np.flatnonzero(alphas == ours[0])
        return largest_difference(ours[1:], theirs[same[0]]) if same.size else np.inf

    peer = Peer(
        name="scikit-learn KernelRidge for each alpha",
        call=lambda: np.array([fit(alpha) for alpha in alphas]),
        error=error,
        bound=1e-7,
    )
    return Contest(ours=ours, peers=(peer,), check="relative difference of the coefficients")


def kernel_logistic(X, y, gamma, C=1.0):
    """The scores at the samples; the peer is scikit-learn's logistic regression on the columns of K^(1/2)."""

    def peer():
        eigenvalues, Q = np.linalg.eigh(sklearn.metrics.pairwise.rbf_kernel(X, gamma=gamma))
        Z = Q * np.sqrt(np.maximum(eigenvalues, 0))
        model = sklearn.linear_model.LogisticRegression(C=C, tol=1e-6, max_iter=10_000).fit(Z, y)
        return model.decision_function(Z)

    return Contest(
        ours=lambda: KernelLogisticRegression(C=C, gamma=gamma, tol=1e-6, max_iter=1000).fit(X, y).decision_function(X),
        peers=(Peer(name="scikit-learn on the root of K", call=peer, error=largest_difference, bound=2e-3),),
        check="relative difference of the scores",
    )


def digits(n):
    """The first n digits of MNIST, pixels in [0, 1], and what they say as a number."""
    data = load_mnist_5k()
    return data.X[:n] / max(1.0, np.abs(data.X).max()), data.y[:n].astype(float)


def small_digits(n):
    """The first n digits of 64 pixels, in [0, 1], and what they say as a number."""
    X, y = sklearn.datasets.load_digits(return_X_y=True)
    return X[:n] / 16, y[:n].astype(float)


def wave(n, seed=0):
    """One period of a sine with noise at n random places."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=(n, 1))
    return x, np.sin(2 * np.pi * x[:, 0]) + 0.1 * rng.standard_normal(n)


def gaussian_features(n):
    """Independent Gaussian features in ten dimensions, and targets that they do not tell."""
    rng = np.random.default_rng(0)
    return rng.standard_normal((n, 10)), rng.standard_normal(n)


def circles(n, seed=0):
    """Two circles of radius 1 and 2, with a Gaussian spread of 0.3."""
    rng = np.random.default_rng(seed)
    y, angle = rng.integers(0, 2, n), rng.uniform(0, 2 * np.pi, n)
    radius = 1 + y + 0.3 * rng.standard_normal(n)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), y


def circles_error(smoke):
    """Error rate of kernel logistic regression on circles, in standard errors above the rule "radius > 3/2"."""
    n = 300 if smoke else 1000
    (X, y), (Q, t) = circles(n), circles(20 * n, seed=1)
    bayes = np.mean((np.hypot(*Q.T) > 1.5) != t)
    by_hand = make_pipeline(FeatureMap([lambda X: np.hypot(X[:, 0], X[:, 1])]), LogisticRegression())
    models = {"kernel logistic": KernelLogisticRegression(C=10.0, gamma=0.5), "radius by hand": by_hand}
    models |= {"kernel perceptron": KernelPerceptron(gamma=0.5, max_iter=1), "line": LogisticRegression()}
    rates = {name: 1 - fit_quietly(model, X, y).score(Q, t) for name, model in models.items()}
    excess = rates.pop("kernel logistic") - bayes
    spread = np.sqrt(bayes * (1 - bayes) / n)
    return Measured(excess / spread, 1.0, {"radius > 3/2": float(bayes), **rates})


def fit_quietly(model, X, y):
    """The fitted model; that the perceptron stops on mistakes is no news on classes that overlap."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        return model.fit(X, y)


def mercer_in_errors(smoke):
    """The leading eigenvalue of K/n for Gaussian samples against its exact value, in standard errors."""
    rng, n, sets = np.random.default_rng(0), 400, 20 if smoke else 100
    largest = np.empty(sets)
    for i in range(sets):
        x = rng.standard_normal((n, 1))
        largest[i] = np.linalg.eigvalsh(gaussian_kernel(x, x, 1.0))[-1] / n
    exact = gaussian_mercer_eigenvalues(1, 1.0, 1.0)[0]
    beside = {"measured": float(largest.mean()), "exact": float(exact)}
    return Measured(abs(largest.mean() - exact) / (largest.std(ddof=1) / np.sqrt(sets)), 1.0, beside)


def least_norm_excess(smoke):
    """|f|/|g| - 1 for the interpolant f of least norm of the values of a random g, the largest of many: <= 0."""
    rng, ratios = np.random.default_rng(0), []
    kernel = product_kernel(2.0, partial(matern_kernel, length=1.0, nu=1.5))
    for _ in range(20 if smoke else 200):
        X, Z, c = rng.uniform(0, 5, (8, 1)), rng.uniform(0, 5, (12, 1)), rng.standard_normal(12)
        K = kernel(X, X)
        ratios.append(rkhs_norm(least_norm_coefficients(K, kernel(X, Z) @ c), K) / rkhs_norm(c, kernel(Z, Z)))
    return Measured(max(ratios) - 1, float(np.std(ratios)), {"median": float(np.median(ratios)) - 1})


def condition_of_powers(smoke):
    """The condition number of Chebyshev polynomials of degree 20 in an energy of 100 ... 200, with that of powers."""
    x = to_unit_interval(np.linspace(100, 200, 200 if smoke else 2000), 100, 200)[:, None]
    number = lambda basis: float(np.linalg.cond(product_features(x, 20, basis)))
    return Measured(number(chebyshev_basis), 0.0, {"powers of x": number(polynomial_basis)})


def smoothing_error(smoke):
    """Root mean square error of the smooth curve on one period of a sine, bandwidth chosen by leave-one-out."""
    x, y = wave(200 if smoke else 1000)
    q = np.linspace(0, 1, 500)[:, None]
    error = lambda model: float(np.sqrt(np.mean((model.fit(x, y).predict(q) - np.sin(2 * np.pi * q[:, 0])) ** 2)))
    ridge = make_pipeline(StandardScaler(), KernelRidgeCV(np.geomspace(1e-4, 1, 9), kernel="rbf", gamma=1.0))
    return Measured(error(KernelSmoother()), 0.1 / np.sqrt(len(x)), {"kernel ridge": error(ridge)}, 0.05)


DIGITS = "real: digits of MNIST that ship, 784 pixels, and what they say as a number (smoke: 64 pixels)"
ALPHAS = np.geomspace(1e-3, 10, 20)

ROWS = (
    Row(
        name="kernel ridge, n = 5000, d = 784",
        data=DIGITS,
        kind="real",
        make=lambda: kernel_ridge(*digits(5000), alpha=1.0, gamma=0.02),
        smoke=lambda: kernel_ridge(*small_digits(800), alpha=1.0, gamma=0.1),
        must=1.2,
        moonshot=3,
    ),
    Row(
        name="kernel ridge, n = 3000, d = 1, ill-conditioned",
        data="random: one period of a sine with noise; a condition number of 10^8, too much for float32",
        kind="random",
        make=lambda: kernel_ridge(*wave(3000), alpha=1e-5, gamma=10.0, bound=1e-6, single=False),
        smoke=lambda: kernel_ridge(*wave(600), alpha=1e-5, gamma=10.0, bound=1e-6, single=False),
        unfavourable=True,
    ),
    Row(
        name="kernel path, 20 alphas + leave-one-out, n = 2000, d = 2",
        data="random: two circles with a Gaussian spread; a smooth kernel in the plane has few eigenvalues",
        kind="random",
        make=lambda: ridge_path(*circles(2000), ALPHAS, gamma=0.5),
        smoke=lambda: ridge_path(*circles(600), ALPHAS, gamma=0.5),
        must=10,
        moonshot=30,
    ),
    Row(
        name="kernel path, 20 alphas + leave-one-out, n = 2000, d = 784",
        data=DIGITS + "; every eigenvalue counts, and one eigendecomposition costs five fits",
        kind="real",
        make=lambda: ridge_path(*digits(2000), ALPHAS, gamma=0.02),
        smoke=lambda: ridge_path(*small_digits(400), ALPHAS, gamma=0.1),
        unfavourable=True,
    ),
    Row(
        name="kernel path, 2 alphas + leave-one-out, n = 2000, d = 784",
        data=DIGITS + "; too few alphas to pay for the eigenvectors",
        kind="real",
        make=lambda: ridge_path(*digits(2000), ALPHAS[[5, 10]], gamma=0.02),
        smoke=lambda: ridge_path(*small_digits(400), ALPHAS[[5, 10]], gamma=0.1),
        unfavourable=True,
    ),
    Row(
        name="kernel logistic, n = 1000, d = 2",
        data="random: two circles of radius 1 and 2 with a Gaussian spread of 0.3",
        kind="random",
        make=lambda: kernel_logistic(*circles(1000), gamma=0.5),
        smoke=lambda: kernel_logistic(*circles(200), gamma=0.5),
    ),
)

QUANTITIES = (
    Quantity(
        name="kernels: circles, errors above the best rule",
        data="random: two circles of radius 1 and 2 with a Gaussian spread of 0.3; beside it, error rates",
        unit="standard errors",
        measure=circles_error,
        must=3.0,
    ),
    Quantity(
        name="kernels: leading eigenvalue of K/n against Mercer's",
        data="random: Gaussian samples, Gaussian kernel",
        unit="standard errors",
        measure=mercer_in_errors,
        must=4.0,
    ),
    Quantity(
        name="kernels: norm of the least-norm interpolant above that of the function",
        data="random: functions of a Matérn space, eight of their values",
        unit="",
        measure=least_norm_excess,
        must=1e-6,
    ),
    Quantity(
        name="kernels: condition number of Chebyshev polynomials to degree 20",
        data="structured: equidistant energies",
        unit="",
        measure=condition_of_powers,
        must=20.0,
    ),
    Quantity(
        name="kernels: error of the smooth curve",
        data="random: one period of a sine with noise 0.1",
        unit="",
        measure=smoothing_error,
    ),
)

GROWTH = (
    Growth(
        name="kernel ridge, d = 10",
        data="random: independent Gaussian features",
        make=lambda n: kernel_ridge(*gaussian_features(n), alpha=1.0, gamma=0.1),
    ),
)
