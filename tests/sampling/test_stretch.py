"""The stretch move: detailed balance along a ray, affine invariance, moments of known laws, the fast walk."""

from itertools import islice

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy import stats

from abinitio._core.series import effective_sample_size
from abinitio.sampling import stretch
from abinitio.sampling.chain import collect
from abinitio.sampling.stretch import stretch_factors, stretch_half, stretch_step, stretch_walk


def standard_normal(x):
    return -0.5 * (x**2).sum(axis=-1)


def ensemble_in_errors(values, wanted):
    """How many standard errors the mean of values (n, walkers) is from the wanted one; walkers are not independent."""
    series = values.mean(axis=1)
    return abs(series.mean() - wanted) / (series.std() / np.sqrt(effective_sample_size(series)))


def test_factors_have_the_density_of_the_definition():
    a, u = 3.0, np.linspace(0, 1, 1001)
    z = stretch_factors(u, a)
    assert_allclose([z[0], z[-1]], [1 / a, a], rtol=1e-15)
    below = np.array([(np.sqrt(q) - np.sqrt(1 / a)) / (np.sqrt(a) - np.sqrt(1 / a)) for q in z])  # ∫ g, normalised
    assert_allclose(below, u, atol=1e-14)


def test_one_stretch_is_in_detailed_balance():
    """p(x) T(x → y) = p(y) T(y → x) for a fixed partner c on a line through it in d dimensions.

    In polar coordinates about c the measure of a point at distance r is r^(d-1) dr."""
    a, d = 2.0, 4
    g = lambda z: (1 / a <= z) * (z <= a) / np.sqrt(z)
    step = 1e-6
    for z in (0.6, 1.3, 1.9):  # g is the law of the factors: dz = du / g, up to a constant
        u = (np.sqrt(a * z) - 1) / (a - 1)
        slope = (stretch_factors(u + step, a) - stretch_factors(u - step, a)) / (2 * step)
        assert_allclose(slope * g(z), 2 * (a - 1) / np.sqrt(a), rtol=1e-8)
    rng = np.random.default_rng(0)
    for _ in range(20):
        r, s = rng.uniform(0.5, 1.5, 2)  # distances of x and y
        log_p = lambda r: -(r**4)
        flow = [
            np.exp(log_p(r)) * r ** (d - 1) * g(s / r) / r * acceptance(s / r, d, log_p(s) - log_p(r)),
            np.exp(log_p(s)) * s ** (d - 1) * g(r / s) / s * acceptance(r / s, d, log_p(r) - log_p(s)),
        ]
        assert_allclose(flow[0], flow[1], rtol=1e-12)


def acceptance(z, d, log_ratio):
    """The probability that `stretch_half` moves a walker by the factor z, found by bisection of its last number."""
    a, low, high = 2.0, 0.0, 1.0
    x, others = np.zeros((1, d)), np.zeros((1, d))
    x[0, 0] = 1.0
    log_p = lambda points: np.where(np.abs(points[:, 0] - 1) < 1e-12, 0.0, log_ratio)
    v = (np.sqrt(a * z) - 1) / (a - 1)
    if not 0 <= v <= 1:
        return 0.0
    while high - low > 1e-15:
        middle = (low + high) / 2
        moved = stretch_half(x, others, log_p, a, Fixed([[0.0], [v], [middle]]))[0, 0] != 1.0
        low, high = (middle, high) if moved else (low, middle)
        if middle in (low, high) and high - low <= np.spacing(middle):
            break
    return high


class Fixed:
    """Stands for a Generator whose numbers are given."""

    def __init__(self, numbers):
        self.numbers = np.array(numbers)

    def random(self, shape):
        assert shape == self.numbers.shape
        return self.numbers


def test_half_by_hand():
    x, others = np.array([[2.0, 0.0], [0.0, 4.0]]), np.array([[0.0, 0.0], [1.0, 1.0], [5.0, 5.0]])
    rng = Fixed([[0.4, 0.0], [1.0, 0.0], [0.3, 0.6]])  # partners 1 and 0, factors 4 and 1/4
    log_p = lambda x: np.log(1 + x[:, 1] ** 2)
    proposals = np.array([[5.0, -3.0], [0.0, 1.0]])
    ratios = [4 * 10 / 1, 0.25 * 2 / 17]
    assert ratios[0] > 1 and ratios[1] < 0.6
    assert_allclose(stretch_half(x, others, log_p, 4.0, rng), [proposals[0], x[1]])


