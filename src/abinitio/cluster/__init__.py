"""Clustering: groups in data without labels."""

from abinitio.cluster.estimator import KMeans
from abinitio.cluster.kmeans import assign_clusters, inertia, kmeans_plus_plus, lloyd, update_centres
from abinitio.cluster.seeding import spread_out_centres

__all__ = [
    "KMeans",
    "assign_clusters",
    "inertia",
    "kmeans_plus_plus",
    "lloyd",
    "spread_out_centres",
    "update_centres",
]
