"""Four small exercises for the tests of the check: a formula, a shrinkage, an iterator, a random answer."""

import types

import numpy as np
import pytest

from abinitio.course.exercise import Exercise, Mistake, Named


def ridge(X, y, alpha=1.0):
    """Coefficients that minimise |y - Xw|² + alpha |w|².  X : (n, d);  y : (n,);  alpha > 0."""
    A = X.T @ X + alpha * np.eye(X.shape[1])
    return np.linalg.solve(A, X.T @ y)


def shrink(z, t):
    """sign(z) max(|z| - t, 0).  z : (n,);  t : float; ValueError if it is negative."""
    if t < 0:
        raise ValueError(f"t = {t} is negative")
    return np.sign(z) * np.maximum(np.abs(z) - t, 0)


def descend(gradient, w, rate):
    """Yields w after each step of gradient descent from w."""
    while True:
        w = w - rate * gradient(w)
        yield w


def shuffle(n, rng):
    """The numbers 0, ..., n - 1 in random order."""
    return rng.permutation(n)


def ridge_inputs(rng, size):
    n, d = int(rng.integers(1, 3 + size)), 1 + size // 2
    X, y = np.round(rng.normal(size=(n, d)), 1), np.round(rng.normal(size=n), 1)
    return {"X": X, "y": y, "alpha": float(rng.choice([0.5, 1.0, 2.0]))}


def normal_equations(w, X, y, alpha):
    """The gradient vanishes: (X'X + alpha 1) w = X'y."""
    return np.allclose(X.T @ X @ w + alpha * w, X.T @ y)


def is_a_permutation(answer, n, rng):
    """Every number comes exactly once."""
    return sorted(answer.tolist()) == list(range(n))


def every_place_alike(answers, n, rng):
    """Over many seeds each number has each place equally often."""
    mean = np.mean([np.argsort(answer) for answer in answers], axis=0)
    return bool(np.all(np.abs(mean - (n - 1) / 2) < 5 * np.sqrt((n**2 - 1) / 12 / len(answers))))


HINTS = ("Set the gradient to zero.", "(X'X + alpha 1) w = X'y.", "np.linalg.solve solves Aw = b.")
RIDGE = Exercise(
    function=ridge,
    points=4,
    inputs=ridge_inputs,
    hints=HINTS,
    holds=(normal_equations,),
    mistakes=(
        Mistake("no penalty", "Without alpha this is least squares.", lambda X, y, alpha=1.0: np.linalg.pinv(X) @ y),
        Mistake(
            "alpha times n",
            "The penalty is not multiplied by n.",
            lambda X, y, alpha=1.0: ridge(X, y, alpha * len(y)),
        ),
        Mistake("wrong sign", "The sign of w is wrong.", lambda X, y, alpha=1.0: -ridge(X, y, alpha)),
    ),
    second_solution=lambda X, y, alpha=1.0: X.T @ np.linalg.solve(X @ X.T + alpha * np.eye(len(y)), y),
    edges={"one sample": {"X": np.array([[2.0]]), "y": np.array([1.0]), "alpha": 1.0}},
    stable={"large": {"X": 1e6 * np.eye(2), "y": np.array([1e6, 0.0]), "alpha": 1.0}},
    large=lambda rng: {"X": rng.normal(size=(3000, 20)), "y": rng.normal(size=3000), "alpha": 1.0},
)
SHRINK = Exercise(
    function=shrink,
    points=2,
    inputs=lambda rng, size: {"z": np.round(rng.normal(size=size + 1), 1), "t": float(rng.choice([0.5, 1.0]))},
    hints=HINTS,
    mistakes=(
        Mistake("hard threshold", "This keeps large values whole.", lambda z, t: np.where(np.abs(z) > t, z, 0.0)),
        Mistake("sign lost", "Negative entries stay negative.", lambda z, t: np.maximum(np.abs(z) - t, 0)),
        Mistake("not cut at zero", "Small entries become zero.", lambda z, t: z - t * np.sign(z)),
    ),
    second_solution=lambda z, t: z - np.clip(z, -_not_negative(t), t),
    edges={"a negative threshold": {"z": np.array([1.0]), "t": -1.0}, "zeros": {"z": np.zeros(2), "t": 1.0}},
)
DESCEND = Exercise(
    function=descend,
    points=2,
    inputs=lambda rng, size: {
        "gradient": Named("quadratic_gradient", {"A": np.eye(1 + size // 3), "b": np.ones(1 + size // 3)}),
        "w": np.round(rng.normal(size=1 + size // 3), 1),
        "rate": float(rng.choice([0.1, 0.5])),
    },
    take=4,
    hints=HINTS,
    mistakes=(
        Mistake("uphill", "Against the gradient.", lambda gradient, w, rate: descend(gradient, w, -rate)),
        Mistake("half a step", "The whole rate.", lambda gradient, w, rate: descend(gradient, w, rate / 2)),
        Mistake("double step", "Only one rate.", lambda gradient, w, rate: descend(gradient, w, rate * 2)),
    ),
    second_solution=lambda gradient, w, rate: descend(gradient, w.copy(), rate),
)
SHUFFLE = Exercise(
    function=shuffle,
    points=1,
    inputs=lambda rng, size: {"n": 2 + size, "rng": int(rng.integers(1000))},
    equals_reference=False,
    holds=(is_a_permutation,),
    across=(every_place_alike,),
    hints=HINTS,
    mistakes=(
        Mistake("with replacement", "Some come twice.", lambda n, rng: rng.integers(n, size=n)),
        Mistake("not shuffled", "The order is not random.", lambda n, rng: np.arange(n)),
        Mistake("one is missing", "The last one is left out.", lambda n, rng: rng.permutation(n)[:-1]),
    ),
    second_solution=lambda n, rng: np.argsort(rng.random(n)),
)


def _not_negative(t):
    if t < 0:
        raise ValueError
    return t


@pytest.fixture
def toys():
    """The exercises, by name: toys.ridge, toys.shrink, toys.descend, toys.shuffle."""
    return types.SimpleNamespace(ridge=RIDGE, shrink=SHRINK, descend=DESCEND, shuffle=SHUFFLE)