def test_affine_invariance_is_exact():
    """The chain of the images is the image of the chain: to the bit for powers of two, to rounding in general."""
    rng = np.random.default_rng(1)
    x = rng.standard_normal((12, 3))
    scales = np.array([4.0, 0.125, 1024.0])
    plain = stretch_walk(x, standard_normal, 2.0, np.random.default_rng(2))
    scaled = stretch_walk(x * scales, lambda y: standard_normal(y / scales), 2.0, np.random.default_rng(2))
    for one, other in islice(zip(plain, scaled), 300):
        assert_array_equal(one.x * scales, other.x)
    A, b = rng.standard_normal((3, 3)), np.array([5.0, -3.0, 100.0])
    back = np.linalg.inv(A)
    image = lambda y: standard_normal((y - b) @ back.T)
    y, rng_x, rng_y = x @ A.T + b, np.random.default_rng(3), np.random.default_rng(3)
    for _ in range(300):
        x, y = stretch_step(x, standard_normal, 2.0, rng_x), stretch_step(y, image, 2.0, rng_y)
        assert_allclose(y, x @ A.T + b, rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize("walkers, d, a", [(4, 1, 2.0), (10, 2, 2.0), (40, 5, 1.5), (12, 6, 5.0)])
def test_walk_is_the_readable_step(monkeypatch, walkers, d, a):
    monkeypatch.setattr(stretch, "BLOCK", 500)  # so that the walk draws several times
    x = 1 + np.random.default_rng(4).random((walkers, d))
    log_p = lambda x: np.where((x > 0).all(axis=-1), (np.log(np.maximum(x, 1e-300)) - x).sum(axis=-1), -np.inf)
    rng, moved = np.random.default_rng(5), 0
    for state in islice(stretch_walk(x, log_p, a, np.random.default_rng(5)), 300):
        before, x = x, stretch_step(x, log_p, a, rng)
        moved += np.mean((x != before).any(axis=1)) / 300
        assert_allclose(state.x, x, rtol=1e-13)
        assert_allclose(state.log_p, log_p(x), rtol=1e-12, atol=1e-12)
    assert 0.1 < moved < 0.95


def test_log_p_is_called_twice_a_step_on_half_of_the_walkers():
    calls = []
    log_p = lambda x: calls.append(x.shape) or standard_normal(x)
    collect(stretch_walk(np.random.default_rng(6).standard_normal((20, 3)), log_p, 2.0, np.random.default_rng(7)), 50)
    assert calls == [(20, 3)] + 100 * [(10, 3)]


def test_a_correlated_gaussian_has_its_moments():
    C = np.array([[4.0, 1.9, 0.0], [1.9, 1.0, 0.1], [0.0, 0.1, 1e-4]]) + np.diag([0, 0.1, 0.1])
    P, rng = np.linalg.inv(C), np.random.default_rng(8)
    log_p = lambda x: -0.5 * ((x @ P) * x).sum(axis=-1)
    walk = stretch_walk(rng.multivariate_normal(np.zeros(3), C, 60), log_p, 2.0, rng)
    samples, acceptance = collect(walk, 8000, skip=200)
    assert 0.4 < acceptance < 0.8
    for i in range(3):
        assert ensemble_in_errors(samples[..., i], 0) < 4
        for j in range(3):
            assert ensemble_in_errors(samples[..., i] * samples[..., j], C[i, j]) < 4


def test_a_uniform_law_in_a_ball_has_its_radius():
    """The volume factor alone decides: the mean of r² is d / (d + 2)."""
    d, rng = 5, np.random.default_rng(9)
    log_p = lambda x: np.where((x**2).sum(axis=-1) < 1, 0.0, -np.inf)
    samples, _ = collect(stretch_walk(rng.uniform(-0.3, 0.3, (40, d)), log_p, 2.0, rng), 6000, skip=300)
    squares = (samples**2).sum(axis=-1)
    assert squares.max() < 1
    assert ensemble_in_errors(squares, d / (d + 2)) < 4
    assert ensemble_in_errors(squares, (d + 1) / (d + 3)) > 8  # what one power of z more would give


def test_a_conjugate_posterior():
    """A probability after 3 successes in 10 trials with a flat prior, and one after 8: Beta(4, 8) and Beta(9, 3)."""
    k, laws, rng = np.array([3, 8]), (stats.beta(4, 8), stats.beta(9, 3)), np.random.default_rng(10)

    def log_p(x):
        inside = ((x > 0) & (x < 1)).all(axis=-1)
        p = np.clip(x, 1e-300, 1 - 1e-16)
        return np.where(inside, (k * np.log(p) + (10 - k) * np.log1p(-p)).sum(axis=-1), -np.inf)

    samples, _ = collect(stretch_walk(rng.uniform(0.2, 0.8, (30, 2)), log_p, 2.0, rng), 6000, skip=200)
    for i, law in enumerate(laws):
        assert ensemble_in_errors(samples[..., i], law.mean()) < 4
        assert ensemble_in_errors((samples[..., i] - law.mean()) ** 2, law.var()) < 4
        assert ensemble_in_errors(samples[..., i] < law.ppf(0.05), 0.05) < 4


@pytest.mark.parametrize(
    "x, a, words",
    [
        (np.zeros((7, 2)), 2.0, "7 walkers in 2 dimensions; an even number of at least 4"),
        (np.zeros((4, 3)), 2.0, "at least 6"),
        (np.outer(np.arange(8.0), [1, 2]), 2.0, "one plane"),
        (np.random.default_rng(0).random((8, 2)), 1.0, "a is 1.0; it must be > 1"),
    ],
)
def test_what_cannot_be_walked_is_refused(x, a, words):
    with pytest.raises(ValueError, match=words):
        next(stretch_walk(x, standard_normal, a, np.random.default_rng(0)))
