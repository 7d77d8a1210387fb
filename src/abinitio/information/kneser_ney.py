r"""Kneser-Ney smoothing: every count gives a little to what was not seen, and lower orders count contexts, not symbols.

Of a count c a discount D is kept back; what the discounts of a context h amount to goes to the model one order lower:
$p(w|h) = \frac{c(hw) - D(c(hw))}{c(h)} + \gamma(h)\, p(w|h')$, $\gamma(h) = \frac{1}{c(h)} \sum_w D(c(hw))$, with
$c(h) = \sum_w c(hw)$ and h' = h without its first symbol. Below the highest order c is the number of distinct symbols
before the gram: "Francisco" is frequent, but only after "San". The lowest order falls back on 1/K.

Leaving one out gives $D = n_1 / (n_1 + 2 n_2)$, where $n_j$ grams occur j times; Chen and Goodman have three of them,
$D_j = j - (j + 1) D\, n_{j+1} / n_j$ for counts 1, 2 and 3 or more.
Oracles: probabilities sum to 1 after every context; a direct implementation with dictionaries; D = 0 is the plug-in.
Sources: R. Kneser, H. Ney, ICASSP 1995, 181; S. F. Chen, J. Goodman, Comput. Speech Lang. 13 (1999) 359.
"""

import numpy as np

from abinitio.information.ngram import NgramModel


def kneser_ney_discounts(counts):
    r"""The discounts $D_1, D_2, D_3$ of counts 1, 2 and >= 3, from how many grams occur once, twice, ...

    counts : (G,) integers >= 0, one for each gram; zeros do not count.  With $n_j$ the number of grams that occur j
    times and $D = n_1 / (n_1 + 2 n_2)$:  $D_j = j - (j + 1) D\, n_{j+1} / n_j$, at least 0.
    Where some of $n_1, n_2, n_3$ is 0 all three are D, and D is 1/2 where $n_1 = 0$.
    Returns (3,).

    >>> kneser_ney_discounts(np.array([1, 1, 1, 1, 2, 2, 3, 4]))  # D = 4 / (4 + 4)
    array([0.5 , 1.25, 1.  ])
    """
    n1, n2, n3, n4 = n = np.bincount(np.minimum(counts, 5), minlength=6)[1:5]
    D = n1 / (n1 + 2 * n2) if n1 > 0 else 0.5
    if not n[:3].all():
        return np.full(3, D)
    return np.maximum([1 - 2 * D * n2 / n1, 2 - 3 * D * n3 / n2, 3 - 4 * D * n4 / n3], 0)


def kneser_ney_step(counts, lower, discounts):
    r"""Probabilities of the symbols after one context: discounted frequencies, the rest by the lower order.

    counts : (K,) integers >= 0, how often each symbol follows the context, not all 0;  lower : (K,) probabilities of
    the symbols by the model one order lower;  discounts : (3,), taken off counts of 1, of 2, and of 3 or more, each
    at most that count.  $p_w = (c_w - D(c_w) + R\, q_w) / \sum_v c_v$ with the sum R of all that was taken off.
    Returns (K,) with sum 1.

    >>> kneser_ney_step(np.array([3, 1, 0]), np.array([0.25, 0.25, 0.5]), discounts=np.array([0.5, 1.0, 1.5]))
    array([0.5 , 0.25, 0.25])
    """
    D = np.append(0, discounts)[np.minimum(counts, 3)]
    return (counts - D + D.sum() * lower) / counts.sum()


class KneserNey(NgramModel):
    """Interpolated Kneser-Ney model of the next symbol, with three discounts estimated at each order.

    n : length of the longest gram: the context is the n - 1 symbols before;  discounts : None to estimate them, or
    (3,) numbers for counts 1, 2, >= 3, the same at all orders, each from 0 to that count;
    alphabet : the symbols there are, a string or a sequence of words, or None for those of the text that is fitted.
    After fit: alphabet_;  discounts_ (n, 3), row m - 1 for grams of m symbols;  levels_, the grams and their counts.

    >>> model = KneserNey(n=3).fit("to be or not to be")
    >>> model.alphabet_[model.distribution("o").argmax()]
    ' '
    >>> model.cross_entropy("to be") < model.cross_entropy("be to")
    np.True_
    """

    def __init__(self, n=5, *, discounts=None, alphabet=None):
        self.n = n
        self.discounts = discounts
        self.alphabet = alphabet

    def _weights(self, K):
        fixed = None if self.discounts is None else np.asarray(self.discounts, dtype=float)
        if fixed is not None and not (fixed.shape == (3,) and np.all(fixed >= 0) and np.all(fixed <= [1, 2, 3])):
            raise ValueError(f"discounts are {self.discounts}; give three numbers from 0 to 1, 2 and 3")
        weights, discounts = [], []
        for m, level in enumerate(self.levels_):
            highest = m == self.n - 1  # below it, c is the number of distinct symbols before the gram
            c = level.counts if highest else np.bincount(self.levels_[m + 1].suffix, minlength=len(level.counts))
            discounts.append(kneser_ney_discounts(c) if fixed is None else fixed)
            weights.append(
                discounted_weights(level.keys // K, c, discounts[-1], len(self.levels_[m - 1].keys) if m else 1)
            )
        self.discounts_ = np.array(discounts)
        return weights


def discounted_weights(context, counts, discounts, n_contexts):
    r"""For all grams of a level at once: what `kneser_ney_step` gives each, and what it leaves to the lower order.

    context : (G,) integers, the context of each gram;  counts : (G,) integers >= 0;  discounts : (3,);
    n_contexts : integer, how many contexts there are.
    Returns (direct (G + 1,), backoff (n_contexts + 1,)): $(c - D)/c(h)$ and $\gamma(h)$; 0 and 1 for a context without
    counts, and as last entries.

    >>> discounted_weights(np.array([0, 0]), np.array([3, 1]), np.array([0.5, 1.0, 1.5]), 2)
    (array([0.375, 0.125, 0.   ]), array([0.5, 1. , 1. ]))
    """
    D = np.append(0, discounts)[np.minimum(counts, 3)]
    total = np.bincount(context, counts, minlength=n_contexts)
    safe = np.where(total > 0, total, 1)
    kept = np.where(total > 0, np.bincount(context, D, minlength=n_contexts) / safe, 1)
    return np.append((counts - D) / safe[context], 0), np.append(kept, 1)
