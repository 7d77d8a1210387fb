r"""A spread-out start for k-means with weighted points: the best of a few candidates for every centre.

Each centre after the first is chosen among several points drawn with probability proportional to $w_i D_i^2$, D the
distance from the nearest centre so far; it is the one that leaves the smallest inertia. With one candidate this is
`kmeans_plus_plus`.

Oracles: the probabilities for three points; `kmeans_plus_plus`.
Source: D. Arthur, S. Vassilvitskii, SODA 2007, section 5 ("several new centers at each iteration").
"""

import numpy as np


def spread_out_centres(X, k, weights, trials, rng):
    """Numbers of k points of X to start k-means from.

    X : (n, d);  k : number of centres, 1 <= k <= n;  weights : (n,) >= 0, how much each point counts, not all 0;
    trials : candidates for each centre, >= 1. Where all points coincide with centres already chosen, the next is any
    point that counts.  Returns (k,) integers.

    >>> X = np.array([[1.0], [1.0], [7.0]])
    >>> sorted(X[spread_out_centres(X, 2, np.ones(3), 1, np.random.default_rng(0))].ravel().tolist())
    [1.0, 7.0]
    """
    chosen = [rng.choice(len(X), p=weights / weights.sum())]
    nearest = squares_from(X, X[chosen[0]])
    for _ in range(k - 1):
        masses = np.cumsum(weights * nearest, dtype=float)
        if not masses[-1] > 0:
            masses = np.cumsum(weights, dtype=float)
        candidates = np.searchsorted(masses, rng.uniform(size=trials) * masses[-1], side="right")
        candidates = np.minimum(candidates, np.flatnonzero(weights)[-1])  # u = 1 - ε may round up to the total
        left = [np.minimum(nearest, squares_from(X, X[i])) for i in candidates]
        best = int(np.argmin([weights @ squares for squares in left]))
        chosen.append(candidates[best])
        nearest = left[best]
    return np.array(chosen)


def squares_from(X, x):
    """Squared distances of the points X, (n, d), from a point x, (d,).  Returns (n,).

    >>> squares_from(np.array([[3.0, 4.0], [0.0, 1.0]]), np.zeros(2))
    array([25.,  1.])
    """
    difference = X - x
    return np.einsum("ij,ij->i", difference, difference)
