"""One pass over rows in a file: against scikit-learn's partial_fit and Dask; memory; what two workers bring."""

import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from functools import partial, reduce
from itertools import product

import numpy as np
from sklearn.decomposition import IncrementalPCA

from abinitio.data import ArrayRows, open_rows
from abinitio.information import normal_score
from abinitio.linear_model import Ridge
from abinitio.streaming import (
    StreamedPCA,
    StreamedRidge,
    fisher_of_moments,
    gram_tally_of,
    merge_gram_tallies,
    merge_moments,
    merge_replicas,
    moments_of,
    poisson_weights,
    replica_means,
    replicas_of,
)
from benchmarks.growth import Growth
from benchmarks.row import Contest, Measured, Peer, Quantity, Row
from benchmarks.row_files import BATCH, DATA, D, file_of, opened


def ridge(n):
    """One pass; the peer multiplies the same matrices with Dask, one block at a time."""
    import dask
    import dask.array as da

    path, (rows, target) = file_of(n, "number"), opened(n, "number")

    def by_dask():
        with dask.config.set(scheduler="single-threaded"):
            A = da.from_array(np.load(path, mmap_mode="r"), chunks=(BATCH, D + 1)).astype(float)
            X, y = A[:, :D], A[:, D]
            Xc, yc = X - X.mean(axis=0), y - y.mean()
            XX, Xy = dask.compute(Xc.T @ Xc, Xc.T @ yc)
        return np.linalg.solve(XX + np.eye(D), Xy)

    return Contest(
        ours=lambda: StreamedRidge(1.0).fit_rows(rows, target).coef_,
        peers=(
            Peer(
                name="dask.array, normal equations",
                call=by_dask,
                error=lambda ours, theirs: np.abs(ours - theirs).max() / np.abs(theirs).max(),
                bound=1e-9,
            ),
        ),
        check="largest difference of the coefficients, relative to the largest",
    )


def components(n, d=D, k=10, batch=BATCH, rows=None):
    """One pass; the peer keeps k components from block to block, and finds less variance."""
    if rows is None:
        rows = open_rows(file_of(n, "number"))
        rows = rows.select(rows.columns[:d])

    def incremental():
        model = IncrementalPCA(k)
        for start in range(0, len(rows), batch):
            model.partial_fit(rows.read(start, min(start + batch, len(rows))))
        return model.explained_variance_

    return Contest(
        ours=lambda: StreamedPCA(k).fit_rows(rows).explained_variance_,
        peers=(
            Peer(
                name="scikit-learn IncrementalPCA",
                call=incremental,
                error=lambda ours, theirs: np.abs(ours.sum() / theirs.sum() - 1),
                bound=5e-3,
            ),
        ),
        check=f"relative difference of the variance along the {k} components",
    )


def one_chunk(n, dtype):
    """The same rows in memory, as one block and in core: what the detour over sufficient statistics costs."""
    rng = np.random.default_rng(0)
    X = rng.standard_normal((n, D)).astype(dtype)
    y = (X @ rng.normal(size=D) + rng.standard_normal(n)).astype(dtype)
    rows = ArrayRows(np.column_stack([X, y]))
    return Contest(
        ours=lambda: StreamedRidge(1.0).fit_rows(rows, "x20", memory=1e12).coef_,
        peers=(
            Peer(
                name="abinitio Ridge, in core",
                call=lambda: Ridge(1.0).fit(X, y).coef_,
                error=lambda ours, theirs: np.abs(ours - theirs).max(),
                bound=1e-9 if dtype is float else 1e-5,
            ),
        ),
        check="largest difference of the coefficients",
    )


