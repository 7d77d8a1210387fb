"""Passes over rows in a file, or minibatches of them, against scikit-learn's partial_fit and all rows in memory."""

import warnings

import numpy as np
import sklearn.cluster
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import SGDClassifier

from abinitio.density import GaussianMixture
from abinitio.linear_model import LogisticRegression
from abinitio.streaming import (
    StreamedGaussianMixture,
    StreamedKMeans,
    StreamedLinearSVC,
    StreamedLogisticRegression,
    StreamedSGDClassifier,
)
from benchmarks.cluster import least_inertia
from benchmarks.row import Contest, Peer, Row
from benchmarks.row_files import BATCH, DATA, D, opened


def softmax(n, epochs=3):
    """A few passes to the minimum; the peer passes three times and ends above it."""
    rows, target = opened(n, "class")
    test = rows.read(0, min(n, 200_000)).astype(float)

    def loss(coefficients, intercepts):
        Z = test[:, :D] @ coefficients.T + intercepts
        Z -= np.log(np.exp(Z - Z.max(axis=1, keepdims=True)).sum(axis=1, keepdims=True)) + Z.max(axis=1, keepdims=True)
        return -Z[np.arange(len(test)), test[:, D].astype(int)].mean()

    def ours():
        model = StreamedLogisticRegression().fit_rows(rows, target)
        return model.coef_, model.intercept_, loss(model.coef_, model.intercept_)

    def stochastic():
        model = SGDClassifier(loss="log_loss", random_state=0)
        for _ in range(epochs):
            for start in range(0, n, BATCH):
                block = rows.read(start, min(start + BATCH, n))
                model.partial_fit(block[:, :D], block[:, D], classes=[0, 1, 2])
        return model.coef_, model.intercept_, loss(model.coef_, model.intercept_)

    def in_memory():
        block = rows.read(0, n)
        model = LogisticRegression().fit(block[:, :D], block[:, D])
        return model.coef_, model.intercept_, loss(model.coef_, model.intercept_)

    def excess(ours, theirs):
        """How far our loss is above theirs, or from what it was said to be."""
        return max(ours[2] - theirs[2], abs(loss(*ours[:2]) - ours[2]))

    return Contest(
        ours=ours,
        peers=(
            Peer(name=f"scikit-learn SGDClassifier, {epochs} passes", call=stochastic, error=excess, bound=1e-5),
            Peer(
                name="abinitio LogisticRegression, all rows in memory",
                call=in_memory,
                error=excess,
                bound=1e-5,
                at_its_best=True,
            ),
        ),
        check="mean cross entropy (nats) of 200,000 rows above the peer's",
    )


def batches(rows, passes=1):
    """The rows in order, a batch at a time, several times."""
    for _ in range(passes):
        for start in range(0, len(rows), BATCH):
            yield rows.read(start, min(start + BATCH, len(rows)))


def features_of(n):
    rows, _ = opened(n, "class")
    return rows.select(rows.columns[:D])


def clusters(n, k=20, to_the_end=True):
    """Lloyd's iterations to the end, or one pass of minibatches, against the peer's pass; the inertia may not be larger
    (of minibatches, by more than five per cent).
    """
    rows = features_of(n)
    test = rows.read(0, min(n, 100_000))

    def minibatches():
        model = sklearn.cluster.MiniBatchKMeans(k, random_state=0, n_init=1)
        for block in batches(rows):
            model.partial_fit(block)
        return result(model)

    def ours_by_minibatches():
        model = StreamedKMeans(k, random_state=0)
        for block in batches(rows):
            model.partial_fit(block)
        return model

    def result(model):
        return model.cluster_centers_, least_inertia(test, model.cluster_centers_)

    def excess(ours, theirs):
        """How far our inertia is above theirs, or (a thousand times) from what it was said to be, relative."""
        return max(ours[1] / theirs[1] - 1, 1e3 * abs(least_inertia(test, ours[0]) / ours[1] - 1))

    return Contest(
        ours=lambda: result(StreamedKMeans(k, random_state=0).fit_rows(rows) if to_the_end else ours_by_minibatches()),
        peers=(
            Peer(
                name="scikit-learn MiniBatchKMeans",
                call=minibatches,
                error=excess,
                bound=1e-9 if to_the_end else 0.05,
            ),
        ),
        check="inertia of 100,000 rows above the peer's, relative",
    )


def mixture(n, k=3, steps=5):
    """The same steps of EM from the same start as in memory."""
    rows = features_of(n)
    block = rows.read(0, n).astype(float)
    start = {"means_init": block[:k], "weights_init": np.full(k, 1 / k), "max_iter": steps, "tol": 0.0}
    start |= {"precisions_init": np.linalg.inv(np.stack([np.cov(block[:50_000].T)] * k)), "random_state": 0}

    def likelihood(fit):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ConvergenceWarning)  # the number of steps is fixed
            return fit().lower_bound_

    return Contest(
        ours=lambda: likelihood(lambda: StreamedGaussianMixture(k, **start).fit_rows(rows)),
        peers=(
            Peer(
                name="abinitio GaussianMixture, all rows in memory",
                call=lambda: likelihood(lambda: GaussianMixture(k, **start).fit(block)),
                error=lambda ours, theirs: abs(ours - theirs),
                bound=1e-6,
                at_its_best=True,
            ),
        ),
        check="difference of the mean log-likelihoods (nats)",
    )


