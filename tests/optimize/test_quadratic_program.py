"""Quadratic programs: closed forms, KKT residuals, scipy, units, dependent rows, proofs that there is none."""

from itertools import pairwise

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import linprog, minimize

from abinitio.optimize import quadratic_program
from abinitio.optimize.quadratic_program import Infeasible, Unbounded, interior_point, solve_quadratic_program


def kkt_error(P, q, G, h, A, b, state):
    """The largest residual of the KKT equations and signs, computed anew, in units of the data."""
    x, s, lam, nu, *_ = state
    dual = max(np.abs(part).max(initial=0) for part in (q, P @ x, G.T @ lam, A.T @ nu))
    primal = max(np.abs(part).max(initial=0) for part in (h, b, s))
    slack = h - G @ x
    residuals = (
        np.abs(P @ x + q + G.T @ lam + A.T @ nu).max() / dual,
        np.abs(A @ x - b).max(initial=0) / primal,
        -slack.min(initial=0) / primal,
        -lam.min(initial=0) / dual,
        np.abs(slack * lam).max(initial=0) / (primal * dual),
    )
    return max(residuals)


def random_program(rng, n, m, p, rank):
    """A program with a minimum: x is feasible, with some of the walls tight, and the dual has a feasible point too."""
    B, G, A = rng.standard_normal((n, rank)), rng.standard_normal((m, n)), rng.standard_normal((p, n))
    x, P = rng.standard_normal(n), B @ B.T
    h = G @ x + rng.uniform(0, 1, m) * (rng.random(m) < 0.7)
    q = -P @ rng.standard_normal(n) - G.T @ rng.uniform(0, 1, m) - A.T @ rng.standard_normal(p)
    return P, q, G, h, A, A @ x


def simplex_projection(v):
    """The nearest point of sum x = 1, x >= 0: v - t cut off at 0, with t from the sorted entries."""
    u = np.sort(v)[::-1]
    t = (np.cumsum(u) - 1) / np.arange(1, len(v) + 1)
    return np.maximum(v - t[np.sum(u > t) - 1], 0)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_projections_on_a_box_and_on_a_simplex(unit):
    rng = np.random.default_rng(0)
    v, one = rng.standard_normal(8), np.eye(8)
    box = solve_quadratic_program(one, -v * unit, np.vstack([one, -one]), np.full(16, 0.5 * unit))
    assert_allclose(box.x, np.clip(v, -0.5, 0.5) * unit, atol=1e-12 * unit)
    assert_allclose(box.lam, np.maximum(np.append(v - 0.5, -v - 0.5), 0) * unit, atol=1e-12 * unit)
    simplex = solve_quadratic_program(one, -v * unit, -one, np.zeros(8), np.ones((1, 8)), np.array([unit]))
    assert_allclose(simplex.x, simplex_projection(v) * unit, atol=1e-12 * unit)
    assert np.all(simplex.x[simplex_projection(v) == 0] < 1e-15 * unit)


def test_without_inequalities_it_is_one_linear_system():
    rng = np.random.default_rng(1)
    P, q, _, _, A, b = random_program(rng, 6, 0, 2, 6)
    state = solve_quadratic_program(P, q, A=A, b=b)
    expected = np.linalg.solve(np.block([[P, A.T], [A, np.zeros((2, 2))]]), np.append(-q, b))
    assert_allclose(np.append(state.x, state.nu), expected, rtol=1e-10)
    assert state.mu == 0 and state.s.shape == state.lam.shape == (0,)
    assert_allclose(solve_quadratic_program(P, q).x, np.linalg.solve(P, -q), rtol=1e-10)


