"""Rows through a function: the features of all rows at once, ridge on random features, bounds of memory, errors."""

import pickle
from functools import partial

import joblib
import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.data import ArrayRows
from abinitio.kernels import RBFSampler
from abinitio.linear_model import Ridge
from abinitio.streaming.mapped_rows import MappedRows
from abinitio.streaming.regression import StreamedRidge

rng = np.random.default_rng(0)
data = rng.normal(size=(1000, 4))
rows = ArrayRows(data, columns=("a", "y", "b", "c"), units={"y": "GeV", "a": "m"})
X, y = data[:, [0, 2, 3]], data[:, 1]
NAMES = ("a", "b", "c", "a2", "b2", "c2")


def with_squares(X):
    return np.hstack([X, X**2])


def mapped():
    return MappedRows(rows, with_squares, NAMES, keep=("y",))


def test_rows_are_the_function_of_all_rows():
    ours, expected = mapped(), np.column_stack([with_squares(X), y])
    assert ours.columns == (*NAMES, "y") and len(ours) == 1000 and ours.shape == (1000, 7)
    assert ours.units == {"y": "GeV"} and ours.dtype == np.float64
    assert_array_equal(np.concatenate([ours.read(a, b) for a, b in ours.ranges(5000)]), expected)
    assert_array_equal(np.concatenate([block.X for block in ours.blocks(memory=5000)]), expected)
    assert_array_equal(pickle.loads(pickle.dumps(ours)).read(3, 9), expected[3:9])
    shuffled = np.concatenate([block.X for block in ours.blocks(memory=5000, seed=1)])
    assert not np.array_equal(shuffled, expected)
    assert_array_equal(shuffled[np.lexsort(shuffled.T)], expected[np.lexsort(expected.T)])
    assert_array_equal(next(iter(ours.blocks(memory=5000, first=2))).X, list(ours.blocks(memory=5000))[2].X)


def test_columns_are_chosen_and_the_function_is_not_called_in_vain():
    calls = []

    def counted(X):
        calls.append(len(X))
        return with_squares(X)

    ours = MappedRows(rows, counted, NAMES, keep=["y"])
    calls.clear()
    assert_array_equal(ours.select(["y"]).read(0, 10), data[:10, 1:2])
    assert calls == [] and ours.select(["y"]).columns == ("y",)
    assert_array_equal(ours.select(["y", "b2"]).read(0, 10), data[:10, [1, 2]] ** [1, 2])
    assert_array_equal(ours.select(["b2", "a"]).select(["a"]).read(5, 6), data[5:6, :1])
    assert_array_equal(ours.select(None).read(0, 5), ours.read(0, 5))
    with pytest.raises(ValueError, match="no column 'z'"):
        ours.select(["z"])


def test_the_bound_of_memory_counts_the_wider_rows():
    wide = MappedRows(rows, lambda X: np.repeat(X, 20, axis=1), [f"z{j}" for j in range(60)], keep=("y",))
    most = max(b - a for a, b in wide.ranges(48000))
    assert most * 61 * 8 * 3 <= 48000 < (most + 1) * 61 * 8 * 3
    narrow = MappedRows(rows, lambda X: X[:, :1], ["z"])
    assert narrow.ranges(48000) == rows.ranges(48000)
    assert max(b - a for a, b in wide.select(["z0"]).ranges(48000)) <= most + 1  # all features are made for one


def test_float32_stays():
    small = MappedRows(ArrayRows(data.astype(np.float32)), with_squares, [f"z{j}" for j in range(8)])
    assert small.dtype == np.float32 and small.read(0, 3).dtype == np.float32


def test_ridge_on_random_features_is_that_in_core():
    sampler = RBFSampler(gamma=0.5, n_components=60, random_state=0).fit(X)
    features = MappedRows(rows, sampler.transform, sampler.get_feature_names_out(), keep=("y",))
    exact = Ridge(alpha=0.1).fit(sampler.transform(X), y)
    with joblib.parallel_config("threading"):
        ours = [StreamedRidge(0.1).fit_rows(features, "y", memory=30000, jobs=jobs) for jobs in (1, 2)]
    assert_allclose(ours[0].coef_, exact.coef_, rtol=1e-9, atol=1e-9 * np.abs(exact.coef_).max())
    assert_allclose(ours[0].predict(sampler.transform(X)), exact.predict(sampler.transform(X)), rtol=1e-9, atol=1e-9)
    assert_array_equal(ours[0].coef_, ours[1].coef_)


def test_a_checkpoint_knows_the_function(tmp_path):
    prints = [MappedRows(rows, partial(np.power, p), list("abcd")).fingerprint for p in (2.0, 2.0, 3.0)]
    assert prints[0] == prints[1] != prints[2]


def test_errors():
    with pytest.raises(ValueError, match="no column 'z' to keep; there are: a, y, b, c"):
        MappedRows(rows, with_squares, NAMES, keep=("z",))
    with pytest.raises(ValueError, match="'y' would be there twice"):
        MappedRows(rows, with_squares, ("y", *NAMES[1:]), keep="y")
    with pytest.raises(ValueError, match="at least one"):
        MappedRows(rows, with_squares, ("p",), keep=("a", "y", "b", "c"))
    with pytest.raises(ValueError, match=r"made \(5, 6\) of \(5, 3\), but columns names 2"):
        MappedRows(rows, with_squares, ("p", "q"), keep="y").read(0, 5)
    with np.errstate(invalid="ignore"), pytest.raises(ValueError, match="not finite, in the column 'b'"):
        MappedRows(rows, lambda X: np.column_stack([X[:, 0], np.log(-(X[:, 1] ** 2))]), ("a", "b"), keep="y").read(0, 5)
