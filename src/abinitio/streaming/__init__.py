"""Rows that do not fit in memory, or lie on several machines: methods whose data come in parts."""

from abinitio.streaming.bootstrap import merge_replicas, poisson_weights, replica_means, replicas_of
from abinitio.streaming.bump_hunt import (
    Scan,
    asimov_significance,
    best_mass,
    counting_significance,
    global_p_value,
    local_significance,
    peak_shares,
    profile_interval,
    scan_masses,
    upcrossings,
)
from abinitio.streaming.components import components_of_moments
from abinitio.streaming.dask_rows import DaskRows
from abinitio.streaming.discriminants import StreamedDiscriminant
from abinitio.streaming.falling_spectrum import (
    Spectrum,
    SpectrumFit,
    count_slopes,
    deviance_hessian,
    dijet_functions,
    expected_counts,
    falling_spectrum,
    fit_spectrum,
    half_deviance,
    spectrum_information,
)
from abinitio.streaming.fisher import fisher_of_moments, score_of_zero_mean
from abinitio.streaming.gaussian_classes import (
    class_covariances,
    class_log_joint,
    class_moments_of,
    common_covariance,
    merge_class_moments,
    naive_covariances,
)
from abinitio.streaming.least_squares import (
    generalised_cross_validation,
    least_squares_of_moments,
    ridge_of_moments,
)
from abinitio.streaming.mapped_rows import MappedRows
from abinitio.streaming.moments import Moments, covariance_of, merge_moments, moments_of
from abinitio.streaming.principal import StreamedPCA
from abinitio.streaming.reduce import reduce_rows
from abinitio.streaming.regression import StreamedLinearRegression, StreamedRidge
from abinitio.streaming.sgd import StreamedSGDClassifier
from abinitio.streaming.softmax import StreamedLogisticRegression
from abinitio.streaming.streamed_kmeans import StreamedKMeans
from abinitio.streaming.streamed_linear_svm import StreamedLinearSVC
from abinitio.streaming.streamed_mixture import StreamedGaussianMixture
from abinitio.streaming.tallies import counts_below, order_statistic, tally
from abinitio.streaming.text_counts import gram_tally_of, merge_gram_tallies
from abinitio.streaming.triangular import least_squares_of_triangle, merge_triangles, triangle_of

__all__ = [
    "DaskRows",
    "MappedRows",
    "Moments",
    "Scan",
    "Spectrum",
    "SpectrumFit",
    "StreamedDiscriminant",
    "StreamedGaussianMixture",
    "StreamedKMeans",
    "StreamedLinearRegression",
    "StreamedLinearSVC",
    "StreamedLogisticRegression",
    "StreamedPCA",
    "StreamedRidge",
    "StreamedSGDClassifier",
    "asimov_significance",
    "best_mass",
    "class_covariances",
    "class_log_joint",
    "class_moments_of",
    "common_covariance",
    "components_of_moments",
    "count_slopes",
    "counting_significance",
    "counts_below",
    "covariance_of",
    "deviance_hessian",
    "dijet_functions",
    "expected_counts",
    "falling_spectrum",
    "fisher_of_moments",
    "fit_spectrum",
    "generalised_cross_validation",
    "global_p_value",
    "gram_tally_of",
    "half_deviance",
    "least_squares_of_moments",
    "least_squares_of_triangle",
    "local_significance",
    "merge_class_moments",
    "merge_gram_tallies",
    "merge_moments",
    "merge_replicas",
    "merge_triangles",
    "moments_of",
    "naive_covariances",
    "order_statistic",
    "peak_shares",
    "poisson_weights",
    "profile_interval",
    "reduce_rows",
    "replica_means",
    "replicas_of",
    "ridge_of_moments",
    "scan_masses",
    "score_of_zero_mean",
    "spectrum_information",
    "tally",
    "triangle_of",
    "upcrossings",
]
