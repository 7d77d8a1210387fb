"""Optimisation: iterative methods as generators, and a public gradient checker."""

from abinitio.optimize.descent import gradient_descent
from abinitio.optimize.gradient_check import central_difference, complex_step, gradient_error
from abinitio.optimize.proximal import accelerated_proximal_gradient, proximal_gradient, soft_threshold
from abinitio.optimize.stochastic import minibatches, stochastic_gradient_descent

__all__ = [
    "accelerated_proximal_gradient",
    "central_difference",
    "complex_step",
    "gradient_descent",
    "gradient_error",
    "minibatches",
    "proximal_gradient",
    "soft_threshold",
    "stochastic_gradient_descent",
]
