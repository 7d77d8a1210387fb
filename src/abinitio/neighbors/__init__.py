"""Nearest neighbours: exact search, classification and regression by them, their risk, the curse of dimension."""

from abinitio.neighbors.classification import KNeighborsClassifier
from abinitio.neighbors.dimension import median_extremes_of_gaussian, median_nearest_in_ball, relative_contrast
from abinitio.neighbors.distances import (
    cosine_distances,
    manhattan_distances,
    minkowski_distances,
    squared_distances,
)
from abinitio.neighbors.knn import (
    class_shares,
    error_by_k,
    inverse_distance_weights,
    k_nearest,
    k_nearest_others,
    majority_vote,
    neighbour_mean,
)
from abinitio.neighbors.regression import KNeighborsRegressor
from abinitio.neighbors.risk import bayes_risk, cover_hart_bound, nearest_neighbour_risk

__all__ = [
    "KNeighborsClassifier",
    "KNeighborsRegressor",
    "bayes_risk",
    "class_shares",
    "cosine_distances",
    "cover_hart_bound",
    "error_by_k",
    "inverse_distance_weights",
    "k_nearest",
    "k_nearest_others",
    "majority_vote",
    "manhattan_distances",
    "median_extremes_of_gaussian",
    "median_nearest_in_ball",
    "minkowski_distances",
    "nearest_neighbour_risk",
    "neighbour_mean",
    "relative_contrast",
    "squared_distances",
]
