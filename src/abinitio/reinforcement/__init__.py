"""Reinforcement learning: bandits."""

from abinitio.reinforcement.bandit import (
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

__all__ = [
    "bernoulli_arms",
    "cumulative_regret",
    "epsilon_greedy",
    "explore_then_commit",
    "explore_then_commit_regret",
    "gaussian_arms",
    "lai_robbins_slope",
    "play",
    "ucb1",
    "ucb1_bound",
    "ucb1_index",
]
