"""The sets of scikit-learn: its arrays, and the figures that their sources publish."""

import numpy as np
import pytest
from sklearn import datasets

from abinitio.data import load_diabetes, load_digits, load_iris, load_wine


@pytest.mark.parametrize("load", [load_iris, load_digits, load_wine])
def test_the_arrays_are_scikit_learns(load):
    found, theirs = load(), getattr(datasets, load.__name__)()
    assert np.array_equal(found.X, theirs.data) and np.array_equal(found.y, theirs.target)
    assert found.target_names == tuple(str(name) for name in theirs.target_names)


def test_iris_has_the_published_means_in_centimetres():
    found = load_iris()
    assert np.allclose(found.X.mean(axis=0), [5.84, 3.05, 3.76, 1.20], atol=0.01)
    assert found.axis("petal width") == "petal width (cm)" and np.array_equal(np.bincount(found.y), [50, 50, 50])


def test_digits_count_dark_pixels():
    found = load_digits()
    assert found.X.min() == 0 and found.X.max() == 16 and np.array_equal(found.X, found.X.round())


def test_wine_has_the_published_class_counts():
    assert np.array_equal(np.bincount(load_wine().y), [59, 71, 48])


def test_diabetes_is_raw_and_scales_to_scikit_learns_default():
    found, scaled = load_diabetes(), datasets.load_diabetes()
    Z = (found.X - found.X.mean(axis=0)) / found.X.std(axis=0) / np.sqrt(len(found.X))
    assert np.allclose(Z, scaled.data, atol=1e-12) and np.array_equal(found.y, scaled.target)
    assert found.X[:, 0].min() == 19 and found.X[:, 0].max() == 79  # age in years
