"""Minibatches cover an epoch once; their gradient is unbiased with the variance of sampling without replacement."""

import itertools
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.testing import assert_allclose, assert_array_equal

from abinitio.optimize.descent import gradient_descent
from abinitio.optimize.stochastic import minibatches, stochastic_gradient_descent


@settings(max_examples=100, deadline=None)
@given(n=st.integers(1, 60), size=st.integers(1, 70), seed=st.integers(0, 10**6))
def test_an_epoch_covers_each_index_once(n, size, seed):
    batches = list(minibatches(n, size, np.random.default_rng(seed)))
    assert_array_equal(np.sort(np.concatenate(batches)), np.arange(n))
    assert all(len(batch) == size for batch in batches[:-1]) and 1 <= len(batches[-1]) <= size


def test_every_order_is_equally_likely():
    rng, repeats = np.random.default_rng(0), 24000
    seen = Counter(tuple(np.concatenate(list(minibatches(4, 3, rng)))) for _ in range(repeats))
    counts = np.array([seen[order] for order in itertools.permutations(range(4))])
    chi2 = np.sum((counts - repeats / 24) ** 2) / (repeats / 24)
    assert counts.sum() == repeats and chi2 < 23 + 4 * np.sqrt(2 * 23)  # mean 23, variance 46


def test_minibatch_gradient_is_unbiased_with_the_finite_population_variance():
    rng = np.random.default_rng(1)
    n, size, repeats = 20, 5, 20000
    gradients = rng.standard_normal(n)
    means = np.array([gradients[next(minibatches(n, size, rng))].mean() for _ in range(repeats)])
    variance = gradients.var() / size * (n - size) / (n - 1)
    assert abs(means.mean() - gradients.mean()) < 4 * np.sqrt(variance / repeats)
    fourth = np.mean((means - means.mean()) ** 4)
    assert abs(means.var() - variance) < 4 * np.sqrt((fourth - variance**2) / repeats)


def test_full_batches_are_gradient_descent():
    rng = np.random.default_rng(2)
    X, y, start = rng.standard_normal((30, 3)), rng.standard_normal(30), np.zeros(3)
    gradient = lambda w, i: 2 * X[i].T @ (X[i] @ w - y[i]) / len(i)
    stochastic = itertools.islice(stochastic_gradient_descent(gradient, start, 30, 30, 0.1, rng), 20)
    plain = itertools.islice(gradient_descent(lambda w: gradient(w, np.arange(30)), start, 0.1), 20)
    assert_allclose(list(stochastic), list(plain), rtol=1e-11)
    assert_array_equal(start, 0)


def test_stationary_variance_at_a_constant_rate():
    """Loss (w - x_i)²/2, one sample a step: w ← (1-η) w + η x_i; in the long run Var w ≈ η/(2-η) Var x."""
    rng, rate = np.random.default_rng(3), 0.1
    x = rng.standard_normal(2000)
    walk = stochastic_gradient_descent(lambda w, i: w - x[i].mean(), 0.0, 2000, 1, rate, rng)
    w = np.array(list(itertools.islice(walk, 60000)))[1000:]
    expected = rate / (2 - rate) * x.var()
    independent = len(w) * rate / 2  # correlation time of w is 1/η, of its square 1/(2η), on both sides
    assert abs(w.var() - expected) < 4 * expected * np.sqrt(2 / independent) + expected * rate


def test_a_falling_rate_reaches_the_optimum_and_a_schedule_counts_steps():
    rng = np.random.default_rng(4)
    x = rng.standard_normal(10)
    steps = []
    schedule = lambda t: steps.append(t) or 1 / (t + 1)
    walk = stochastic_gradient_descent(lambda w, i: w - x[i].mean(), 5.0, 10, 1, schedule, rng)
    ends = list(itertools.islice(walk, 30))
    assert steps == list(range(30))
    assert_allclose([ends[9], ends[19], ends[29]], x.mean(), atol=1e-13)  # running mean over whole epochs


def test_the_same_seed_gives_the_same_walk():
    x = np.arange(10.0)
    walk = lambda seed: stochastic_gradient_descent(
        lambda w, i: w - x[i].mean(), 0.0, 10, 3, 0.1, np.random.default_rng(seed)
    )
    one, two, other = ([w for w in itertools.islice(walk(seed), 9)] for seed in (0, 0, 1))
    assert one == two and one != pytest.approx(other)
