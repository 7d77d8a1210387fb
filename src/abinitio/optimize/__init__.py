"""Optimisation: iterative methods as generators, and a public gradient checker.

Two functions bear the name of their file and are imported from there: `bfgs.bfgs` and `newton.newton`.
"""

from abinitio.optimize.bfgs import inverse_update, lbfgs, two_loops
from abinitio.optimize.descent import gradient_descent
from abinitio.optimize.gradient_check import central_difference, complex_step, gradient_error
from abinitio.optimize.line_search import Point, strong_wolfe
from abinitio.optimize.newton import damped_newton, newton_direction
from abinitio.optimize.proximal import accelerated_proximal_gradient, proximal_gradient, soft_threshold
from abinitio.optimize.stochastic import minibatches, stochastic_gradient_descent

__all__ = [
    "Point",
    "accelerated_proximal_gradient",
    "central_difference",
    "complex_step",
    "damped_newton",
    "gradient_descent",
    "gradient_error",
    "inverse_update",
    "lbfgs",
    "minibatches",
    "newton_direction",
    "proximal_gradient",
    "soft_threshold",
    "stochastic_gradient_descent",
    "strong_wolfe",
    "two_loops",
]
