"""The no-U-turn sampler: its trees by their definition, half a period, laws left as they are, moments, its price."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from abinitio._core.series import effective_sample_size
from abinitio.sampling.chain import collect
from abinitio.sampling.hamiltonian import hamiltonian_walk, leapfrog
from abinitio.sampling.no_u_turn import (
    DIVERGENCE,
    Span,
    no_u_turn_step,
    no_u_turn_walk,
    no_u_turn_warm_up,
    turns_back,
)


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


def turned(momenta, inverse_mass):
    """Of the momenta (2^k, d) of consecutive points, from the definition."""
    n = len(momenta)
    stretches = momenta, momenta[: n // 2 + 1], momenta[n // 2 - 1 :]
    return any(m.sum(axis=0) @ inverse_mass @ end <= 0 for m in stretches for end in (m[0], m[-1]))


def tree(x, m, coins, step, inverse_mass, log_p, score):
    """(mean acceptance, steps, divergent, the trajectory's positions) point by point, every stretch by its momenta."""
    energy = lambda x, m: 0.5 * m @ inverse_mass @ m - log_p(x)
    points, found = [(x, m)], []
    for coin in coins:
        new, end = [], points[0] if coin < 0.5 else points[-1]
        for i in range(1, len(points) + 1):
            end = leapfrog(*end, score, -step if coin < 0.5 else step, 1, inverse_mass)
            new.append(end)
            found.append(energy(x, m) - energy(*end))
            blocks = [np.array([m for _, m in new[i - 2**k :]]) for k in range(1, 10) if i % 2**k == 0]
            if found[-1] < -DIVERGENCE or any(turned(block, inverse_mass) for block in blocks):
                break
        else:
            points = new[::-1] + points if coin < 0.5 else points + new
            if not turned(np.array([m for _, m in points]), inverse_mass):
                continue
        break
    return np.exp(np.minimum(0, found)).mean(), len(found), found[-1] < -DIVERGENCE, np.array([x for x, _ in points])


class Watched:
    """Stands for a Generator; keeps the normals and the coins, which are asked for with shape (chains, 1)."""

    def __init__(self, seed):
        self.rng, self.coins = np.random.default_rng(seed), []

    def standard_normal(self, shape):
        self.normals = self.rng.standard_normal(shape)
        return self.normals

    def random(self, shape):
        u = self.rng.random(shape)
        if np.ndim(shape):
            self.coins.append(u.item())
        return u


@pytest.mark.parametrize("step", [0.03, 0.2, 0.7, 1.3])
def test_the_trajectory_is_the_one_of_the_definition(step):
    inverse_mass = np.array([[1.0, 0.6, 0.0], [0.6, 2.0, 0.3], [0.0, 0.3, 0.5]])
    L, lengths = np.linalg.cholesky(inverse_mass), set()
    for seed in range(30):
        x, rng = np.random.default_rng([1, seed]).standard_normal(3), Watched(seed)
        state = no_u_turn_step(x, quartic, quartic_score, step, inverse_mass, rng)
        m = np.linalg.solve(L.T, rng.normals[0])
        # the walk turns the trajectory round at a coin, so that its next coin is about the other end
        backwards = np.cumsum(np.array(rng.coins) < 0.5) % 2 == 1
        acceptance, n_steps, divergent, positions = tree(
            x, m, np.where(backwards, 0, 1), step, inverse_mass, quartic, quartic_score
        )
        assert (state.n_steps, state.divergent) == (n_steps, divergent)
        assert_allclose(state.acceptance, acceptance, rtol=1e-9)
        assert np.abs(positions - state.x).max(axis=1).min() < 1e-9, "the draw is none of the points"
        assert_allclose(state.log_p, quartic(state.x), rtol=1e-12)
        lengths.add(int(n_steps))
    assert len(lengths) > 1


def test_turning_back_by_hand():
    of = lambda *momenta: Span(*(np.array([m]) for m in (momenta[0], momenta[-1], np.sum(momenta, axis=0))))
    east, north, west = np.array([1.0, 0.0]), np.array([0.0, 1.0]), np.array([-1.0, 0.0])
    assert not turns_back(of(east, east), of(north, north))
    assert turns_back(of(east, north), of(north, west)), "the sum is at right angles to both ends"
    onward = of(east, 3 * east)
    assert turns_back(onward, of(0.5 * west, 3 * east)), "of the right half the first points back"
    assert turns_back(of(3 * east, 0.5 * west), onward), "of the left half the last points back"


@pytest.mark.parametrize("step", [0.05, 0.12, 0.3, 0.5, 0.7])
def test_an_oscillator_in_many_dimensions_goes_more_than_half_a_period(step):
    """Σ m · m at an end is d/2 times a positive number times cos(half the angle): it turns back from the angle π on."""
    angle = np.arccos(1 - step**2 / 2)  # of one leapfrog step
    x = np.random.default_rng(0).standard_normal((10, 4000))
    state = no_u_turn_step(x, standard_normal, minus, step, 1.0, np.random.default_rng(1))
    k = np.ceil(np.log2(np.pi / angle + 1))  # the first of 2^k points that span (2^k - 1) angle >= π
    assert_array_equal(state.n_steps, 2**k - 1)


def logistic_and_normal(x):
    a, b = x[..., 0], x[..., 1]
    return -a - 2 * np.log1p(np.exp(-a)) - 0.5 * (b - a / 2) ** 2


def its_score(x):
    a, b = x[..., 0], x[..., 1]
    return np.stack([-np.tanh(a / 2) + (b - a / 2) / 2, a / 2 - b], axis=-1)


@pytest.mark.parametrize("step", [0.4, 1.3])
def test_the_step_leaves_the_law_as_it_is_and_is_reversible(step):
    """From 20,000 independent draws: the law of the ends, and E f(x) g(x') = E g(x) f(x')."""
    rng = np.random.default_rng(2)
    a = rng.logistic(size=20_000)
    x = np.stack([a, a / 2 + rng.standard_normal(len(a))], axis=-1)
    state = no_u_turn_step(x, logistic_and_normal, its_score, step, np.array([2.0, 1.0]), rng)
    y = state.x
    assert np.ptp(state.n_steps) > 2 and ((y - x) ** 2).mean() > 1
    assert stats.kstest(y[:, 0], stats.logistic.cdf).pvalue > 1e-3
    assert stats.kstest(y[:, 1] - y[:, 0] / 2, stats.norm.cdf).pvalue > 1e-3
    functions = (
        lambda x: x[:, 0] ** 2,
        lambda x: x[:, 0] * x[:, 1],
        lambda x: np.abs(x[:, 0]) > 4,
        logistic_and_normal,
    )
    values = [(f(x).astype(float), f(y).astype(float)) for f in functions]
    same = [after - before for before, after in values]
    both_ways = [f * g_after - f_after * g for f, f_after in values for g, g_after in values if f is not g]
    for differences in same + both_ways:
        assert abs(differences.mean()) < 4 * differences.std() / np.sqrt(len(a))


def test_a_correlated_gaussian_has_its_moments():
    C = np.array([[4.0, 1.9, 0.0], [1.9, 1.0, 0.1], [0.0, 0.1, 0.5]])
    P, centre = np.linalg.inv(C), np.array([1.0, 2.0, -3.0])
    log_p = lambda x: -0.5 * (((x - centre) @ P) * (x - centre)).sum(axis=-1)
    walk = no_u_turn_walk(
        np.tile(centre, (40, 1)), log_p, lambda x: -(x - centre) @ P, 0.3, 1.0, np.random.default_rng(3)
    )
    samples, acceptance = collect(walk, 400, skip=20)
    assert acceptance > 0.8
    z = samples - centre
    for i in range(3):
        assert mean_in_errors(samples[..., i], centre[i]) < 4
        for j in range(3):
            assert mean_in_errors(z[..., i] * z[..., j], C[i, j]) < 4


def test_a_conjugate_posterior_by_a_single_chain():
    """Logarithm of a Poisson rate with a gamma prior: exp(x) ~ Gamma(9, 3) after 7 counts in 2 s."""
    log_p, score = lambda x: float(9 * x[0] - 3 * np.exp(x[0])), lambda x: 9 - 3 * np.exp(x)
    walk = no_u_turn_walk(np.zeros(1), log_p, score, 0.3, 1.0, np.random.default_rng(4))
    samples, _ = collect(walk, 1500, skip=20)
    assert samples.shape == (1500, 1)
    rate, law = np.exp(samples), stats.gamma(9, scale=1 / 3)
    assert mean_in_errors(rate, law.mean()) < 4
    assert mean_in_errors((rate - law.mean()) ** 2, law.var()) < 4


def test_a_chain_alone_is_a_chain_among_one_and_is_not_changed():
    x = np.array([0.3, -1.0])
    one = no_u_turn_walk(x, quartic, quartic_score, 0.4, 1.0, np.random.default_rng(5))
    other = no_u_turn_walk(x[None], quartic, quartic_score, 0.4, 1.0, np.random.default_rng(5))
    for alone, among in islice(zip(one, other), 20):
        assert [np.shape(part) for part in alone] == [(2,), (), (), (), ()]
        for part, rows in zip(alone, among):
            assert_array_equal(part, rows[0])
    assert_array_equal(x, [0.3, -1.0])


@pytest.mark.parametrize("full", [True, False])
def test_an_inverse_mass_is_a_change_of_coordinates(full):
    """The walk with M^-1 = L L^T is the image under L of the walk with unit masses on p(L z)."""
    rng = np.random.default_rng(6)
    A = rng.standard_normal((3, 3))
    inverse_mass = A @ A.T + np.eye(3) if full else np.array([1.0, 4.0, 0.01])
    L = np.linalg.cholesky(inverse_mass) if full else np.diag(np.sqrt(inverse_mass))
    z = rng.standard_normal((5, 3))
    one = no_u_turn_walk(z @ L.T, quartic, quartic_score, 0.2, inverse_mass, np.random.default_rng(7))
    other = no_u_turn_walk(
        z, lambda z: quartic(z @ L.T), lambda z: quartic_score(z @ L.T) @ L, 0.2, 1.0, np.random.default_rng(7)
    )
    for a, b in islice(zip(one, other), 20):
        assert_allclose(a.x, b.x @ L.T, rtol=1e-6, atol=1e-6)
        assert_array_equal(a.n_steps, b.n_steps)


def funnel(x):
    """Neal's: v ~ N(0, 3²), the others N(0, e^v)."""
    v, z = x[..., 0], x[..., 1:]
    return -(v**2) / 18 - z.shape[-1] * v / 2 - 0.5 * (z**2).sum(axis=-1) * np.exp(-v)


def funnel_score(x):
    v, z = x[..., :1], x[..., 1:]
    pull = z * np.exp(-v)
    return np.concatenate([-v / 9 - z.shape[-1] / 2 + 0.5 * (z * pull).sum(axis=-1, keepdims=True), -pull], axis=-1)


def test_divergences_are_reported_in_the_neck_of_a_funnel_and_nowhere_else():
    rng = np.random.default_rng(8)
    v = rng.normal(0, 3, 600)
    x = np.concatenate([v[:, None], np.exp(v / 2)[:, None] * rng.standard_normal((600, 5))], axis=1)
    divergent = no_u_turn_step(x, funnel, funnel_score, 0.3, 1.0, rng).divergent
    assert 10 < divergent.sum() < 200
    # a step follows an oscillation of frequency e^(-v/2) up to step e^(-v/2) = 2
    assert v[divergent].mean() < 2 * np.log(0.3 / 2) + 1 and not divergent[v > 1].any()
    walk = no_u_turn_walk(rng.standard_normal((50, 6)), standard_normal, minus, 0.3, 1.0, rng)
    assert not any(state.divergent.any() for state in islice(walk, 20))


def test_a_step_too_large_is_a_divergence_a_tiny_one_ends_and_a_bad_mass_is_an_error():
    for state in islice(
        no_u_turn_walk(np.full(2, 5.0), quartic, quartic_score, 10.0, 1.0, np.random.default_rng(9)), 9
    ):
        assert state.divergent and state.n_steps == 1 and state.acceptance < 1e-100
        assert_array_equal(state.x, 5.0)
    rng = np.random.default_rng(10)
    assert no_u_turn_step(np.zeros(2), standard_normal, minus, 1e-5, 1.0, rng).n_steps == 2**10 - 1
    with pytest.raises(ValueError, match="eigenvalue 0; all must be > 0"):
        no_u_turn_step(np.zeros(2), standard_normal, minus, 0.1, 0.0, rng)
    with pytest.raises(ValueError, match="begin where the density is > 0"):
        no_u_turn_step(np.zeros(2), lambda x: np.full(x.shape[:-1], -np.inf), minus, 0.1, 1.0, rng)


def test_a_gradient_is_worth_as_much_as_in_the_best_fixed_length():
    """Scales 1 to 10 in 10 dimensions, one step for all: effective samples of the widest one for each gradient."""
    scales = np.geomspace(1, 10, 10)
    log_p, score = lambda x: standard_normal(x / scales), lambda x: -x / scales**2
    x, step, chains, n = np.random.default_rng(11).standard_normal((50, 10)) * scales, 0.8, 50, 200
    states = list(islice(no_u_turn_walk(x, log_p, score, step, 1.0, np.random.default_rng(12)), n))
    worth = lambda samples: min(effective_sample_size(samples[..., -1] ** k) for k in (1, 2))
    ours = worth(np.array([s.x for s in states])) / np.sum([s.n_steps + 1 for s in states])
    fixed = {}
    for n_steps in (2, 5, 15, 40, 100):
        walk = hamiltonian_walk(x, log_p, score, step, n_steps, 1.0, np.random.default_rng(13))
        fixed[n_steps] = worth(collect(walk, n)[0]) / (n * chains * ((n_steps + 1) / 2 + 1))
    assert ours > 0.5 * max(fixed.values()), fixed
    assert ours > 2 * min(fixed.values()), fixed


def test_warm_up_whitens_and_the_chain_mixes():
    rng = np.random.default_rng(14)
    scales = np.geomspace(0.1, 3, 6)
    Q = np.linalg.qr(rng.standard_normal((6, 6)))[0]
    C, P = Q * scales**2 @ Q.T, Q / scales**2 @ Q.T
    log_p, score = lambda x: -0.5 * ((x @ P) * x).sum(axis=-1), lambda x: -x @ P
    start = rng.standard_normal((16, 6)) * scales @ Q.T
    x, step, inverse_mass = no_u_turn_warm_up(start, log_p, score, 160, 0.8, rng)
    root = np.linalg.inv(np.linalg.cholesky(C))
    spread = np.linalg.eigvalsh(root @ inverse_mass @ root.T)
    assert spread.max() / spread.min() < 3  # 900 without it
    states = list(islice(no_u_turn_walk(x, log_p, score, step, inverse_mass, rng), 60))
    assert abs(np.mean([state.acceptance for state in states]) - 0.8) < 0.1
    assert np.mean([state.n_steps for state in states]) < 10
    with pytest.raises(ValueError, match="n is 79; give at least 80"):
        no_u_turn_warm_up(x, log_p, score, 79, 0.8, rng)
