"""The perceptron against scikit-learn's, on the same walk (no shuffling), and the test errors of the variants."""

import numpy as np
import sklearn.datasets
import sklearn.linear_model

from abinitio.linear_model import AveragedPerceptron, Perceptron, PocketPerceptron
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row

EPOCHS = {"shuffle": False, "tol": None, "max_iter": 10}


def digits():
    """1797 images of digits, 64 pixels each (UCI, shipped by scikit-learn), and their classes."""
    return sklearn.datasets.load_digits(return_X_y=True)


def overlapping(n, d, seed=0):
    """Two Gaussians two standard deviations apart: 16 % of the samples are mistakes for the best rule, for ever."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    X = rng.standard_normal((n, d))
    X[:, 0] += 2 * y
    return X, y


def coefficient_difference(ours, theirs):
    """Largest difference of the coefficients, relative to the largest."""
    return np.abs(ours.coef_ - theirs.coef_).max() / np.abs(theirs.coef_).max()


def ten_epochs(X, y):
    """Ten epochs in the order of the rows: the same mistakes, so the same weights."""
    ours, peer = Perceptron(**EPOCHS), sklearn.linear_model.Perceptron(**EPOCHS)
    call = lambda: peer.fit(X, y)
    name = "scikit-learn Perceptron"
    return Contest(
        ours=lambda: ours.fit(X, y),
        peers=(Peer(name=name, call=call, error=coefficient_difference, bound=1e-9),),
        check="relative coefficient difference",
    )


def ten_epochs_averaged(X, y):
    """The mean of the weights over ten epochs; scikit-learn's is in SGDClassifier."""
    schedule = {"loss": "perceptron", "average": True, "learning_rate": "constant", "eta0": 1.0, "penalty": None}
    ours, peer = AveragedPerceptron(**EPOCHS), sklearn.linear_model.SGDClassifier(**schedule, **EPOCHS)
    call = lambda: peer.fit(X, y)
    name = "scikit-learn SGDClassifier(average=True)"
    return Contest(
        ours=lambda: ours.fit(X, y),
        peers=(Peer(name=name, call=call, error=coefficient_difference, bound=1e-9),),
        check="relative coefficient difference",
    )


def test_errors(model, seeds):
    """Errors on 597 digits after training on 1200, over random splits: ours, beside it scikit-learn's perceptron,
    whose worst split is the limit."""
    X, y = digits()
    ours, theirs = [], []
    for seed in range(seeds):
        order = np.random.default_rng(seed).permutation(len(y))
        train, test = order[:1200], order[1200:]
        for errors, cls in [(ours, model), (theirs, sklearn.linear_model.Perceptron)]:
            errors.append(1 - cls(random_state=seed).fit(X[train], y[train]).score(X[test], y[test]))
    beside = {"scikit-learn Perceptron": float(np.mean(theirs))}
    return Measured(float(np.mean(ours)), float(np.std(ours, ddof=1)), beside, limit=float(max(theirs)))


def error_quantity(model):
    """The row of a variant: mean over splits and standard deviation over them."""
    return Quantity(
        name=f"{model.__name__} on digits: test error",
        data="real: digits (UCI), 1200 for training and 597 for the test, random splits",
        unit="",
        measure=lambda smoke: test_errors(model, 3 if smoke else 10),
    )


DIGITS = "real: digits (UCI), ten classes, one against the rest"
OVERLAP = "random: two Gaussians, 16 % errors at best"

ROWS = (
    Row(
        name="perceptron, 10 epochs, 1797 x 64",
        data=DIGITS,
        kind="real",
        make=lambda: ten_epochs(*digits()),
        smoke=lambda: ten_epochs(*digits()),
    ),
    Row(
        name="averaged perceptron, 10 epochs, 1797 x 64",
        data=DIGITS,
        kind="real",
        make=lambda: ten_epochs_averaged(*digits()),
        smoke=lambda: ten_epochs_averaged(*digits()),
    ),
    Row(
        name="perceptron, 10 epochs, 20000 x 100, 22 % of the visits mistakes",
        data=OVERLAP,
        kind="random",
        make=lambda: ten_epochs(*overlapping(20_000, 100)),
        smoke=lambda: ten_epochs(*overlapping(1000, 100)),
        unfavourable=True,
    ),
)

QUANTITIES = tuple(error_quantity(model) for model in (Perceptron, AveragedPerceptron, PocketPerceptron))

GROWTH = (Growth(name="perceptron, 10 epochs, d = 20", data=OVERLAP, make=lambda n: ten_epochs(*overlapping(n, 20))),)
