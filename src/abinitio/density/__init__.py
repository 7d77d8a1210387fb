"""Density estimation: histograms, kernels, mixtures of Gaussians, and draws from what was estimated."""

from abinitio.density.adaptive_kde import adaptive_log_density, local_factors, variable_kernel_log_density
from abinitio.density.bandwidth import (
    least_squares_bandwidth,
    least_squares_criterion,
    leave_one_out_log_density,
    leave_one_out_log_likelihood,
    likelihood_bandwidth,
    mean_integrated_squared_error,
    sheather_jones_bandwidth,
)
from abinitio.density.gaussian_mixture import GaussianMixture
from abinitio.density.histogram import (
    density_histogram,
    equal_bins,
    freedman_diaconis_width,
    histogram_risk,
    sample_histogram,
    scott_width,
    sturges_width,
)
from abinitio.density.kde import kernel_log_density, sample_kernel_density, scott_factor, silverman_factor
from abinitio.density.kernel_density import KernelDensity
from abinitio.density.mixture import (
    bayesian_information_criterion,
    diagonal,
    expectation_maximisation,
    gaussian_log_densities,
    mixture_step,
    responsibilities,
    sample_mixture,
    spherical,
    tied,
    weighted_gaussians,
)

__all__ = [
    "GaussianMixture",
    "KernelDensity",
    "adaptive_log_density",
    "bayesian_information_criterion",
    "density_histogram",
    "diagonal",
    "equal_bins",
    "expectation_maximisation",
    "freedman_diaconis_width",
    "gaussian_log_densities",
    "histogram_risk",
    "kernel_log_density",
    "least_squares_bandwidth",
    "least_squares_criterion",
    "leave_one_out_log_density",
    "leave_one_out_log_likelihood",
    "likelihood_bandwidth",
    "local_factors",
    "mean_integrated_squared_error",
    "mixture_step",
    "responsibilities",
    "sample_histogram",
    "sample_kernel_density",
    "sample_mixture",
    "scott_factor",
    "scott_width",
    "sheather_jones_bandwidth",
    "silverman_factor",
    "spherical",
    "sturges_width",
    "tied",
    "variable_kernel_log_density",
    "weighted_gaussians",
]
