"""Pegasos: the published bound, weights that are the mean of the pulls, an unbiased step, the penalised intercept."""

import itertools

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.svm import LinearSVC

from abinitio.svm.hinge import hinge_objective
from abinitio.svm.pegasos import averaged, pegasos, pegasos_bound, pegasos_step


def clouds(n=60, seed=0):
    rng = np.random.default_rng(seed)
    y = rng.choice([-1, 1], n)
    return rng.standard_normal((n, 2)) + y[:, None] * [0.8, 0.4] + [0.3, 0.0], y, rng


def objective(w, b, X, y, C, s=1.0):
    return hinge_objective(w, b, X, y, C) + b**2 / (2 * s**2)


def minimum(X, y, C, s=1.0):
    model = LinearSVC(C=C, loss="hinge", intercept_scaling=s, tol=1e-8, max_iter=10**6, random_state=0).fit(X, y)
    return objective(model.coef_[0], model.intercept_[0], X, y, C, s)


def after(walk, steps):
    return next(itertools.islice(walk, steps, None))


@pytest.mark.parametrize("C", [0.01, 0.3])
def test_with_all_samples_the_mean_is_within_the_bound_at_every_step_and_reaches_the_minimum(C):
    X, y, rng = clouds()
    least, steps = minimum(X, y, C), 4000
    walk = itertools.islice(averaged(pegasos(X, y, C, rng, batch=len(y))), steps)
    excess = np.array([objective(w, b, X, y, C) - least for w, b in walk])
    bound = pegasos_bound(X, C, np.arange(1, steps + 1))
    assert np.all(excess <= bound) and np.all(excess >= -1e-8 * least)
    assert excess[-1] < 2e-3 * least


@pytest.mark.parametrize("batch", [1, 5])
def test_with_random_samples_the_mean_excess_is_within_the_bound_and_falls_like_one_over_t(batch):
    X, y, _ = clouds()
    C, steps, excess = 0.1, (50, 800), []
    least = minimum(X, y, C)
    for seed in range(20):
        walk = averaged(pegasos(X, y, C, np.random.default_rng(seed), batch))
        states = list(itertools.islice(walk, steps[-1]))
        excess.append([objective(*states[t - 1], X, y, C) - least for t in steps])
    mean, error = np.mean(excess, axis=0), np.std(excess, axis=0, ddof=1) / np.sqrt(20)
    assert np.all(mean + 3 * error < pegasos_bound(X, C, np.array(steps)))
    assert mean[1] + 3 * error[1] < mean[0] / 4  # 1/t would be a 16th, 1/√t a quarter


def test_the_weights_are_the_mean_of_the_pulls():
    X, y, rng = clouds()
    C, s, t, n = 0.2, 1.5, 40, len(y)
    states = list(itertools.islice(pegasos(X, y, C, rng, batch=n, intercept_scaling=s), t + 1))
    inside = [y * (X @ w + b) < 1 for w, b in states[:-1]]
    w, b = states[-1]
    assert_allclose(w, np.mean([C * (y[i] @ X[i]) for i in inside], axis=0), rtol=1e-10)
    assert b == pytest.approx(s**2 * np.mean([C * y[i].sum() for i in inside]), rel=1e-10)


def test_a_step_on_a_random_batch_is_the_step_on_all_in_the_mean():
    X, y, rng = clouds(n=10)
    w, b, C = np.array([0.3, -0.2]), 0.1, rng.uniform(0.1, 1, 10)
    one = [pegasos_step(w, b, X[[i]], y[[i]], 10 * C[[i]], 3, 1.0) for i in range(10)]
    w_all, b_all = pegasos_step(w, b, X, y, C, 3, 1.0)
    assert_allclose(np.mean([w for w, _ in one], axis=0), w_all)
    assert np.mean([b for _, b in one]) == pytest.approx(b_all)


def test_one_sample_has_the_closed_form():
    # least of w²/2 + C max(0, 1 - w):  w = min(C, 1)
    for C, best in ((0.4, 0.4), (5.0, 1.0)):
        walk = averaged(pegasos(np.array([[1.0]]), np.array([1]), C, np.random.default_rng(0), intercept_scaling=0.0))
        w, b = after(walk, 20_000)
        assert b == 0 and w[0] == pytest.approx(best, abs=2e-3)


def test_the_height_of_the_constant_feature_sets_the_price_of_the_intercept():
    X, y, rng = clouds()
    X = X + np.array([2.0, 0.0])  # far from the origin: the intercept matters
    for s in (0.5, 3.0):
        w, b = after(averaged(pegasos(X, y, 0.1, rng, batch=len(y), intercept_scaling=s)), 6000)
        least = minimum(X, y, 0.1, s)
        assert least - 1e-8 <= objective(w, b, X, y, 0.1, s) < least * (1 + 1e-2)


def test_batches_come_from_the_generator_and_hold_each_sample_once():
    X, y, _ = clouds()
    walks = [list(itertools.islice(pegasos(X, y, 0.1, np.random.default_rng(7), 3), 50)) for _ in range(2)]
    assert all(np.array_equal(a, b) for (a, _), (b, _) in zip(*walks))
    w, _ = after(pegasos(np.eye(3), np.ones(3), 1.0, np.random.default_rng(0), 2, 0.0), 1)
    assert sorted(w) == [0, 1.5, 1.5]
