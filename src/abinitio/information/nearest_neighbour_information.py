r"""Entropy and mutual information of continuous variables from samples, by distances to the k-th neighbour.

The ball around $x_i$ that just holds its k nearest others has probability about $e^{\psi(k) - \psi(n)}$, whatever the
density; its volume then tells the density (Kozachenko, Leonenko). For the mutual information the same cube, of
half-width $\epsilon_i$ in the space of (x, y), is seen from the x-axis and from the y-axis, where it holds $n_x$ and
$n_y$ others: most of the error of three separate entropies cancels, and no unit is left (Kraskov, Stögbauer,
Grassberger).

Nats. Independent samples without ties are supposed. The mutual information does not change when x or y is mapped
one-to-one; the estimate does a little: standardise x and y, or take their ranks. The terms of neighbouring samples are
correlated, so that their scatter over the root of n is too small an error (by a tenth to a third, for Gaussians);
`ksg_error` asks independent parts of the sample instead.

Oracles: the definitions, from all distances; closed forms of Gaussians, of the uniform and the exponential law;
scikit-learn's mutual_info_regression.
Sources: L. F. Kozachenko, N. N. Leonenko, Probl. Inf. Transm. 23 (1987) 95; A. Kraskov, H. Stögbauer, P. Grassberger,
Phys. Rev. E 69 (2004) 066138, eqs. 8 and 20; C. M. Holmes, I. Nemenman, Phys. Rev. E 100 (2019) 022404 (error).
"""

import numpy as np
from scipy.spatial import cKDTree
from scipy.special import digamma, gammaln

from abinitio.neighbors.knn import k_nearest_others


def nearest_neighbour_entropy(X, k=3):
    r"""Differential entropy $\psi(n) - \psi(k) + \ln c_d + \frac{d}{n} \sum_i \ln r_i$ of a density, in nats.

    X : (n, d) samples, no two at the same place;  k : integer, 1 <= k <= n - 1. $r_i$ is the Euclidean distance of
    sample i from its k-th nearest other, $c_d$ the volume of the unit ball.
    Returns a number; it depends on the unit of X. ValueError where $r_i = 0$.

    >>> X = np.random.default_rng(0).uniform(0, 2, (2000, 1))
    >>> bool(abs(nearest_neighbour_entropy(X) - np.log(2)) < 0.06)
    True
    """
    n, d = X.shape
    search = getattr(k_nearest_others, "fast", k_nearest_others)
    radius = search(X, k)[1][:, -1]
    _check_no_ties(radius, k)
    log_ball = d / 2 * np.log(np.pi) - gammaln(d / 2 + 1)
    return digamma(n) - digamma(k) + log_ball + d * np.mean(np.log(radius))


def ksg_terms(x, y, k=3):
    r"""What each sample adds to the mutual information: $\psi(k) + \psi(n) - \psi(n_x + 1) - \psi(n_y + 1)$, in nats.

    x, y : (n,) or (n, d_x) and (n, d_y), n samples of two continuous variables;  k : integer, 1 <= k <= n - 1.
    With $\epsilon_i$ the distance of sample i from its k-th nearest other, in the largest of the differences of all
    coordinates of x and y, $n_x$ and $n_y$ count the other samples nearer than $\epsilon_i$ in x alone and in y alone.
    ValueError where $\epsilon_i = 0$.  Returns (n,); a term may be < 0.

    >>> ksg_terms(np.array([0.0, 1.0, 3.0]), np.array([0.0, 3.0, 1.0]), k=1).round(12)
    array([-0.5,  0.5,  0.5])
    """
    x, y = x.reshape(len(x), -1), y.reshape(len(y), -1)
    both, distance = np.hstack([x, y]), np.empty(len(x))
    tree = cKDTree(both)
    turn = tree.indices  # neighbouring queries read the same leaves
    distance[turn] = tree.query(both[turn], [k + 1], p=np.inf)[0][:, 0]  # the first neighbour is the sample itself
    _check_no_ties(distance, k)
    n_x, n_y = (_count_nearer(part, distance) for part in (x, y))
    return digamma(k) + digamma(len(x)) - digamma(n_x + 1) - digamma(n_y + 1)


def ksg_mutual_information(x, y, k=3):
    r"""Mutual information of two continuous variables from samples, in nats: the mean of `ksg_terms`.

    x, y : (n,) or (n, d_x) and (n, d_y), samples in rows, no two equal in both;  k : integer, 1 <= k <= n - 1: the
    larger, the smaller the scatter and the larger the bias.  Returns a number; it may come out a little below 0.

    >>> rng = np.random.default_rng(0)
    >>> x = rng.standard_normal(2000)
    >>> y = 0.8 * x + 0.6 * rng.standard_normal(2000)  # I = -ln(1 - 0.8²)/2 = 0.511
    >>> bool(abs(ksg_mutual_information(x, y) - 0.511) < 0.06)
    True
    """
    return np.mean(ksg_terms(x, y, k))


def ksg_error(x, y, k=3, parts=10):
    r"""Standard error of `ksg_mutual_information` in nats, from the scatter of its values on parts of the sample.

    x, y : (n,) or (n, d_x) and (n, d_y), independent samples, in random order;  k : integer, as there;
    parts : integer >= 2, into how many parts of consecutive samples they are cut, of n // parts > k samples each.
    The variance is taken to fall as 1/n. Returns a number, itself uncertain by a fraction of about
    $1/\sqrt{2 (\mathrm{parts} - 1)}$.

    >>> rng = np.random.default_rng(0)
    >>> bool(0.01 < ksg_error(rng.standard_normal(1000), rng.standard_normal(1000)) < 0.05)
    True
    """
    size = len(x) // parts
    cut = [slice(i * size, (i + 1) * size) for i in range(parts)]
    return np.std([ksg_mutual_information(x[part], y[part], k) for part in cut], ddof=1) / np.sqrt(parts)


def _count_nearer(X, distance):
    """How many others lie strictly nearer than distance[i] to sample i, in the largest difference of X (n, d)."""
    if X.shape[1] == 1:
        x = X[:, 0]
        return _count_below(x, distance) + _count_below(-x, distance) - len(x) - 1  # all are in one half-line or both
    reach = np.nextafter(distance, 0)  # nearer than the distance is not farther than the number below it
    return cKDTree(X).query_ball_point(X, reach, p=np.inf, return_length=True) - 1


def _count_below(x, distance):
    """How many samples have x_j - x_i < distance[i], as rounded: a neighbour at the very distance is not counted."""
    ordered = np.append(np.sort(x), np.inf)
    count = np.searchsorted(ordered, x + distance)  # right where the rounding of the sum does no harm
    wrong = np.flatnonzero((ordered[count] - x < distance) | (ordered[count - 1] - x >= distance))
    count[wrong] = _bisect(ordered, x[wrong], distance[wrong])
    return count


def _bisect(ordered, x, distance):
    """The first index j with ordered[j] - x[i] >= distance[i], for each i; the last of `ordered` is inf."""
    low, high = np.zeros(len(x), dtype=int), np.full(len(x), len(ordered) - 1)
    while np.any(low < high):
        middle = (low + high) // 2
        nearer = ordered[middle] - x < distance
        low, high = np.where(nearer, middle + 1, low), np.where(nearer, high, middle)
    return low


def _check_no_ties(distance, k):
    ties = np.count_nonzero(distance == 0)
    if ties:
        raise ValueError(
            f"{ties} samples coincide with {k} or more others, which a density does not do; "
            "use counts for discrete values, or add noise below the resolution"
        )
