"""Least squares and ridge against scikit-learn.

Each contest takes its data and gives ours, the peers as a user calls them, and the fastest way to call them that we
know.
"""

from fractions import Fraction
from operator import mul

import numpy as np
import sklearn.linear_model

from abinitio.linear_model import LinearRegression, Ridge, RidgeCV
from benchmarks import designs
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


def coefficient_difference(ours, theirs):
    """Largest difference of two estimators' coefficients, relative to the largest coefficient."""
    return np.abs(ours.coef_ - theirs.coef_).max() / np.abs(theirs.coef_).max()


def residual_excess(X, y):
    """error(ours, theirs): by how much our mean squared residual exceeds the peer's, in variances of y."""
    loss = lambda model: np.mean((y - model.predict(X)) ** 2)
    return lambda ours, theirs: (loss(ours) - loss(theirs)) / y.var()


def least_squares(X, y, well_conditioned=True):
    """Ordinary least squares: scikit-learn's default is LAPACK's gelsd (SVD); its fastest is Cholesky in Ridge."""
    check, error, bound = "relative coefficient difference", coefficient_difference, 1e-10
    if not well_conditioned:  # coefficients are then undetermined by rounding; the fit is not
        check, error, bound = "excess residual / variance", residual_excess(X, y), 1e-10
    peer, best = sklearn.linear_model.LinearRegression(), sklearn.linear_model.Ridge(alpha=0.0, solver="cholesky")
    peers = [Peer(name="scikit-learn LinearRegression", call=lambda: peer.fit(X, y), error=error, bound=bound)]
    if well_conditioned:
        name = "scikit-learn Ridge(0, cholesky)"
        peers += [Peer(name=name, call=lambda: best.fit(X, y), error=error, bound=bound, at_its_best=True)]
    return Contest(ours=lambda: LinearRegression().fit(X, y), peers=tuple(peers), check=check)


def ridge(X, y, alpha=1.0):
    """Ridge; scikit-learn's fastest is float32 data, at float32's accuracy."""
    peer, best = sklearn.linear_model.Ridge(alpha), sklearn.linear_model.Ridge(alpha)
    X32, y32 = X.astype(np.float32), y.astype(np.float32)
    error = coefficient_difference
    return Contest(
        ours=lambda: Ridge(alpha).fit(X, y),
        peers=(
            Peer(name="scikit-learn Ridge", call=lambda: peer.fit(X, y), error=error, bound=1e-10),
            Peer(
                name="scikit-learn Ridge, float32",
                call=lambda: best.fit(X32, y32),
                error=error,
                bound=1e-3,
                at_its_best=True,
            ),
        ),
        check="relative coefficient difference",
    )


def ridge_path_leave_one_out(X, y, alphas):
    """The coefficients at the alpha of least leave-one-out error among `alphas`."""
    error = lambda ours, theirs: np.inf if ours.alpha_ != theirs.alpha_ else coefficient_difference(ours, theirs)
    peer = sklearn.linear_model.RidgeCV(alphas)
    best = sklearn.linear_model.RidgeCV(alphas, gcv_mode="svd")
    return Contest(
        ours=lambda: RidgeCV(alphas).fit(X, y),
        peers=(
            Peer(name="scikit-learn RidgeCV", call=lambda: peer.fit(X, y), error=error, bound=1e-8),
            Peer(
                name="scikit-learn RidgeCV(svd)",
                call=lambda: best.fit(X, y),
                error=error,
                bound=1e-8,
                at_its_best=True,
            ),
        ),
        check="same alpha, relative coefficient difference",
    )


def exact_coefficients(X, y):
    """Least-squares coefficients (with an intercept) of these very floating-point numbers, in rational arithmetic."""
    columns = [[Fraction(v) for v in column] for column in [*X.T, y]]
    centred = [[v - sum(column) / len(column) for v in column] for column in columns]
    d = X.shape[1]
    A = [[sum(map(mul, centred[i], centred[j])) for j in range(d + 1)] for i in range(d)]  # X'X w = X'y, as one table
    for i in range(d):
        A[i] = [v / A[i][i] for v in A[i]]
        for k in range(d):
            if k != i:
                A[k] = [v - A[k][i] * u for v, u in zip(A[k], A[i], strict=True)]
    return np.array([float(row[d]) for row in A])


def coefficient_errors(make, seeds):
    """Largest relative error of the coefficients over `seeds` data sets make(seed): ours (median, half IQR), beside it
    scikit-learn's, whose worst seed is the limit."""
    ours, theirs = [], []
    for seed in range(seeds):
        X, y = make(seed)
        w = exact_coefficients(X, y)
        for errors, model in [(ours, LinearRegression()), (theirs, sklearn.linear_model.LinearRegression())]:
            errors.append(np.abs(model.fit(X, y).coef_ - w).max() / np.abs(w).max())
    low, high = np.quantile(ours, [0.25, 0.75])
    beside = {"scikit-learn LinearRegression": float(np.median(theirs))}
    return Measured(float(np.median(ours)), float(high - low) / 2, beside, limit=float(max(theirs)))


