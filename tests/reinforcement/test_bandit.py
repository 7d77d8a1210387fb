"""Bandits against exact regrets, Theorem 1 of Auer et al. and the lower bound of Lai and Robbins."""

import itertools

import numpy as np
import pytest
from scipy.stats import bernoulli, entropy, kstest, norm

from abinitio.reinforcement import (
    bernoulli_arms,
    cumulative_regret,
    epsilon_greedy,
    explore_then_commit,
    explore_then_commit_regret,
    gaussian_arms,
    lai_robbins_slope,
    play,
    ucb1,
    ucb1_bound,
    ucb1_index,
)


def pulled(game, t):
    """The arms (t, runs) of the first t pulls."""
    return np.array([arms for arms, _ in itertools.islice(game, t)])


def test_arms_pay_what_they_promise():
    rng, n = np.random.default_rng(0), 20_000
    arms = np.repeat([0, 1], n)
    rewards = bernoulli_arms(np.array([0.2, 0.7]))(arms, rng)
    assert set(rewards) == {0.0, 1.0}
    for k, p in enumerate((0.2, 0.7)):
        assert rewards[arms == k].mean() == pytest.approx(p, abs=4 * np.sqrt(p * (1 - p) / n))
    rewards = gaussian_arms(np.array([-1.0, 4.0]), sigma=3.0)(arms, rng)
    assert kstest(rewards[arms == 1], norm(4, 3).cdf).pvalue > 1e-3
    assert kstest(rewards[arms == 0], norm(-1, 3).cdf).pvalue > 1e-3


def test_play_counts_and_sums_what_was_paid():
    seen = []

    def choose(counts, sums):
        seen.append((counts.copy(), sums.copy()))
        return np.array([2, 0])

    game = play(choose, gaussian_arms(np.array([1.0, 2.0, 3.0])), 3, 2, np.random.default_rng(1))
    steps = list(itertools.islice(game, 5))
    assert [arms.tolist() for arms, _ in steps] == [[0, 0], [1, 1], [2, 2], [2, 0], [2, 0]]
    counts, sums = seen[-1]  # before the fifth pull
    assert counts.tolist() == [[1, 1, 2], [2, 1, 1]]
    paid = [rewards for _, rewards in steps]
    assert sums[0].tolist() == [paid[0][0], paid[1][0], paid[2][0] + paid[3][0]]
    assert sums[1].tolist() == [paid[0][1] + paid[3][1], paid[1][1], paid[2][1]]


def test_explore_then_commit_commits_to_the_better_mean_of_the_exploration():
    game = explore_then_commit(gaussian_arms(np.array([0.0, 0.3, 0.1])), 3, 4, 200, np.random.default_rng(2))
    steps = list(itertools.islice(game, 40))
    arms = np.array([a for a, _ in steps])
    rewards = np.array([r for _, r in steps])
    assert np.array_equal(arms[:12], np.tile(np.arange(3)[:, None], (4, 200)))
    best = rewards[:12].reshape(4, 3, 200).sum(axis=0).argmax(axis=0)
    assert np.array_equal(arms[12:], np.tile(best, (28, 1)))
    assert len(set(best)) == 3


@pytest.mark.parametrize(("gap", "m", "sigma"), [(0.5, 8, 1.0), (1.0, 3, 2.0)])
def test_explore_then_commit_has_its_exact_regret(gap, m, sigma):
    means, horizon, runs = np.array([0.0, gap]), 60, 4000
    arms = pulled(explore_then_commit(gaussian_arms(means, sigma), 2, m, runs, np.random.default_rng(3)), horizon)
    regret = cumulative_regret(arms, means)
    for t in (2, 2 * m, 2 * m + 1, horizon):
        error = regret[t - 1].std() / np.sqrt(runs)
        assert regret[t - 1].mean() == pytest.approx(
            explore_then_commit_regret(t, gap, m, sigma), abs=4 * error + 1e-12
        )


def test_epsilon_one_is_uniform_and_epsilon_zero_is_greedy():
    means = np.array([0.1, 0.5, 0.9])
    arms = pulled(epsilon_greedy(bernoulli_arms(means), 3, 1.0, 500, np.random.default_rng(4)), 23)[3:]
    for k in range(3):
        assert np.mean(arms == k) == pytest.approx(1 / 3, abs=4 * np.sqrt(2 / 9 / arms.size))
    game = epsilon_greedy(gaussian_arms(means), 3, 0.0, 50, np.random.default_rng(5))
    counts, sums = np.zeros((50, 3)), np.zeros((50, 3))
    for t, (arms, rewards) in enumerate(itertools.islice(game, 30)):
        assert np.array_equal(arms, np.full(50, t) if t < 3 else (sums / counts).argmax(axis=1))
        counts[np.arange(50), arms] += 1
        sums[np.arange(50), arms] += rewards


