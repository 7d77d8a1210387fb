r"""Models that learn while they code: frequencies of what has come so far, in the same context of k symbols.

Encoder and decoder both start from nothing and count what both know; no model has to be sent. After t symbols of a
context, symbol w has frequency $1 + \mathrm{increment} \cdot c(hw)$: add-k smoothing with k = 1/increment. The sum of
all surprises in a context is then that of the Dirichlet-multinomial distribution, whatever the order of the symbols.
Oracle: that closed form.
Sources: I. H. Witten, R. M. Neal, J. G. Cleary, Commun. ACM 30 (1987) 520; R. Krichevsky, V. Trofimov, IEEE Trans. Inf.
Theory 27 (1981) 199 (increment 2 and its cost of $\frac12 \ln n$ for each parameter).
"""

import numpy as np

_ROOM = 1 << 20  # frequencies of a context are halved before they sum to more


class AdaptiveCounts:
    """A model for `encode_message` and `decode_message` that counts symbols by context; take a new one for each.

    K : integer, size of the alphabet;  order : integer >= 0, how many symbols before make the context;
    increment : integer >= 1, what one more occurrence adds to a frequency that starts at 1.
    A call with the codes so far, (t,), which must be those of the call before and one more, returns the cumulative
    frequencies (K + 1,) of the next.

    >>> model = AdaptiveCounts(K=3, order=0, increment=2)
    >>> model([]), model([2]), model([2, 0])
    (array([0, 1, 2, 3]), array([0, 1, 2, 5]), array([0, 3, 4, 7]))
    """

    def __init__(self, K, order=0, increment=2):
        self.K = K
        self.order = order
        self.increment = increment
        self._frequencies = {}

    def __call__(self, codes):
        if len(codes):
            self._count(self._context(codes[:-1]), codes[-1])
        return np.concatenate([[0], np.cumsum(self._of(self._context(codes)))])

    def _context(self, codes):
        return tuple(np.asarray(codes[max(0, len(codes) - self.order) :]).tolist())

    def _of(self, context):
        return self._frequencies.setdefault(context, np.ones(self.K, dtype=np.int64))

    def _count(self, context, symbol):
        frequencies = self._of(context)
        frequencies[symbol] += self.increment
        if frequencies.sum() > _ROOM:
            frequencies[:] = (frequencies + 1) // 2
