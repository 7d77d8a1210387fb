"""Logistic regression against scikit-learn: objective C sum of losses + penalty, equal or lower.

Both as imported: they stop at a gradient of 1e-4, or after 100 steps. On images scikit-learn's 100 steps end far from
that gradient and ours reach it: what is compared is a default fit, ours with the lower objective.
"""

import warnings

import numpy as np
import sklearn.exceptions
import sklearn.linear_model
from sklearn.datasets import load_digits

from abinitio.linear_model import (
    LogisticRegression,
    cross_entropy,
    logistic_gradient,
    logistic_hessian,
    logistic_loss,
)
from abinitio.optimize import damped_newton, lbfgs
from abinitio.optimize.bfgs import bfgs
from benchmarks.digits import accuracy, shifted_mnist
from benchmarks.growth import Growth
from benchmarks.row import Contest, Peer, Row

PEER = sklearn.linear_model.LogisticRegression


def objective_excess(X, y, C, l1_ratio=0.0):
    """error(ours, theirs): by how much our objective exceeds the peer's, as a share of the peer's."""

    def objective(model):
        theta = np.vstack([model.coef_.T, model.intercept_]).astype(float)
        loss = cross_entropy(theta, X, y, 0.0) if theta.shape[1] > 1 else logistic_loss(theta[:, 0], X, y, 0.0)
        w = theta[:-1]
        return C * len(y) * loss + l1_ratio * np.abs(w).sum() + (1 - l1_ratio) / 2 * np.sum(w**2)

    return lambda ours, theirs: objective(ours) / objective(theirs) - 1


def quiet(fit):
    """The call `fit` without the warning that max_iter was reached: the default is measured as it is."""

    def call():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
            return fit()

    return call


CONVERGED = {"max_iter": 20_000, "tol": 1e-7}  # of the small sizes: at the peer's optimum, not at its default stop


def ridge_penalty(X, y, C=1.0, tol=1e-4, **options):
    """The L2 penalty; scikit-learn's default is L-BFGS, its fastest float32 data; options are the peer's."""
    X32, error = X.astype(np.float32), objective_excess(X, y, C)
    single = objective_excess(X32.astype(float), y, C)
    default = quiet(lambda: PEER(C=C, **options).fit(X, y))
    best = quiet(lambda: PEER(C=C, **options).fit(X32, y))
    return Contest(
        ours=quiet(lambda: LogisticRegression(C=C, tol=tol).fit(X, y)),
        peers=(
            Peer(name="scikit-learn LogisticRegression", call=default, error=error, bound=1e-6),
            Peer(
                name="scikit-learn LogisticRegression, float32", call=best, error=single, bound=1e-6, at_its_best=True
            ),
        ),
        check="excess objective",
    )


def lasso_penalty(X, y, C, intercept_scaling=1.0, **options):
    """The L1 penalty, two classes; scikit-learn's solvers for it are saga and liblinear; options are the peers'."""
    error = objective_excess(X, y, C, 1.0)
    saga = quiet(lambda: PEER(C=C, l1_ratio=1.0, solver="saga", random_state=0, **options).fit(X, y))
    penalised = {"solver": "liblinear", "intercept_scaling": intercept_scaling, "random_state": 0} | options
    liblinear = quiet(lambda: PEER(C=C, l1_ratio=1.0, **penalised).fit(X, y))
    return Contest(
        ours=lambda: LogisticRegression(C=C, l1_ratio=1.0).fit(X, y),
        peers=(
            Peer(name="scikit-learn LogisticRegression(saga)", call=saga, error=error, bound=1e-6),
            Peer(
                name="scikit-learn LogisticRegression(liblinear, penalised intercept)",
                call=liblinear,
                error=error,
                bound=1e-6,
                at_its_best=True,
            ),
        ),
        check="excess objective",
    )


