"""Points in the plane: on scikit-learn's curves without noise, with the right spread with it."""

import numpy as np
import pytest
from scipy.spatial import cKDTree
from scipy.stats import kstest
from sklearn import datasets

from abinitio.data import make_blobs, make_circles, make_moons


def farthest(points, curve):
    return cKDTree(curve).query(points)[0].max()


def test_moons_lie_on_scikit_learns_half_circles():
    found = make_moons(400, noise=0.0, rng=np.random.default_rng(0))
    curve, label = datasets.make_moons(20_000, shuffle=False)
    for k in (0, 1):
        assert farthest(found.X[found.y == k], curve[label == k]) < np.pi / 10_000
        assert farthest(curve[label == k], found.X[found.y == k]) < 0.15  # and cover them


def test_circles_lie_on_scikit_learns_circles():
    found = make_circles(400, noise=0.0, radii=(1.0, 0.3), rng=np.random.default_rng(0))
    curve, label = datasets.make_circles(20_000, shuffle=False, factor=0.3)
    for k in (0, 1):
        assert farthest(found.X[found.y == k], curve[label == k]) < 2 * np.pi / 10_000
    angle = np.arctan2(found.X[:, 1], found.X[:, 0])
    assert kstest((angle + np.pi) / (2 * np.pi), "uniform").pvalue > 1e-3


@pytest.mark.parametrize(("make", "argument"), [(make_moons, "noise"), (make_circles, "noise"), (make_blobs, "spread")])
def test_noise_has_the_standard_deviation_asked_for(make, argument):
    n = 2000
    noisy, clean = (make(n, **{argument: s}, rng=np.random.default_rng(5)) for s in (0.3, 0.0))
    assert np.array_equal(noisy.y, clean.y)  # the same draws up to the noise
    chi2 = ((noisy.X - clean.X) ** 2).sum() / 0.3**2
    assert abs(chi2 - 2 * n) < 4 * np.sqrt(4 * n)


def test_blobs_sit_on_their_centres_in_any_dimension():
    centres = np.array([[0.0, 0, 0], [5, 5, 5]])
    found = make_blobs(1000, centres=centres, spread=0.5, rng=np.random.default_rng(6))
    for k in (0, 1):
        assert np.abs(found.X[found.y == k].mean(axis=0) - centres[k]).max() < 4 * 0.5 / np.sqrt(500)
    assert found.X.shape == (1000, 3) and np.array_equal(found.truth["centres"], centres)


@pytest.mark.parametrize(("make", "classes"), [(make_blobs, 3), (make_moons, 2), (make_circles, 2)])
def test_classes_are_balanced_and_shuffled(make, classes):
    found = make(1000, rng=np.random.default_rng(7))
    counts = np.bincount(found.y)
    assert len(counts) == classes == len(found.target_names) and np.ptp(counts) <= 1
    assert abs(np.corrcoef(found.y[1:], found.y[:-1])[0, 1]) < 4 / np.sqrt(1000)


def test_one_point_still_names_every_class():
    assert make_moons(1, rng=np.random.default_rng(0)).target_names == ("class 0", "class 1")


def test_the_impossible_is_refused():
    with pytest.raises(ValueError, match="n is 0"):
        make_moons(0, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"deviation of the points is -0\.1"):
        make_circles(5, noise=-0.1, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="one row a blob"):
        make_blobs(5, centres=[0.0, 1.0], rng=np.random.default_rng(0))