def powers(n, degree, seed):
    """Powers 1...`degree` of n random points in [0, 1], badly conditioned (10^5 for degree 8), and a smooth target."""
    rng = np.random.default_rng(seed)
    x = rng.uniform(size=n)
    return x[:, None] ** np.arange(1, degree + 1), np.sin(6 * x) + 0.01 * rng.standard_normal(n)


ALPHAS = np.geomspace(1e-3, 1e3, 50)
GAUSSIAN = "random: independent Gaussian features, mean 1"

ROWS = (
    Row(
        name="least squares 10^5 x 100",
        data=GAUSSIAN,
        kind="random",
        make=lambda: least_squares(*designs.gaussian(100_000, 100)),
        smoke=lambda: least_squares(*designs.gaussian(10_000, 50)),
        must=5,
        moonshot=25,
    ),
    Row(
        name="least squares 10^5 x 100, ill-conditioned",
        data="structured: condition number 10^10",
        kind="structured",
        make=lambda: least_squares(*designs.ill_conditioned(100_000, 100, 1e10), well_conditioned=False),
        smoke=lambda: least_squares(*designs.ill_conditioned(5_000, 30, 1e10), well_conditioned=False),
        unfavourable=True,
    ),
    Row(
        name="least squares 1797 x 64",
        data="real: digits (UCI), the digit as a number; three pixels are always 0",
        kind="real",
        make=lambda: least_squares(*designs.digits(), well_conditioned=False),
        smoke=lambda: least_squares(*designs.digits(), well_conditioned=False),
        unfavourable=True,
    ),
    Row(
        name="ridge 10^5 x 100",
        data=GAUSSIAN,
        kind="random",
        make=lambda: ridge(*designs.gaussian(100_000, 100)),
        smoke=lambda: ridge(*designs.gaussian(10_000, 50)),
        must=1.5,
        moonshot=4,
    ),
    Row(
        name="ridge 500 x 2000, more features than samples",
        data=GAUSSIAN,
        kind="random",
        make=lambda: ridge(*designs.gaussian(500, 2000)),
        smoke=lambda: ridge(*designs.gaussian(100, 400)),
        unfavourable=True,
    ),
    Row(
        name="ridge path, 50 alphas + leave-one-out, 2000 x 200",
        data=GAUSSIAN,
        kind="random",
        make=lambda: ridge_path_leave_one_out(*designs.gaussian(2000, 200), ALPHAS),
        smoke=lambda: ridge_path_leave_one_out(*designs.gaussian(500, 50), ALPHAS),
        must=3,
    ),
    Row(
        name="ridge path, 50 alphas + leave-one-out, 1797 x 64",
        data="real: digits (UCI), the digit as a number",
        kind="real",
        make=lambda: ridge_path_leave_one_out(*designs.digits(), ALPHAS),
        smoke=lambda: ridge_path_leave_one_out(*designs.digits(), ALPHAS),
        must=3,
    ),
    Row(
        name="ridge path, 50 alphas + leave-one-out, 200 x 2000",
        data=GAUSSIAN,
        kind="random",
        make=lambda: ridge_path_leave_one_out(*designs.gaussian(200, 2000), ALPHAS),
        smoke=lambda: ridge_path_leave_one_out(*designs.gaussian(50, 400), ALPHAS),
        unfavourable=True,
    ),
)

QUANTITIES = (
    Quantity(
        name="least squares, ill-centred: relative error of the coefficients",
        data="structured: 500 x 8, mean = 10^6 standard deviations, against rational arithmetic",
        unit="",
        measure=lambda smoke: coefficient_errors(lambda s: designs.ill_centred(500, 8, seed=s), 2 if smoke else 7),
        must=1e-10,
        moonshot=1e-12,
    ),
    Quantity(
        name="least squares, powers up to 8: relative error of the coefficients",
        data="structured: 100 points in [0, 1], against rational arithmetic",
        unit="",
        measure=lambda smoke: coefficient_errors(lambda s: powers(100, 8, s), 3 if smoke else 15),
    ),
)

GROWTH = (
    Growth(name="least squares, d = 20", data=GAUSSIAN, make=lambda n: least_squares(*designs.gaussian(n, 20))),
    Growth(name="ridge, d = 20", data=GAUSSIAN, make=lambda n: ridge(*designs.gaussian(n, 20))),
    Growth(
        name="ridge path with leave-one-out, d = 20",
        data=GAUSSIAN,
        make=lambda n: ridge_path_leave_one_out(*designs.gaussian(n, 20), ALPHAS),
    ),
)
