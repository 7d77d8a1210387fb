"""Independent work on several processes and on a real Dask cluster: the same numbers."""

import joblib
import numpy as np
import pytest
from numpy.testing import assert_array_equal

from abinitio._core.cluster import connect
from abinitio.data import make_ising
from abinitio.linear_model import LassoCV, Ridge
from abinitio.statistics import cross_validated_losses, double_descent_sweep, k_fold_splits, repeated_predictions

rng = np.random.default_rng(0)
X = rng.normal(size=(60, 5))
y = X @ [1.0, 0.0, -2.0, 0.0, 0.5] + rng.normal(size=60)


def folds():
    squares = lambda y, y_pred: np.mean((y - y_pred) ** 2)
    splits = k_fold_splits(60, 4, np.random.default_rng(1))
    return cross_validated_losses([Ridge(0.1), Ridge(10.0)], X, y, splits, squares)


def training_sets():
    draw = lambda rng: (A := rng.normal(size=(9, 2)), A[:, 0] + rng.normal(size=9))
    return repeated_predictions(Ridge(1.0), draw, np.eye(2), 6, np.random.default_rng(2))


def sweep():
    return np.array(list(double_descent_sweep([3, 6, 12], np.ones(6), 0.5, 0.0, 5, np.random.default_rng(3))))


def temperatures():
    return make_ising(4, L=8, T=[1.5, 2.2, 3.5], rng=np.random.default_rng(4)).X


def penalties():
    return LassoCV(cv=3).fit(X, y).mse_path_


WORK = (folds, training_sets, sweep, temperatures, penalties)


@pytest.mark.parametrize("work", WORK, ids=lambda work: work.__name__)
def test_threads_change_nothing(work):
    alone = work()
    with joblib.parallel_config("threading", n_jobs=2):
        assert_array_equal(work(), alone)


def test_a_cluster_changes_nothing(cluster):
    alone = [work() for work in WORK]
    with connect(cluster.scheduler_address) as client, joblib.parallel_config("dask"):
        for work, wanted in zip(WORK, alone):
            before = sum(client.run(lambda dask_worker: dask_worker.state.executed_count).values())
            assert_array_equal(work(), wanted)
            assert sum(client.run(lambda dask_worker: dask_worker.state.executed_count).values()) > before
