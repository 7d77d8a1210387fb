"""Feature maps and kernels: kernel functions, Mercer's condition, kernel ridge regression, smoothing, classifiers."""

from abinitio.kernels.classification import KernelClassifier
from abinitio.kernels.combination import product_kernel, sum_kernel
from abinitio.kernels.feature_error import (
    fourier_feature_variance,
    kernel_error,
    orthogonal_feature_variance,
    paired_feature_variance,
)
from abinitio.kernels.features import (
    FeatureMap,
    monomials,
    polynomial_features,
    product_features,
    quadratic_features,
)
from abinitio.kernels.fourier_features import (
    RBFSampler,
    gaussian_frequencies,
    laplace_frequencies,
    matern_frequencies,
    paired_fourier_features,
    random_fourier_features,
)
from abinitio.kernels.functions import (
    gaussian_kernel,
    laplacian_kernel,
    linear_kernel,
    matern_kernel,
    periodic_kernel,
    polynomial_kernel,
    sigmoid_kernel,
)
from abinitio.kernels.kernel_matrix import KernelEstimator, kernel_matrix
from abinitio.kernels.logistic import (
    KernelLogisticRegression,
    kernel_logistic_gradient,
    kernel_logistic_loss,
    kernel_logistic_step,
)
from abinitio.kernels.mercer import gaussian_mercer_eigenvalues, is_mercer, kernel_features, negative_part
from abinitio.kernels.nystroem import Nystroem, inverse_square_root, nystroem_kernel
from abinitio.kernels.orthogonal import chebyshev_basis, legendre_basis, to_unit_interval
from abinitio.kernels.orthogonal_features import OrthogonalRBFSampler, orthogonal_frequencies, random_rotation
from abinitio.kernels.perceptron import (
    KernelPerceptron,
    kernel_perceptron_epoch,
    kernel_perceptron_step,
    kernel_perceptron_walk,
)
from abinitio.kernels.pivoted_cholesky import pivot_coefficients, pivoted_cholesky
from abinitio.kernels.ridge import (
    KernelRidge,
    kernel_predictions,
    kernel_ridge_coefficients,
    kernel_ridge_with_intercept,
)
from abinitio.kernels.ridge_path import KernelRidgeCV, kernel_ridge_leave_one_out, kernel_ridge_path
from abinitio.kernels.rkhs import least_norm_coefficients, penalised_squares, rkhs_inner, rkhs_norm
from abinitio.kernels.smoothing import KernelSmoother, nadaraya_watson, nadaraya_watson_leave_one_out
from abinitio.kernels.structured_features import (
    Fastfood,
    FastfoodSampler,
    draw_fastfood,
    fastfood_projection,
    structured_fourier_features,
    walsh_hadamard,
)
from abinitio.kernels.structured_orthogonal_features import (
    StructuredRBFSampler,
    StructuredRotations,
    draw_structured_rotations,
    structured_orthogonal_features,
    structured_rotation_projection,
)

__all__ = [
    "Fastfood",
    "FastfoodSampler",
    "FeatureMap",
    "KernelClassifier",
    "KernelEstimator",
    "KernelLogisticRegression",
    "KernelPerceptron",
    "KernelRidge",
    "KernelRidgeCV",
    "KernelSmoother",
    "Nystroem",
    "OrthogonalRBFSampler",
    "RBFSampler",
    "StructuredRBFSampler",
    "StructuredRotations",
    "chebyshev_basis",
    "draw_fastfood",
    "draw_structured_rotations",
    "fastfood_projection",
    "fourier_feature_variance",
    "gaussian_frequencies",
    "gaussian_kernel",
    "gaussian_mercer_eigenvalues",
    "inverse_square_root",
    "is_mercer",
    "kernel_error",
    "kernel_features",
    "kernel_logistic_gradient",
    "kernel_logistic_loss",
    "kernel_logistic_step",
    "kernel_matrix",
    "kernel_perceptron_epoch",
    "kernel_perceptron_step",
    "kernel_perceptron_walk",
    "kernel_predictions",
    "kernel_ridge_coefficients",
    "kernel_ridge_leave_one_out",
    "kernel_ridge_path",
    "kernel_ridge_with_intercept",
    "laplace_frequencies",
    "laplacian_kernel",
    "least_norm_coefficients",
    "legendre_basis",
    "linear_kernel",
    "matern_frequencies",
    "matern_kernel",
    "monomials",
    "nadaraya_watson",
    "nadaraya_watson_leave_one_out",
    "negative_part",
    "nystroem_kernel",
    "orthogonal_feature_variance",
    "orthogonal_frequencies",
    "paired_feature_variance",
    "paired_fourier_features",
    "penalised_squares",
    "periodic_kernel",
    "pivot_coefficients",
    "pivoted_cholesky",
    "polynomial_features",
    "polynomial_kernel",
    "product_features",
    "product_kernel",
    "quadratic_features",
    "random_fourier_features",
    "random_rotation",
    "rkhs_inner",
    "rkhs_norm",
    "sigmoid_kernel",
    "structured_fourier_features",
    "structured_orthogonal_features",
    "structured_rotation_projection",
    "sum_kernel",
    "to_unit_interval",
    "walsh_hadamard",
]
