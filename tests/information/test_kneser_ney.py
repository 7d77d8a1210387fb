"""Kneser-Ney: a direct implementation with dictionaries, the discounts by hand, the limit without discounts."""

from collections import Counter, defaultdict
from itertools import pairwise

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from abinitio.information.kneser_ney import KneserNey, discounted_weights, kneser_ney_discounts, kneser_ney_step


class Dictionaries:
    """The equations of Chen and Goodman (1999), section 4.1.6, word for word, on the grams of a string."""

    def __init__(self, text, n, alphabet):
        self.n, self.alphabet, self.c = n, alphabet, defaultdict(Counter)
        for i in range(len(text) - n + 1):
            self.c[text[i : i + n - 1]][text[i + n - 1]] += 1
        for m in range(1, n):
            before = defaultdict(set)
            for i in range(1, len(text) - m + 1):
                before[text[i : i + m]].add(text[i - 1])
            for gram, symbols in before.items():
                self.c[gram[:-1]][gram[-1]] = len(symbols)
        self.D = {m: self.discounts(m) for m in range(1, n + 1)}

    def discounts(self, m):
        N = Counter(count for h, row in self.c.items() if len(h) == m - 1 for count in row.values())
        if N[1] == 0:
            return [0, 0.5, 0.5, 0.5]
        Y = N[1] / (N[1] + 2 * N[2])
        if N[2] == 0 or N[3] == 0:
            return [0, Y, Y, Y]
        return [0, *(max(0, j - (j + 1) * Y * N[j + 1] / N[j]) for j in (1, 2, 3))]

    def p(self, w, h):
        if len(h) == 0:
            lower = 1 / len(self.alphabet)
        else:
            lower = self.p(w, h[1:])
        row = self.c.get(h)
        if not row:
            return lower
        D, total = self.D[len(h) + 1], sum(row.values())
        kept = sum(D[min(count, 3)] for count in row.values())
        return (row[w] - D[min(row[w], 3)] + kept * lower) / total


@pytest.mark.parametrize("n", [1, 2, 3, 4])
@pytest.mark.parametrize("seed", range(3))
def test_equal_to_dictionaries(n, seed):
    rng = np.random.default_rng(seed)
    text = "".join(rng.choice(list("abcd"), p=[0.5, 0.3, 0.15, 0.05], size=150))
    new = "".join(rng.choice(list("abcde"), size=60))
    by_hand = Dictionaries(text, n, "abcde")
    model = KneserNey(n, alphabet="abcde").fit(text)
    expected = [by_hand.p(w, new[max(0, i - n + 1) : i]) for i, w in enumerate(new)]
    np.testing.assert_allclose(np.exp(model.log_probabilities(new)), expected, rtol=1e-12)
    np.testing.assert_allclose(model.discounts_, [by_hand.D[m][1:] for m in range(1, n + 1)], rtol=1e-12)
    for h in ("", "a", "ab", "dd", "cba"):
        np.testing.assert_allclose(
            model.distribution(h), [by_hand.p(w, h[len(h) - n + 1 :] if len(h) >= n else h) for w in "abcde"]
        )


def test_discounts_by_hand():
    counts = np.repeat([0, 1, 2, 3, 4, 5, 100], [50, 20, 10, 5, 4, 3, 2])
    Y = 20 / (20 + 2 * 10)
    expected = [1 - 2 * Y * 10 / 20, 2 - 3 * Y * 5 / 10, 3 - 4 * Y * 4 / 5]
    np.testing.assert_allclose(kneser_ney_discounts(counts), expected, rtol=1e-15)
    assert kneser_ney_discounts(np.array([7, 8])).tolist() == [0.5] * 3  # nothing occurs once
    assert kneser_ney_discounts(np.array([1, 1, 2, 2])).tolist() == [1 / 3] * 3  # nothing occurs three times
    assert kneser_ney_discounts(np.array([1, 2, 2, 3, 3, 3, 3, 3, 3, 3]))[1] == 0  # 2 - 3 (1/5) 7/2 < 0


def test_one_discount_makes_what_is_left_out_once_most_likely():
    """Left out, a gram seen once is new (probability D) and one seen twice is seen once (probability 1 - D)."""
    loss = lambda D: -(50 * np.log(D) + 2 * 15 * np.log(1 - D))
    D = minimize_scalar(loss, bounds=(0, 1), method="bounded", options={"xatol": 1e-10}).x
    np.testing.assert_allclose(kneser_ney_discounts(np.repeat([1, 2], [50, 15])), D, rtol=1e-7)


def test_the_step_for_one_context_and_for_all_at_once():
    rng = np.random.default_rng(1)
    table = rng.integers(0, 5, (6, 4))
    table[2] = 0
    lower, discounts = rng.dirichlet(np.ones(4)), np.array([0.4, 0.9, 1.3])
    context, symbol = np.nonzero(table)
    direct, backoff = discounted_weights(context, table[context, symbol], discounts, 6)
    p = backoff[:6, None] * lower
    p[context, symbol] += direct[:-1]
    for h in (0, 1, 3, 4, 5):
        np.testing.assert_allclose(p[h], kneser_ney_step(table[h], lower, discounts), rtol=1e-14)
        assert p[h].sum() == pytest.approx(1, abs=1e-14)
    np.testing.assert_allclose(p[2], lower)  # nothing was seen: all is left to the lower order


def test_without_discounts_it_is_the_plug_in():
    text = "abracadabra"
    model = KneserNey(n=2, discounts=(0, 0, 0)).fit(text)
    follow = Counter(pairwise(text))
    for h in "abcdr":
        row = np.array([follow[h, w] for w in "abcdr"])
        np.testing.assert_allclose(model.distribution(h), row / row.sum(), atol=1e-15)


def test_contexts_count_not_symbols():
    """ "o" is frequent, but only after "c": where the context is unknown it is the less likely one."""
    model = KneserNey(n=2, alphabet="abcox").fit("cocococo" + "abacaxabcbxacx")
    p = dict(zip("abcox", model.distribution("")))
    assert p["a"] > p["o"]


def test_discounts_that_are_none():
    for wrong in ((0.5, 0.5), (1.5, 1, 1), (-0.1, 0, 0)):
        with pytest.raises(ValueError, match="give three numbers from 0 to 1, 2 and 3"):
            KneserNey(n=2, discounts=wrong).fit("abcabc")
