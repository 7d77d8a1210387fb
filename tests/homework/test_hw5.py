"""Homework 5: the answers to its pen-and-paper problems are what the library computes."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.stats import norm

from abinitio.homework.hw5_information.problems import value
from abinitio.information import (
    entropy,
    expected_sum,
    fisher_distance,
    fisher_geodesic,
    gaussian_kl,
    mutual_information,
    normal_fisher,
    normal_score,
    path_length,
    sampled_fisher_with_error,
    transform_fisher,
    wasserstein_equal_sizes,
    wasserstein_of_normals,
)
from abinitio.information.entropy_estimators import plug_in_terms


@pytest.mark.parametrize("m", [0.1, 1.0, 6.5])
def test_no_law_with_the_mean_has_more_entropy(m):
    k = np.arange(3000)
    p = (m / (1 + m)) ** k / (1 + m)
    largest = value("largest entropy with a mean", m=m)
    assert entropy(p) == pytest.approx(largest, rel=1e-10)
    rng = np.random.default_rng(0)
    for _ in range(20):
        step = rng.normal(size=3)
        step -= np.polyval(np.polyfit([0, 1, 2], step, 1), [0, 1, 2])  # neither the sum nor the mean changes
        q = p.copy()
        q[:3] += 0.3 * p[:3].min() * step / np.abs(step).max()
        assert q.sum() == pytest.approx(1) and k @ q == pytest.approx(m) and entropy(q) < largest


@pytest.mark.parametrize("e", [0.02, 0.3, 0.5, 0.9])
def test_noisy_channels_by_their_matrices(e):
    channel = np.array([[1 - e, e], [e, 1 - e]])
    twice = value("two noisy channels", e=e)
    assert twice == pytest.approx((channel @ channel)[0, 1], rel=1e-12)
    assert value("information of a noisy channel", e=e) == pytest.approx(mutual_information(channel / 2), abs=1e-14)
    through_both = mutual_information(channel @ channel / 2)
    assert value("information of a noisy channel", e=twice) == pytest.approx(through_both, abs=1e-14)


def test_the_divergence_is_that_of_the_library_and_of_an_integral():
    m1, s1, m2, s2 = 0.4, 0.8, -1.1, 1.7
    by_hand = value("divergence of two Gaussians", m1=m1, s1=s1, m2=m2, s2=s2)
    library = gaussian_kl(np.array([m1]), np.array([[s1**2]]), np.array([m2]), np.array([[s2**2]]))
    integrand = lambda x: norm.pdf(x, m1, s1) * (norm.logpdf(x, m1, s1) - norm.logpdf(x, m2, s2))
    assert by_hand == pytest.approx(library, rel=1e-12)
    assert by_hand == pytest.approx(quad(integrand, m1 - 12 * s1, m1 + 12 * s1)[0], rel=1e-8)


def test_the_fisher_information_is_that_of_the_library_and_of_draws():
    s, n = 1.3, 40_000
    on_width, on_variance = (
        value("Fisher information of a width", s=s),
        value("Fisher information of a variance", v=s**2),
    )
    assert on_width == pytest.approx(normal_fisher((0.0, s))[1, 1], rel=1e-12)
    jacobian = np.array([[1 / (2 * s)]])
    assert on_variance == pytest.approx(transform_fisher(np.array([[on_width]]), jacobian)[0, 0], rel=1e-12)
    information, error = sampled_fisher_with_error(normal_score(np.random.default_rng(1).normal(0, s, n), (0.0, s)))
    assert abs(information[1, 1] - on_width) < 5 * error[1, 1]


def test_the_vertical_geodesic_is_as_long_as_its_steps():
    ends = (2.0, 0.3), (2.0, 1.9)
    by_hand = value("length of a vertical geodesic", s1=0.3, s2=1.9)
    assert by_hand == pytest.approx(fisher_distance(*ends), rel=1e-12)
    assert by_hand == pytest.approx(
        path_length(fisher_geodesic(*ends, np.linspace(0, 1, 801)), normal_fisher), rel=1e-5
    )


def test_the_bias_is_the_leading_term_of_the_exact_one():
    p = np.array([0.4, 0.3, 0.2, 0.1])
    rest = []
    for n in (1000, 2000):
        bias = expected_sum(plug_in_terms, p, n) - entropy(p)
        leading = value("bias of the plug-in entropy", K=4, n=n)
        assert bias == pytest.approx(leading, rel=5 / n)
        rest.append(bias - leading)
    assert rest[0] / rest[1] == pytest.approx(4, rel=0.02)  # what is left falls as 1/n²


def test_the_transport_is_that_of_the_library_and_of_draws():
    numbers = {"m1": -0.5, "s1": 0.7, "m2": 1.5, "s2": 2.0}
    by_hand = value("transport of two Gaussians", **numbers)
    assert by_hand == pytest.approx(wasserstein_of_normals(-0.5, 0.7, 1.5, 2.0) ** 2, rel=1e-12)
    rng, found = np.random.default_rng(2), []
    for _ in range(30):
        found.append(wasserstein_equal_sizes(rng.normal(-0.5, 0.7, 4000), rng.normal(1.5, 2.0, 4000), p=2) ** 2)
    assert abs(np.mean(found) - by_hand) < 5 * np.std(found, ddof=1) / np.sqrt(30) + 0.003  # + the bias, of order 1/n
