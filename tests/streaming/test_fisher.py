"""Fisher information from the scores of parts."""

from functools import reduce

import numpy as np
from numpy.testing import assert_allclose
from scipy.stats import chi2

from abinitio.information import normal_fisher, normal_score
from abinitio.streaming.fisher import fisher_of_moments, score_of_zero_mean
from abinitio.streaming.moments import merge_moments, moments_of

THETA = (0.4, 1.3)


def moments(theta, n=40_000, seed=0):
    x = np.random.default_rng(seed).normal(*THETA, n)
    return reduce(merge_moments, [moments_of(normal_score(part, theta)) for part in np.array_split(x, 7)])


def test_it_is_the_closed_form_within_its_error():
    x = np.random.default_rng(0).normal(*THETA, 40_000)
    s = normal_score(x, THETA)
    products = np.einsum("ni,nj->nij", s, s)
    estimate = fisher_of_moments(moments(THETA))
    assert_allclose(estimate, products.mean(axis=0), rtol=1e-10)
    assert np.all(np.abs(estimate - normal_fisher(THETA)) < 4 * products.std(axis=0) / 200)


def test_the_score_test():
    tests = [score_of_zero_mean(moments(THETA, 2000, seed)) for seed in range(200)]
    assert abs(np.mean(tests) - 2) < 4 * np.sqrt(4 / 200) and max(tests) < chi2(2).isf(1e-5)
    assert score_of_zero_mean(moments((0.5, 1.3))) > 100
