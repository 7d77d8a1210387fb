r"""Add-k smoothing: as if every symbol had been seen k times more often than it was.

$p(w|h) = \frac{c(hw) + k}{c(h) + k K}$ is the posterior mean of the probabilities under a symmetric Dirichlet prior
with all parameters k: k = 1 is Laplace's rule of succession, k = 1/2 Jeffreys' (Krichevsky and Trofimov's), $k \to 0$
the plug-in estimate, $k \to \infty$ the uniform distribution. A context that was never seen gives 1/K.
Oracles: the limits; the Dirichlet posterior; sums to 1 after every context.
Sources: G. J. Lidstone, Trans. Fac. Actuaries 8 (1920) 182; R. Krichevsky, V. Trofimov, IEEE Trans. Inf. Theory 27
(1981) 199.
"""

import numpy as np

from abinitio.information.ngram import NgramModel


def add_k_probability(counts, k):
    r"""Probabilities $p_w = \frac{c_w + k}{\sum_v c_v + k K}$ of K symbols from how often each was seen.

    counts : (..., K) integers >= 0, the last axis over symbols, so that a table of pairs gives the probabilities of
    the second after each first;  k : float >= 0, for k = 0 no row may be all 0.
    Returns an array of the same shape, whose rows sum to 1.

    >>> add_k_probability(np.array([[3, 1], [0, 0]]), k=1.0).round(4)
    array([[0.6667, 0.3333],
           [0.5   , 0.5   ]])
    """
    return (counts + k) / (counts + k).sum(axis=-1, keepdims=True)


class AddK(NgramModel):
    """n-gram model of the next symbol with add-k smoothing at the highest order, and no other.

    n : length of the longest gram: the context is the n - 1 symbols before;  k : float > 0;
    alphabet : the symbols there are, a string or a sequence of words, or None for those of the text that is fitted.
    Where fewer symbols come before, at the beginning of a text, these are the context.
    After fit: alphabet_;  levels_, the grams and their counts.

    >>> AddK(n=2, k=1.0, alphabet="ab").fit("aabab").distribution("a")  # a is followed by a once, by b twice
    array([0.4, 0.6])
    """

    def __init__(self, n=2, *, k=1.0, alphabet=None):
        self.n = n
        self.k = k
        self.alphabet = alphabet

    def _weights(self, K):
        if not 0 < self.k < np.inf:
            raise ValueError(f"k = {self.k} must be a finite number > 0: an unseen symbol would have probability 0")
        weights = []
        for m, level in enumerate(self.levels_):
            context = level.keys // K
            total = np.bincount(context, level.counts, minlength=len(self.levels_[m - 1].keys) if m else 1)
            direct = level.counts / (total + self.k * K)[context]
            weights.append((np.append(direct, 0), np.append(self.k * K / (total + self.k * K), 1)))
        return weights

    def _lower(self, p):
        """Every order falls back on 1/K: (c + k)/(c(h) + kK) = c/(c(h) + kK) + kK/(c(h) + kK) 1/K."""
        return np.full_like(p, 1 / len(self.alphabet_))
