"""Geometry of the normals: integrated geodesics, hyperbolic circles, isometries, the divergence near by."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.testing import assert_allclose
from scipy.integrate import quad
from scipy.optimize import minimize

from abinitio.information.fisher_families import categorical_fisher, normal_divergence, normal_fisher
from abinitio.information.fisher_geometry import (
    categorical_fisher_distance,
    fisher_distance,
    fisher_geodesic,
    geodesic_acceleration,
    geodesic_velocity,
    path_length,
    shoot_geodesic,
)

means, deviations = st.floats(-5, 5), st.floats(0.05, 5)
points = st.tuples(means, deviations)


def test_distances_that_can_be_integrated():
    assert fisher_distance((1.0, 0.5), (1.0, 3.0)) == pytest.approx(np.sqrt(2) * np.log(6), rel=1e-13)
    a, b, R = (-1.0, 1.0), (1.0, 1.0), np.sqrt(1.5)  # on the half-circle of radius R around 0, in u = mu/√2
    angle = np.arctan2(1.0, np.sqrt(0.5))
    length = np.sqrt(2) * quad(lambda phi: 1 / np.sin(phi), angle, np.pi - angle)[0]
    assert np.hypot(1 / np.sqrt(2), 1.0) == pytest.approx(R)
    assert fisher_distance(a, b) == pytest.approx(length, rel=1e-12)


@given(a=points, b=points, c=points)
def test_it_is_a_metric(a, b, c):
    assert fisher_distance(a, a) == 0
    assert fisher_distance(a, b) == pytest.approx(fisher_distance(b, a), rel=1e-12, abs=1e-15)
    assert fisher_distance(a, b) <= fisher_distance(a, c) + fisher_distance(c, b) + 1e-12


@given(a=points, b=points, shift=means, scale=st.floats(0.1, 10))
def test_units_do_not_matter(a, b, shift, scale):
    moved = [(scale * mu + shift, scale * sigma) for mu, sigma in (a, b)]
    assert fisher_distance(*moved) == pytest.approx(fisher_distance(a, b), rel=1e-6, abs=1e-12)


def test_near_by_the_squared_distance_is_twice_the_divergence():
    theta, direction = np.array([1.0, 2.0]), np.array([0.6, -0.8])
    previous = np.inf
    for size in (1e-1, 1e-2, 1e-3):
        other = theta + size * direction
        ratio = fisher_distance(theta, other) ** 2 / (2 * normal_divergence(theta, other))
        assert abs(ratio - 1) < size and abs(ratio - 1) < previous / 5
        previous = abs(ratio - 1)
    tiny = 1e-9 * direction  # no digits are lost
    assert fisher_distance(theta, theta + tiny) == pytest.approx(np.sqrt(tiny @ normal_fisher(theta) @ tiny), rel=1e-6)


@given(a=points, b=points)
def test_the_path_has_its_ends_its_speed_and_its_circle(a, b):
    t = np.linspace(0, 1, 9)
    path = fisher_geodesic(a, b, t)
    assert_allclose(path[[0, -1]], [a, b], rtol=1e-9, atol=1e-12)
    along = [fisher_distance(a, point) for point in path]
    assert_allclose(along, t * fisher_distance(a, b), rtol=1e-5, atol=1e-7)
    if abs(a[0] - b[0]) > 0.1:
        u, sigma = path[:, 0] / np.sqrt(2), path[:, 1]
        centre = np.diff([u[0] ** 2 + sigma[0] ** 2, u[-1] ** 2 + sigma[-1] ** 2])[0] / (2 * (u[-1] - u[0]))
        radius = np.hypot(u - centre, sigma)
        assert_allclose(radius, radius[0], rtol=1e-8)


@pytest.mark.parametrize("pair", [((0.0, 1.0), (3.0, 0.5)), ((1.0, 0.3), (1.0, 4.0)), ((-2.0, 0.2), (2.0, 0.2))])
def test_integrating_the_geodesic_equation_gives_the_same_path(pair):
    t = np.linspace(0, 1.5, 7)
    velocity = geodesic_velocity(*pair)
    assert_allclose(shoot_geodesic(pair[0], velocity, t), fisher_geodesic(*pair, t), rtol=1e-7, atol=1e-8)
    length = np.sqrt(velocity @ normal_fisher(pair[0]) @ velocity)
    assert length == pytest.approx(fisher_distance(*pair), rel=1e-12)


def test_the_velocity_is_the_derivative_of_the_path():
    a, b, h = (0.3, 1.2), (-2.0, 0.7), 1e-5
    before, after = fisher_geodesic(a, b, np.array([-h, h]))
    assert_allclose(geodesic_velocity(a, b), (after - before) / (2 * h), rtol=1e-8)
    assert_allclose(geodesic_velocity(a, a), 0, atol=1e-15)
    assert_allclose(fisher_geodesic(a, a, np.array([0.0, 0.4])), [a, a], rtol=1e-15)


def test_the_acceleration_by_christoffel_symbols_of_the_metric():
    theta, velocity, h = np.array([0.4, 1.3]), np.array([0.7, -0.2]), 1e-5
    slope = np.array([(normal_fisher(theta + h * e) - normal_fisher(theta - h * e)) / (2 * h) for e in np.eye(2)])
    lower = 0.5 * (np.einsum("jki->ijk", slope) + np.einsum("kji->ijk", slope) - slope)  # Γ_ijk, slope[i] = ∂_i g
    force = -np.linalg.solve(normal_fisher(theta), np.einsum("ijk,j,k->i", lower, velocity, velocity))
    assert_allclose(geodesic_acceleration(theta, velocity), force, rtol=1e-8)


def test_circles_are_those_of_curvature_minus_one_half():
    centre, radius, m = np.array([0.5, 1.5]), 1.7, 400
    angles = np.linspace(0, 2 * np.pi, m, endpoint=False)
    unit = np.linalg.inv(np.linalg.cholesky(normal_fisher(centre))).T @ [np.cos(angles), np.sin(angles)]
    rim = np.array([shoot_geodesic(centre, radius * v, np.array([1.0]))[0] for v in unit.T[:: m // 8]])
    assert_allclose([fisher_distance(centre, point) for point in rim], radius, rtol=1e-8)
    u, sigma = centre / [np.sqrt(2), 1]  # a hyperbolic circle is a circle, around a higher centre
    D = radius / np.sqrt(2)
    circle = np.column_stack(
        [np.sqrt(2) * (u + sigma * np.sinh(D) * np.cos(angles)), sigma * (np.cosh(D) + np.sinh(D) * np.sin(angles))]
    )
    assert_allclose([fisher_distance(centre, point) for point in circle], radius, rtol=1e-10)
    around = path_length(np.vstack([circle, circle[:1]]), normal_fisher)
    assert around == pytest.approx(2 * np.pi * np.sqrt(2) * np.sinh(D), rel=1e-4)


def test_no_other_path_is_shorter():
    a, b = (-1.5, 0.6), (1.5, 0.9)
    t = np.linspace(0, 1, 400)
    length = path_length(fisher_geodesic(a, b, t), normal_fisher)
    assert length == pytest.approx(fisher_distance(a, b), rel=1e-5)
    straight = np.array(a) + t[:, None] * (np.array(b) - a)
    assert path_length(straight, normal_fisher) > 1.2 * length
    t = np.linspace(0, 1, 60)
    arc, straight = fisher_geodesic(a, b, t), straight[:: 400 // 60][:60]
    for bump in ([0.0, 0.2], [0.3, 0.0], [-0.2, -0.1]):
        bent = arc + np.sin(np.pi * t)[:, None] * np.array(bump)
        assert path_length(bent, normal_fisher) > path_length(arc, normal_fisher)


def test_the_best_place_between_two_densities_is_the_middle_of_the_path():
    a, b = (0.0, 1.0), (4.0, 2.0)
    cost = lambda theta: (
        fisher_distance(a, (theta[0], np.exp(theta[1]))) ** 2 + fisher_distance((theta[0], np.exp(theta[1])), b) ** 2
    )
    best = minimize(cost, [1.0, 0.0], tol=1e-10).x
    assert_allclose([best[0], np.exp(best[1])], fisher_geodesic(a, b, np.array([0.5]))[0], rtol=1e-5)


def test_probabilities_of_outcomes_live_on_a_sphere():
    rng = np.random.default_rng(0)
    p, q, r = rng.dirichlet(np.ones(4), 3)
    d = categorical_fisher_distance
    assert d(p, q) == pytest.approx(2 * np.arccos(np.sqrt(p * q).sum()), rel=1e-10)
    assert d(p, q) <= d(p, r) + d(r, q) and d(p, p) == 0
    assert d(np.eye(3)[0], np.eye(3)[1]) == pytest.approx(np.pi, rel=1e-14)
    logits, step = np.log(p), 1e-5 * np.array([1.0, -2.0, 0.5, 0.3])
    near = np.exp(logits + step) / np.exp(logits + step).sum()
    assert d(p, near) == pytest.approx(np.sqrt(step @ categorical_fisher(logits) @ step), rel=1e-4)
    coin = lambda x: np.array([x, 1 - x])
    length = quad(lambda x: 1 / np.sqrt(x * (1 - x)), 0.2, 0.7)[0]
    assert d(coin(0.2), coin(0.7)) == pytest.approx(length, rel=1e-10)
