"""Principal components, of the samples or of their images under a kernel, and what noise alone would show."""

from abinitio.decomposition.kernel_pca import (
    KernelPCA,
    centred_kernel,
    centred_test_kernel,
    kernel_components,
    kernel_scores,
)
from abinitio.decomposition.marchenko_pastur import (
    marchenko_pastur_density,
    marchenko_pastur_distribution,
    marchenko_pastur_edges,
)
from abinitio.decomposition.pca import (
    PCA,
    explained_variance_errors,
    principal_components,
    principal_scores,
    probabilistic_log_likelihood,
    reconstruction,
)
from abinitio.decomposition.signs import with_positive_peaks
from abinitio.decomposition.spectrum import Spectrum, leading_components, mean_and_covariance
from abinitio.decomposition.spiked_covariance import spiked_overlap, spiked_variance
from abinitio.decomposition.tracy_widom import (
    largest_eigenvalue_p_value,
    significant_components,
    tracy_widom_distribution,
)

__all__ = [
    "PCA",
    "KernelPCA",
    "Spectrum",
    "centred_kernel",
    "centred_test_kernel",
    "explained_variance_errors",
    "kernel_components",
    "kernel_scores",
    "largest_eigenvalue_p_value",
    "leading_components",
    "marchenko_pastur_density",
    "marchenko_pastur_distribution",
    "marchenko_pastur_edges",
    "mean_and_covariance",
    "principal_components",
    "principal_scores",
    "probabilistic_log_likelihood",
    "reconstruction",
    "significant_components",
    "spiked_overlap",
    "spiked_variance",
    "tracy_widom_distribution",
    "with_positive_peaks",
]
