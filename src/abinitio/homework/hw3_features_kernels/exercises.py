"""What homework 3 asks, in the order of its notebook."""

from abinitio.homework.hw3_features_kernels.exercises_centring import CENTRED_KERNEL
from abinitio.homework.hw3_features_kernels.exercises_evidence import LOG_EVIDENCE
from abinitio.homework.hw3_features_kernels.exercises_features import GAUSSIAN_KERNEL, QUADRATIC_FEATURES
from abinitio.homework.hw3_features_kernels.exercises_forecast import LAGGED_FEATURES
from abinitio.homework.hw3_features_kernels.exercises_fourier import GAUSSIAN_FREQUENCIES, RANDOM_FOURIER_FEATURES
from abinitio.homework.hw3_features_kernels.exercises_gaussian_process import GP_POSTERIOR
from abinitio.homework.hw3_features_kernels.exercises_kernel_ridge import (
    KERNEL_PREDICTIONS,
    KERNEL_RIDGE_COEFFICIENTS,
)
from abinitio.homework.hw3_features_kernels.exercises_leave_one_out import KERNEL_RIDGE_LEAVE_ONE_OUT
from abinitio.homework.hw3_features_kernels.exercises_perceptron import KERNEL_PERCEPTRON_STEP
from abinitio.homework.hw3_features_kernels.exercises_smoothing import NADARAYA_WATSON

EXERCISES = (
    QUADRATIC_FEATURES,
    GAUSSIAN_KERNEL,
    KERNEL_RIDGE_COEFFICIENTS,
    KERNEL_PREDICTIONS,
    KERNEL_RIDGE_LEAVE_ONE_OUT,
    CENTRED_KERNEL,
    GAUSSIAN_FREQUENCIES,
    RANDOM_FOURIER_FEATURES,
    NADARAYA_WATSON,
    GP_POSTERIOR,
    LOG_EVIDENCE,
    LAGGED_FEATURES,
    KERNEL_PERCEPTRON_STEP,
)
