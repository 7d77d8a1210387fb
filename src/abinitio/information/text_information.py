r"""What letters tell about letters far away, and how far apart writers are: information in pairs of symbols.

A Markov chain forgets exponentially: the mutual information I(d) of symbols d places apart falls as
$|\lambda|^{2d}$, $\lambda$ the second eigenvalue of its matrix. In natural language power laws of d were reported.
Where I(d) is as small as its bias, $(K - 1)^2/2n$, any slow law can be read into an estimate that keeps the bias.

Two texts are compared by what their pairs of letters cost each other: D is the number of nats that each letter of the
first costs more with the letter-pair model of the second than with its own (the Kullback-Leibler divergence rate of two
Markov chains). `writer_divergences` does that for all pairs of texts at once.

Oracles: Markov chains, whose I(d) is known from the powers of their matrix; shuffled texts; arithmetic coding.
Sources: W. Li, J. Stat. Phys. 60 (1990) 823; W. Ebeling, T. Pöschel, Europhys. Lett. 26 (1994) 241; D. Benedetto,
E. Caglioti, V. Loreto, Phys. Rev. Lett. 88 (2002) 048702 (writers by relative entropy).
"""

import numpy as np
from scipy.optimize import curve_fit

from abinitio.information.add_k import add_k_probability
from abinitio.information.counts import pair_counts
from abinitio.information.divergence import jensen_shannon_divergence
from abinitio.information.mutual_information import mutual_information, mutual_information_of_counts


def information_at_distance(codes, K, distance):
    r"""Plug-in mutual information of the symbols $x_t$ and $x_{t + d}$ of a text, in nats.

    codes : (n,) integers 0 ... K - 1;  K : size of the alphabet;  distance : integer d, 1 <= d < n.
    All n - d pairs count alike; their frequencies are taken for probabilities, so that the result is too high, by about
    $(K - 1)^2 / 2(n - d)$ where the symbols are independent.  Returns a number >= 0, up to rounding.

    >>> alternating = np.array([0, 1] * 8)
    >>> float(information_at_distance(alternating, K=2, distance=2) / np.log(2))  # one bit: the same symbol again
    1.0
    """
    pairs = pair_counts(codes, K, distance)
    return mutual_information(pairs / pairs.sum())


def information_by_distance(codes, K, distances):
    r"""Mutual information of symbols at several distances, its leading bias taken off (Miller, Madow), with errors.

    codes : (n,) integers 0 ... K - 1;  K : size of the alphabet;  distances : (m,) integers >= 1.
    The error is that of `mutual_information_of_counts`, and, added in squares, the spread $\sqrt{2 \nu} / 2n$ of
    independent symbols, $\nu = (K_x - 1)(K_y - 1)$ for the symbols seen. Both take the pairs for independent draws;
    those of a text are not, and the true spread is larger.
    Returns (information (m,), error (m,)), in nats.

    >>> codes = np.random.default_rng(0).integers(0, 3, 5000)
    >>> information, error = information_by_distance(codes, 3, [1, 2, 10])
    >>> bool(np.all(np.abs(information) < 4 * error))
    True
    """
    count = getattr(pair_counts, "fast", pair_counts)
    codes = codes.astype(np.uint8) if K <= 256 else codes
    results = []
    for d in distances:
        pairs = count(codes, K, d)
        information, error = mutual_information_of_counts(pairs)
        freedom = (np.count_nonzero(pairs.sum(axis=1)) - 1) * (np.count_nonzero(pairs.sum(axis=0)) - 1)
        results.append((information, np.hypot(error, np.sqrt(2 * freedom) / (2 * pairs.sum()))))
    return tuple(np.array(results).T)


def power_law(distances, information, error):
    r"""The law $I(d) = A d^{-\gamma}$ that fits best, by least squares weighed with the errors.

    distances : (m,) numbers > 0, m > 2;  information : (m,) values, which noise may have made negative;
    error : (m,) their standard errors > 0.
    Returns (A, gamma, covariance (2, 2), chi2): chi2 is $\sum_i (I_i - A d_i^{-\gamma})^2 / \mathrm{error}_i^2$, which
    for a true law and true errors is about m - 2.

    >>> d = np.array([1.0, 2.0, 4.0, 8.0])
    >>> A, gamma, covariance, chi2 = power_law(d, 0.5 * d**-1.5, np.full(4, 0.01))
    >>> round(float(A), 6), round(float(gamma), 6)
    (0.5, 1.5)
    """
    d, law = np.asarray(distances, dtype=float), lambda d, log_A, gamma: np.exp(log_A) * d**-gamma
    start = (np.log(max(np.max(information), np.min(error))) + np.log(d.min()), 1.0)
    (log_A, gamma), covariance = curve_fit(law, d, information, p0=start, sigma=error, absolute_sigma=True)
    A = np.exp(log_A)
    chi2 = np.sum(((information - law(d, log_A, gamma)) / error) ** 2)
    return A, gamma, covariance * np.outer([A, 1], [A, 1]), chi2


def writer_divergences(tables, models, k=0.5):
    r"""What each letter of a text costs more with another's model of letter pairs than with its own, in nats.

    tables : (m, K, K) counts: how often letter a is followed by b in each of m texts;  models : (q, K, K) such counts,
    to make the models from;  k : float > 0, added to every count of `models` (`add_k_probability`), not to `tables`.
    $D_{ij} = \sum_{ab} P_i(a, b) \ln \frac{p_i(b|a)}{q_j(b|a)}$ with the frequencies $P_i$ of text i.
    Returns (m, q), >= 0 up to rounding.

    >>> tables = np.array([[[5, 5], [5, 5]], [[9, 1], [1, 9]]])
    >>> writer_divergences(tables, tables, k=1e-9).round(3) + 0.0
    array([[0.   , 0.511],
           [0.368, 0.   ]])
    """
    m, q = len(tables), len(models)
    P = (tables / tables.sum(axis=(1, 2), keepdims=True)).reshape(m, -1)
    own = np.array([_log_conditional(table).ravel() for table in tables])
    others = np.log(add_k_probability(models, k)).reshape(q, -1)
    return np.sum(P * own, axis=1)[:, None] - P @ others.T


def writer_distances(counts):
    """Jensen-Shannon divergences of all pairs of texts, by how often symbols (or pairs of them) occur; in nats.

    counts : (m, ...) integers >= 0: the counts of each of m texts.  Returns (m, m), symmetric, 0 on the diagonal.
    Short texts seem farther apart: the plug-in estimate is too high, by about (cells seen)/4n for equal lengths n.

    >>> writer_distances(np.array([[8, 0], [0, 8], [1, 1]])).round(3)
    array([[0.   , 0.693, 0.216],
           [0.693, 0.   , 0.216],
           [0.216, 0.216, 0.   ]])
    """
    P = [row.ravel() / row.sum() for row in counts]
    D = np.zeros((len(P), len(P)))
    for i in range(len(P)):
        for j in range(i):
            D[i, j] = D[j, i] = jensen_shannon_divergence(P[i], P[j])
    return D


def _log_conditional(table):
    """ln of the frequencies p(b|a), 0 where there are none."""
    total = table.sum(axis=1, keepdims=True)
    return np.log(np.where(table > 0, table, 1) / np.where(table > 0, total, 1))
