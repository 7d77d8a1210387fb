"""Linear models: least squares, measured errors, ridge."""

from abinitio.linear_model.affine import AffineRegressor
from abinitio.linear_model.basis import fourier, fourier_basis, polynomial, polynomial_basis
from abinitio.linear_model.curve import CurveFit
from abinitio.linear_model.gram import Gram, centred_gram, centred_products
from abinitio.linear_model.least_squares import (
    LinearRegression,
    least_squares_coefficients,
    mse_gradient,
)
from abinitio.linear_model.measured import (
    chi_squared,
    chi_squared_p_value,
    generalized_least_squares,
    prediction_band,
    weighted_least_squares,
)
from abinitio.linear_model.normal_equations import penalised_least_squares
from abinitio.linear_model.ridge import Ridge, ridge_coefficients, ridge_leave_one_out, ridge_path
from abinitio.linear_model.ridge_cv import RidgeCV

__all__ = [
    "AffineRegressor",
    "CurveFit",
    "Gram",
    "LinearRegression",
    "Ridge",
    "RidgeCV",
    "centred_gram",
    "centred_products",
    "chi_squared",
    "chi_squared_p_value",
    "fourier",
    "fourier_basis",
    "generalized_least_squares",
    "least_squares_coefficients",
    "mse_gradient",
    "penalised_least_squares",
    "polynomial",
    "polynomial_basis",
    "prediction_band",
    "ridge_coefficients",
    "ridge_leave_one_out",
    "ridge_path",
    "weighted_least_squares",
]
