"""The Ising model in two dimensions: to read, to simulate fast, and what is known of it exactly."""

from abinitio.data.ising.exact import (
    CRITICAL_TEMPERATURE,
    correlation_length,
    onsager_energy,
    spontaneous_magnetization,
)
from abinitio.data.ising.model import (
    flip_cost,
    ising_energy,
    ising_magnetization,
    metropolis_acceptance,
    metropolis_sweep,
)
from abinitio.data.ising.simulate import make_ising

__all__ = [
    "CRITICAL_TEMPERATURE",
    "correlation_length",
    "flip_cost",
    "ising_energy",
    "ising_magnetization",
    "make_ising",
    "metropolis_acceptance",
    "metropolis_sweep",
    "onsager_energy",
    "spontaneous_magnetization",
]
