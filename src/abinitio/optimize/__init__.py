"""Optimisation: iterative methods as generators, and a public gradient checker."""

from abinitio.optimize.bfgs import bfgs, inverse_update, lbfgs, two_loops
from abinitio.optimize.descent import gradient_descent
from abinitio.optimize.gradient_check import central_difference, complex_step, gradient_error
from abinitio.optimize.line_search import Point, strong_wolfe
from abinitio.optimize.newton import damped_newton, newton, newton_direction
from abinitio.optimize.proximal import accelerated_proximal_gradient, proximal_gradient, soft_threshold
from abinitio.optimize.quadratic_program import (
    Infeasible,
    Program,
    State,
    Unbounded,
    interior_point,
    solve_quadratic_program,
)
from abinitio.optimize.stochastic import minibatches, stochastic_gradient_descent

__all__ = [
    "Infeasible",
    "Point",
    "Program",
    "State",
    "Unbounded",
    "accelerated_proximal_gradient",
    "bfgs",
    "central_difference",
    "complex_step",
    "damped_newton",
    "gradient_descent",
    "gradient_error",
    "interior_point",
    "inverse_update",
    "lbfgs",
    "minibatches",
    "newton",
    "newton_direction",
    "proximal_gradient",
    "soft_threshold",
    "solve_quadratic_program",
    "stochastic_gradient_descent",
    "strong_wolfe",
    "two_loops",
]