def wide_rows(n, d, k=5):
    """Few rows with many features, of which few components are wanted; the peer's variance is a tenth too small."""
    rng = np.random.default_rng(0)
    rows = ArrayRows(rng.standard_normal((n, d)) * np.geomspace(30, 0.1, d))
    exact = np.linalg.eigvalsh(np.cov(rows.read(0, n).T))[-k:].sum()
    contest = components(n, d, k, 500, rows)
    (peer,) = contest.peers
    error = lambda ours, theirs: max(theirs.sum() / ours.sum() - 1, abs(ours.sum() / exact - 1))
    return replace(
        contest, peers=(replace(peer, error=error, bound=1e-9),), check="variance below the peer's or the exact"
    )


def largest_relative(ours, theirs):
    """Largest difference, relative to the largest entry."""
    return np.abs(ours - theirs).max() / np.abs(theirs).max()


def grams(n):
    """Counts of triples of letters in parts, joined, against a Counter of the whole."""
    codes = np.random.default_rng(0).integers(0, 27, n)
    parts = np.array_split(codes, 20)

    def counted():
        found = Counter(zip(codes.tolist(), codes[1:].tolist(), codes[2:].tolist()))
        return np.array([found[triple] for triple in product(range(27), repeat=3)]).reshape(27, 27, 27)

    return Contest(
        ours=lambda: reduce(merge_gram_tallies, (gram_tally_of(part, 27, 3) for part in parts)).counts,
        peers=(Peer(name="collections.Counter", call=counted, error=largest_relative, bound=0.0),),
        check="largest difference of the counts, relative to the largest",
    )


def bootstrap(n, replicas=100):
    """Replicas of a mean in parts, by weights that belong to the row; the peer holds all the weights at once."""
    X = np.random.default_rng(0).exponential(size=(n, 2))
    starts = range(0, n, 10_000)

    def at_once():
        weights = poisson_weights(0, n, replicas, 0).astype(float)
        return weights.T @ X / weights.sum(axis=0)[:, None]

    def in_parts():
        parts = (replicas_of(X[start : start + 10_000], start, replicas, 0) for start in starts)
        return replica_means(reduce(merge_replicas, parts))

    return Contest(
        ours=in_parts,
        peers=(Peer(name="all weights at once", call=at_once, error=largest_relative, bound=1e-12),),
        check="largest relative difference of the replicas' means",
    )


def fisher(n):
    """The Fisher information of a normal law from its scores, in parts, against NumPy on all at once."""
    x = np.random.default_rng(0).normal(0.4, 1.3, n)
    scores = normal_score(x, (0.4, 1.3))
    moments = getattr(moments_of, "fast", moments_of)
    return Contest(
        ours=lambda: fisher_of_moments(
            reduce(merge_moments, [moments(scores[i : i + 50_000]) for i in range(0, n, 50_000)])
        ),
        peers=(
            Peer(
                name="NumPy, all at once",
                call=lambda: scores.T @ scores / n,
                error=largest_relative,
                bound=1e-12,
                at_its_best=True,
            ),
        ),
        check="largest difference of the information, relative to the largest",
    )


PEAK = """
import re, sys
from abinitio.data import open_rows
from abinitio.streaming import StreamedLogisticRegression, StreamedPCA, StreamedRidge
model = {"ridge": StreamedRidge(), "components": StreamedPCA(10), "softmax": StreamedLogisticRegression()}[sys.argv[1]]
rows = open_rows(sys.argv[2])
model.fit_rows(rows, None if sys.argv[1] == "components" else rows.columns[-1])
print(int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1000)
"""


def peak_memory(smoke):
    """The largest memory (MB) of a process that fits each model to the file, beside the file's own size.

    The high-water mark of the process's own memory: `ru_maxrss` would begin with what its parent had at the fork. Pages
    of the file that the kernel keeps because there is room are not ours: the reader reads, and maps nothing.
    """
    n = 200_000 if smoke else 10_000_000
    peak = {}
    for name, target in (("ridge", "number"), ("components", "number"), ("softmax", "class")):
        command = [sys.executable, "-c", PEAK, name, str(file_of(n, target))]
        peak[name] = float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    size = file_of(n, "number").stat().st_size / 1e6
    return Measured(max(peak.values()), 0.0, peak | {"the file": size})


