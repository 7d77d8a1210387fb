import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from abinitio.metrics.calibration import Reliability, calibration_chi_squared, reliability_curve
from abinitio.plots.reliability import draw_reliability


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_points_and_bars_are_the_curve(ax):
    curve = Reliability(np.array([0.2, 0.7]), np.array([0.3, 0.6]), np.array([0.05, 0.1]), np.array([64, 21]))
    pulls = draw_reliability(ax, curve, label="model")
    np.testing.assert_allclose(pulls, [2.0, -1.0])
    points, _, (bars,) = ax.containers[0]
    np.testing.assert_array_equal(points.get_xydata(), [[0.2, 0.3], [0.7, 0.6]])
    ends = np.array([segment[:, 1] for segment in bars.get_segments()])
    np.testing.assert_allclose(ends, [[0.25, 0.35], [0.5, 0.7]])
    assert ax.get_legend_handles_labels()[1] == ["model"]


def test_squares_of_the_pulls_add_up_to_the_chi_squared_of_calibration(ax):
    rng = np.random.default_rng(0)
    p = rng.uniform(size=500)
    y, edges = (rng.uniform(size=500) < p).astype(int), np.linspace(0, 1, 8)
    pulls = draw_reliability(ax, reliability_curve(y, p, edges))
    assert np.sum(pulls**2) == pytest.approx(calibration_chi_squared(y, p, edges)[0])


def test_the_diagonal_is_drawn_once_for_several_curves(ax):
    curve = Reliability(*np.array([[0.5], [0.5], [0.1], [25]]))
    for _ in range(3):
        draw_reliability(ax, curve)
    assert sum(line.get_gid() == "diagonal" for line in ax.lines) == 1


def test_certainties_that_held_have_no_pull_and_those_that_failed_an_infinite_one(ax):
    curve = Reliability(np.array([0.0, 1.0]), np.array([0.0, 0.75]), np.zeros(2), np.array([4, 4]))
    np.testing.assert_array_equal(draw_reliability(ax, curve), [0.0, -np.inf])
