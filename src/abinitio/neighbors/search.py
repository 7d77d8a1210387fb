"""Which search suits the samples: a tree in few dimensions, the bound from principal axes in many."""

import numpy as np

TREE = 15  # dimensions up to which boxes still separate
FEW = 10_000  # samples up to which finding the principal axes costs more than some thousand queries gain by them


def index_samples(X, k):
    """Samples X, (n, d), arranged for the fast search of about k neighbours: an object with nearest(queries, k).

    Raises ValueError where squared distances would overflow float64.

    >>> index_samples(np.array([[0.0], [2.0], [5.0]]), k=1).nearest(np.array([[4.0]]), 1)
    (array([[2]]), array([[1.]]))
    """
    X = X if X.dtype in (np.float32, np.float64) else X.astype(float)
    largest = float(np.abs(X).max())
    if largest > 1e150 / np.sqrt(X.shape[1]):
        raise ValueError(f"X has the entry {largest:.3g}, whose square overflows; give X in a larger unit")
    if X.shape[1] <= TREE:
        from abinitio.neighbors.kd_tree import KDTree

        return KDTree(X)
    from abinitio.neighbors.principal_bound import PrincipalBound

    return PrincipalBound(X, k, axes=X.shape[1] if len(X) <= FEW else None)
