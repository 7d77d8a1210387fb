r"""n-grams: how often each stretch of m symbols occurs in a text, for m = 1 ... n, and models of the next symbol.

The grams of a text form a tree: a gram of m symbols is its first m - 1, a gram of one level less, and one symbol more.
Level m holds, sorted, the distinct numbers (place of the first m - 1 symbols in level m - 1) K + (last symbol); the
place of a gram in its level is its name. So any K and n fit, memory grows as the number of distinct grams, and the
grams that continue a context lie side by side.

A model gives the probability of the next symbol after a context of up to n - 1 symbols. From these follow the cross
entropy of any text (and by arithmetic coding a file of that size), and new text.
Source: D. Jurafsky, J. H. Martin, "Speech and Language Processing", 3rd ed. draft (2025), chapter 3.
"""

from dataclasses import dataclass

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from abinitio.information.alphabet import alphabet_of, decode_text, encode_text


@dataclass(frozen=True)
class GramLevel:
    """The G distinct grams of m symbols.

    keys : (G,) sorted, (place of the first m - 1 symbols in the level below) K + (last symbol);
    counts : (G,) how often each occurs;  suffix : (G,) place of the last m - 1 symbols in the level below.
    """

    keys: np.ndarray
    counts: np.ndarray
    suffix: np.ndarray


def count_grams(codes, K, n):
    """The grams of a text, level by level: a list of n `GramLevel`, for m = 1 ... n.

    codes : (N,) integers 0 ... K - 1;  K : size of the alphabet;  n : integer, 1 <= n <= N, length of the longest gram.

    >>> one, two = count_grams(np.array([0, 1, 1, 0, 1]), K=2, n=2)
    >>> one.counts, two.keys, two.counts  # 0 then 1 twice, 1 then 0 once, 1 then 1 once
    (array([2, 3]), array([1, 2, 3]), array([2, 1, 1]))
    """
    levels, places = [], np.zeros(len(codes) + 1, dtype=np.int64)  # places[i]: of the gram that begins at symbol i
    for m in range(1, n + 1):
        keys, first, inverse, counts = np.unique(places[:-1] * K + codes[m - 1 :], True, True, True)
        levels.append(GramLevel(keys, counts, places[1:][first]))
        places = inverse
    return levels


def find_grams(keys, wanted):
    """The places of numbers in the sorted `keys` of a level, -1 for those that are not there.

    keys : (G,) sorted, G >= 1;  wanted : (N,) integers.  Returns (N,).

    >>> find_grams(np.array([2, 5, 7]), np.array([7, 3, 2]))
    array([ 2, -1,  0])
    """
    places = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[places] == wanted, places, -1)


class NgramModel(BaseEstimator):
    r"""What all n-gram models share; a model adds `_weights`, one pair of arrays for each level m.

    direct : (G_m + 1,) for each gram, and backoff : (G_{m-1} + 1,) for each context h, with 0 and 1 appended for
    those never seen:  $p_m(w|h) = \mathrm{direct}(hw) + \mathrm{backoff}(h)\, p_{m-1}(w|h')$, where h' is h without
    its first symbol and $p_0 = 1/K$.
    """

    def fit(self, text):
        """Count the grams of `text`: a string, bytes, or a sequence of words, of at least n symbols; returns self."""
        self.alphabet_ = alphabet_of(text) if self.alphabet is None else self.alphabet
        codes = encode_text(text, self.alphabet_)
        if not 1 <= self.n <= len(codes):
            raise ValueError(f"n = {self.n} for a text of {len(codes)} symbols; give 1 <= n <= {len(codes)}")
        self.levels_ = count_grams(codes, len(self.alphabet_), self.n)
        self.weights_ = self._weights(len(self.alphabet_))
        return self

    def log_probabilities(self, text):
        """The ln p of each symbol of `text` given the up to n - 1 symbols of it that come before: (N,), in nats."""
        check_is_fitted(self)
        codes, K = encode_text(text, self.alphabet_), len(self.alphabet_)
        p, places = np.full(len(codes), 1 / K), np.zeros(len(codes) + 1, dtype=np.int64)
        for m, (level, (direct, backoff)) in enumerate(zip(self.levels_, self.weights_)):
            context = places[:-1]
            wanted = np.where(context >= 0, context * K + codes[m:], -1)
            places = find_grams(level.keys, wanted)
            p[m:] = direct[places] + backoff[context] * self._lower(p[m:])
        with np.errstate(divide="ignore"):  # a model may call impossible what happens
            return np.log(p)

    def log_probability(self, text):
        """ln p of the whole `text`, in nats."""
        return self.log_probabilities(text).sum()

    def cross_entropy(self, text):
        """Mean surprise -ln p for each symbol of `text`, in nats."""
        return -self.log_probabilities(text).mean()

    def perplexity(self, text):
        """exp(cross entropy): among how many equally likely symbols one would have to guess as badly."""
        return np.exp(self.cross_entropy(text))

    def distribution(self, context=()):
        """(K,) probability of each symbol of alphabet_ after `context`, of which the last n - 1 symbols count."""
        check_is_fitted(self)
        return self.code_distribution(encode_text(context, self.alphabet_))

    def sample(self, n, rng, start=()):
        """A text of n symbols drawn from the model, to go on after `start`: a string, or a list of words."""
        check_is_fitted(self)
        codes = list(encode_text(start, self.alphabet_))
        for _ in range(n):
            p = self.code_distribution(codes[max(0, len(codes) - self.n + 1) :])
            codes.append(min(np.searchsorted(np.cumsum(p), rng.random(), side="right"), len(p) - 1))
        return decode_text(codes[len(start) :], self.alphabet_)

    def code_distribution(self, codes):
        """(K,) probability of each code after the codes of a context, of which the last n - 1 count."""
        check_is_fitted(self)
        K = len(self.alphabet_)
        p = np.full(K, 1 / K)
        for m in range(min(self.n, len(codes) + 1)):
            h = self._place(codes[len(codes) - m :])
            keys, (direct, backoff) = self.levels_[m].keys, self.weights_[m]
            start, stop = np.searchsorted(keys, [h * K, (h + 1) * K]) if h >= 0 else (0, 0)
            p = backoff[h] * self._lower(p)
            p[keys[start:stop] - h * K] += direct[start:stop]
        return p

    def _place(self, codes):
        """The place of the gram `codes` in its level, -1 where it was never seen."""
        place = 0
        for level, code in zip(self.levels_, codes):
            if place >= 0:
                place = find_grams(level.keys, np.array([place * len(self.alphabet_) + code]))[0]
        return place

    def _lower(self, p):
        """What a level falls back on: the level below, p."""
        return p
