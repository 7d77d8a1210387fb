"""Add-k smoothing: its limits, the posterior mean of a Dirichlet prior, sums."""

import numpy as np
import pytest

from abinitio.information.add_k import AddK, add_k_probability


def test_the_limits():
    counts = np.array([[5, 3, 0], [1, 0, 0]])
    np.testing.assert_allclose(add_k_probability(counts, 1e12), 1 / 3, rtol=1e-10)
    np.testing.assert_allclose(add_k_probability(counts, 0), [[5 / 8, 3 / 8, 0], [1, 0, 0]])
    np.testing.assert_allclose(add_k_probability(counts, 1), [[6 / 11, 4 / 11, 1 / 11], [1 / 2, 1 / 4, 1 / 4]])
    assert add_k_probability(np.zeros(4), 2.0).tolist() == [0.25] * 4


def test_the_posterior_mean_under_a_dirichlet_prior():
    counts, k, n = np.array([4, 1, 0]), 0.5, 200_000
    p = np.random.default_rng(0).dirichlet(counts + k, size=n)
    assert np.all(np.abs(p.mean(axis=0) - add_k_probability(counts, k)) < 4.5 * p.std(axis=0) / np.sqrt(n))


def test_the_model_is_the_function_in_every_context():
    text, k = "abracadabra", 0.3
    model = AddK(n=3, k=k, alphabet="abcdrz").fit(text)
    for h in ("ab", "ra", "zz", "ad", "aa"):
        counts = np.array([sum(text[i : i + 3] == h + w for i in range(len(text) - 2)) for w in "abcdrz"])
        np.testing.assert_allclose(model.distribution("c" + h), add_k_probability(counts, k), rtol=1e-14)
    unigrams = np.array([text.count(w) for w in "abcdrz"])
    np.testing.assert_allclose(model.distribution(""), add_k_probability(unigrams, k), rtol=1e-14)


def test_k_between_the_limits_is_best_on_new_text():
    rng = np.random.default_rng(1)
    chain = rng.dirichlet(np.ones(8), size=8)
    codes = [0]
    for _ in range(3000):
        codes.append(rng.choice(8, p=chain[codes[-1]]))
    text = "".join("abcdefgh"[c] for c in codes)
    loss = {k: AddK(2, k=k, alphabet="abcdefgh").fit(text[:300]).cross_entropy(text[300:]) for k in (1e-6, 0.5, 1e6)}
    assert loss[0.5] < loss[1e-6] and loss[0.5] < loss[1e6]
    assert loss[1e6] == pytest.approx(np.log(8), abs=1e-3)


@pytest.mark.parametrize("k", [0, -1, np.inf])
def test_a_model_needs_k(k):
    with pytest.raises(ValueError, match="must be a finite number > 0"):
        AddK(k=k).fit("abc")
