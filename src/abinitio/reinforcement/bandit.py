r"""The bandit: K arms of unknown mean reward, one pull at a time; learn which is best while losing little.

Arm k pays a random reward of mean $\mu_k$; its gap is $\Delta_k = \max_j \mu_j - \mu_k$. The regret of the arms
$a_1 \dots a_T$ is $R_T = \sum_t \Delta_{a_t}$: what was lost against somebody who knew the best arm.
Policies are generators that play many independent runs at once, so that curves have error bars. State of a policy:
counts : (..., K), how often each arm was pulled;  sums : (..., K), what it paid in total.

Oracles: the exact regret of explore-then-commit on two Gaussian arms; the linear regret of constant exploration; the
bound on UCB1 and the lower bound of Lai and Robbins.
Sources: P. Auer, N. Cesa-Bianchi, P. Fischer, Machine Learning 47 (2002) 235, Theorem 1; T. L. Lai and H. Robbins,
Adv. Appl. Math. 6 (1985) 4; T. Lattimore and C. Szepesvári, Bandit Algorithms (2020), ch. 6.
"""

import itertools

import numpy as np
from scipy.special import ndtr, rel_entr


def bernoulli_arms(means):
    """Arms that pay 1 with probability `means[k]`, else 0.

    means : (K,) probabilities. Returns pull(arms, rng) -> rewards, for an integer array `arms` of any shape.

    >>> bernoulli_arms(np.array([0.0, 1.0]))(np.array([1, 0, 1]), np.random.default_rng(0))
    array([1., 0., 1.])
    """
    return lambda arms, rng: (rng.random(arms.shape) < means[arms]).astype(float)


def gaussian_arms(means, sigma=1.0):
    """Arms that pay a normal reward of mean `means[k]` and standard deviation `sigma`.

    means : (K,);  sigma : > 0. Returns pull(arms, rng) -> rewards, for an integer array `arms` of any shape.

    >>> gaussian_arms(np.array([1.0, 5.0]), sigma=1e-9)(np.array([1, 0]), np.random.default_rng(0)).round(3)
    array([5., 1.])
    """
    return lambda arms, rng: rng.normal(means[arms], sigma)


def play(choose, pull, n_arms, runs, rng):
    """Every arm once, then the arms that `choose` asks for, in many independent runs side by side (endless generator).

    choose : callable (counts, sums) -> arms, (runs, K) arrays -> (runs,) integers;  pull : callable (arms, rng) ->
    rewards;  n_arms : K;  runs : how many. Yields (arms, rewards), each (runs,), after every pull.

    >>> game = play(lambda counts, sums: sums.argmax(axis=1), gaussian_arms(np.array([0.0, 5.0])), 2, runs=3,
    ...             rng=np.random.default_rng(0))
    >>> [next(game)[0].tolist() for _ in range(4)]
    [[0, 0, 0], [1, 1, 1], [1, 1, 1], [1, 1, 1]]
    """
    counts, sums, run = np.zeros((runs, n_arms)), np.zeros((runs, n_arms)), np.arange(runs)
    for t in itertools.count():
        arms = choose(counts, sums) if t >= n_arms else np.full(runs, t)
        rewards = pull(arms, rng)
        counts[run, arms] += 1
        sums[run, arms] += rewards
        yield arms, rewards


def explore_then_commit(pull, n_arms, m, runs, rng):
    """First every arm `m` times; then for ever the one that paid most.

    pull : callable (arms, rng) -> rewards;  n_arms : K;  m : >= 1 pulls of each arm;  runs : independent runs.
    Yields (arms, rewards), each (runs,). Ties go to the lower number.

    >>> game = explore_then_commit(gaussian_arms(np.array([0.0, 5.0])), 2, m=2, runs=1, rng=np.random.default_rng(0))
    >>> [int(next(game)[0][0]) for _ in range(7)]
    [0, 1, 0, 1, 1, 1, 1]
    """

    def choose(counts, sums):
        exploring, committed = counts.min(axis=1) < m, counts.max(axis=1) > m
        favourite = np.where(committed, counts.argmax(axis=1), sums.argmax(axis=1))
        return np.where(exploring, counts.argmin(axis=1), favourite)

    return play(choose, pull, n_arms, runs, rng)


