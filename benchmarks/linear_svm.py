"""Linear support-vector machines against scikit-learn's LinearSVC and LinearSVR (liblinear): objective, equal or lower.

The peer stops where the slopes of its dual are within tol, ours where the duality gap is proven to be below tol^2 of
the objective. With losses that have kinks the peer has its default tol and as many sweeps as that takes (its default
1000 end with a warning, far from the minimum), and then is within about 1e-5 of the minimum or better; ours is asked
for 1e-6. Beside it is the peer that stops at tol = 0.01, within about 1e-3 to 1e-4 of the minimum.
"""

import itertools
import warnings

import numpy as np
import sklearn.exceptions
import sklearn.svm
from sklearn.datasets import load_digits

from abinitio.svm.crammer_singer import crammer_singer_objective
from abinitio.svm.hinge import hinge_objective
from abinitio.svm.linear import LinearSVC
from abinitio.svm.linear_svr import LinearSVR
from abinitio.svm.pegasos import averaged, pegasos, pegasos_bound
from abinitio.svm.squared_hinge import squared_hinge_objective
from benchmarks.digits import shifted_mnist
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row

FORMULAS = {"hinge": hinge_objective, "squared_hinge": squared_hinge_objective}


def excess(objective):
    """error(ours, theirs): by how much the objective of our model exceeds the peer's, as a share of the peer's."""
    return lambda ours, theirs: objective(ours) / objective(theirs) - 1


def quiet(fit):
    """The call `fit` without the warning that max_iter was reached."""

    def call():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", sklearn.exceptions.ConvergenceWarning)
            return fit()

    return call


def two_classes(X, y, loss, ours, C=1.0, **theirs):
    """A fit of labels y -1 or +1; `ours`, `theirs` : settings beside the loss and C. For the hinge loss also the peer
    that stops early, at tol = 0.01, though its objective is higher, unless theirs say where to stop."""

    def objective(model):
        return FORMULAS[loss](model.coef_[0], model.intercept_[0], X, y, C) + model.intercept_[0] ** 2 / 2

    fit = lambda model, settings: model(loss=loss, C=C, random_state=0, **settings).fit(X, y)

    def peer(best, settings):
        return Peer(
            name="scikit-learn LinearSVC" + "".join(f", {name} = {value:g}" for name, value in settings.items()),
            call=quiet(lambda: fit(sklearn.svm.LinearSVC, settings)),
            error=excess(objective),
            bound=1e-6,
            at_its_best=best,
        )

    early = (peer(True, theirs | {"tol": 1e-2}),) if loss == "hinge" and "tol" not in theirs else ()
    peers = (peer(False, theirs), *early)
    return Contest(
        ours=lambda: fit(LinearSVC, ours), peers=peers, check="excess of the objective, relative to the peer's"
    )


def several_classes(X, y, C=1.0):
    """Crammer and Singer's machine, without intercept."""
    settings = {"multi_class": "crammer_singer", "C": C, "fit_intercept": False, "random_state": 0, "max_iter": 20_000}
    peer = Peer(
        name="scikit-learn LinearSVC",
        call=lambda: sklearn.svm.LinearSVC(**settings).fit(X, y),
        error=excess(lambda model: crammer_singer_objective(model.coef_, X, y, C)),
        bound=1e-6,
    )
    return Contest(
        ours=lambda: LinearSVC(**settings).fit(X, y),
        peers=(peer,),
        check="excess of the objective, relative to the peer's",
    )


def regression(X, y, ours, C=1.0, **theirs):
    """A line through a tube of no width: absolute deviations."""

    def objective(model):
        w, b = model.coef_, model.intercept_[0]
        return w @ w / 2 + b**2 / 2 + C * np.abs(y - X @ w - b).sum()

    peer = Peer(
        name="scikit-learn LinearSVR" + "".join(f", {name} = {value:g}" for name, value in theirs.items()),
        call=quiet(lambda: sklearn.svm.LinearSVR(C=C, random_state=0, **theirs).fit(X, y)),
        error=excess(objective),
        bound=1e-6,
    )
    return Contest(
        ours=lambda: LinearSVR(C=C, random_state=0, **ours).fit(X, y),
        peers=(peer,),
        check="excess of the objective, relative to the peer's",
    )


def odd_digits(n):
    """n shifted digits of MNIST, pixels in [0, 1]; is the digit odd?"""
    X, digit = shifted_mnist(n)
    return X / max(1.0, X.max()), np.where(digit % 2 == 1, 1, -1)


def small_digits():
    """The digits of 64 pixels, in [0, 1]; is the digit odd?"""
    X, digit = load_digits(return_X_y=True)
    return X / 16, np.where(digit % 2 == 1, 1, -1)


def three_or_eight(n):
    """The threes and eights among n shifted digits of MNIST, pixels in [0, 1]."""
    X, digit = shifted_mnist(n)
    chosen = (digit == 3) | (digit == 8)
    return X[chosen] / max(1.0, X.max()), np.where(digit[chosen] == 3, 1, -1)


