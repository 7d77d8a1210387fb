"""Rows that do not fit in memory, or lie on several machines: methods whose data come in parts."""

from abinitio.streaming.bootstrap import merge_replicas, poisson_weights, replica_means, replicas_of
from abinitio.streaming.components import components_of_moments
from abinitio.streaming.dask_rows import DaskRows
from abinitio.streaming.discriminants import StreamedDiscriminant
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
    "StreamedDiscriminant",
    "StreamedGaussianMixture",
    "StreamedKMeans",
    "StreamedLinearRegression",
    "StreamedLinearSVC",
    "StreamedLogisticRegression",
    "StreamedPCA",
    "StreamedRidge",
    "StreamedSGDClassifier",
    "class_covariances",
    "class_log_joint",
    "class_moments_of",
    "common_covariance",
    "components_of_moments",
    "counts_below",
    "covariance_of",
    "fisher_of_moments",
    "generalised_cross_validation",
    "gram_tally_of",
    "least_squares_of_moments",
    "least_squares_of_triangle",
    "merge_class_moments",
    "merge_gram_tallies",
    "merge_moments",
    "merge_replicas",
    "merge_triangles",
    "moments_of",
    "naive_covariances",
    "order_statistic",
    "poisson_weights",
    "reduce_rows",
    "replica_means",
    "replicas_of",
    "ridge_of_moments",
    "score_of_zero_mean",
    "tally",
    "triangle_of",
]
