import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.metrics import r2_score

from abinitio.metrics.forecast import skill_score, skill_score_with_error


def autoregression(a, n, rng):
    """s_{t+1} = a s_t + noise of variance 1 - a^2: of variance 1 in the stationary state that it starts from."""
    s = np.empty(n)
    s[0] = rng.standard_normal()
    for t in range(1, n):
        s[t] = a * s[t - 1] + np.sqrt(1 - a**2) * rng.standard_normal()
    return s


def test_against_the_mean_it_is_r_squared():
    y, y_pred = np.random.default_rng(0).standard_normal((2, 30))
    assert_allclose(skill_score(y, y_pred, np.full(30, y.mean())), r2_score(y, y_pred), rtol=1e-13)


def test_the_anchors_of_the_scale():
    y, reference = np.random.default_rng(1).standard_normal((2, 30))
    assert skill_score(y, y, reference) == 1
    assert skill_score(y, reference, reference) == 0
    assert_allclose(skill_score(y, 2 * reference - y, reference), -3)  # twice the error


def test_skill_over_persistence_of_an_autoregression():
    a, rng = 0.7, np.random.default_rng(2)
    s = autoregression(a, 20_000, rng)
    score, error = skill_score_with_error(s[1:], a * s[:-1], s[:-1], block=100)
    expected = 1 - (1 - a**2) / (2 - 2 * a)  # error variances 1 - a^2 and 2 - 2 a
    assert 0 < error < 0.02 and abs(score - expected) < 5 * error


@pytest.mark.parametrize("correlated", [False, True])
def test_the_error_is_the_scatter_of_repetitions(correlated):
    rng, n, repeats = np.random.default_rng(3), 600, 300
    scores, errors = [], []
    for _ in range(repeats):
        scale = np.exp(autoregression(0.95 if correlated else 0.0, n, rng))  # errors large for many days in a row
        y, ours, theirs = np.zeros(n), scale * rng.standard_normal(n), rng.standard_normal(n)
        score, error = skill_score_with_error(y, ours, theirs, block=60 if correlated else 1)
        scores.append(score)
        errors.append(error)
    spread = np.std(scores, ddof=1)
    typical = np.sqrt(np.mean(np.square(errors)))
    assert abs(typical / spread - 1) < (0.35 if correlated else 0.25)


def test_blocks_must_be_at_least_two():
    y = np.arange(5.0)
    with pytest.raises(ValueError, match="5 times make 1 blocks of 3; give a block of at most 2"):
        skill_score_with_error(y, y, y + 1, block=3)
