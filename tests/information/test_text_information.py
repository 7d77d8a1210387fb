"""Information in texts: Markov chains in closed form, shuffled texts, the law by least squares, writers' costs."""

import numpy as np
import pytest

from abinitio.data import letter_codes, load_author_counts, load_shakespeare
from abinitio.information.add_k import AddK, add_k_probability
from abinitio.information.entropy import cross_entropy
from abinitio.information.mutual_information import mutual_information
from abinitio.information.text_information import (
    information_at_distance,
    information_by_distance,
    power_law,
    writer_distances,
    writer_divergences,
)


def flips(n, stay, rng):
    """Two symbols, each the same as the one before with probability `stay`."""
    return np.cumsum(rng.random(n) > stay) % 2


def known(stay, d):
    """I(d): the symbol d later is the same with probability (1 + λ^d)/2, λ = 2 stay - 1."""
    same = (1 + (2 * stay - 1) ** d) / 2
    return mutual_information(np.array([[same, 1 - same], [1 - same, same]]) / 2)


def test_a_markov_chain_forgets_exponentially():
    distances, stay, n = np.array([1, 2, 3, 5, 8, 40]), 0.8, 200_000
    codes = flips(n, stay, np.random.default_rng(0))
    information, error = information_by_distance(codes, 2, distances)
    expected = np.array([known(stay, d) for d in distances])
    memory = (1 + 0.6) / (1 - 0.6)  # pairs are correlated over that many steps
    assert np.all(np.abs(information - expected) < 4 * np.sqrt(memory) * error)
    assert information[4] < information[0] * 1.5 * 0.6 ** (2 * 7)  # I(d) ~ λ^(2d)/2 for small λ^d


def test_plug_in_by_hand():
    codes = np.array([0, 1, 0, 0, 1, 1])
    pairs = np.zeros((2, 2))
    for a, b in zip(codes, codes[2:]):
        pairs[a, b] += 1
    assert information_at_distance(codes, 2, 2) == pytest.approx(mutual_information(pairs / 4))
    assert information_at_distance(codes, 5, 2) == information_at_distance(codes, 2, 2)


def test_a_shuffled_text_knows_nothing_and_its_errors_are_right():
    codes, rng = letter_codes(load_shakespeare().train), np.random.default_rng(1)
    pulls = []
    for _ in range(12):
        information, error = information_by_distance(rng.permutation(codes), 27, [1, 2, 7])
        pulls.append(information / error)
    pulls = np.ravel(pulls)
    assert abs(pulls.mean()) < 4 / 6 + 0.3 and 0.5 < pulls.std() < 1.6  # 36 values; cells that are seldom seen
    assert information_at_distance(rng.permutation(codes), 27, 1) > 26**2 / (3 * len(codes))  # the bias is there


def test_letters_of_a_play_tell_about_their_neighbours():
    codes = letter_codes(load_shakespeare().train)
    information, error = information_by_distance(codes, 27, np.array([1, 2, 4, 8, 16, 1000]))
    assert np.all(np.diff(information[:5]) < 0) and information[0] > 0.4
    assert information[3] > 10 * error[3]  # eight letters away there still is something


def test_the_power_law_is_recovered_with_its_error():
    rng, d = np.random.default_rng(2), np.arange(1, 30)
    error = np.full(len(d), 0.004)
    pulls, chi2 = [], []
    for _ in range(150):
        A, gamma, covariance, misfit = power_law(d, 0.7 * d**-1.6 + error * rng.standard_normal(len(d)), error)
        pulls.append((np.array([A, gamma]) - [0.7, 1.6]) / np.sqrt(np.diag(covariance)))
        chi2.append(misfit)
    pulls = np.array(pulls)
    assert np.all(np.abs(pulls.mean(axis=0)) < 4 / np.sqrt(150)) and np.all(np.abs(pulls.std(axis=0) - 1) < 0.25)
    assert abs(np.mean(chi2) - 27) < 4 * np.sqrt(2 * 27 / 150)


def test_a_writer_s_divergence_is_what_the_other_s_code_costs():
    rng = np.random.default_rng(3)
    chains = rng.dirichlet(np.ones(4), size=(2, 4))
    texts = []
    for chain in chains:
        codes = [0]
        for _ in range(4000):
            codes.append(rng.choice(4, p=chain[codes[-1]]))
        texts.append("".join("abcd"[c] for c in codes))
    tables = np.array([[[text.count(a + b) for b in "abcd"] for a in "abcd"] for text in texts])
    for table, text in zip(tables, texts):
        for i, a in enumerate("abcd"):  # count() skips overlaps of aa
            table[i, i] = sum(text[t : t + 2] == 2 * a for t in range(len(text) - 1))
    D = writer_divergences(tables, tables, k=0.5)
    for j in range(2):
        model = AddK(2, k=0.5, alphabet="abcd").fit(texts[j])
        for i in range(2):
            own = cross_entropy(tables[i] / tables[i].sum(), tables[i] / tables[i].sum(axis=1, keepdims=True))
            assert D[i, j] == pytest.approx(-model.log_probabilities(texts[i])[1:].mean() - own, abs=1e-10)
    assert D[0, 1] > 10 * D[0, 0] >= 0 and D[1, 0] > 10 * D[1, 1] >= 0


def test_divergences_are_positive_and_rectangular():
    tables = np.random.default_rng(4).integers(0, 9, (3, 5, 5))
    D = writer_divergences(tables, tables[:2], k=0.1)
    assert D.shape == (3, 2) and np.all(D > 0)
    q = add_k_probability(tables[1], 0.1)
    P = tables[2] / tables[2].sum()
    assert D[2, 1] == pytest.approx(cross_entropy(P, q) - cross_entropy(P, P / P.sum(axis=1, keepdims=True)))


def test_distances_are_a_metric_once_rooted():
    root = np.sqrt(writer_distances(np.random.default_rng(5).integers(0, 20, (8, 3, 3))))
    assert np.allclose(root, root.T) and np.all(np.diag(root) == 0)
    assert np.all(root[:, :, None] <= root[:, None, :] + root.T[None, :, :] + 1e-12)


def test_plays_are_told_from_books_of_the_bible():
    data = load_author_counts()
    tables, y = data.X.reshape(-1, 27, 27), data.y
    totals = np.array([tables[y == k].sum(axis=0) for k in range(2)])
    right = []
    for i in np.flatnonzero(y < 2):
        models = totals.copy()
        models[y[i]] -= tables[i]  # a text is not its own witness
        right.append(writer_divergences(tables[i : i + 1], models)[0].argmin() == y[i])
    assert all(right[:38]) and sum(right) >= 100  # of 104; some epistles are short
