r"""Zipf's law: the r-th commonest word of a text occurs about $r^{-s}$ times as often as the commonest, with s near 1.

The model is $p_r = r^{-s} / H_V(s)$ for ranks r = 1 ... V with $H_V(s) = \sum_{r \le V} r^{-s}$. The log-likelihood of
counts $c_r$, n in all, is $-s \sum_r c_r \ln r - n \ln H_V(s)$: concave, with its maximum where the mean of ln r under
the model is that of the text. Its Fisher information $n \mathrm{Var}(\ln r)$ gives the error.

A least-squares line through the points of a log-log plot is no estimate with a known error: rare words, most of the
points, would weigh most. Ranks taken from the same counts are always in falling order, which noise alone makes look
like a law; `ranked_counts` takes the ranks from one part of a text and the counts from another.
Sources: G. K. Zipf, "Human Behavior and the Principle of Least Effort" (1949); A. Clauset, C. R. Shalizi, M. E. J.
Newman, SIAM Rev. 51 (2009) 661; S. T. Piantadosi, Psychon. Bull. Rev. 21 (2014) 1112 (ranks from another part).
"""

from collections import Counter

import numpy as np
from scipy.optimize import brentq


def zipf_probabilities(s, V):
    r"""$p_r = r^{-s} / \sum_{q \le V} q^{-s}$ for the ranks r = 1 ... V.

    s : float, the exponent;  V : integer, number of ranks.  Returns (V,) with sum 1.

    >>> zipf_probabilities(1.0, 3) * 11
    array([6., 3., 2.])
    """
    p = np.arange(1.0, V + 1) ** -s
    return p / p.sum()


def zipf_exponent(counts):
    r"""The exponent s of Zipf's law that makes counts by rank most likely, and its standard error.

    counts : (V,) integers >= 0, how often the word of rank 1, 2 ... V occurs; not all in rank 1, and V >= 2.
    Returns (s, error) with error $= 1/\sqrt{n \mathrm{Var}(\ln r)}$, n the sum of the counts: for independent draws
    from the law itself; words that depend on each other, and a law that does not hold, add to it.

    >>> s, error = zipf_exponent(np.array([600, 300, 200]))
    >>> print(f"{s:.3f} ± {error:.3f}")
    1.000 ± 0.068
    """
    log_rank = np.log(np.arange(1, len(counts) + 1))
    seen = counts @ log_rank / counts.sum()
    if not 0 < seen < log_rank[-1]:
        raise ValueError("all counts are in the first rank, or in the last; the likelihood has no maximum")
    score = lambda s: zipf_probabilities(s, len(counts)) @ log_rank - seen  # falls with s
    s = brentq(score, -50, 50, xtol=1e-12)
    p = zipf_probabilities(s, len(counts))
    variance = p @ log_rank**2 - (p @ log_rank) ** 2
    return s, 1 / np.sqrt(counts.sum() * variance)


def ranked_counts(words, others):
    """How often words occur in one part of a text, in the order of their frequency in another part.

    words : sequence of words to count;  others : sequence of words that give the ranks: the commonest has rank 1, of
    equally common ones that which comes first in the alphabet. Words that are only in `words` are left out.
    Returns (V,) integers for the V distinct words of `others`; they need not fall with the rank.

    >>> ranked_counts(["b", "b", "a", "d"], others=["a", "b", "a", "c"])
    array([1, 2, 0])
    """
    counts = Counter(words)
    ranked = sorted(Counter(others).items(), key=lambda item: (-item[1], item[0]))
    return np.array([counts[word] for word, _ in ranked])