def epsilon_greedy(pull, n_arms, epsilon, runs, rng):
    """With probability `epsilon` any arm, all alike; else the one with the largest mean reward so far.

    pull : callable (arms, rng) -> rewards;  n_arms : K;  epsilon : from 0 to 1;  runs : independent runs.
    Yields (arms, rewards), each (runs,). Every arm is pulled once first; ties go to the lower number.

    >>> game = epsilon_greedy(bernoulli_arms(np.array([0.0, 1.0])), 2, 0.0, runs=1, rng=np.random.default_rng(0))
    >>> [int(next(game)[0][0]) for _ in range(4)]
    [0, 1, 1, 1]
    """

    def choose(counts, sums):
        explore = rng.random(runs) < epsilon
        return np.where(explore, rng.integers(n_arms, size=runs), (sums / counts).argmax(axis=1))

    return play(choose, pull, n_arms, runs, rng)


def ucb1_index(counts, sums):
    r"""Index of UCB1 (Auer, Cesa-Bianchi and Fischer 2002): the mean reward of an arm plus how far it may be off.

    counts : (..., K) how often each arm was pulled, all >= 1;  sums : (..., K) what it paid in total. Each row of the
    last axis is one run, with its own number of pulls $t = \sum_k n_k$.
    Returns (..., K) numbers, the unit that of the rewards: $\bar x_k + \sqrt{2 \ln t / n_k}$.

    >>> ucb1_index(np.array([1.0, 9.0]), np.array([0.5, 6.3])).round(2)
    array([2.65, 1.42])
    """
    t = counts.sum(axis=-1, keepdims=True)
    return sums / counts + np.sqrt(2 * np.log(t) / counts)


def ucb1(pull, n_arms, runs, rng):
    """The arm with the largest `ucb1_index`: optimism in the face of uncertainty.

    pull : callable (arms, rng) -> rewards, from 0 to 1 where the bound is to hold;  n_arms : K;  runs : independent
    runs. Yields (arms, rewards), each (runs,). Every arm is pulled once first; ties go to the lower number.

    >>> game = ucb1(bernoulli_arms(np.array([0.0, 1.0])), 2, runs=1, rng=np.random.default_rng(0))
    >>> [int(next(game)[0][0]) for _ in range(7)]
    [0, 1, 1, 1, 1, 1, 0]
    """
    return play(lambda counts, sums: ucb1_index(counts, sums).argmax(axis=1), pull, n_arms, runs, rng)


def cumulative_regret(arms, means):
    r"""Regret after every pull: $R_t = \sum_{s \le t} (\max_k \mu_k - \mu_{a_s})$.

    arms : (T,) or (T, runs) integers, the arm pulled at each time;  means : (K,) true mean rewards.
    Returns an array of the shape of `arms`, in the unit of the rewards.

    >>> cumulative_regret(np.array([0, 1, 2, 1]), np.array([1.0, 5.0, 2.0]))
    array([4., 4., 7., 7.])
    """
    return np.cumsum(means.max() - means[arms], axis=0)


def explore_then_commit_regret(t, gap, m, sigma=1.0):
    r"""Exact expected regret of explore-then-commit on two Gaussian arms.

    t : number of pulls, even or >= 2m (array or number);  gap : difference of the two means, > 0;  m : pulls of each
    arm before the choice;  sigma : standard deviation of a reward. Returns an array of the shape of t.

    >>> float(explore_then_commit_regret(1000, gap=0.5, m=20).round(2))
    37.32
    """
    wrong = ndtr(-gap * np.sqrt(m / 2) / sigma)  # the difference of the two means has variance 2σ²/m
    return gap * (np.minimum(t, 2 * m) / 2 + wrong * np.maximum(t - 2 * m, 0))


def ucb1_bound(t, means):
    r"""Upper bound on the expected regret of UCB1, for rewards from 0 to 1 (Auer et al. 2002, Theorem 1).

    t : number of pulls (array or number);  means : (K,) true mean rewards, the best one unique.
    Returns $8 \sum_k \ln t / \Delta_k + (1 + \pi^2/3) \sum_k \Delta_k$ over the arms with a gap.

    >>> float(ucb1_bound(1000, np.array([0.9, 0.6])).round(1))
    185.5
    """
    gaps = (means.max() - means)[means < means.max()]
    return 8 * np.log(t) * np.sum(1 / gaps) + (1 + np.pi**2 / 3) * np.sum(gaps)


def lai_robbins_slope(means):
    r"""Smallest growth of the regret with ln t that a policy can have if it is good for all Bernoulli arms.

    means : (K,) true probabilities of reward, below 1. Returns $\sum_k \Delta_k / \mathrm{kl}(\mu_k, \mu^*)$ over the
    arms with a gap, where kl is the divergence (in nats) of two Bernoulli distributions and $\mu^* = \max_k \mu_k$.

    >>> float(lai_robbins_slope(np.array([0.9, 0.6])).round(3))
    0.964
    """
    worse, best = means[means < means.max()], means.max()
    return np.sum((best - worse) / (rel_entr(worse, best) + rel_entr(1 - worse, 1 - best)))
