"""Zipf's law: the likelihood's maximum, its error against repeated draws, ranks from another part of the text."""

import numpy as np
import pytest
from scipy.optimize import minimize_scalar

from abinitio.data import load_shakespeare
from abinitio.information.alphabet import words_of
from abinitio.information.zipf import ranked_counts, zipf_exponent, zipf_probabilities


def test_the_maximum_of_the_likelihood():
    counts = np.array([50, 10, 12, 0, 3, 7])
    s, error = zipf_exponent(counts)
    loss = lambda s: -counts @ np.log(zipf_probabilities(s, 6))
    assert s == pytest.approx(
        minimize_scalar(loss, bounds=(0, 5), method="bounded", options={"xatol": 1e-9}).x, abs=1e-6
    )
    curvature = (loss(s + 1e-3) - 2 * loss(s) + loss(s - 1e-3)) / 1e-6
    assert error == pytest.approx(curvature**-0.5, rel=1e-5)


@pytest.mark.parametrize("s", [0.0, 0.8, 1.2])
def test_the_error_is_the_spread_over_repeated_texts(s):
    rng, repeats = np.random.default_rng(0), 400
    fits = np.array([zipf_exponent(rng.multinomial(2000, zipf_probabilities(s, 500))) for _ in range(repeats)])
    pulls = (fits[:, 0] - s) / fits[:, 1]
    assert abs(pulls.mean()) < 4 / np.sqrt(repeats) + 0.05  # a bias of order 1/n besides
    assert abs(pulls.std() - 1) < 4 / np.sqrt(2 * repeats)


def test_probabilities():
    np.testing.assert_allclose(zipf_probabilities(0.0, 4), 0.25)
    p = zipf_probabilities(1.0, 10_000)
    assert p.sum() == pytest.approx(1) and p[0] / p[9] == pytest.approx(10)
    assert 1 / p[0] == pytest.approx(np.log(10_000) + np.euler_gamma, abs=1e-4)


def test_sorting_noise_looks_like_a_law_and_ranks_from_elsewhere_do_not():
    rng = np.random.default_rng(1)
    one, other = rng.integers(0, 500, (2, 2000)).astype(str).tolist()
    assert zipf_exponent(ranked_counts(one, one))[0] > 0.2  # equally likely words
    s, error = zipf_exponent(ranked_counts(one, other))
    assert abs(s) < 4 * error


def test_ranks_by_hand():
    assert ranked_counts("x y x".split(), "y z z y x".split()).tolist() == [1, 0, 2]  # y, z, x


def test_words_of_plays():
    words = words_of(load_shakespeare().train)
    half = len(words) // 2
    counts = ranked_counts(words[:half], words[half:])
    s, error = zipf_exponent(counts[:2000])
    assert 0.8 < s < 1.1 and error < 0.01


def test_no_maximum():
    for counts in ([5, 0, 0], [0, 0, 5]):
        with pytest.raises(ValueError, match="the likelihood has no maximum"):
            zipf_exponent(np.array(counts))
