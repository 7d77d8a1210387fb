"""The lasso and its path against scikit-learn and skglm: objective |y - Xw|^2 / (2n) + alpha |w|_1, equal or lower."""

import numpy as np
import skglm
import sklearn.linear_model

from abinitio.linear_model import Lasso, LassoCV, lasso_path
from benchmarks import designs
from benchmarks.growth import Growth
from benchmarks.row import Contest, Peer, Row


def lasso_objective(X, y, alpha, w):
    """Lasso's objective with the intercept at its optimum, for the coefficients `w`."""
    residual = y - X @ w
    return (residual - residual.mean()) @ (residual - residual.mean()) / (2 * len(y)) + alpha * np.abs(w).sum()


def objective_excess(X, y, alpha):
    """error(ours, theirs): by how much our lasso objective exceeds the peer's, as a share of the peer's."""
    objective = lambda model: lasso_objective(X, y, alpha, np.ravel(model.coef_))
    return lambda ours, theirs: objective(ours) / objective(theirs) - 1


def lasso(X, y, alpha, precompute=True):
    """Lasso at one alpha; scikit-learn's fastest, for n > d, is the Gram matrix."""
    peer, other = sklearn.linear_model.Lasso(alpha), skglm.Lasso(alpha)
    best = sklearn.linear_model.Lasso(alpha, precompute=True)
    error = objective_excess(X, y, alpha)
    peers = [
        Peer(name="scikit-learn Lasso", call=lambda: peer.fit(X, y), error=error, bound=1e-6),
        Peer(name="skglm Lasso", call=lambda: other.fit(X, y), error=error, bound=1e-6),
    ]
    if precompute:
        name = "scikit-learn Lasso(precompute)"
        peers += [Peer(name=name, call=lambda: best.fit(X, y), error=error, bound=1e-6, at_its_best=True)]
    return Contest(ours=lambda: Lasso(alpha).fit(X, y), peers=tuple(peers), check="excess objective")


def lasso_by_cross_validation(X, y, folds=5):
    """The lasso whose alpha has the least error over `folds` folds, from a grid of 100; the refit must be as good."""
    peer = sklearn.linear_model.LassoCV(cv=folds)

    def error(ours, theirs):
        same = np.isclose(ours.alpha_, theirs.alpha_, rtol=1e-10)
        return objective_excess(X, y, theirs.alpha_)(ours, theirs) if same else np.inf

    peers = (Peer(name="scikit-learn LassoCV", call=lambda: peer.fit(X, y), error=error, bound=1e-5),)
    return Contest(ours=lambda: LassoCV(cv=folds).fit(X, y), peers=peers, check="same alpha, excess objective")


def lasso_along_path(X, y, count=100, eps=1e-3):
    """The lasso at `count` alphas from the one that gives zero down to `eps` times it (centred data, as paths ask)."""
    X, y = X - X.mean(axis=0), y - y.mean()
    alphas = np.geomspace(1, eps, count) * np.abs(X.T @ y).max() / len(y)
    columns = np.asfortranarray(X)

    def error(ours, theirs):
        ours = ours if ours.shape == (count, X.shape[1]) else ours.T
        pairs = zip(alphas, ours, theirs[1].T, strict=True)
        return max(lasso_objective(X, y, a, v) / lasso_objective(X, y, a, w) - 1 for a, v, w in pairs)

    return Contest(
        ours=lambda: lasso_path(X, y, alphas),
        peers=(
            Peer(
                name="scikit-learn lasso_path",
                call=lambda: sklearn.linear_model.lasso_path(X, y, alphas=alphas),
                error=error,
                bound=1e-6,
            ),
            Peer(
                name="scikit-learn lasso_path(Gram, columns)",
                call=lambda: sklearn.linear_model.lasso_path(columns, y, alphas=alphas, precompute=True),
                error=error,
                bound=1e-6,
                at_its_best=True,
            ),
        ),
        check="largest excess objective of the path",
    )


SPARSE = "random: independent Gaussian features, mean 1; 10 coefficients are not 0"
CHAIN = "structured: neighbouring features correlated 0.95; 10 coefficients are not 0"

ROWS = (
    Row(
        name="lasso 10^5 x 100",
        data=SPARSE,
        kind="random",
        make=lambda: lasso(*designs.gaussian(100_000, 100, 10), alpha=0.05),
        smoke=lambda: lasso(*designs.gaussian(10_000, 50, 10), alpha=0.05),
        must=1.3,
        moonshot=3,
    ),
    Row(
        name="lasso 10^5 x 100, correlated",
        data=CHAIN,
        kind="structured",
        make=lambda: lasso(*designs.correlated(100_000, 100, 10), alpha=0.01),
        smoke=lambda: lasso(*designs.correlated(5_000, 50, 10), alpha=0.01),
        unfavourable=True,
    ),
    Row(
        name="lasso 10^3 x 10^4",
        data=SPARSE,
        kind="random",
        make=lambda: lasso(*designs.gaussian(1000, 10_000, 10), alpha=0.05, precompute=False),
        smoke=lambda: lasso(*designs.gaussian(200, 2000, 10), alpha=0.1, precompute=False),
        must=1.3,
        moonshot=3,
    ),
    Row(
        name="lasso 10^3 x 10^4, correlated, weak penalty",
        data=CHAIN,
        kind="structured",
        make=lambda: lasso(*designs.correlated(1000, 10_000, 10), alpha=0.01, precompute=False),
        smoke=lambda: lasso(*designs.correlated(200, 1000, 10), alpha=0.05, precompute=False),
        unfavourable=True,
    ),
    Row(
        name="lasso path, 100 alphas, 2000 x 500",
        data=SPARSE,
        kind="random",
        make=lambda: lasso_along_path(*designs.gaussian(2000, 500, 10)),
        smoke=lambda: lasso_along_path(*designs.gaussian(400, 100, 10), count=30),
        must=2,
        moonshot=5,
    ),
    Row(
        name="lasso path, 100 alphas, 2000 x 500, correlated",
        data=CHAIN,
        kind="structured",
        make=lambda: lasso_along_path(*designs.correlated(2000, 500, 10)),
        smoke=lambda: lasso_along_path(*designs.correlated(400, 100, 10), count=30),
        unfavourable=True,
    ),
    Row(
        name="lasso by 5-fold cross-validation, 100 alphas, 2000 x 500",
        data=SPARSE,
        kind="random",
        make=lambda: lasso_by_cross_validation(*designs.gaussian(2000, 500, 10)),
        smoke=lambda: lasso_by_cross_validation(*designs.gaussian(400, 50, 10)),
    ),
    Row(
        name="lasso path, 100 alphas, 442 x 65",
        data="real: diabetes (Efron et al. 2004), features, squares and products, standardised",
        kind="real",
        make=lambda: lasso_along_path(*designs.diabetes_squares()),
        smoke=lambda: lasso_along_path(*designs.diabetes_squares(), count=30),
        unfavourable=True,
    ),
)

QUANTITIES = ()

GROWTH = (
    Growth(name="lasso, d = 20", data=SPARSE, make=lambda n: lasso(*designs.gaussian(n, 20, 10), alpha=0.05)),
    Growth(
        name="lasso path, 100 alphas, d = 20",
        data=SPARSE,
        make=lambda n: lasso_along_path(*designs.gaussian(n, 20, 10)),
    ),
)
