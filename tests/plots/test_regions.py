import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from abinitio.plots.regions import draw_regions
from abinitio.plots.style import CYCLE, MARKERS

X = np.array([[0.0, 0.0], [4.0, 2.0], [2.0, 1.0], [4.0, 0.0]])
Y = np.array([0, 1, 0, 2])


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def right_of_middle(points):
    return (points[:, 0] > 2).astype(int)


def test_the_shading_is_the_prediction_at_each_point_of_the_window(ax):
    asked = []

    def predict(points):
        asked.append(points)
        return (points[:, 0] > 2).astype(int) + (points[:, 1] > 1.5)

    classes = draw_regions(ax, predict, X, Y, steps=11, margin=0.25)
    (points,) = asked
    np.testing.assert_array_equal(points.min(axis=0), [-1.0, -0.5])
    np.testing.assert_array_equal(points.max(axis=0), [5.0, 2.5])
    u, v = np.linspace(-1, 5, 11), np.linspace(-0.5, 2.5, 11)
    np.testing.assert_array_equal(classes, (u > 2).astype(int) + (v > 1.5)[:, None])
    mesh = ax.collections[0]
    np.testing.assert_array_equal(mesh.get_array(), classes)
    assert ax.get_xlim() == (-1.0, 5.0) and ax.get_ylim() == (-0.5, 2.5)


def test_samples_are_drawn_by_their_own_class_with_their_own_symbol(ax):
    draw_regions(ax, right_of_middle, X, Y, names=["a", "b", "c"], steps=5)
    assert [line.get_label() for line in ax.lines] == ["a", "b", "c"]
    for k, line in enumerate(ax.lines):
        np.testing.assert_array_equal(line.get_xydata(), X[k == Y])
        assert (line.get_marker(), line.get_color()) == (MARKERS[k], CYCLE[k])


def test_a_region_has_the_tint_of_its_class_also_where_other_classes_are_missing(ax):
    draw_regions(ax, lambda points: np.full(len(points), 2), X, Y, steps=4)
    face = ax.collections[0].to_rgba(np.array([2]))[0, :3]
    color = np.array(matplotlib.colors.to_rgb(CYCLE[2]))
    np.testing.assert_allclose(face, 0.72 + 0.28 * color, atol=1 / 255)


def test_without_names_the_legend_stays_empty(ax):
    draw_regions(ax, right_of_middle, X, Y, steps=4)
    assert ax.get_legend_handles_labels() == ([], [])


def test_samples_on_one_line_still_have_a_window(ax):
    draw_regions(ax, right_of_middle, np.array([[1.0, 3.0], [2.0, 3.0]]), np.array([0, 1]), steps=4)
    assert ax.get_ylim() == (2.0, 4.0)


def test_what_cannot_be_drawn_is_named(ax):
    with pytest.raises(ValueError, match=r"\(4, 3\), not \(n, 2\)"):
        draw_regions(ax, right_of_middle, np.zeros((4, 3)), Y)
    with pytest.raises(ValueError, match="integers from 0 to 6"):
        draw_regions(ax, lambda points: np.full(len(points), 7), X, Y)
    with pytest.raises(ValueError, match="integers from 0 to 6"):
        draw_regions(ax, lambda points: np.where(points[:, 0] > 2, 1, -1), X, Y)
