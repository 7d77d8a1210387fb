r"""Convex quadratic programs: the lowest point of a bowl within walls.

$$\min_x \tfrac12 x^\top P x + q^\top x \quad\text{with}\quad Gx \le h, \quad Ax = b .$$
With the slacks $s = h - Gx$ and the multipliers $\lambda$ of the walls and $\nu$ of the equations, x is a minimum
exactly where
$$Px + q + G^\top\lambda + A^\top\nu = 0, \quad Gx + s = h, \quad Ax = b, \quad s_i \lambda_i = 0, \quad
s, \lambda \ge 0$$
(Karush, Kuhn, Tucker: KKT). The interior-point method takes Newton's steps on the four equations with
$s_i \lambda_i = \sigma\mu$ in place of 0, where $\mu$ is the mean of the $s_i\lambda_i$, and never touches the walls.
Mehrotra: a step with $\sigma = 0$ is tried first; how much of $\mu$ it would remove says which $\sigma$ to take, and
its second order $\Delta s_i\,\Delta\lambda_i$ is put into the equations. P = 0 makes it a linear program.

Where there is no minimum, the iterates run away along the proof of it (Farkas): $\lambda \ge 0$ and $\nu$ with
$G^\top\lambda + A^\top\nu = 0$ and $h^\top\lambda + b^\top\nu < 0$, so that no x is feasible; or a direction x with
$Px = 0$, $Ax = 0$, $Gx \le 0$ and $q^\top x < 0$, along which the objective falls without end.

Time about 10-20 steps of $\tfrac13 (n + p)^3 + m n^2$ multiplications for n unknowns, m walls, p equations, and in each
of them as much again, or up to eight times as much, for the proofs.
Source: J. Nocedal, S. J. Wright, "Numerical Optimization" (2006), sections 14.2 and 16.6; S. Boyd, L. Vandenberghe,
"Convex Optimization" (2004), chapters 5 and 11; M. J. Todd in "Foundations of Computational Mathematics" (2004) 157
(proofs of infeasibility).
"""

from typing import NamedTuple

import numpy as np
from scipy.linalg import lu_factor, lu_solve

SHIFT = 1e-11  # of the diagonal, so that dependent rows and flat directions do no harm; the refinement takes it away
CLOSE = 1e-3  # the KKT error from which on the walls that carry a force are guessed
PROOF = 1e-12  # how exactly a proof of infeasibility or unboundedness must hold, in the scaled program
SMALL = 1e-8  # below this, in the scaled program, a residual counts against SMALL and not against its own terms


class Infeasible(ValueError):
    """No x satisfies the constraints."""


class Unbounded(ValueError):
    """The objective falls without end within the constraints."""


class Program(NamedTuple):
    r"""Minimise $\frac12 x^\top P x + q^\top x$ with $Gx \le h$, $Ax = b$.

    P (n, n) symmetric, positive semidefinite;  q (n,);  G (m, n);  h (m,);  A (p, n);  b (p,).
    """

    P: np.ndarray
    q: np.ndarray
    G: np.ndarray
    h: np.ndarray
    A: np.ndarray
    b: np.ndarray


class State(NamedTuple):
    r"""Where the method stands: the four unknowns, and what the four KKT equations miss.

    x : (n,);  s : (m,) slacks;  lam, nu : multipliers $\lambda$ (m,) of $Gx \le h$ and $\nu$ (p,) of $Ax = b$;
    stationarity : (n,) $Px + q + G^\top\lambda + A^\top\nu$;  inequality : (m,) $Gx + s - h$;
    equality : (p,) $Ax - b$;  mu : the mean of $s_i \lambda_i$, 0 without inequalities.
    """

    x: np.ndarray
    s: np.ndarray
    lam: np.ndarray
    nu: np.ndarray
    stationarity: np.ndarray
    inequality: np.ndarray
    equality: np.ndarray
    mu: float