def two_workers(smoke):
    """Seconds of a pass with two Dask workers over those with one: 1/2 at best, 1 where the memory is the limit."""
    import joblib
    from distributed import Client, LocalCluster

    rows, target = opened(200_000 if smoke else 10_000_000, "number")
    seconds = {}
    for workers in (1, 2):
        with (
            LocalCluster(n_workers=workers, threads_per_worker=1, dashboard_address=":0") as cluster,
            Client(cluster),
            joblib.parallel_config("dask"),
        ):
            fit = partial(StreamedRidge().fit_rows, rows, target)
            fit()  # the workers import what they need
            times = []
            for _ in range(3):
                start = time.perf_counter()
                fit()
                times.append(time.perf_counter() - start)
            seconds[workers] = sorted(times)
    ratio = seconds[2][1] / seconds[1][1]
    spread = ratio * (np.ptp(seconds[1]) / seconds[1][1] + np.ptp(seconds[2]) / seconds[2][1]) / 4
    return Measured(ratio, float(spread), {f"{workers} (s)": times[1] for workers, times in seconds.items()})


ROWS = (
    Row(
        name="streamed ridge, 10^7 x 20 float32 in a file",
        data=DATA,
        kind="random",
        make=lambda: ridge(10_000_000),
        smoke=lambda: ridge(30_000),
        must=2,
    ),
    Row(
        name="streamed principal components, 10^7 x 20 float32 in a file, k = 10",
        data=DATA,
        kind="random",
        make=lambda: components(10_000_000),
        smoke=lambda: components(300_000),
        must=2,
    ),
    Row(
        name="streamed ridge, 10^6 x 20 in memory, one chunk",
        data="random: normal features; the goal is an overhead of 1.2 at most",
        kind="random",
        make=lambda: one_chunk(1_000_000, float),
        smoke=lambda: one_chunk(30_000, float),
        must=1 / 1.2,
    ),
    Row(
        name="streamed ridge, 10^6 x 20 in memory, one chunk, float32",
        data="random: normal features; the goal is an overhead of 1.2 at most",
        kind="random",
        make=lambda: one_chunk(1_000_000, np.float32),
        smoke=lambda: one_chunk(30_000, np.float32),
        must=1 / 1.2,
    ),
    Row(
        name="counts of 3-grams in 20 parts, 10^6 letters",
        data="random: 27 letters, equally frequent and independent",
        kind="random",
        make=lambda: grams(1_000_000),
        smoke=lambda: grams(20_000),
    ),
    Row(
        name="bootstrap of a mean in parts, 10^5 x 2, 100 replicas",
        data="random: exponential numbers",
        kind="random",
        make=lambda: bootstrap(100_000),
        smoke=lambda: bootstrap(25_000),
    ),
    Row(
        name="Fisher information from scores in parts, 10^6",
        data="random: normal numbers",
        kind="random",
        make=lambda: fisher(1_000_000),
        smoke=lambda: fisher(60_000),
    ),
    Row(
        name="streamed principal components, 2000 x 1000, k = 5",
        data="random: normal features with a spectrum falling from 30 to 0.1; more to keep than five components",
        kind="random",
        make=lambda: wide_rows(2000, 1000),
        smoke=lambda: wide_rows(1500, 100),
        unfavourable=True,
    ),
)

QUANTITIES = (
    Quantity(
        name="streaming: peak memory, 10^7 x 20",
        data=DATA,
        unit="MB",
        measure=peak_memory,
        must=1000,
    ),
    Quantity(
        name="streaming: time with two Dask workers over one, ridge, 10^7 x 20",
        data=DATA + "; a loop bound by memory, not by arithmetic",
        unit="",
        measure=two_workers,
    ),
)

GROWTH = (Growth(name="streamed ridge, d = 20, in a file", data=DATA, make=ridge),)
