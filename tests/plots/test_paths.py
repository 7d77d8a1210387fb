import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from abinitio.plots.paths import draw_paths


@pytest.fixture
def ax():
    figure, axes = plt.subplots()
    yield axes
    plt.close(figure)


def test_every_feature_is_a_line_with_its_own_path(ax):
    alphas = np.logspace(-2, 2, 9)
    coefficients = np.outer(1 / (1 + alphas), [3.0, -2.0, 0.1])
    lines = draw_paths(ax, alphas, coefficients, names=["a", "b", "c"], labelled=2)
    assert len(lines) == 3 and set(lines) < set(ax.lines)
    for line, path in zip(lines, coefficients.T):
        np.testing.assert_array_equal(line.get_xydata(), np.column_stack([alphas, path]))
    assert ax.get_xscale() == "log"


def test_only_the_largest_at_the_smallest_penalty_are_named_whatever_the_order_of_the_penalties(ax):
    alphas = np.array([10.0, 1.0, 0.1])
    coefficients = np.array([[5.0, 0.0, 0.0], [1.0, 1.0, 0.0], [0.5, 4.0, -3.0]])
    lines = draw_paths(ax, alphas, coefficients, names=["a", "b", "c"], labelled=2)
    assert {text.get_text() for text in ax.texts} == {"b", "c"}
    assert [text.get_color() for text in ax.texts] == [lines[1].get_color(), lines[2].get_color()]
    assert all(text.xy[0] == 0.1 for text in ax.texts)


def test_names_have_room_of_their_own_without_ticks(ax):
    draw_paths(ax, np.logspace(-2, 5, 9), np.ones((9, 1)), names=["a"])
    assert ax.get_xlim()[0] < 1e-5 and ax.get_xlim()[1] == 1e5
    assert ax.spines.bottom.get_bounds() == pytest.approx((1e-2, 1e5))
    assert set(ax.get_xticks()) <= {10.0**k for k in range(-2, 6)} and len(ax.get_xticks()) >= 3


def test_labels_of_nearly_equal_coefficients_do_not_overlap(ax):
    coefficients = np.array([[1.0, 1.001, 1.002, -9.0], [0.0, 0.0, 0.0, 0.0]])
    draw_paths(ax, [0.1, 10.0], coefficients, names="abcd", labelled=4)
    heights = np.sort([text.xy[1] for text in ax.texts])
    assert np.diff(heights).min() >= 0.0549 * np.ptp(coefficients)


def test_shapes_that_do_not_fit_are_named(ax):
    with pytest.raises(ValueError, match=r"\(4, 2\), not \(3, d\)"):
        draw_paths(ax, [1, 2, 3], np.zeros((4, 2)))