def solve_quadratic_program(P, q, G=None, h=None, A=None, b=None, tol=1e-10, max_iter=100):
    r"""The x that minimises $\frac12 x^\top P x + q^\top x$ with $Gx \le h$ and $Ax = b$, and its multipliers.

    P : (n, n) symmetric, positive semidefinite, zeros for a linear program;  q : (n,);
    G, h : (m, n) and (m,), or None;  A, b : (p, n) and (p,), or None; rows may depend on each other;
    tol : what the KKT equations may miss, in units of their largest terms;  max_iter : steps allowed.
    Returns the last `State`: x, slacks s >= 0, multipliers lam >= 0 and nu with
    $Px + q + G^\top\lambda + A^\top\nu = 0$, and the residuals. Where several x are optimal, one of them.
    `Infeasible` or `Unbounded` (ValueErrors) where that is proved up to rounding, ValueError for a P that is not
    symmetric or not positive semidefinite and for numbers that are not finite, RuntimeError where max_iter steps do
    not suffice.

    >>> x, s, lam, nu, *_ = solve_quadratic_program(np.eye(2), np.zeros(2), A=np.ones((1, 2)), b=np.array([2.0]))
    >>> x.round(9), nu.round(9)  # the point of the line x + y = 2 nearest to 0
    (array([1., 1.]), array([-1.]))
    """
    n = len(q)
    G, h = (np.zeros((0, n)), np.zeros(0)) if G is None else (G, h)
    A, b = (np.zeros((0, n)), np.zeros(0)) if A is None else (A, b)
    program = Program(*(np.asarray(part, dtype=float) for part in (P, q, G, h, A, b)))
    scaled, (d, e, f, unit, cost) = _equilibrated(_checked(program))
    with np.errstate(over="ignore", invalid="ignore", divide="ignore"):  # numbers that run away end in an error
        x, s, lam, nu, *_ = _optimum(scaled, tol, max_iter)
    return _state(program, unit * d * x, unit * s / e, cost * e * lam, cost * f * nu)


def interior_point(P, q, G, h, A, b):
    r"""Mehrotra's method for $\min \frac12 x^\top P x + q^\top x$ with $Gx \le h$, $Ax = b$, as a generator.

    P : (n, n) symmetric, positive semidefinite;  q : (n,);  G, h : (m, n), (m,);  A, b : (p, n), (p,); m or p may be 0.
    Yields a `State` before every step, without end; s > 0 and lam > 0 in all of them. What the linear equations miss
    is multiplied by $1 - t$ in a step of length $t \le 1$.

    >>> cone = np.eye(1), np.zeros(1), -np.eye(1), np.array([-2.0]), np.zeros((0, 1)), np.zeros(0)  # x²/2 with x >= 2
    >>> states = interior_point(*cone)
    >>> [round(float(state.x[0]), 4) for state, _ in zip(states, range(6))]
    [1.0, 1.77, 2.0002, 2.0, 2.0, 2.0]
    """
    program = Program(P, q, G, h, A, b)
    x, nu = _kkt_solver(P + G.T @ G, A)(G.T @ h - q, b)  # the minimum of the objective + |Gx - h|²/2 ...
    s, lam = _made_positive(h - G @ x), _made_positive(G @ x - h)  # ... whose λ is Gx - h
    while True:
        state = _state(program, x, s, lam, nu)
        yield state
        solve = _kkt_solver(P + G.T @ ((lam / s)[:, None] * G), A)
        _, ds, dlam, _ = _newton_step(program, state, solve, s * lam)
        t = min(1, _length(s, ds), _length(lam, dlam))
        sigma = ((s + t * ds) @ (lam + t * dlam) / max(s @ lam, 1e-300)) ** 3
        dx, ds, dlam, dnu = _newton_step(program, state, solve, s * lam + ds * dlam - sigma * state.mu)
        t = min(1, 0.99 * _length(s, ds), 0.99 * _length(lam, dlam))
        x, s, lam, nu = x + t * dx, s + t * ds, lam + t * dlam, nu + t * dnu


