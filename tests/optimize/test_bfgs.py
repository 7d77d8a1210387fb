"""Quasi-Newton methods: the secant equation, conjugate directions on quadratics, Rosenbrock's valley, scipy."""

import sys
from itertools import islice

import numpy as np
import pytest
import scipy.optimize
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.optimize.bfgs import bfgs, inverse_update, lbfgs, two_loops
from abinitio.optimize.line_search import Point

module = sys.modules[bfgs.__module__]
METHODS = pytest.mark.parametrize("method", [bfgs, lbfgs])


def rosenbrock(w):
    return float(scipy.optimize.rosen(w)), scipy.optimize.rosen_der(w)


def quadratic(d, seed=0, condition=100.0):
    rng = np.random.default_rng(seed)
    Q = np.linalg.qr(rng.standard_normal((d, d)))[0]
    A, b = (Q * np.geomspace(1, condition, d)) @ Q.T, rng.standard_normal(d)
    return lambda w: (float(w @ A @ w / 2 - b @ w), A @ w - b), A, b


def random_pairs(d, count, seed=0):
    _, A, _ = quadratic(d, seed)
    steps = np.random.default_rng(seed + 1).standard_normal((count, d))
    return [(s, A @ s) for s in steps]


def test_the_update_solves_the_secant_equation_and_stays_positive_definite():
    H = np.eye(6)
    for s, y in random_pairs(6, 20):
        new = inverse_update(H, s, y)
        assert_allclose(new @ y, s, rtol=1e-9, atol=1e-12)
        V = np.eye(6) - np.outer(s, y) / (s @ y)  # the definition, multiplied out the long way
        assert_allclose(new, V @ H @ V.T + np.outer(s, s) / (s @ y), rtol=1e-9, atol=1e-12)
        assert_array_equal(new, new.T)
        assert np.linalg.eigvalsh(new)[0] > 0
        H = new


def test_the_update_in_place_is_the_readable_one():
    H = np.asfortranarray(np.eye(5))
    expected = np.eye(5)
    for s, y in random_pairs(5, 8):
        H, expected = inverse_update.fast(H, s, y), inverse_update(expected, s, y)
        assert_allclose(np.triu(H), np.triu(expected), rtol=1e-10, atol=1e-13)


def test_two_loops_are_the_updates_one_after_the_other():
    pairs = random_pairs(7, 5)
    s, y = pairs[-1]
    H = s @ y / (y @ y) * np.eye(7)
    for pair in pairs:
        H = inverse_update(H, *pair)
    g = np.arange(7.0)
    assert_allclose(two_loops(pairs, g), H @ g, rtol=1e-10)
    assert_array_equal(two_loops([], g), g)


@pytest.mark.parametrize("loops", [two_loops, two_loops.fast], ids=["readable", "in place"])
@pytest.mark.parametrize("count", [0, 1, 5])
def test_two_loops_from_another_start(loops, count):
    pairs, P, g = random_pairs(6, count), quadratic(6, seed=5)[1], np.arange(6.0)
    H = P if not pairs else pairs[-1][0] @ pairs[-1][1] / (pairs[-1][1] @ P @ pairs[-1][1]) * P
    for pair in pairs:
        H = inverse_update(H, *pair)
    assert_allclose(loops(pairs, g, lambda r: P @ r), H @ g, rtol=1e-9)
    square = [(s.reshape(2, 3), y.reshape(2, 3)) for s, y in pairs]
    matrix = loops(square, g.reshape(2, 3), lambda r: (P @ r.ravel()).reshape(2, 3))
    assert_allclose(matrix, (H @ g).reshape(2, 3), rtol=1e-9)
    assert_array_equal(g, np.arange(6.0))  # not modified


@pytest.mark.parametrize("shape", [(60,), (6, 10)])
def test_the_loops_in_place_are_the_readable_ones(shape):
    pairs = [(s.reshape(shape), y.reshape(shape)) for s, y in random_pairs(60, 8)]
    g = np.random.default_rng(3).standard_normal(shape)
    before = g.copy()
    assert_allclose(two_loops.fast(pairs, g), two_loops(pairs, g), rtol=1e-9, atol=1e-12)
    assert_allclose(two_loops.fast([], g), g)
    assert_array_equal(g, before)


