"""Clustering: groups in data without labels."""

from abinitio.cluster.kmeans import assign_clusters, inertia, kmeans_plus_plus, lloyd, update_centres

__all__ = ["assign_clusters", "inertia", "kmeans_plus_plus", "lloyd", "update_centres"]