def _optimum(program, tol, max_iter):
    """The first state that misses the KKT equations by no more than tol."""
    for step, state in enumerate(interior_point(*program)):
        error = _kkt_error(program, state)
        while error <= max(tol, CLOSE) and _kkt_error(program, new := _polished(program, state)) < error / 2:
            state, error = new, _kkt_error(program, new)
        if error <= tol:
            return state
        if np.isfinite(error):
            _check_bounds(program, state)
        if step >= max_iter or not np.isfinite(error):
            raise RuntimeError(
                f"after {step} steps the KKT equations are missed by {error:.1e} of their terms, not tol = {tol:.1e}; "
                f"allow more than max_iter = {max_iter} steps or a larger tol, or give x other units"
            )


def _newton_step(program, state, solve, target):
    """(dx, ds, dλ, dν) with λ ds + s dλ = -target and zero residuals of the three linear equations."""
    s, lam, G = state.s, state.lam, program.G
    # ds = -r - G dx and dλ = -(target + λ ds)/s, put into P dx + Gᵀdλ + Aᵀdν = -r_x
    right = -state.stationarity - G.T @ ((lam * state.inequality - target) / s)
    dx, dnu = solve(right, -state.equality)
    ds = -state.inequality - G @ dx
    return dx, ds, -(target + lam * ds) / s, dnu


def _kkt_solver(H, A):
    """A function (u, v) -> (x, y) that solves H x + Aᵀy = u, A x = v; what is free stays near 0."""
    n, p = len(H), len(A)
    M = np.block([[H, A.T], [A, np.zeros((p, p))]])
    shift = np.append(SHIFT + 1e-14 * np.diag(H), np.full(p, -SHIFT))
    factors = lu_factor(M + np.diag(shift), check_finite=False)

    def solve(u, v):
        r = np.append(u, v)
        step = lu_solve(factors, r, check_finite=False)
        for _ in range(2):  # refinement: the shift goes, but where M is singular
            step = step + lu_solve(factors, r - M @ step, check_finite=False)
        return step[:n], step[n:]

    return solve


def _state(program, x, s, lam, nu):
    P, q, G, h, A, b = program
    return State(x, s, lam, nu, P @ x + q + G.T @ lam + A.T @ nu, G @ x + s - h, A @ x - b, s @ lam / max(len(s), 1))


def _made_positive(v):
    return v if np.all(v > 0) else v - v.min() + 1


def _length(v, dv):
    """The t at which v + t dv first gets an entry 0."""
    return 1 / max(np.max(-dv / v, initial=0.0), 1e-300)


def _largest(*arrays):
    return max(np.abs(array).max(initial=0.0) for array in arrays)


def _kkt_error(program, state):
    """The largest residual of the KKT equations, each in units of its largest term."""
    P, q, G, h, A, b = program
    primal = max(_largest(h, b, G @ state.x, state.s), SMALL)
    dual = max(_largest(q, P @ state.x, G.T @ state.lam, A.T @ state.nu), SMALL)
    return max(
        _largest(state.stationarity) / dual,
        _largest(state.inequality, state.equality) / primal,
        _largest(state.s * state.lam) / (primal * dual),
    )


def _check_bounds(program, state):
    """Raise an error where the state, little changed, proves that there is no minimum."""
    if _proves_infeasible(program, state):
        raise Infeasible(
            "no x satisfies the constraints: a sum of the rows of G, with weights >= 0, and of A says 0 <= -1; "
            "loosen or leave out a constraint"
        )
    if _proves_unbounded(program, state):
        raise Unbounded(
            "the objective falls without end within the constraints, along a direction with Px = 0, Ax = 0, Gx <= 0; "
            "add a constraint or a positive definite part to P"
        )


