"""Dask: arrays and data frames in partitions, joblib's backend on a real cluster, a worker that dies on the way."""

import os
import signal
import threading
import time
from functools import partial

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio._core.cluster import connect
from abinitio.data import ArrayRows
from abinitio.streaming import DaskRows, StreamedDiscriminant, StreamedPCA, StreamedRidge, reduce_rows
from abinitio.streaming.moments import merge_moments, moments_of

da, dd, pd = (pytest.importorskip(name) for name in ("dask.array", "dask.dataframe", "pandas"))
rng = np.random.default_rng(0)
X = rng.normal(size=(1000, 3)) + 5
y = (X @ [1.0, -1.0, 0.5] > 2.5).astype(float)


def test_an_array_in_chunks():
    rows = DaskRows(da.from_array(np.column_stack([X, y]), chunks=(170, 2)), columns=("a", "b", "c", "y"))
    assert_allclose(StreamedRidge().fit_rows(rows, target="y").coef_, StreamedRidge().fit(X, y).coef_, rtol=1e-10)
    assert len(rows) == 1000 and rows.ranges()[1] == (170, 340)
    assert_array_equal(rows.select(["y", "b"]).read(160, 400), np.column_stack([y, X[:, 1]])[160:400])
    assert rows.read(5, 5).shape == (0, 4)


def test_a_data_frame_in_partitions():
    frame = pd.DataFrame({"a": X[:, 0], "kind": y, "b": X[:, 1]})
    rows = DaskRows(dd.from_pandas(frame, npartitions=7))
    model = StreamedDiscriminant().fit_rows(rows, target="kind")
    assert_allclose(model.theta_, StreamedDiscriminant().fit(X[:, :2], y).theta_, rtol=1e-10)
    only = DaskRows(dd.from_pandas(frame, npartitions=3), columns=("b", "a"))
    assert_allclose(StreamedPCA().fit_rows(only).mean_, X[:, [1, 0]].mean(axis=0), rtol=1e-12)


def test_what_is_wrong_is_said():
    array = da.zeros((4, 2))
    with pytest.raises(ValueError, match="1 columns are named"):
        DaskRows(array, columns=("a",))
    with pytest.raises(ValueError, match="no column 'z'"):
        DaskRows(array).select(["z"])
    with pytest.raises(ValueError, match="no rows"):
        reduce_rows(DaskRows(da.zeros((0, 2))), len, int.__add__)


def slow_moments(trace, block):
    """Moments of a block, a tenth of a second late; leaves a line in a file."""
    with open(trace, "a") as file:
        file.write(f"{os.getpid()}\n")
    time.sleep(0.1)
    return moments_of(block)


def kill_a_worker_that_works(cluster, trace, seen):
    while not (trace.exists() and len(trace.read_text().split()) >= 5):
        time.sleep(0.02)
    seen.append(int(trace.read_text().split()[-1]))
    os.kill(seen[0], signal.SIGKILL)


@pytest.mark.parametrize("kind", ["joblib", "partitions"])
def test_a_worker_that_dies_costs_nothing_but_time(cluster, tmp_path, kind):
    trace, killed = tmp_path / "trace", []
    summarise = partial(slow_moments, trace)
    killer = threading.Thread(target=kill_a_worker_that_works, args=(cluster, trace, killed))
    with connect(cluster.scheduler_address):
        killer.start()
        if kind == "joblib":
            with joblib.parallel_config("dask"):
                found = reduce_rows(ArrayRows(X), summarise, merge_moments, memory=72 * 40)
        else:
            found = reduce_rows(DaskRows(da.from_array(X, chunks=(40, 3))), summarise, merge_moments)
    killer.join()
    assert len(set(trace.read_text().split())) >= 3  # two workers, and the one that came for the dead one
    assert found.n == 1000  # nothing lost, nothing twice
    assert_allclose(found.mean, X.mean(axis=0), rtol=1e-13)
    if kind == "joblib":  # the same bits as in one process
        for a, b in zip(found, reduce_rows(ArrayRows(X), moments_of, merge_moments, memory=72 * 40)):
            assert_array_equal(a, b)
