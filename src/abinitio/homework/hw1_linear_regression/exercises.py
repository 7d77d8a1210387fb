"""What homework 1 asks, in the order of its notebook."""

from abinitio.homework.hw1_linear_regression.exercises_descent import GRADIENT_DESCENT, MINIBATCHES, MSE_GRADIENT
from abinitio.homework.hw1_linear_regression.exercises_exact import LEAST_SQUARES, STANDARDIZE, WEIGHTED_LEAST_SQUARES
from abinitio.homework.hw1_linear_regression.exercises_lasso import COORDINATE_SWEEP, DUALITY_GAP, SOFT_THRESHOLD
from abinitio.homework.hw1_linear_regression.exercises_local import LOCAL_LINEAR
from abinitio.homework.hw1_linear_regression.exercises_ridge import RIDGE_COEFFICIENTS, RIDGE_LEAVE_ONE_OUT

EXERCISES = (
    MSE_GRADIENT,
    GRADIENT_DESCENT,
    LEAST_SQUARES,
    STANDARDIZE,
    MINIBATCHES,
    WEIGHTED_LEAST_SQUARES,
    RIDGE_COEFFICIENTS,
    RIDGE_LEAVE_ONE_OUT,
    SOFT_THRESHOLD,
    COORDINATE_SWEEP,
    DUALITY_GAP,
    LOCAL_LINEAR,
)
