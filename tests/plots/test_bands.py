import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pytest

from abinitio.plots.bands import draw_band, draw_fit_with_pulls, draw_measurements, draw_spread


@pytest.fixture
def figure():
    figure = plt.figure()
    yield figure
    plt.close(figure)


def segments(container):
    """The error bars of an errorbar container as (lower, upper) pairs."""
    return np.array([segment[:, 1] for segment in container[2][0].get_segments()])


def test_error_bars_reach_one_sigma_up_and_down(figure):
    y, sigma = np.array([1.0, 2.0, 5.0]), np.array([0.1, 0.2, 0.3])
    bars = segments(draw_measurements(figure.subplots(), np.arange(3), y, sigma))
    np.testing.assert_allclose(bars, np.column_stack([y - sigma, y + sigma]))


def test_band_is_the_curve_plus_and_minus_its_width(figure):
    x, width = np.linspace(0, 1, 5), np.linspace(1, 2, 5)
    line, band = draw_band(figure.subplots(), x, x**2, width)
    np.testing.assert_array_equal(line.get_ydata(), x**2)
    corners = band.get_paths()[0].vertices
    for a, curve, half in zip(x, x**2, width):
        heights = corners[corners[:, 0] == a, 1]
        assert heights.min() == pytest.approx(curve - half) and heights.max() == pytest.approx(curve + half)


def test_spread_is_the_standard_deviation_between_repetitions_or_the_error_of_their_mean(figure):
    values = np.random.default_rng(0).normal(size=(16, 3))
    ax = figure.subplots()
    mean, error = draw_spread(ax, np.arange(3), values)
    np.testing.assert_allclose(mean, values.mean(axis=0))
    np.testing.assert_allclose(error, values.std(axis=0, ddof=1))
    np.testing.assert_allclose(draw_spread(ax, np.arange(3), values, error_of_mean=True)[1], error / 4)
    np.testing.assert_allclose(segments(ax.containers[0]), np.column_stack([mean - error, mean + error]))


def test_means_are_joined_only_where_asked(figure):
    ax, values = figure.subplots(), np.random.default_rng(0).normal(size=(4, 3))
    draw_spread(ax, np.arange(3), values)
    draw_spread(ax, np.arange(3), values, connect=False)
    assert [container[0].get_linewidth() > 0 for container in ax.containers] == [True, False]


def test_one_repetition_has_no_spread(figure):
    with pytest.raises(ValueError, match=r"repetitions >= 2"):
        draw_spread(figure.subplots(), [1, 2], np.zeros((1, 2)))


def test_pulls_are_residuals_in_units_of_their_error(figure):
    x, sigma = np.arange(4.0), np.array([1.0, 2.0, 0.5, 4.0])
    y = x + sigma * np.array([1.0, -2.0, 0.0, 3.0])
    above, below = draw_fit_with_pulls(figure, x, y, sigma, x, x, 0.1 * sigma, at_data=x, label="fit")
    np.testing.assert_allclose(below.containers[0][0].get_ydata(), [1.0, -2.0, 0.0, 3.0])
    np.testing.assert_allclose(segments(below.containers[0])[:, 1], [2.0, -1.0, 1.0, 4.0])
    low, high = below.get_ylim()
    assert low < -4 < 4 < high, "the largest pull and its bar lie inside"
    assert above.get_shared_x_axes().joined(above, below)
