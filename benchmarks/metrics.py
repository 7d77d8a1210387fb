"""Scores of classification against scikit-learn's, which come without errors; ours here compute theirs too."""

import numpy as np
import sklearn.calibration
import sklearn.metrics
from scipy.special import ndtr
from scipy.stats import rankdata

from abinitio.metrics import (
    confusion_matrix,
    log_loss_with_error,
    reliability_curve,
    roc_auc_score_with_error,
    roc_curve,
    wilson_interval,
)
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row


def two_gaussians(n, decimals=None, seed=0):
    """Labels 0 and 1 in equal parts and scores of unit variance whose means differ by 1, rounded to `decimals`."""
    rng = np.random.default_rng(seed)
    y = rng.integers(2, size=n)
    score = rng.standard_normal(n) + y
    return y, score if decimals is None else score.round(decimals)


def classes(n, K, seed=0):
    """Random labels of K classes and probabilities that favour the right one."""
    rng = np.random.default_rng(seed)
    y = rng.integers(K, size=n)
    z = rng.standard_normal((n, K)) + 2 * np.eye(K)[y]
    P = np.exp(z)
    return y, P / P.sum(axis=1, keepdims=True)


def area_by_ranks(y, score):
    """The area under the ROC curve from scipy's midranks: the fastest short way that we know."""
    ones = int(y.sum())
    return (rankdata(score)[y == 1].sum() - ones * (ones + 1) / 2) / (ones * (len(y) - ones))


def area(y, score):
    """The area under the ROC curve, ours with DeLong's error."""
    error = lambda ours, theirs: abs(ours[0] - theirs)
    peer = lambda: sklearn.metrics.roc_auc_score(y, score)
    ranks = lambda: area_by_ranks(y, score)
    return Contest(
        ours=lambda: roc_auc_score_with_error(y, score),
        peers=(
            Peer(name="scikit-learn roc_auc_score (no error)", call=peer, error=error, bound=1e-12),
            Peer(name="scipy rankdata (no error)", call=ranks, error=error, bound=1e-12, at_its_best=True),
        ),
        check="difference of the areas",
    )


def single(ours, name, peer, check, error):
    """A contest with one peer, of equal answers to rounding."""
    return Contest(ours=ours, peers=(Peer(name=name, call=peer, error=error, bound=1e-12),), check=check)


def largest_difference(ours, theirs):
    """Largest absolute difference of two tuples of arrays (infinite thresholds are equal)."""
    return max(np.abs(np.nan_to_num(a) - np.nan_to_num(b)).max() for a, b in zip(ours, theirs, strict=True))


def curve(y, score):
    """All points of the ROC curve."""
    peer = lambda: sklearn.metrics.roc_curve(y, score, drop_intermediate=False)
    ours = lambda: roc_curve(y, score)
    return single(ours, "scikit-learn roc_curve", peer, "largest difference", largest_difference)


def confusion(y, P):
    """The table of the true and the most probable classes."""
    y_pred = P.argmax(axis=1)
    peer, ours = lambda: sklearn.metrics.confusion_matrix(y, y_pred), lambda: confusion_matrix(y, y_pred)
    error = lambda ours, theirs: np.abs(ours - theirs).max()
    return single(ours, "scikit-learn confusion_matrix", peer, "largest difference of counts", error)


def loss(y, P):
    """The log loss, ours with its standard error."""
    peer, ours = lambda: sklearn.metrics.log_loss(y, P), lambda: log_loss_with_error(y, P)
    error = lambda ours, theirs: abs(ours[0] / theirs - 1)
    return single(ours, "scikit-learn log_loss (no error)", peer, "relative difference", error)


def reliability(y, score):
    """Ten bins of a reliability diagram, ours with errors and counts."""
    p, edges = ndtr(score - 0.5), np.linspace(0, 1, 11)
    peer = lambda: sklearn.calibration.calibration_curve(y, p, n_bins=10)
    error = lambda ours, theirs: largest_difference((ours.frequency, ours.probability), theirs)
    name = "scikit-learn calibration_curve (no errors)"
    return single(lambda: reliability_curve(y, p, edges), name, peer, "largest difference", error)


def missed_coverage(n, repeats):
    """How far the coverage of DeLong's 95 % intervals is from 95 %, beside Wilson's for as many coin throws."""
    truth, rng = ndtr(1 / np.sqrt(2)), np.random.default_rng(0)
    results = np.array([roc_auc_score_with_error(*two_gaussians(n, seed=seed)) for seed in range(repeats)])
    covered = np.mean(np.abs(results[:, 0] - truth) <= 1.96 * results[:, 1])
    low, high = wilson_interval(rng.binomial(n, 0.75, size=repeats), n, 0.95)
    wilson = np.mean((low <= 0.75) & (high >= 0.75))
    beside = {"Wilson's interval for an accuracy of 0.75": float(abs(wilson - 0.95))}
    return Measured(float(abs(covered - 0.95)), float(np.sqrt(0.95 * 0.05 / repeats)), beside)


GAUSSIANS = "random: two Gaussians a standard deviation apart"

ROWS = (
    Row(
        name="area under the ROC curve, 10^6",
        data=GAUSSIANS,
        kind="random",
        make=lambda: area(*two_gaussians(1_000_000)),
        smoke=lambda: area(*two_gaussians(20_000)),
        must=1,
    ),
    Row(
        name="area under the ROC curve, 10^6, ties",
        data=GAUSSIANS + ", rounded to 0.1: 10^2 different scores",
        kind="random",
        make=lambda: area(*two_gaussians(1_000_000, decimals=1)),
        smoke=lambda: area(*two_gaussians(20_000, decimals=1)),
        unfavourable=True,
    ),
    Row(
        name="ROC curve, 10^6",
        data=GAUSSIANS,
        kind="random",
        make=lambda: curve(*two_gaussians(1_000_000)),
        smoke=lambda: curve(*two_gaussians(20_000)),
    ),
    Row(
        name="confusion matrix, 10^6, 10 classes",
        data="random: Gaussian scores, the true class 2 higher",
        kind="random",
        make=lambda: confusion(*classes(1_000_000, 10)),
        smoke=lambda: confusion(*classes(20_000, 10)),
    ),
    Row(
        name="log loss, 10^5 x 10",
        data="random: Gaussian scores, the true class 2 higher",
        kind="random",
        make=lambda: loss(*classes(100_000, 10)),
        smoke=lambda: loss(*classes(10_000, 10)),
    ),
    Row(
        name="reliability diagram, 10^6, 10 bins",
        data=GAUSSIANS,
        kind="random",
        make=lambda: reliability(*two_gaussians(1_000_000)),
        smoke=lambda: reliability(*two_gaussians(20_000)),
    ),
)

QUANTITIES = (
    Quantity(
        name="area under the ROC curve, 300 samples: coverage of DeLong's 95 % interval, difference from 0.95",
        data=GAUSSIANS,
        unit="",
        measure=lambda smoke: missed_coverage(300, 500 if smoke else 10_000),
        must=0.02,
    ),
)

GROWTH = (Growth(name="area under the ROC curve", data=GAUSSIANS, make=lambda n: area(*two_gaussians(n))),)