def newton_steps(X, y, C=1.0):
    """The readable functions under damped Newton, to a gradient of 1e-4, against the same method of scikit-learn."""
    d, alpha = X.shape[1], 1 / (C * len(y))
    f = lambda t: (float(logistic_loss(t, X, y, alpha)), logistic_gradient(t, X, y, alpha))
    walk = lambda: damped_newton(f, lambda t: logistic_hessian(t, X, alpha), np.zeros(d + 1))
    peer = PEER(C=C, solver="newton-cholesky")
    error = lambda point, model: point.value / f(np.append(model.coef_[0], model.intercept_))[0] - 1
    name = "scikit-learn LogisticRegression(newton-cholesky)"
    return Contest(
        ours=lambda: next(point for point in walk() if np.abs(point.gradient).max() <= 1e-4),
        peers=(Peer(name=name, call=lambda: peer.fit(X, y), error=error, bound=1e-6),),
        check="excess objective",
    )


def rosenbrock(d, ours, method):
    """The generator `ours` on Rosenbrock's function of d variables, to a gradient of 1e-5, against scipy's `method`."""
    from scipy.optimize import minimize, rosen, rosen_der

    f, start = lambda w: (float(rosen(w)), rosen_der(w)), np.zeros(d)
    options = {"gtol": 1e-5, "maxiter": 20_000} | ({} if method == "BFGS" else {"ftol": 0, "maxfun": 50_000})
    theirs = lambda: minimize(f, start, jac=True, method=method, options=options)
    reached = lambda: next(point for point in ours(f, start) if np.abs(point.gradient).max() <= 1e-5)
    error = lambda point, result: f(point.w)[0] - max(result.fun, 1e-8)
    peer = Peer(name=f"scipy {method}", call=theirs, error=error, bound=1e-6)
    return Contest(ours=reached, peers=(peer,), check="excess of f over scipy's and 1e-8")


