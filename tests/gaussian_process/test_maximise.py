"""Maximising the evidence within bounds: closed forms, scipy's bounded minimiser, bounds that hold, many starts."""

import numpy as np
import pytest
import scipy.optimize
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose

from abinitio.gaussian_process.blocked_evidence import blocked_evidence
from abinitio.gaussian_process.kernels import RBF, ConstantKernel, WhiteKernel
from abinitio.gaussian_process.maximise import bounded, climb, highest, unbounded

WIDE = np.array([[-10.0, 10.0]] * 2)


@given(theta=st.floats(-10, 10), low=st.floats(-5, 5), width=st.floats(1e-3, 100))
def test_there_and_back_within_the_bounds(theta, low, width):
    bounds = np.array([[low, low + width]])
    inside = bounded(unbounded(np.array([theta]), bounds), bounds)
    assert low - 1e-12 * (1 + abs(low)) <= inside[0] <= low + width + 1e-12 * (1 + abs(low) + width)
    middle, half = low + width / 2, width / 2
    assert_allclose(inside[0], np.clip(theta, middle - 0.999 * half, middle + 0.999 * half), rtol=1e-9, atol=1e-9)


def test_infinite_bounds_are_wide_ones():
    free = np.array([[-np.inf, np.inf]])
    assert_allclose(bounded(np.array([3.0]), free), 3.0, rtol=1e-4)
    assert np.isfinite(bounded(np.array([1e9]), free)).all()


def test_the_variance_of_white_noise_is_the_mean_square():
    y = np.random.default_rng(0).standard_normal(50)
    kernel = WhiteKernel(1.0)
    evidence = lambda theta: blocked_evidence(kernel.clone_with_theta(theta), np.zeros((50, 1)), y, 0.0)
    best = highest(evidence, [kernel.theta], kernel.bounds)
    assert_allclose(np.exp(best.w), np.mean(y**2), rtol=1e-6)
    assert_allclose(best.value, -25 * (np.log(2 * np.pi * np.mean(y**2)) + 1), rtol=1e-12)


def test_the_maximum_is_that_of_scipy():
    rng = np.random.default_rng(1)
    X = rng.uniform(-3, 3, (60, 2))
    y = np.sin(2 * X[:, 0]) + 0.2 * rng.standard_normal(60)
    kernel = ConstantKernel(1.0) * RBF([1.0, 1.0], (1e-2, 1e2)) + WhiteKernel(0.1)
    evidence = lambda theta: blocked_evidence(kernel.clone_with_theta(theta), X, y, 1e-10)
    best = highest(evidence, [kernel.theta], kernel.bounds)
    cost = lambda theta: tuple(-part for part in evidence(theta))
    peer = scipy.optimize.minimize(cost, kernel.theta, jac=True, bounds=kernel.bounds, method="L-BFGS-B")
    assert best.value >= -peer.fun - 1e-6 * abs(peer.fun)
    inside = np.min(np.abs(best.w[:, None] - kernel.bounds), axis=1) > 0.1
    assert np.all(np.abs(best.gradient[inside]) < 1e-2)


def test_the_first_point_is_the_start_and_every_next_one_is_higher():
    target = np.array([1.0, -2.0])
    hill = lambda t: (-float((t - target) @ (t - target)), -2 * (t - target))
    points = list(climb(hill, np.array([5.0, 5.0]), WIDE))
    assert_allclose(points[0].w, [5.0, 5.0])
    assert np.all(np.diff([point.value for point in points]) > -1e-12)
    assert_allclose(points[-1].w, target, atol=1e-5)
    for point in points:  # value and gradient are those of theta, not of the free coordinate
        value, gradient = hill(point.w)
        assert_allclose([point.value, *point.gradient], [value, *gradient], rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("slope", [np.array([1.0, -1.0]), np.array([1e-3, 50.0])])
def test_a_slope_without_end_stops_at_the_bounds(slope):
    best = highest(lambda t: (float(slope @ t), slope), [np.zeros(2)], WIDE)
    assert_allclose(best.w, np.sign(slope) * 10, rtol=1e-3)


def test_a_start_at_a_bound_can_leave_it():
    hill = lambda t: (-float(t @ t), -2 * t)
    assert_allclose(highest(hill, [np.array([10.0, -10.0])], WIDE).w, 0, atol=1e-4)


def test_places_without_a_value_are_avoided_and_many_starts_find_the_higher_hill():
    def hills(t):
        if t[0] > 8:
            return -np.inf, np.zeros(1)
        return float(np.cos(t[0]) + t[0] / 10), np.array([0.1 - np.sin(t[0])])

    bounds = np.array([[-10.0, 10.0]])
    assert_allclose(highest(hills, [np.array([0.3])], bounds).w, np.arcsin(0.1), rtol=1e-3)
    best = highest(hills, [np.array([0.3]), np.array([9.0]), np.array([5.5])], bounds)
    assert_allclose(best.w, 2 * np.pi + np.arcsin(0.1), rtol=1e-4)


def test_no_place_is_evaluated_twice():
    seen = []

    def hill(t):
        seen.append(tuple(t))
        return -float(t @ t), -2 * t

    highest(hill, [np.array([1.0, 2.0])], WIDE)
    assert len(seen) == len(set(seen)) > 2
