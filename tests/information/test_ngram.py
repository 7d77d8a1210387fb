"""n-grams: counts against Counter, the tree's links, and what every model must keep: sums, chain rule, sampling."""

from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from abinitio.data import load_shakespeare
from abinitio.information.add_k import AddK
from abinitio.information.kneser_ney import KneserNey
from abinitio.information.ngram import count_grams, find_grams

MODELS = [KneserNey(n=3), KneserNey(n=1), KneserNey(n=4, discounts=(0.5, 1, 1.5)), AddK(n=3, k=0.1), AddK(n=1)]
models = pytest.mark.parametrize("model", MODELS, ids=str)


def spelled(levels, K, m, place):
    """The symbols of the gram at `place` of level m."""
    key = levels[m - 1].keys[place]
    return (*spelled(levels, K, m - 1, key // K), key % K) if m > 1 else (key,)


@settings(max_examples=50, deadline=None)
@given(codes=st.lists(st.integers(0, 3), min_size=4, max_size=40), K=st.sampled_from([4, 9, 10**9]))
def test_grams_are_those_of_python_s_counter(codes, K):
    levels = count_grams(np.array(codes), K, 4)
    for m, level in enumerate(levels, 1):
        found = [spelled(levels, K, m, place) for place in range(len(level.keys))]
        assert found == sorted(found)
        counted = Counter(tuple(codes[i : i + m]) for i in range(len(codes) - m + 1))
        assert dict(zip(found, level.counts)) == counted
        below = [()] if m == 1 else [spelled(levels, K, m - 1, place) for place in range(len(levels[m - 2].keys))]
        assert [below[place] for place in level.suffix] == [gram[1:] for gram in found]


def test_find():
    assert find_grams(np.array([3]), np.array([2, 3, 4])).tolist() == [-1, 0, -1]


@models
@pytest.mark.parametrize("text", ["abracadabra", "aaaaab", "abcabcabcabc"])
def test_probabilities_sum_to_one_after_every_context(model, text):
    model = clone(model).set_params(alphabet="abcdrz").fit(text)
    contexts = [""]
    for _ in range(3):
        contexts += [h + w for h in contexts for w in "abcdrz"]
    for h in set(contexts):
        p = model.distribution(h)
        assert p.sum() == pytest.approx(1, abs=1e-12) and np.all(p > 0)


@models
def test_the_chain_rule_joins_the_two_ways_to_ask(model):
    text = "to be or not to be that is the question"
    model = clone(model).fit(text)
    new = "not to be or to question the tie"
    asked = [model.distribution(new[:i])[model.alphabet_.index(w)] for i, w in enumerate(new)]
    np.testing.assert_allclose(model.log_probabilities(new), np.log(asked), rtol=1e-12)
    assert model.log_probability(new) == pytest.approx(np.log(asked).sum())
    assert model.cross_entropy(new) == pytest.approx(-np.mean(np.log(asked)))
    assert model.perplexity(new) == pytest.approx(np.exp(-np.mean(np.log(asked))))


@models
def test_all_texts_of_a_length_have_probability_one_together(model):
    model = clone(model).fit("abcaabbcab")
    texts = [a + b + c + d for a in "abc" for b in "abc" for c in "abc" for d in "abc"]
    assert sum(np.exp(model.log_probability(text)) for text in texts) == pytest.approx(1, abs=1e-12)


def test_samples_follow_the_model():
    model = KneserNey(n=2).fit("abcaabbcabacbabca")
    n = 20_000
    text = model.sample(n, np.random.default_rng(0), start="a")
    assert len(text) == n
    counts = Counter(zip("a" + text, text))
    for h in "abc":
        p = model.distribution(h)
        seen = np.array([counts[h, w] for w in "abc"])
        assert np.abs(seen - seen.sum() * p).max() < 4.5 * np.sqrt(seen.sum() / 4)
    surprise = -model.log_probabilities("a" + text)[1:]  # its mean is the entropy rate of the model
    stationary = np.array([text.count(w) for w in "abc"]) / n
    rate = sum(f * -np.sum(p * np.log(p)) for f, p in zip(stationary, map(model.distribution, "abc")))
    assert abs(surprise.mean() - rate) < 5 * surprise.std() / np.sqrt(n)
    assert model.sample(50, np.random.default_rng(1)) == model.sample(50, np.random.default_rng(1))


def test_words_are_symbols_like_any():
    words = "the cat sat on the mat the cat ran".split()
    model = KneserNey(n=2).fit(words)
    assert model.alphabet_ == ("cat", "mat", "on", "ran", "sat", "the")
    assert model.alphabet_[model.distribution(["the"]).argmax()] == "cat"
    drawn = model.sample(5, np.random.default_rng(0), start=["the"])
    assert len(drawn) == 5 and set(drawn) <= set(words)


def test_long_contexts_help_on_plays_that_were_not_read():
    data = load_shakespeare()
    alphabet = "".join(sorted(set(data.train + data.test)))
    bits = [
        KneserNey(n, alphabet=alphabet).fit(data.train[:200_000]).cross_entropy(data.test[:50_000]) for n in (1, 3, 5)
    ]
    assert bits[0] > bits[1] + 0.6 and bits[1] > bits[2] + 0.2
    seen = KneserNey(5, alphabet=alphabet).fit(data.train[:200_000]).cross_entropy(data.train[:50_000])
    assert seen < bits[2] - 0.3  # what was learnt by heart says nothing about what is new


def test_refusals():
    with pytest.raises(ValueError, match="n = 5 for a text of 3 symbols; give 1 <= n <= 3"):
        KneserNey(n=5).fit("abc")
    with pytest.raises(ValueError, match="'x' is not in the alphabet"):
        KneserNey(n=2).fit("abc").log_probability("ax")
    with pytest.raises(NotFittedError):
        KneserNey().distribution("a")
