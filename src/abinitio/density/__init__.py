"""Density estimation: histograms, kernels, mixtures of Gaussians, and draws from what was estimated."""

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
    "bayesian_information_criterion",
    "density_histogram",
    "diagonal",
    "equal_bins",
    "expectation_maximisation",
    "freedman_diaconis_width",
    "gaussian_log_densities",
    "histogram_risk",
    "kernel_log_density",
    "mixture_step",
    "responsibilities",
    "sample_histogram",
    "sample_kernel_density",
    "sample_mixture",
    "scott_factor",
    "scott_width",
    "silverman_factor",
    "spherical",
    "sturges_width",
    "tied",
    "weighted_gaussians",
]
