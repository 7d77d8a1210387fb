"""Every method that the size may call for finds the same minimum, and says how near it is."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.datasets import load_digits

from abinitio.svm import linear_minimum as module
from abinitio.svm.linear_minimum import linear_minimum
from abinitio.svm.signed_dual import classification_problem, regression_problem, total_loss


def data(n, d, seed=0):
    rng = np.random.default_rng(seed)
    X, w = rng.standard_normal((n, d)), rng.standard_normal(d)
    f = X @ w + rng.standard_normal(n)
    return X, np.where(f > 0, 1, -1), f, rng.uniform(0.01, 0.1, n)


def objective(w, X, losses, squared):
    if not squared:
        return w @ w / 2 + total_loss(losses.targets - X @ w, losses)
    r = losses.targets - X @ w
    over, under = np.maximum(0, r - losses.epsilon), np.maximum(0, -r - losses.epsilon)
    return w @ w / 2 + losses.upper @ over**2 - losses.lower @ under**2


def by_subgradients_of_the_dual(X, losses, squared, rounds=6000):
    """A bound from below on the minimum, by projected gradient steps with momentum on the dual; it needs no Newton."""
    C = np.maximum(losses.upper, -losses.lower)
    D = 1 / (2 * C) if squared else 0 * C
    lower, upper = (np.where(b != 0, s * np.inf, 0) for b, s in ((losses.lower, -1), (losses.upper, 1)))
    lower, upper = (lower, upper) if squared else (losses.lower, losses.upper)
    step = 1 / (np.linalg.norm(X, 2) ** 2 + D.max())
    p = q = np.zeros(len(X))
    for t in range(rounds):
        u = q + step * (losses.targets - X @ (q @ X) - D * q)
        u = np.clip(np.sign(u) * np.maximum(0, np.abs(u) - step * losses.epsilon), lower, upper)
        p, q = u, u + t / (t + 3) * (u - p)
    v = p @ X
    return losses.targets @ p - losses.epsilon * np.abs(p).sum() - (D * p) @ p / 2 - v @ v / 2


@pytest.mark.parametrize("squared", [False, True])
@pytest.mark.parametrize("size", [(30, 4), (10, 40), (2600, 5)])
@pytest.mark.parametrize("kind", ["hinge", "tube"])
def test_the_minimum_is_the_bound_from_below(kind, size, squared):
    X, y, f, C = data(*size)
    losses = classification_problem(y, C) if kind == "hinge" else regression_problem(f, C, 0.2)
    s = linear_minimum(X, losses, squared, 1e-9, 1000, np.random.default_rng(0))
    assert s.objective == pytest.approx(objective(s.w, X, losses, squared), rel=1e-10)
    assert -1e-12 * s.objective <= s.gap <= 1e-9 * s.objective
    bound = by_subgradients_of_the_dual(X, losses, squared, 6000 if len(X) < 100 else 1500)
    assert bound <= s.objective * (1 + 1e-9) and bound == pytest.approx(s.objective, rel=1e-5)


@pytest.mark.parametrize("squared", [False, True])
def test_sweeps_do_the_same_where_newton_s_equations_are_many(squared, monkeypatch):
    X, y, _, C = data(80, 30)
    newton = linear_minimum(X, classification_problem(y, C), squared, 1e-9, 1000, np.random.default_rng(0))
    monkeypatch.setattr(module, "MOST_EQUATIONS", 20)
    sweeps = linear_minimum(X, classification_problem(y, C), squared, 1e-9, 10**5, np.random.default_rng(0))
    assert sweeps.gap <= 1e-9 * sweeps.objective
    assert_allclose(sweeps.w, newton.w, atol=1e-4)
    assert_allclose(sweeps.p @ X, sweeps.w, atol=1e-10)
    few = linear_minimum(X, classification_problem(y, C), squared, 1e-12, 3, np.random.default_rng(0))
    assert few.steps == 3 and few.gap > 1e-12 * few.objective


def test_the_part_to_start_with_does_not_matter():
    X, y, _, C = data(2600, 3)
    weights = [
        linear_minimum(X, classification_problem(y, C), False, 1e-10, 500, np.random.default_rng(i)).w for i in range(3)
    ]
    assert np.abs(np.array(weights) - weights[0]).max() < 1e-4


def test_features_that_are_zero_throughout_have_no_weight():
    X, y, _, C = data(40, 4)
    wide = np.zeros((40, 7))
    wide[:, [1, 2, 4, 6]] = X
    w = linear_minimum(wide, classification_problem(y, C), False, 1e-10, 500, np.random.default_rng(0)).w
    expected = linear_minimum(X, classification_problem(y, C), False, 1e-10, 500, np.random.default_rng(0)).w
    assert np.array_equal(w[[1, 2, 4, 6]], expected) and not w[[0, 3, 5]].any()
    assert (
        linear_minimum(0 * X, classification_problem(y, C), False, 1e-9, 9, np.random.default_rng(0)).objective
        == C.sum()
    )


@pytest.mark.parametrize("C", [1.0, 1e3])
@pytest.mark.parametrize("squared", [False, True])
def test_rounding_does_not_keep_the_gap_open_on_long_features_and_high_prices(C, squared):
    X, digit = load_digits(return_X_y=True)  # |x|² about 4000, and some digits can be separated from the rest
    for one in (3, 7):
        losses = classification_problem(np.where(digit == one, 1, -1), np.full(len(X), C))
        s = linear_minimum(X, losses, squared, 1e-8, 1000, np.random.default_rng(0))
        assert -1e-11 < s.gap / s.objective <= 1e-8 and s.steps < 1000
        assert s.objective == pytest.approx(objective(s.w, X, losses, squared), rel=1e-9)


def test_targets_of_zero_need_no_weights():
    s = linear_minimum(
        np.ones((4, 2)), regression_problem(np.zeros(4), np.ones(4), 0.1), False, 1e-9, 9, np.random.default_rng(0)
    )
    assert s.objective == 0 and s.w.tolist() == [0, 0]
