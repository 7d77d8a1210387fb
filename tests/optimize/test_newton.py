"""Newton's method: exact on quadratics, quadratic convergence, no dependence on units, and the guards."""

from itertools import islice

import numpy as np
import pytest
import scipy.optimize
from numpy.testing import assert_allclose

from abinitio.optimize.newton import damped_newton, newton, newton_direction

rosenbrock = lambda w: (float(scipy.optimize.rosen(w)), scipy.optimize.rosen_der(w))


def test_one_step_solves_a_quadratic():
    rng = np.random.default_rng(0)
    B = rng.standard_normal((5, 5))
    A, b = B @ B.T + np.eye(5), rng.standard_normal(5)
    for start in (np.zeros(5), 100 * np.ones(5)):
        assert_allclose(next(newton(lambda w: A @ w - b, lambda w: A, start)), np.linalg.solve(A, b), rtol=1e-8)


def test_the_error_is_squared_at_every_step():
    walk = newton(lambda w: np.exp(w) - 2, lambda w: np.diag(np.exp(w)), np.array([1.0]))  # minimum of exp(w) - 2 w
    errors = np.abs(np.array([w[0] for w in islice(walk, 4)]) - np.log(2))
    # e_{t+1} = e_t² f'''/(2 f'') = e_t²/2
    assert_allclose(errors[1:3] / errors[:2] ** 2, 0.5, rtol=0.1)
    assert errors[3] < 1e-9


def test_units_do_not_matter():
    A = np.array([[2.0, 1.0], [0.0, 3.0]])
    gradient = lambda w: np.sinh(w) + w - 1
    hessian = lambda w: np.diag(np.cosh(w) + 1)
    there = lambda v: (A.T @ gradient(A @ v), A.T @ hessian(A @ v) @ A)
    plain = newton(gradient, hessian, np.array([2.0, -1.0]))
    other = newton(lambda v: there(v)[0], lambda v: there(v)[1], np.linalg.solve(A, [2.0, -1.0]))
    for w, v in islice(zip(plain, other, strict=False), 5):
        assert_allclose(A @ v, w, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("d", [2, 10])
def test_damped_newton_gets_through_rosenbrocks_valley(d):
    start = np.array([-1.2, 1.0]) if d == 2 else np.zeros(d)  # a longer valley has a second minimum at its start
    points = list(islice(damped_newton(rosenbrock, scipy.optimize.rosen_hess, start), 200))
    assert np.all(np.diff([rosenbrock(start)[0], *(p.value for p in points)]) <= 1e-14)
    assert_allclose(points[-1].w, 1, atol=1e-8)
    assert len(points) < 60


def test_damping_saves_what_full_steps_lose():
    length = lambda w: np.sqrt(1 + w**2)
    hessian = lambda w: np.diag(length(w) ** -3)
    start = np.array([1.5])
    *_, full = islice(newton(lambda w: w / length(w), hessian, start), 4)
    assert abs(full[0]) > 1e6  # w -> -w³
    *_, damped = damped_newton(lambda w: (float(length(w)[0]), w / length(w)), hessian, start)
    assert abs(damped.w[0]) < 1e-7


def test_a_saddle_is_left_downhill():
    f = lambda w: (float(w[0] ** 2 - w[1] ** 2 + w[1] ** 4), np.array([2 * w[0], -2 * w[1] + 4 * w[1] ** 3]))
    hessian = lambda w: np.diag([2.0, -2 + 12 * w[1] ** 2])
    *_, last = damped_newton(f, hessian, np.array([1.0, 0.1]))
    assert_allclose(last.w, [0, np.sqrt(0.5)], atol=1e-7)


@pytest.mark.parametrize("eigenvalues", [(1.0, 2.0), (0.0, 1.0), (-1.0, 1.0), (-5.0, -1.0), (0.0, 0.0), (1e-30, 1e-30)])
def test_the_direction_is_downhill_for_every_symmetric_matrix(eigenvalues):
    rotation = np.array([[0.6, -0.8], [0.8, 0.6]])
    H, g = (rotation * eigenvalues) @ rotation.T, np.array([1.0, 2.0])
    direction = newton_direction(H, g)
    assert direction @ g > 0 and np.all(np.isfinite(direction))
    if eigenvalues == (1.0, 2.0):
        assert_allclose(H @ direction, g)