def gaussian_labels(n, d, seed=0):
    """Independent Gaussian features, and labels by a random plane with as much noise as signal."""
    rng = np.random.default_rng(seed)
    X, w = rng.standard_normal((n, d)), rng.standard_normal(d) / np.sqrt(d)
    return X, np.where(X @ w + rng.standard_normal(n) > 0, 1, -1)


def gaussian_targets(n, d, seed=0):
    """Independent Gaussian features, and targets linear in them, with heavy-tailed noise."""
    rng = np.random.default_rng(seed)
    X, w = rng.standard_normal((n, d)), rng.standard_normal(d) / np.sqrt(d)
    return X, X @ w + rng.standard_t(2, n)


def pegasos_excess(smoke):
    """How far the mean of Pegasos's states is above the minimum after ten passes, relative; beside it its bound."""
    X, y = small_digits() if smoke else three_or_eight(20_000)
    C, batch = 10 / len(y), 10  # lambda = 1/10
    steps = 10 * len(y) // batch
    objective = lambda w, b: hinge_objective(w, b, X, y, C) + b**2 / 2
    best = LinearSVC(loss="hinge", C=C).fit(X, y)
    least, excess = objective(best.coef_[0], best.intercept_[0]), []
    for seed in range(2 if smoke else 5):
        walk = averaged(pegasos(X, y, C, np.random.default_rng(seed), batch))
        excess.append(objective(*next(itertools.islice(walk, steps - 1, None))) / least - 1)
    bound = float(pegasos_bound(X, C, steps) / least)
    return Measured(np.mean(excess), np.std(excess, ddof=1), {"its bound": bound}, bound)


ODD = "real: digits of MNIST that ship, shifted by up to two pixels, odd or even (smoke: 1,797 of 64 pixels)"
FINE, LONG = {"tol": 1e-3}, {"max_iter": 1_000_000}
EXACT = LONG | {"tol": 1e-7}  # near enough to the minimum for one per cent to show

ROWS = (
    Row(
        name="linear SVM, hinge, 20000 x 784",
        data=ODD,
        kind="real",
        make=lambda: two_classes(*odd_digits(20_000), "hinge", FINE, **LONG),
        smoke=lambda: two_classes(*small_digits(), "hinge", FINE, **LONG),
        must=1.5,
        moonshot=3,
    ),
    Row(
        name="linear SVM, hinge, threes and eights among 20000 x 784",
        data="real: digits of MNIST that ship, shifted by up to two pixels (smoke: odd or even, 64 pixels)",
        kind="real",
        make=lambda: two_classes(*three_or_eight(20_000), "hinge", FINE, **LONG),
        smoke=lambda: two_classes(*small_digits(), "hinge", FINE, **LONG),
        must=1.5,
        moonshot=3,
    ),
    Row(
        name="linear SVM, squared hinge, 20000 x 784, as imported",
        data=ODD,
        kind="real",
        make=lambda: two_classes(*odd_digits(20_000), "squared_hinge", {}),
        smoke=lambda: two_classes(*small_digits(), "squared_hinge", {}),
        must=1.5,
        moonshot=3,
    ),
    Row(
        name="linear SVM, hinge, 2000 x 1000, isotropic",
        data="random: independent Gaussian features, labels by a plane with noise; a product costs little, an equation "
        "of Newton's much",
        kind="random",
        make=lambda: two_classes(*gaussian_labels(2000, 1000), "hinge", FINE, C=0.01, **LONG),
        smoke=lambda: two_classes(*gaussian_labels(400, 200), "hinge", FINE, C=0.01, **LONG),
        unfavourable=True,
    ),
    Row(
        name="linear SVM, hinge, 500 x 5000",
        data="random: independent Gaussian features, more of them than samples; any labels are separable",
        kind="random",
        make=lambda: two_classes(*gaussian_labels(500, 5000), "hinge", FINE, **LONG),
        smoke=lambda: two_classes(*gaussian_labels(100, 1000), "hinge", FINE, **EXACT),
        unfavourable=True,
    ),
    Row(
        name="linear SVM of ten classes after Crammer and Singer",
        data="real: 1,797 digits of 64 pixels",
        kind="real",
        make=lambda: several_classes(load_digits().data / 16, load_digits().target),
        smoke=lambda: several_classes(load_digits().data[:300] / 16, load_digits().target[:300]),
        unfavourable=True,
    ),
    Row(
        name="linear regression in absolute deviations, 20000 x 100",
        data="random: Gaussian features, linear targets with noise of Student's t, two degrees of freedom",
        kind="random",
        make=lambda: regression(*gaussian_targets(20_000, 100), FINE, **LONG),
        smoke=lambda: regression(*gaussian_targets(500, 20), FINE, **EXACT),
    ),
)

QUANTITIES = (
    Quantity(
        name="linear SVM: excess of the objective after ten passes of Pegasos",
        data="real: threes and eights of MNIST that ship, λ = 0.1, batches of 10 (smoke: odd or even, 64 pixels)",
        unit="",
        measure=pegasos_excess,
    ),
)

GROWTH = (
    Growth(
        name="linear SVM, hinge, d = 20",
        data="random: independent Gaussian features, labels by a plane with noise",
        make=lambda n: two_classes(*gaussian_labels(n, 20), "hinge", FINE, **LONG),
    ),
)