def two_classes(n, d, informative, correlation=0.0, seed=0):
    """Gaussian features, neighbours correlated, and labels of the logistic model; `informative` coefficients, not 0."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    for j in range(1, d):
        X[:, j] = correlation * X[:, j - 1] + np.sqrt(1 - correlation**2) * X[:, j]
    z = X[:, :informative] @ rng.standard_normal(informative)
    return X, (rng.random(n) < 1 / (1 + np.exp(-z))).astype(int)


def several_classes(n, d, condition=1.0, seed=0):
    """Five classes of a softmax model on Gaussian features with the given `condition` number, rotated."""
    rng = np.random.default_rng(seed)
    X, noise = rng.standard_normal((n, d)), rng.gumbel(size=(n, 5))
    y = (X @ rng.standard_normal((d, 5)) * 3 / np.sqrt(d) + noise).argmax(axis=1)
    return X * np.geomspace(1, 1 / condition, d) @ np.linalg.qr(rng.standard_normal((d, d)))[0], y


IMAGES = "real: 5,000 digits of MNIST, each in 12 shifts by one or two pixels"
FLAT = "random: independent Gaussian features, labels of the model"
MODEL = "random: independent Gaussian features, labels of the model"
CHAIN = "structured: neighbouring features correlated 0.95, labels of the model"

ROWS = (
    Row(
        name="softmax 60000 x 784, 10 classes",
        data=IMAGES,
        kind="real",
        make=lambda: ridge_penalty(*shifted_mnist(60_000)),
        smoke=lambda: ridge_penalty(*load_digits(return_X_y=True), C=0.01, tol=1e-6, max_iter=1_000),
        must=4,
        moonshot=10,
    ),
    Row(
        name="softmax 20000 x 300, 5 classes, isotropic",
        data=FLAT,
        kind="random",
        make=lambda: ridge_penalty(*several_classes(20_000, 300)),
        smoke=lambda: ridge_penalty(*several_classes(2_000, 50), C=0.01, tol=1e-6, max_iter=1_000),
        unfavourable=True,
    ),
    Row(
        name="softmax 20000 x 300, 5 classes, condition 10^4",
        data=FLAT + ", scaled and rotated",
        kind="random",
        make=lambda: ridge_penalty(*several_classes(20_000, 300, 1e4)),
        smoke=lambda: ridge_penalty(*several_classes(2_000, 50, 1e4), C=0.01, tol=1e-6, max_iter=1_000),
        unfavourable=True,
    ),
    Row(
        name="softmax 1797 x 64, 10 classes",
        data="real: digits (UCI)",
        kind="real",
        make=lambda: ridge_penalty(*load_digits(return_X_y=True)),
        smoke=lambda: ridge_penalty(*load_digits(return_X_y=True), C=0.01, tol=1e-6, max_iter=1_000),
        unfavourable=True,
    ),
    Row(
        name="binary logistic regression 10^5 x 100",
        data=MODEL,
        kind="random",
        make=lambda: ridge_penalty(*two_classes(100_000, 100, 20)),
        smoke=lambda: ridge_penalty(*two_classes(10_000, 50, 10)),
        unfavourable=True,
    ),
    Row(
        name="binary logistic regression 10^5 x 100, correlated",
        data=CHAIN,
        kind="structured",
        make=lambda: ridge_penalty(*two_classes(100_000, 100, 20, 0.95)),
        smoke=lambda: ridge_penalty(*two_classes(10_000, 50, 10, 0.95)),
    ),
    Row(
        name="binary logistic regression 10^5 x 100, correlated, Newton's steps",
        data=CHAIN,
        kind="structured",
        make=lambda: newton_steps(*two_classes(100_000, 100, 20, 0.95)),
        smoke=lambda: newton_steps(*two_classes(10_000, 50, 10, 0.95)),
    ),
    Row(
        name="L1 logistic regression 20000 x 500",
        data=MODEL,
        kind="random",
        make=lambda: lasso_penalty(*two_classes(20_000, 500, 20), C=0.01),
        smoke=lambda: lasso_penalty(*two_classes(2_000, 100, 10), C=0.05, intercept_scaling=1e3, **CONVERGED),
        must=3,
    ),
    Row(
        name="L1 logistic regression 20000 x 500, correlated, weak penalty",
        data=CHAIN,
        kind="structured",
        make=lambda: lasso_penalty(*two_classes(20_000, 500, 20, 0.95), C=1.0),
        smoke=lambda: lasso_penalty(*two_classes(500, 30, 10, 0.95), C=0.1, intercept_scaling=1e3, **CONVERGED),
        unfavourable=True,
    ),
    Row(
        name="BFGS, Rosenbrock's function in 500 dimensions",
        data="structured: a curved valley",
        kind="structured",
        make=lambda: rosenbrock(500, bfgs, "BFGS"),
        smoke=lambda: rosenbrock(200, bfgs, "BFGS"),
        must=10,
        moonshot=30,
    ),
    Row(
        name="L-BFGS, Rosenbrock's function in 500 dimensions",
        data="structured: a curved valley",
        kind="structured",
        make=lambda: rosenbrock(500, lbfgs, "L-BFGS-B"),
        smoke=lambda: rosenbrock(50, lbfgs, "L-BFGS-B"),
        must=0.8,
        moonshot=1.2,
    ),
    Row(
        name="BFGS, Rosenbrock's function in 10 dimensions",
        data="structured: a curved valley; few dimensions, little to compute",
        kind="structured",
        make=lambda: rosenbrock(10, bfgs, "BFGS"),
        smoke=lambda: rosenbrock(10, bfgs, "BFGS"),
        unfavourable=True,
    ),
    Row(
        name="L-BFGS, Rosenbrock's function in 10 dimensions",
        data="structured: a curved valley; few dimensions, little to compute",
        kind="structured",
        make=lambda: rosenbrock(10, lbfgs, "L-BFGS-B"),
        smoke=lambda: rosenbrock(10, lbfgs, "L-BFGS-B"),
        unfavourable=True,
    ),
)

QUANTITIES = accuracy("softmax", LogisticRegression(), PEER(max_iter=1000), 0.106)

GROWTH = (
    Growth(
        name="binary logistic regression, d = 20",
        data=MODEL,
        make=lambda n: ridge_penalty(*two_classes(n, 20, 10)),
    ),
)
