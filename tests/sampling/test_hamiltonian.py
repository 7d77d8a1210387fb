"""Hamiltonian Monte Carlo: the leapfrog's symmetries, its error, equalities of equilibrium, moments of known laws."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from abinitio._core.series import effective_sample_size
from abinitio.sampling.chain import collect
from abinitio.sampling.hamiltonian import hamiltonian_step, hamiltonian_walk, leapfrog, mass_root


def standard_normal(x):
    return -0.5 * (x**2).sum(axis=-1)


def minus(x):
    return -x


def quartic(x):
    return -(x**4).sum(axis=-1) / 4 - 0.3 * x[..., 0] * x[..., 1] ** 2


def quartic_score(x):
    score = -(x**3)
    score[..., 0] -= 0.3 * x[..., 1] ** 2
    score[..., 1] -= 0.6 * x[..., 0] * x[..., 1]
    return score


def mean_in_errors(series, wanted):
    """How many standard errors the mean of a series (n, chains) is from the wanted one."""
    return abs(series.mean() - wanted) / (series.std() / np.sqrt(effective_sample_size(series)))


def jacobian(x, m, step, n):
    """Of the flow (x, m) -> (x', m'), exact to rounding: derivatives along imaginary steps."""
    z = np.concatenate([x, m]).astype(complex) + 1e-30j * np.eye(2 * len(x))
    return np.concatenate(leapfrog(z[:, : len(x)], z[:, len(x) :], quartic_score, step, n), axis=1).imag.T / 1e-30


def test_leapfrog_runs_backwards():
    rng = np.random.default_rng(0)
    x, m = rng.standard_normal((2, 7, 3))
    far, momentum = leapfrog(x, m, quartic_score, 0.1, 40)
    assert np.abs(far - x).max() > 0.5
    for back in (leapfrog(far, momentum, quartic_score, -0.1, 40), leapfrog(far, -momentum, quartic_score, 0.1, 40)):
        assert_allclose(back[0], x, atol=1e-11)
        assert_allclose(np.abs(back[1]), np.abs(m), atol=1e-11)


def test_leapfrog_conserves_volume_and_is_symplectic():
    x, m = np.random.default_rng(1).standard_normal((2, 3))
    J = jacobian(x, m, 0.3, 5)
    assert_allclose(np.linalg.det(J), 1, rtol=1e-12)
    W = np.kron([[0, 1], [-1, 0]], np.eye(3))
    assert_allclose(J.T @ W @ J, W, atol=1e-11)
    assert np.abs(J - np.eye(6)).max() > 0.5


def test_leapfrog_by_hand():
    x, m = leapfrog(np.array([1.0]), np.array([2.0]), minus, 0.5, 2)
    m1 = 2 - 0.25 * 1
    x1 = 1 + 0.5 * m1
    m2 = m1 - 0.5 * x1
    x2 = x1 + 0.5 * m2
    assert_allclose([x[0], m[0]], [x2, m2 - 0.25 * x2], rtol=1e-15)


def test_energy_error_is_of_second_order():
    x, m = np.random.default_rng(2).standard_normal((2, 100, 3)) / 2
    energy = lambda x, m: -quartic(x) + 0.5 * (m**2).sum(axis=-1)
    errors = []
    for n in (20, 40, 80, 160):
        change = energy(*leapfrog(x, m, quartic_score, 2 / n, n)) - energy(x, m)
        errors.append(np.sqrt(np.mean(change**2)))
    assert_allclose(np.divide(errors[:-1], errors[1:]), 4, rtol=0.02)


@pytest.mark.parametrize("step, n", [(0.5, 3), (1.0, 2), (1.5, 1)])
def test_energy_in_equilibrium(step, n):
    r"""On a Gaussian ⟨ΔH⟩ = ½ sin²(nθ) (χ - 1/χ)² with cos θ = 1 - step²/2, χ² = 1 - step²/4; and ⟨exp(-ΔH)⟩ = 1."""
    x, m = np.random.default_rng(3).standard_normal((2, 100_000))
    y, k = leapfrog(x, m, minus, step, n)
    change = 0.5 * (y**2 + k**2 - x**2 - m**2)
    chi, theta = np.sqrt(1 - step**2 / 4), np.arccos(1 - step**2 / 2)
    wanted = 0.5 * np.sin(n * theta) ** 2 * (chi - 1 / chi) ** 2
    assert abs(change.mean() - wanted) < 4 * change.std() / np.sqrt(len(x))
    weights = np.exp(-change)
    assert abs(weights.mean() - 1) < 4 * weights.std() / np.sqrt(len(x))


def test_acceptance_in_many_dimensions():
    """ΔH is then normal with variance twice its mean μ, and the acceptance 2 Φ(-√(μ/2)) (Beskos et al. 2013)."""
    d, step = 400, 0.35
    chi, theta = np.sqrt(1 - step**2 / 4), np.arccos(1 - step**2 / 2)
    n = np.arange(1, 6)  # the walk draws the number of steps from these
    mu = d / 2 * np.sin(n * theta) ** 2 * (chi - 1 / chi) ** 2
    rng = np.random.default_rng(4)
    walk = hamiltonian_walk(rng.standard_normal((400, d)), standard_normal, minus, step, 5, 1.0, rng)
    draws = np.array([s.acceptance.mean() for s in islice(walk, 60)])
    wanted = (2 * stats.norm.cdf(-np.sqrt(mu / 2))).mean()
    assert abs(draws.mean() - wanted) < 4 * draws.std(ddof=1) / np.sqrt(len(draws)) + 1 / d
    assert 0.5 < wanted < 0.97


def test_the_step_leaves_the_law_as_it_is():
    """From 30,000 independent draws of two normals, with a step so large that a third is refused."""
    rng = np.random.default_rng(5)
    scales = np.array([1.0, 0.5])
    x = scales * rng.standard_normal((30_000, 2))
    log_p, score = lambda x: standard_normal(x / scales), lambda x: -x / scales**2
    y = hamiltonian_step(x, log_p, score, 0.9, 3, rng)
    refused = np.mean((y == x).all(axis=1))
    assert 0.05 < refused < 0.6
    for i in range(2):
        assert stats.kstest(y[:, i], stats.norm(0, scales[i]).cdf).pvalue > 1e-3
    radius = ((y / scales) ** 2).sum(axis=1)
    assert stats.kstest(radius, stats.chi2(2).cdf).pvalue > 1e-3


def test_step_and_walk_are_the_same_chain_for_one_leapfrog_step():
    x = np.random.default_rng(6).standard_normal((4, 2))
    rng = np.random.default_rng(7)
    for state in islice(hamiltonian_walk(x, quartic, quartic_score, 0.9, 1, 1.0, np.random.default_rng(7)), 100):
        momentum = rng.standard_normal(x.shape)
        assert rng.integers(1, 2) == 1
        u = 1 - rng.random(4)  # the walk compares 1 - u, which is as uniform
        x = hamiltonian_step(x, quartic, quartic_score, 0.9, 1, Given(momentum, u))
        assert_allclose(state.x, x, rtol=1e-12, atol=1e-14)
        assert_allclose(state.log_p, quartic(x), rtol=1e-12, atol=1e-13)


class Given:
    """Stands for a Generator whose numbers are given."""

    def __init__(self, normals, uniforms):
        self.standard_normal = lambda shape: normals
        self.random = lambda shape: uniforms


@pytest.mark.parametrize("full", [True, False])
def test_an_inverse_mass_is_a_change_of_coordinates(full):
    """The walk with M^-1 = L L^T is the image under L of the walk with unit masses on p(L z), momenta being L^T m."""
    rng = np.random.default_rng(8)
    A = rng.standard_normal((3, 3))
    inverse_mass = A @ A.T + np.eye(3) if full else np.array([1.0, 4.0, 0.01])
    L = np.linalg.cholesky(inverse_mass) if full else np.diag(np.sqrt(inverse_mass))
    z = rng.standard_normal((5, 3))
    one = hamiltonian_walk(z @ L.T, quartic, quartic_score, 0.2, 4, inverse_mass, np.random.default_rng(9))
    other = hamiltonian_walk(
        z, lambda z: quartic(z @ L.T), lambda z: quartic_score(z @ L.T) @ L, 0.2, 4, 1.0, np.random.default_rng(9)
    )
    for a, b in islice(zip(one, other), 50):
        assert_allclose(a.x, b.x @ L.T, rtol=1e-8, atol=1e-8)


def test_a_correlated_gaussian_has_its_moments():
    C = np.array([[4.0, 1.9, 0.0], [1.9, 1.0, 0.1], [0.0, 0.1, 0.5]])
    P, centre = np.linalg.inv(C), np.array([1.0, 2.0, -3.0])
    log_p = lambda x: -0.5 * (((x - centre) @ P) * (x - centre)).sum(axis=-1)
    walk = hamiltonian_walk(
        np.tile(centre, (20, 1)), log_p, lambda x: -(x - centre) @ P, 0.3, 20, 1.0, np.random.default_rng(10)
    )
    samples, acceptance = collect(walk, 1500, skip=50)
    assert acceptance > 0.7
    z = samples - centre
    for i in range(3):
        assert mean_in_errors(samples[..., i], centre[i]) < 4
        for j in range(3):
            assert mean_in_errors(z[..., i] * z[..., j], C[i, j]) < 4


def test_a_conjugate_posterior():
    """Logarithm of a Poisson rate with a gamma prior: exp(x) ~ Gamma(9, 3) after 7 counts in 2 s."""
    log_p, score = lambda x: (9 * x - 3 * np.exp(x))[..., 0], lambda x: 9 - 3 * np.exp(x)
    walk = hamiltonian_walk(np.zeros((20, 1)), log_p, score, 0.2, 6, 1.0, np.random.default_rng(11))
    rate = np.exp(collect(walk, 2000, skip=50)[0][..., 0])
    law = stats.gamma(9, scale=1 / 3)
    assert mean_in_errors(rate, law.mean()) < 4
    assert mean_in_errors((rate - law.mean()) ** 2, law.var()) < 4
    assert mean_in_errors(rate < law.ppf(0.05), 0.05) < 4


def test_an_overflow_is_a_refusal_and_a_bad_mass_an_error():
    walk = hamiltonian_walk(np.full(2, 5.0), quartic, quartic_score, 10.0, 50, 1.0, np.random.default_rng(12))
    for state in islice(walk, 20):
        assert state.acceptance < 1e-100
        assert_array_equal(state.x, 5.0)
    for wrong, words in ((np.array([[1.0, 2.0], [2.0, 1.0]]), "eigenvalue -1; all must be > 0"), (0.0, "eigenvalue 0")):
        with pytest.raises(ValueError, match=words):
            mass_root(wrong)
