"""Linear models: least squares, ridge, lasso, locally linear regression; logistic regression."""

from abinitio.linear_model.affine import AffineRegressor
from abinitio.linear_model.averaged_perceptron import AveragedPerceptron, averaged_perceptron_walk
from abinitio.linear_model.basis import fourier, fourier_basis, polynomial, polynomial_basis
from abinitio.linear_model.curve import CurveFit
from abinitio.linear_model.elastic_net import ElasticNet, elastic_net_coefficients, elastic_net_objective
from abinitio.linear_model.gram import Gram, centred_gram, centred_products
from abinitio.linear_model.lagged import lagged_features
from abinitio.linear_model.lasso import (
    Lasso,
    alpha_max,
    coordinate_sweep,
    duality_gap,
    lasso_coefficients,
    lasso_objective,
    lasso_path,
)
from abinitio.linear_model.lasso_cv import LassoCV
from abinitio.linear_model.least_squares import (
    LinearRegression,
    least_squares,
    least_squares_coefficients,
    mse_gradient,
)
from abinitio.linear_model.local import LocalLinearRegression, local_linear, local_linear_leave_one_out
from abinitio.linear_model.logistic import logistic_gradient, logistic_hessian, logistic_loss, sigmoid
from abinitio.linear_model.logistic_regression import LogisticRegression
from abinitio.linear_model.measured import (
    chi_squared,
    chi_squared_p_value,
    generalized_least_squares,
    prediction_band,
    weighted_least_squares,
)
from abinitio.linear_model.multinomial import (
    cross_entropy,
    cross_entropy_gradient,
    cross_entropy_hessian,
    log_sum_exp,
    softmax,
)
from abinitio.linear_model.normal_equations import penalised_least_squares
from abinitio.linear_model.perceptron import (
    Perceptron,
    mistake_bound,
    perceptron_epoch,
    perceptron_step,
    perceptron_walk,
)
from abinitio.linear_model.pocket_perceptron import PocketPerceptron, pocket_perceptron_walk
from abinitio.linear_model.ridge import Ridge, ridge_coefficients, ridge_leave_one_out, ridge_path
from abinitio.linear_model.ridge_cv import RidgeCV
from abinitio.linear_model.standardize import standardize

__all__ = [
    "AffineRegressor",
    "AveragedPerceptron",
    "CurveFit",
    "ElasticNet",
    "Gram",
    "Lasso",
    "LassoCV",
    "LinearRegression",
    "LocalLinearRegression",
    "LogisticRegression",
    "Perceptron",
    "PocketPerceptron",
    "Ridge",
    "RidgeCV",
    "alpha_max",
    "averaged_perceptron_walk",
    "centred_gram",
    "centred_products",
    "chi_squared",
    "chi_squared_p_value",
    "coordinate_sweep",
    "cross_entropy",
    "cross_entropy_gradient",
    "cross_entropy_hessian",
    "duality_gap",
    "elastic_net_coefficients",
    "elastic_net_objective",
    "fourier",
    "fourier_basis",
    "generalized_least_squares",
    "lagged_features",
    "lasso_coefficients",
    "lasso_objective",
    "lasso_path",
    "least_squares",
    "least_squares_coefficients",
    "local_linear",
    "local_linear_leave_one_out",
    "log_sum_exp",
    "logistic_gradient",
    "logistic_hessian",
    "logistic_loss",
    "mistake_bound",
    "mse_gradient",
    "penalised_least_squares",
    "perceptron_epoch",
    "perceptron_step",
    "perceptron_walk",
    "pocket_perceptron_walk",
    "polynomial",
    "polynomial_basis",
    "prediction_band",
    "ridge_coefficients",
    "ridge_leave_one_out",
    "ridge_path",
    "sigmoid",
    "softmax",
    "standardize",
    "weighted_least_squares",
]