def test_constant_epsilon_has_linear_regret():
    means, epsilon, runs = np.array([0.2, 0.9]), 0.2, 1000
    arms = pulled(epsilon_greedy(bernoulli_arms(means), 2, epsilon, runs, np.random.default_rng(6)), 600)
    regret = cumulative_regret(arms, means)
    late = (regret[-1] - regret[299]) / 300  # by then the best arm is known: only the exploration costs
    assert late.mean() == pytest.approx(epsilon * 0.35, abs=4 * late.std() / np.sqrt(runs))


def test_ucb1_index_by_hand_and_row_by_row():
    counts, sums = np.array([[1.0, 3.0], [10.0, 30.0]]), np.array([[1.0, 0.0], [2.0, 15.0]])
    expected = [[1 + np.sqrt(2 * np.log(4)), np.sqrt(2 * np.log(4) / 3)]]
    expected += [[0.2 + np.sqrt(2 * np.log(40) / 10), 0.5 + np.sqrt(2 * np.log(40) / 30)]]
    np.testing.assert_allclose(ucb1_index(counts, sums), expected, rtol=1e-14)
    np.testing.assert_array_equal(ucb1_index(counts[1], sums[1]), ucb1_index(counts, sums)[1])


def test_ucb1_plays_the_largest_index():
    game, runs = ucb1(bernoulli_arms(np.array([0.3, 0.6, 0.5])), 3, 40, np.random.default_rng(7)), np.arange(40)
    counts, sums = np.zeros((40, 3)), np.zeros((40, 3))
    for t, (arms, rewards) in enumerate(itertools.islice(game, 100)):
        if t >= 3:
            assert np.array_equal(arms, ucb1_index(counts, sums).argmax(axis=1))
        counts[runs, arms] += 1
        sums[runs, arms] += rewards


@pytest.mark.parametrize("means", [(0.6, 0.9), (0.5, 0.55, 0.45), (0.1, 0.9, 0.8, 0.2)])
def test_ucb1_stays_below_the_bound_of_auer(means):
    means, horizon = np.array(means), 1500
    arms = pulled(ucb1(bernoulli_arms(means), len(means), 60, np.random.default_rng(8)), horizon)
    regret = cumulative_regret(arms, means)
    t = np.array([10, 100, horizon])
    assert np.all(regret[t - 1].mean(axis=1) < ucb1_bound(t, means))


def test_no_logarithmic_policy_beats_lai_and_robbins():
    means, runs = np.array([0.6, 0.9]), 300
    arms = pulled(ucb1(bernoulli_arms(means), 2, runs, np.random.default_rng(9)), 3000)
    growth = np.diff(cumulative_regret(arms, means)[[299, 2999]], axis=0)[0] / np.log(10)
    assert growth.mean() - 4 * growth.std() / np.sqrt(runs) > lai_robbins_slope(means)


def test_lai_robbins_slope_and_ucb1_bound_by_hand():
    means = np.array([0.2, 0.8, 0.5])
    kl = [entropy(bernoulli(p).pmf([0, 1]), bernoulli(0.8).pmf([0, 1])) for p in (0.2, 0.5)]
    assert lai_robbins_slope(means) == pytest.approx(0.6 / kl[0] + 0.3 / kl[1], rel=1e-12)
    assert ucb1_bound(100, means) == pytest.approx(8 * np.log(100) * (1 / 0.6 + 1 / 0.3) + (1 + np.pi**2 / 3) * 0.9)


def test_regret_is_zero_for_the_best_arm_and_never_falls():
    means = np.array([0.5, 2.0, 1.0])
    assert not cumulative_regret(np.full((10, 3), 1), means).any()
    arms = np.random.default_rng(10).integers(3, size=(50, 4))
    regret = cumulative_regret(arms, means)
    assert np.all(np.diff(regret, axis=0) >= 0)
    for run in range(4):
        np.testing.assert_allclose(regret[:, run], [sum(2.0 - means[arms[: t + 1, run]]) for t in range(50)])