def _proves_infeasible(program, state):
    """Whether λ and ν, changed by small fractions, make the rows of G and A add up to 0 <= -1."""
    G, h, A, b = program[2:]
    gap = -(h @ state.lam + b @ state.nu)
    if gap <= 0:
        return False
    lam, nu = state.lam / gap, state.nu / gap
    # the smallest |dλ/λ|² + |dν|² with Gᵀdλ + Aᵀdν = -rest
    change = np.linalg.lstsq(np.hstack([lam * G.T, A.T]), -G.T @ lam - A.T @ nu)[0]
    lam, nu = lam * np.maximum(1 + change[: len(lam)], 0), nu + change[len(lam) :]
    return h @ lam + b @ nu < -0.1 and _largest(G.T @ lam + A.T @ nu) <= PROOF


def _proves_unbounded(program, state):
    """Whether x, as a direction and little changed, stays within the constraints and leads down without end."""
    P, q, G, _, A, _ = program
    fall = -q @ state.x
    if fall <= 0:
        return False
    x, s, rows = state.x / fall, state.s / fall, np.vstack([P, A])
    # the smallest |dx|² + |ds/s|² with (P, A)(x + dx) = 0 and G (x + dx) + s + ds = 0
    weight = 1 / s**2
    dx, _ = _kkt_solver(np.eye(len(x)) + G.T @ (weight[:, None] * G), rows)(-G.T @ (weight * (G @ x + s)), -rows @ x)
    x = x + dx
    return -q @ x > 0.1 and max(_largest(rows @ x), np.max(G @ x, initial=0.0)) <= PROOF


def _polished(program, state):
    """The state with the walls that carry a force as equations, and without the others."""
    P, q, G, h, A, b = program
    active = state.lam > state.s
    rows, right = np.vstack([A, G[active]]), np.append(b, h[active])
    forces = np.append(state.nu, state.lam[active])
    dx, dforces = _kkt_solver(P, rows)(-(P @ state.x + q + rows.T @ forces), right - rows @ state.x)
    x, forces, lam = state.x + dx, forces + dforces, np.zeros(len(h))
    lam[active] = np.maximum(forces[len(b) :], 0)
    s = np.where(active, 0, np.maximum(h - G @ x, 0))
    return _state(program, x, s, lam, forces[: len(b)])


def _checked(program):
    if not all(np.all(np.isfinite(part)) for part in program):
        raise ValueError("P, q, G, h, A and b must be finite; leave out the rows of constraints that do not bind")
    P = program.P
    if _largest(P - P.T) > 1e-10 * _largest(P):
        raise ValueError("P is not symmetric; give (P + P.T) / 2, which has the same x @ P @ x")
    lowest = np.linalg.eigvalsh(P)[0] if len(P) else 0.0
    if lowest < -1e-10 * len(P) * _largest(P):
        raise ValueError(f"P has the eigenvalue {lowest:.3g} < 0: the program is not convex and has no single minimum")
    return program


def _equilibrated(program):
    """The program in units (of unknowns d, of rows e and f, of lengths, of cost) that make its numbers of order 1."""
    P, q, G, h, A, b = program
    d, e, f = np.ones(len(q)), np.ones(len(h)), np.ones(len(b))
    top = lambda M: np.abs(M).max(axis=0, initial=0.0)
    root = lambda sizes: np.where(sizes > 0, np.sqrt(sizes), 1.0)
    for _ in range(20):  # Ruiz: each row and column of [[P, Gᵀ, Aᵀ], [G, 0, 0], [A, 0, 0]] over the root of its largest
        P_, G_, A_ = d[:, None] * P * d, e[:, None] * G * d, f[:, None] * A * d
        d = d / root(np.maximum(top(P_), np.maximum(top(G_), top(A_))))
        e, f = e / root(top(G_.T)), f / root(top(A_.T))
    P, q, G, h, A, b = d[:, None] * P * d, d * q, e[:, None] * G * d, e * h, f[:, None] * A * d, f * b
    unit = _largest(h, b) or _largest(q) / (_largest(P) or np.inf) or 1.0  # of lengths: of the walls, or where Px ~ q
    cost = max(_largest(q), unit * _largest(P)) or 1.0
    return Program(unit * P / cost, q / cost, G, h / unit, A, b / unit), (d, e, f, unit, cost)