def two_classes(n):
    """Rows whose class is 0 or not, with features and a +-1 target."""
    rows, target = opened(n, "two classes")
    return rows, target


def margins(n, loss, passes=3):
    """The machine's minimum against stochastic steps; the objective of the mean hinge may not be larger."""
    rows, target = two_classes(n)
    C = 1 / (1e-4 * n)  # SGDClassifier's alpha
    test = rows.read(0, min(n, 200_000)).astype(float)
    signs = 2 * test[:, D] - 1

    def objective(w, b):
        z = np.maximum(0, 1 - signs * (test[:, :D] @ w + b))
        return np.mean(z if loss == "hinge" else z**2) + 1e-4 / 2 * (w @ w)

    def result(model):
        w, b = model.coef_[0], model.intercept_[0]
        return w, b, objective(w, b)

    def stochastic():
        model = SGDClassifier(loss=loss, alpha=1e-4, random_state=0)
        for block in batches(rows, passes):
            model.partial_fit(block[:, :D], block[:, D], classes=[0, 1])
        return result(model)

    return Contest(
        ours=lambda: result(StreamedLinearSVC(C=C, loss=loss, tol=1e-4).fit_rows(rows, target)),
        peers=(
            Peer(
                name=f"scikit-learn SGDClassifier, {passes} passes",
                call=stochastic,
                error=lambda ours, theirs: max(ours[2] - theirs[2], abs(objective(*ours[:2]) - ours[2])),
                bound=1e-4,
            ),
        ),
        check="mean loss of 200,000 rows with its penalty, above the peer's",
    )


def stochastic_steps(n):
    """One pass of averaged stochastic gradient descent on both sides; the mean cross entropy may not be larger."""
    rows, target = two_classes(n)
    test = rows.read(0, min(n, 200_000)).astype(float)
    signs = 2 * test[:, D] - 1

    def result(model):
        w, b = model.coef_[0], model.intercept_[0]
        return w, b, loss(w, b)

    def loss(w, b):
        return np.logaddexp(0, -signs * (test[:, :D] @ w + b)).mean()

    def theirs():
        model = SGDClassifier(loss="log_loss", average=True, random_state=0)
        for block in batches(rows):
            model.partial_fit(block[:, :D], block[:, D], classes=[0, 1])
        return result(model)

    return Contest(
        ours=lambda: result(StreamedSGDClassifier(max_iter=1, random_state=0).fit_rows(rows, target)),
        peers=(
            Peer(
                name="scikit-learn SGDClassifier, averaged, 1 pass",
                call=theirs,
                error=lambda ours, theirs: max(ours[2] - theirs[2], abs(loss(*ours[:2]) - ours[2])),
                bound=1e-4,
            ),
        ),
        check="mean cross entropy (nats) of 200,000 rows above the peer's",
    )


ROWS = (
    Row(
        name="streamed softmax, 10^7 x 20 float32 in a file, 3 classes",
        data=DATA,
        kind="random",
        make=lambda: softmax(10_000_000),
        smoke=lambda: softmax(30_000),
        must=2,
    ),
    Row(
        name="streamed k-means, 10^6 x 20 float32 in a file, k = 20",
        data="random: normal features without groups; ours runs to the end",
        kind="random",
        make=lambda: clusters(1_000_000),
        smoke=lambda: clusters(20_000),
        unfavourable=True,
    ),
    Row(
        name="streamed k-means, minibatches, 10^6 x 20 float32 in a file, k = 20",
        data="random: normal features without groups",
        kind="random",
        make=lambda: clusters(1_000_000, to_the_end=False),
        smoke=lambda: clusters(200_000, to_the_end=False),
    ),
    Row(
        name="streamed mixture, EM, 10^6 x 20 float32 in a file, k = 3, 5 steps",
        data="random: normal features without groups",
        kind="random",
        make=lambda: mixture(1_000_000),
        smoke=lambda: mixture(20_000),
    ),
    Row(
        name="streamed linear SVM, squared hinge, 10^6 x 20 float32 in a file",
        data="random: normal features, two classes",
        kind="random",
        make=lambda: margins(1_000_000, "squared_hinge"),
        smoke=lambda: margins(30_000, "squared_hinge"),
    ),
    Row(
        name="streamed linear SVM, hinge, 10^6 x 20 float32 in a file",
        data="random: normal features, two classes",
        kind="random",
        make=lambda: margins(1_000_000, "hinge"),
        smoke=lambda: margins(30_000, "hinge"),
    ),
    Row(
        name="streamed stochastic gradient, logistic, 10^6 x 20 float32 in a file",
        data="random: normal features, two classes",
        kind="random",
        make=lambda: stochastic_steps(1_000_000),
        smoke=lambda: stochastic_steps(30_000),
    ),
)

QUANTITIES = ()

GROWTH = ()
