"""Locally linear regression against the NumPy loop that a student writes (scikit-learn has no such method)."""

import numpy as np

from abinitio.linear_model import LocalLinearRegression
from benchmarks import designs
from benchmarks.growth import Growth
from benchmarks.row import Contest, Peer, Row


def student_loop(queries, x, y, bandwidth):
    """Locally linear regression as a student writes it in NumPy: for each query, a weighted least-squares fit."""
    fits = np.empty(len(queries))
    for i, query in enumerate(queries):
        root = np.exp(-(((x - query) / bandwidth) ** 2) / 4)  # the square root of a Gaussian weight
        A = np.stack([np.ones_like(x), x - query], axis=1)
        fits[i] = np.linalg.lstsq(A * root[:, None], y * root)[0][0]
    return fits


def moment_loop(queries, x, y, bandwidth):
    """The same loop at its best: the two normal equations, solved by hand."""
    fits = np.empty(len(queries))
    for i, query in enumerate(queries):
        t = x - query
        w = np.exp(-0.5 * (t / bandwidth) ** 2)
        s0, s1, s2, v0, v1 = w.sum(), w @ t, w @ (t * t), w @ y, w @ (t * y)
        fits[i] = (s2 * v0 - s1 * v1) / (s0 * s2 - s1 * s1)
    return fits


def local(x, y, queries, bandwidth, share=1.0):
    """Locally linear regression at `queries`; the loops run a `share` of them, as the table says."""
    some = queries[:: round(1 / share)]
    error = lambda ours, theirs: np.abs(ours[:: round(1 / share)] - theirs).max() / y.std()
    share = len(some) / len(queries)
    model = LocalLinearRegression(bandwidth=bandwidth)
    return Contest(
        ours=lambda: model.fit(x[:, None], y).predict(queries[:, None]),
        peers=(
            Peer(
                name="NumPy loop (lstsq)",
                call=lambda: student_loop(some, x, y, bandwidth),
                error=error,
                bound=1e-8,
                share=share,
            ),
            Peer(
                name="NumPy loop (2x2 by hand)",
                call=lambda: moment_loop(some, x, y, bandwidth),
                error=error,
                bound=1e-8,
                share=share,
                at_its_best=True,
            ),
        ),
        check="largest difference / std(y)",
    )


PEAK = "structured: a resonance on a slope, x uniform in [-4, 4], noise 0.05"

ROWS = (
    Row(
        name="locally linear, 10^4 points, 10^4 queries, bandwidth 0.1",
        data=PEAK,
        kind="structured",
        make=lambda: local(*designs.resonance(10_000), bandwidth=0.1, share=0.1),
        smoke=lambda: local(*designs.resonance(1000), bandwidth=0.1),
        must=10,
    ),
    Row(
        name="locally linear, 10^4 points, 10^4 queries, bandwidth 4",
        data=PEAK + "; every point weighs at every query",
        kind="structured",
        make=lambda: local(*designs.resonance(10_000), bandwidth=4.0, share=0.1),
        smoke=lambda: local(*designs.resonance(1000), bandwidth=4.0),
        unfavourable=True,
    ),
)

QUANTITIES = ()

GROWTH = (
    Growth(
        name="locally linear, 100 queries",
        data=PEAK,
        make=lambda n: local(*designs.resonance(n, queries=100), bandwidth=0.1),
    ),
)
