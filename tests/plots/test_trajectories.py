import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from abinitio.plots.trajectories import draw_surface, draw_trajectory


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_contours_of_a_quadratic_are_equidistant_ellipses_around_the_minimum(ax):
    centre = np.array([1.0, -2.0])
    contours = draw_surface(ax, lambda w: 7.0 + np.sum((w - centre) ** 2), centre, [2.0, 2.0], levels=4)
    np.testing.assert_allclose(np.diff(contours.levels), contours.levels[0], rtol=1e-12)
    for level, path in zip(contours.levels[:2], contours.get_paths()[:2]):
        radius = np.linalg.norm(path.vertices - centre, axis=1)
        np.testing.assert_allclose(radius, level, rtol=2e-3)
    assert ax.get_xlim() == (-1.0, 3.0) and ax.get_ylim() == (-4.0, 0.0)


def test_the_first_parameter_is_the_horizontal_axis(ax):
    contours = draw_surface(ax, lambda w: 100 * w[0] ** 2 + w[1] ** 2, [0, 0], [1, 1], levels=8)
    first = contours.get_paths()[0].vertices
    assert np.ptp(first[:, 0]) < 0.2 * np.ptp(first[:, 1]), "steep in w[0]: the ellipse is narrow along x"


def test_trajectory_passes_through_its_points_and_marks_its_start(ax):
    points = np.array([[3.0, 1.0], [2.0, 0.5], [1.5, 0.2]])
    line = draw_trajectory(ax, points, color="C1", label="rate 0.1")
    np.testing.assert_array_equal(line.get_xydata(), points)
    assert line.get_label() == "rate 0.1"
    np.testing.assert_array_equal(ax.lines[-1].get_xydata(), points[:1])


def test_a_trajectory_needs_two_parameters(ax):
    with pytest.raises(ValueError, match=r"\(5, 3\), not \(k, 2\)"):
        draw_trajectory(ax, np.zeros((5, 3)))