def test_with_the_inverse_hessian_as_preconditioner_a_quadratic_takes_one_step():
    f, A, b = quadratic(20, condition=1e4)
    first = next(lbfgs(f, np.zeros(20), precondition=lambda g: np.linalg.solve(A, g)))
    assert_allclose(first.w, np.linalg.solve(A, b), rtol=1e-7)
    rough = A * np.where(np.eye(20) > 0, 1.0, 0.9)  # nearly right is good enough, and may change on the way
    walk = lbfgs(f, np.zeros(20), precondition=lambda g: np.linalg.solve(rough, g))
    plain = lbfgs(f, np.zeros(20))
    needed = [next(i for i, p in enumerate(w) if np.abs(p.gradient).max() < 1e-4) for w in (walk, plain)]
    assert needed[0] < needed[1] / 2


@METHODS
def test_with_exact_line_searches_a_quadratic_takes_at_most_d_steps(method, monkeypatch):
    f, A, b = quadratic(8)

    def exact(value_and_gradient, point, direction, *_, **__):
        t = -(point.gradient @ direction) / (direction @ A @ direction)
        return Point(point.w + t * direction, *value_and_gradient(point.w + t * direction))

    monkeypatch.setattr(module, "strong_wolfe", exact)
    steps = list(islice(method(f, np.zeros(8)), 8))
    assert_allclose(steps[-1].w, np.linalg.solve(A, b), rtol=1e-6)
    assert np.abs(steps[-2].gradient).max() > 1e-3  # and not sooner
    directions = np.diff([np.zeros(8), *(p.w for p in steps)], axis=0)
    C = directions @ A @ directions.T
    assert_allclose(C - np.diag(np.diag(C)), 0, atol=1e-6 * np.diag(C).max())  # conjugate


@METHODS
def test_bfgs_learns_the_inverse_hessian_and_every_step_keeps_the_wolfe_conditions(method):
    start = np.tile([-1.2, 1.0], 5)
    before = Point(start, *rosenbrock(start))
    for point in method(rosenbrock, start):
        step = point.w - before.w
        slope, end = before.gradient @ step, point.gradient @ step  # in units of the step, which is t = 1
        assert point.value <= before.value + 1e-4 * slope + 4e-15 * abs(before.value)
        assert abs(end) <= 0.9 * abs(slope)
        before = point
    assert_allclose(before.w, 1, atol=1e-7)


@METHODS
@pytest.mark.parametrize("d", [2, 10, 100])
def test_rosenbrock_against_scipy(method, d):
    start = np.tile([-1.2, 1.0], d // 2) if d == 2 else np.zeros(d)  # a longer valley has a second minimum at its start
    steps = [point for point in islice(method(rosenbrock, start), 1000) if np.abs(point.gradient).max() > 1e-5]
    theirs = scipy.optimize.minimize(
        rosenbrock, start, jac=True, method={bfgs: "BFGS", lbfgs: "L-BFGS-B"}[method], options={"maxiter": 2000}
    )
    assert steps[-1].value < 1e-7
    assert abs(theirs.fun) < 1e-4
    assert len(steps) <= 1.5 * theirs.nit + 10


@METHODS
def test_convergence_is_superlinear_or_ends_by_itself_at_the_rounding(method):
    f, A, b = quadratic(20, condition=1e4)
    points = list(islice(method(f, np.zeros(20)), 2000))
    assert len(points) < 2000
    w = points[-1].w
    error, rounding = w - np.linalg.solve(A, b), 2**-52 * np.abs(w) @ np.abs(A) @ np.abs(w)  # of the sum w'Aw
    assert error @ A @ error / 2 < 3 * rounding


def test_arrays_of_any_shape_and_what_is_yielded():
    target = np.arange(6.0).reshape(2, 3)
    f = lambda w: (float(np.sum((w - target) ** 2)), 2 * (w - target))
    start = np.zeros((2, 3))
    *_, last = lbfgs(f, start, memory=3)
    assert_allclose(last.w, target, atol=1e-7)
    assert_array_equal(start, 0)
    assert (last.value, last.gradient.shape) == (f(last.w)[0], (2, 3))


@METHODS
def test_at_the_minimum_there_is_nothing_to_do(method):
    assert list(method(lambda w: (float(w @ w), 2 * w), np.zeros(3))) == []


def test_another_update_reaches_the_walk(monkeypatch):
    start = np.tile([-1.2, 1.0], 5)
    right = list(islice(bfgs(rosenbrock, start), 30))
    monkeypatch.setattr(module, "inverse_update", lambda H, s, y: H)
    assert list(islice(bfgs(rosenbrock, start), 30))[-1].value > 1.1 * right[-1].value
    right = list(islice(lbfgs(rosenbrock, start), 30))
    monkeypatch.setattr(module, "two_loops", lambda pairs, gradient, precondition: 1e-3 * gradient)
    assert list(islice(lbfgs(rosenbrock, start), 30))[-1].value > 1.1 * right[-1].value
