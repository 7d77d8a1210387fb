"""Sampling: Markov chains of a wanted law, and what their states are worth."""

from abinitio.sampling.adaptation import (
    DualAveraging,
    adapted_step,
    first_step,
    shrunk_covariance,
    start_averaging,
    update_averaging,
    warm_up,
)
from abinitio.sampling.chain import ChainState, collect
from abinitio.sampling.diagnostics import (
    bulk_effective_sample_size,
    geyer_effective_sample_size,
    monte_carlo_error,
    rank_r_hat,
    split_r_hat,
    tail_effective_sample_size,
)
from abinitio.sampling.gibbs import (
    change_point_posterior,
    change_point_walk,
    gaussian_gibbs_step,
    gaussian_gibbs_walk,
)
from abinitio.sampling.hamiltonian import hamiltonian_step, hamiltonian_walk, leapfrog
from abinitio.sampling.metropolis import (
    acceptance_probability,
    gaussian_acceptance,
    gaussian_squared_step,
    metropolis_hastings,
    metropolis_matrix,
    metropolis_step,
    optimal_scale,
    random_walk,
)
from abinitio.sampling.no_u_turn import NoUTurnState, no_u_turn_step, no_u_turn_walk, no_u_turn_warm_up, turns_back
from abinitio.sampling.stretch import stretch_factors, stretch_half, stretch_step, stretch_walk

__all__ = [
    "ChainState",
    "DualAveraging",
    "NoUTurnState",
    "acceptance_probability",
    "adapted_step",
    "bulk_effective_sample_size",
    "change_point_posterior",
    "change_point_walk",
    "collect",
    "first_step",
    "gaussian_acceptance",
    "gaussian_gibbs_step",
    "gaussian_gibbs_walk",
    "gaussian_squared_step",
    "geyer_effective_sample_size",
    "hamiltonian_step",
    "hamiltonian_walk",
    "leapfrog",
    "metropolis_hastings",
    "metropolis_matrix",
    "metropolis_step",
    "monte_carlo_error",
    "no_u_turn_step",
    "no_u_turn_walk",
    "no_u_turn_warm_up",
    "optimal_scale",
    "random_walk",
    "rank_r_hat",
    "shrunk_covariance",
    "split_r_hat",
    "start_averaging",
    "stretch_factors",
    "stretch_half",
    "stretch_step",
    "stretch_walk",
    "tail_effective_sample_size",
    "turns_back",
    "update_averaging",
    "warm_up",
]