@pytest.mark.parametrize("seed", range(40))
def test_the_kkt_equations_hold_and_no_feasible_point_is_lower(seed):
    rng = np.random.default_rng(seed)
    n = int(rng.integers(2, 13))
    program = random_program(rng, n, int(rng.integers(n + 1, 31)), int(rng.integers(0, n)), int(rng.integers(0, n + 1)))
    if seed % 3 == 0:  # every row twice
        P, q, G, h, A, b = program
        program = P, q, np.vstack([G, G]), np.append(h, h), np.vstack([A, A]), np.append(b, b)
    state = solve_quadratic_program(*program)
    assert kkt_error(*program, state) < 1e-9
    P, q, _, _, _, _ = program
    # weak duality: the dual value is a lower bound of what any feasible point has
    value, dual = state.x @ P @ state.x / 2 + q @ state.x, -state.x @ P @ state.x / 2
    dual -= program[3] @ state.lam + program[5] @ state.nu
    assert value == pytest.approx(dual, rel=1e-8, abs=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_linear_programs_as_scipy(seed):
    _, q, G, h, A, b = random_program(np.random.default_rng(seed), 8, 20, 2, 0)
    ours = solve_quadratic_program(np.zeros((8, 8)), q, G, h, A, b)
    theirs = linprog(q, G, h, A, b, bounds=(None, None))
    assert q @ ours.x == pytest.approx(theirs.fun, rel=1e-9)
    assert_allclose(ours.x, theirs.x, atol=1e-8)  # random data have one optimum
    assert -h @ ours.lam - b @ ours.nu == pytest.approx(theirs.fun, rel=1e-9)  # the dual's value
    if np.sum(ours.s == 0) + 2 == 8:  # no more walls than unknowns meet there: one set of multipliers
        assert_allclose(ours.lam, -theirs.ineqlin.marginals, atol=1e-8)
        assert_allclose(ours.nu, -theirs.eqlin.marginals, atol=1e-8)


@pytest.mark.parametrize("seed", range(5))
def test_quadratic_programs_as_scipy(seed):
    P, q, G, h, A, b = random_program(np.random.default_rng(seed), 6, 12, 2, 6)
    ours = solve_quadratic_program(P, q, G, h, A, b)
    walls = {"type": "ineq", "fun": lambda x: h - G @ x, "jac": lambda x: -G}
    plane = {"type": "eq", "fun": lambda x: A @ x - b, "jac": lambda x: A}
    objective = lambda x: (x @ P @ x / 2 + q @ x, P @ x + q)
    theirs = minimize(objective, np.zeros(6), jac=True, method="SLSQP", constraints=[walls, plane], tol=1e-12)
    assert theirs.success
    assert objective(ours.x)[0] == pytest.approx(theirs.fun, rel=1e-8, abs=1e-8)
    assert_allclose(ours.x, theirs.x, atol=1e-5)


@pytest.mark.parametrize("scale", [1e-6, 1e6])
def test_units_change_the_numbers_and_nothing_else(scale):
    P, q, G, h, A, b = random_program(np.random.default_rng(7), 6, 12, 2, 4)
    x, _, lam, nu, *_ = solve_quadratic_program(P, q, G, h, A, b)
    cost = solve_quadratic_program(scale * P, scale * q, G, h, A, b)
    assert_allclose(cost.x, x, rtol=1e-7, atol=1e-9)
    assert_allclose(cost.lam, scale * lam, rtol=1e-7, atol=1e-9 * scale)
    assert_allclose(cost.nu, scale * nu, rtol=1e-7, atol=1e-9 * scale)
    rows = solve_quadratic_program(P, q, scale * G, scale * h, scale * A, scale * b)
    assert_allclose(rows.x, x, rtol=1e-7, atol=1e-9)
    assert_allclose(rows.lam, lam / scale, rtol=1e-7, atol=1e-9 / scale)
    lengths = solve_quadratic_program(P, scale * q, G, scale * h, A, scale * b)
    assert_allclose(lengths.x, scale * x, rtol=1e-7, atol=1e-9 * scale)
    units = scale ** np.linspace(-0.5, 0.5, 6)  # another unit for each unknown
    mixed = solve_quadratic_program(units[:, None] * P * units, units * q, G * units, h, A * units, b)
    assert_allclose(units * mixed.x, x, rtol=1e-6, atol=1e-7)


def test_the_generator_walks_within_the_walls_and_its_residuals_shrink_together():
    program = random_program(np.random.default_rng(3), 5, 15, 2, 5)
    P, q, G, h, A, b = program
    before = None
    for state, _ in zip(interior_point(*program), range(14)):
        assert np.all(state.s > 0) and np.all(state.lam > 0)
        assert state.mu == pytest.approx(np.mean(state.s * state.lam))
        assert_allclose(state.stationarity, P @ state.x + q + G.T @ state.lam + A.T @ state.nu, atol=1e-12)
        assert_allclose(state.inequality, G @ state.x + state.s - h, atol=1e-12)
        assert_allclose(state.equality, A @ state.x - b, atol=1e-12)
        if before is not None and np.abs(before.inequality).max() > 1e-6:  # one step length for all: factor 1 - t
            i = np.argmax(np.abs(before.inequality))
            factor = state.inequality[i] / before.inequality[i]
            assert 0 <= factor < 1
            assert_allclose(state.inequality, factor * before.inequality, atol=1e-9)
            assert_allclose(state.stationarity, factor * before.stationarity, atol=1e-8)
        before = state
    assert before.mu < 1e-10 and np.abs(before.stationarity).max() < 1e-10


def test_the_steps_solve_the_equations_of_mehrotra():
    """Predictor and corrector by one linear system for all four unknowns, as in Nocedal and Wright, algorithm 16.4."""
    program = random_program(np.random.default_rng(4), 4, 9, 1, 3)
    P, _, G, _, A, _ = program
    O = np.zeros
    n, m, p = 4, 9, 1
    states = [state for state, _ in zip(interior_point(*program), range(5))]
    for state, new in pairwise(states):
        s, lam = state.s, state.lam
        M = np.block(
            [
                [P, O((n, m)), G.T, A.T],
                [G, np.eye(m), O((m, m)), O((m, p))],
                [A, O((p, m)), O((p, m)), O((p, p))],
                [O((m, n)), np.diag(lam), np.diag(s), O((m, p))],
            ]
        )
        right = lambda target, at=state: -np.concatenate([at.stationarity, at.inequality, at.equality, target])
        step = np.linalg.solve(M, right(s * lam))
        ds, dlam = step[n : n + m], step[n + m : n + 2 * m]
        t = min([1.0, *(-s / ds)[ds < 0], *(-lam / dlam)[dlam < 0]])
        sigma = (np.mean((s + t * ds) * (lam + t * dlam)) / state.mu) ** 3
        step = np.linalg.solve(M, right(s * lam + ds * dlam - sigma * state.mu))
        ds, dlam = step[n : n + m], step[n + m : n + 2 * m]
        t = min([1.0, *(-0.99 * s / ds)[ds < 0], *(-0.99 * lam / dlam)[dlam < 0]])
        moved = np.concatenate([new.x - state.x, new.s - s, new.lam - lam, new.nu - state.nu])
        assert_allclose(moved, t * step, rtol=1e-6, atol=1e-8)


def test_an_optimum_at_the_origin_without_any_scale():
    state = solve_quadratic_program(np.eye(3), np.zeros(3), -np.eye(3), np.zeros(3))  # |x|²/2, x >= 0
    assert_allclose(state.x, 0, atol=1e-7)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_what_has_no_feasible_point_is_proved_so(scale):
    one = np.eye(2)
    with pytest.raises(Infeasible, match="0 <= -1"):  # x >= 1 and x + y <= 0 and y >= 0
        solve_quadratic_program(one, np.ones(2), np.array([[-1.0, 0], [1, 1], [0, -1]]), scale * np.array([-1.0, 0, 0]))
    with pytest.raises(Infeasible):  # a row and its double, inconsistent
        solve_quadratic_program(one, np.ones(2), A=np.array([[1.0, 1], [2, 2]]), b=scale * np.array([1.0, 2.1]))
    with pytest.raises(Infeasible):  # an empty row
        solve_quadratic_program(one, np.ones(2), np.zeros((1, 2)), np.array([-scale]))
    walls = np.array([[-1.0, 0], [-1, 0], [-1, 0], [0, 0]])  # an empty row among others that all point one way
    with pytest.raises(Infeasible):
        solve_quadratic_program(one, np.ones(2), walls, scale * np.array([1.0, 0.5, -0.25, -0.01]))
    touching = np.array([[1.0, 0], [-1, 0]])  # x <= 1 and x >= 1 is feasible, without any room
    assert_allclose(solve_quadratic_program(one, np.ones(2), touching, scale * np.array([1.0, -1])).x[0], scale)
    with pytest.raises(Infeasible):
        solve_quadratic_program(one, np.ones(2), touching, scale * np.array([1.0, -1.001]))


def test_a_proof_needs_weights_of_one_sign():
    """x >= 1 and x >= 2: the first less the second row says 0 <= -1 or 0 <= 1, which proves nothing."""
    walls = np.array([[-1.0], [-1.0]]), np.array([-1.0, -2.0])
    program = quadratic_program.Program(np.eye(1), np.zeros(1), *walls, np.zeros((0, 1)), np.zeros(0))
    for lam in ([3.0, 1.0], [1.0, 3.0], [10.0, 1.0]):
        state = quadratic_program._state(program, np.zeros(1), np.ones(2), np.array(lam), np.zeros(0))
        assert not quadratic_program._proves_infeasible(program, state)
    assert_allclose(solve_quadratic_program(np.eye(1), np.zeros(1), *walls).x, 2)


@pytest.mark.parametrize("scale", [1e-6, 1.0, 1e6])
def test_what_falls_without_end_is_proved_so(scale):
    flat, q = np.diag([1.0, 0.0]), scale * np.array([0.0, -1.0])
    for walls in ({}, {"G": -np.eye(2), "h": np.zeros(2)}, {"A": np.array([[1.0, 0]]), "b": np.ones(1)}):
        with pytest.raises(Unbounded, match="falls without end"):
            solve_quadratic_program(flat, q, **walls)
    assert_allclose(solve_quadratic_program(flat, q, np.array([[1.0, 1]]), np.ones(1)).x[1], 1 + scale, rtol=1e-8)
    assert_allclose(solve_quadratic_program(flat, np.zeros(2)).x[0], 0, atol=1e-12)  # flat, and not falling


@pytest.mark.parametrize("seed", range(30))
def test_feasible_or_not_as_by_scipy(seed):
    rng = np.random.default_rng(seed)
    G, h = rng.standard_normal((12, 4)), rng.standard_normal(12) + 0.5
    feasible = linprog(np.zeros(4), G, h, bounds=(None, None)).status == 0
    try:
        state = solve_quadratic_program(np.eye(4), rng.standard_normal(4), G, h)
        assert feasible and np.all(G @ state.x <= h + 1e-9)
    except Infeasible:
        assert not feasible


def test_errors():
    with pytest.raises(ValueError, match="not symmetric"):
        solve_quadratic_program(np.array([[1.0, 1], [0, 1]]), np.zeros(2))
    with pytest.raises(ValueError, match="eigenvalue -1"):
        solve_quadratic_program(np.diag([1.0, -1]), np.zeros(2))
    with pytest.raises(ValueError, match="must be finite"):
        solve_quadratic_program(np.eye(1), np.zeros(1), np.ones((1, 1)), np.array([np.inf]))
    with pytest.raises(RuntimeError, match="after 2 steps"):
        solve_quadratic_program(*random_program(np.random.default_rng(0), 5, 20, 1, 5), max_iter=2)
    assert issubclass(Infeasible, ValueError) and issubclass(Unbounded, ValueError)


def test_inputs_stay_as_they_are_and_the_polish_makes_zeros_exact(monkeypatch):
    program = random_program(np.random.default_rng(5), 6, 15, 2, 6)
    copies = [part.copy() for part in program]
    state = solve_quadratic_program(*program)
    assert all(np.array_equal(part, copy) for part, copy in zip(program, copies))
    assert np.all((state.lam == 0) | (state.s == 0)) and np.any(state.lam > 0)
    monkeypatch.setattr(quadratic_program, "_polished", lambda program, state: state)
    rough = solve_quadratic_program(*program)
    assert_allclose(rough.x, state.x, atol=1e-8)
    assert np.all(rough.lam > 0)
