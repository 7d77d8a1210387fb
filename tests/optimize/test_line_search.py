"""Line search: both strong Wolfe conditions on every accepted step, on shapes that tempt it to stop elsewhere."""

import numpy as np
import pytest

from abinitio.optimize.line_search import Point, between, strong_wolfe

SHAPES = {  # f and its derivative, from 0 in the direction +1
    "parabola": (lambda t: (t - 3) ** 2, lambda t: 2 * (t - 3)),
    "narrow": (lambda t: 1e6 * (t - 1e-3) ** 2, lambda t: 2e6 * (t - 1e-3)),
    "far": (lambda t: (t / 1e5 - 1) ** 2, lambda t: 2 / 1e5 * (t / 1e5 - 1)),
    "waves": (lambda t: np.sin(5 * t) - 6 * t + t**2, lambda t: 5 * np.cos(5 * t) - 6 + 2 * t),
    "kinked": (lambda t: np.hypot(t - 2, 1e-3), lambda t: (t - 2) / np.hypot(t - 2, 1e-3)),
    "More-Thuente 2": (
        lambda t: (t + 0.004) ** 5 - 2 * (t + 0.004) ** 4,
        lambda t: 5 * (t + 0.004) ** 4 - 8 * (t + 0.004) ** 3,
    ),
}


def along(shape):
    f, slope = SHAPES[shape]
    return lambda w: (float(f(w[0])), np.array([slope(w[0])]))


@pytest.mark.parametrize("first", [1e-3, 1.0, 1e3])
@pytest.mark.parametrize(("c1", "c2"), [(1e-4, 0.9), (0.1, 0.11), (1e-4, 1e-3)])
@pytest.mark.parametrize("shape", SHAPES)
def test_both_conditions_hold(shape, c1, c2, first):
    function = along(shape)
    start = Point(np.zeros(1), *function(np.zeros(1)))
    assert start.gradient[0] < 0
    found = strong_wolfe(function, start, np.ones(1), first, c1, c2, most=100)
    t, (value, gradient) = found.w[0], function(found.w)
    assert (found.value, found.gradient) == (value, gradient)
    assert t > 0
    assert value <= start.value + c1 * t * start.gradient[0] + 4e-15 * abs(start.value)
    assert abs(gradient[0]) <= c2 * abs(start.gradient[0])


def test_a_good_first_step_costs_one_evaluation():
    calls = []
    function = lambda w: (calls.append(1), (float(w @ w), 2 * w))[1]
    start = Point(np.array([2.0]), *function(np.array([2.0])))
    assert strong_wolfe(function, start, np.array([-2.0])).w == 0
    assert len(calls) == 2


def test_not_a_number_and_infinity_are_too_far():
    def function(w):  # defined for w < 1 only
        with np.errstate(invalid="ignore", divide="ignore"):
            return float(-np.log(1 - w[0]) - 3 * w[0]), 1 / (1 - w) - 3

    start = Point(np.zeros(1), *function(np.zeros(1)))
    for first in (1.0, 5.0, 100.0):
        found = strong_wolfe(function, start, np.ones(1), first, c2=0.01)
        assert found.w[0] == pytest.approx(2 / 3, abs=0.01)


def test_none_where_there_is_no_such_step():
    function = lambda w: (float(w @ w), 2 * w)
    start = Point(np.ones(2), *function(np.ones(2)))
    assert strong_wolfe(function, start, np.ones(2)) is None  # uphill
    assert strong_wolfe(function, start, np.zeros(2)) is None
    line = lambda w: (float(-w[0]), np.array([-1.0]))  # without a bottom
    assert strong_wolfe(line, Point(np.zeros(1), *line(np.zeros(1))), np.ones(1)) is None


def test_the_cubic_is_exact_for_cubics_and_stays_inside():
    f, slope = lambda t: t**3 - 3 * t, lambda t: 3 * t**2 - 3  # minimum at 1
    for a, b in [(0.0, 2.0), (2.0, 0.0), (0.5, 1.4)]:
        assert between((a, f(a), slope(a)), (b, f(b), slope(b))) == pytest.approx(1.0)
    assert between((0.0, 0.0, -1.0), (1.0, np.inf, np.nan)) == 0.5
    assert 0.1 <= between((0.0, 0.0, -1e-9), (1.0, 5.0, 30.0)) <= 0.9
